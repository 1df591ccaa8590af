package loadgen

import (
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// look judges a phase at the moments of its plan, and returns when nothing is left to wait for but the phase's end. A phase that tells
// what it has to is over.
func (r *run) look(p *phase) {
	for _, at := range r.plan.looks {
		last := at == r.plan.Duration
		if last && len(r.plan.Until) == 0 || !r.sleep.Until(p.Start().Add(at)) || !r.settled(p, at) {
			return
		}
		parts, lasted := p.stretches.until(at), benchmark.Span(at.Seconds())
		conditions := conditionsOf(r.lookedAt(p, at))
		conditions.Alpha = r.plan.alpha()
		var unknown, violated []string
		for _, goal := range r.plan.Until {
			if !goal.known(parts, conditions) {
				unknown = append(unknown, goal.String())
			}
		}
		if r.plan.AbortOnViolated {
			violated = r.violated(parts, conditions)
		}
		switch {
		case len(violated) > 0 && !last:
			r.end(p, phrase.Say(phrase.AbortedOn, violated, lasted))
			return
		case len(r.plan.Until) > 0 && len(unknown) == 0 && !last:
			r.end(p, phrase.Say(phrase.UntilKnown, r.plan.goals(), lasted))
			return
		case len(unknown) > 0 && last:
			r.conclude(phrase.Say(phrase.UntilUnknown, unknown, lasted))
		case len(r.plan.Until) > 0 && last:
			r.conclude(phrase.Say(phrase.UntilKnown, r.plan.goals(), lasted))
		}
	}
}

// violated are the service levels that do not hold for certain.
func (r *run) violated(p parts, c uncertain.Conditions) (levels []string) {
	for _, slo := range r.plan.SLO {
		if p.of(slo.Scope).Judge(slo, c).Verdict == uncertain.Violated {
			levels = append(levels, slo.Expression)
		}
	}
	return levels
}

// lookedAt is a report with what a look needs of it: the plan, and what was offered until then.
func (r *run) lookedAt(p *phase, at time.Duration) benchmark.Report {
	return benchmark.Report{Plan: r.plan.report(), Throughput: benchmark.Throughput{Offered: perSecondOf(p.due(at, 0), at)}}
}

// settled waits until everything that was due by a moment is settled, but not longer than an exchange may take. It reports false if the
// run ends.
func (r *run) settled(p *phase, by time.Duration) bool {
	const pause = 20 * time.Millisecond
	for limit := time.Now().Add(r.plan.Timeout); !p.Closed() && time.Now().Before(limit); {
		if p.stretches.wanted(by) >= p.due(by, 0) {
			return true
		}
		if !r.sleep.Until(time.Now().Add(pause)) {
			return false
		}
	}
	return true
}

// wanted is how many arrivals that were due by a moment are settled.
func (s *stretches) wanted(by time.Duration) (sum int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.response {
		every, slots := s.response[i].Slots()
		for n, slot := range slots {
			if time.Duration(n)*every < by {
				sum += slot.Wanted
			}
		}
	}
	return sum
}

// end ends a phase before its time.
func (r *run) end(p *phase, why phrase.Phrase) {
	r.conclude(why)
	taken := 0
	if !p.Closed() {
		taken = r.pool.Cut(p.Job)
	}
	p.cut(taken)
}

// conclude notes what the looks found. The monitor reports it.
func (r *run) conclude(what phrase.Phrase) {
	r.monitor.mu.Lock()
	defer r.monitor.mu.Unlock()
	r.ended = what
}
