package loadgen

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// A half says which arrivals of a schedule that two runs share a plan has.
type half uint8

const (
	wholeSchedule half = iota
	firstHalf
	secondHalf
)

// String is the side in a comparison.
func (h half) String() string { return map[half]string{firstHalf: "A", secondHalf: "B"}[h] }

// Halves returns the plans of two runs that share the arrivals of a plan at random, for [RunPair]: each has half of the rate. A closed
// loop has no schedule to share, and runs that end when enough is known would not end together.
func (p Plan) Halves() (a, b Plan, err error) {
	if p.Closed || len(p.Until) > 0 || p.AbortOnViolated || len(p.Stages) > 0 {
		return a, b, errors.New("two targets share one schedule of a fixed duration; use a plan without a closed loop, stages, until and abortOn")
	}
	a, b = p, p
	for i, side := range []*Plan{&a, &b} {
		side.Rate, side.To, side.half = p.Rate/2, p.To/2, firstHalf+half(i)
		schedule, err := side.withDefaults().schedule()
		if err != nil {
			return a, b, err
		}
		if schedule.Len() == 0 {
			return a, b, fmt.Errorf("%s in %s are too few arrivals for two; raise the rate or the duration", benchmark.PlannedRate(p.Rate), p.Duration)
		}
	}
	return a, b, nil
}

// share is the part of a schedule of twice the plan's rates.
func (p Plan) share() (arrivals.Schedule, error) {
	whole, err := arrivals.New(p.Shape, 2*p.Rate, 2*p.To, p.Duration, p.Seed)
	if err != nil {
		return nil, err
	}
	return arrivals.Pair(whole, p.Seed, p.half == secondHalf), nil
}

// A Side is one of the two runs of [RunPair].
type Side struct {
	Report benchmark.Report
	Times  Histograms
	// Blocks are the parts of its measured time, which are those of the other side's.
	Blocks uncertain.Run
}

// RunPair makes two runs at the same time, whose plans are the [Plan.Halves] of one. Each has its own codes, users and ledger. If one
// ends early, so does the other. The error is for a configuration that is not possible, as in [Run].
func RunPair(ctx context.Context, a, b Config) (sides [2]Side, err error) {
	var runs [2]*run
	for i, config := range []Config{a, b} {
		if config.Plan.half != firstHalf+half(i) || config.Search || config.Raw != nil {
			return sides, errors.New("the two runs need the plans that Halves returns, no Search and no Raw")
		}
		r, err := openRun(ctx, config)
		if err != nil {
			return sides, err
		}
		defer r.close()
		if config.Checkpoint != nil {
			r.monitor.checkpoint = r.checkpoint
		}
		runs[i] = r
	}
	return pairOf(runs), nil
}

// pairOf makes two runs that were opened.
func pairOf(runs [2]*run) (sides [2]Side) {
	together := &meeting{}
	var measured [2]*phase
	var both sync.WaitGroup
	for i, r := range runs {
		r.together = together
		both.Go(func() {
			measured[i] = r.measure(r.plan)
			if r.ctx.Err() != nil {
				runs[1-i].stop(errOtherEnded)
			}
		})
	}
	both.Wait()
	for i, r := range runs {
		p := measured[i]
		sides[i] = Side{benchmark.Conclude(r.report(p)), p.histograms(), p.stretches.cut(min(p.elapsed, p.limit())).response}
	}
	return sides
}

// errOtherEnded is why a run of a pair ends when the other one did.
var errOtherEnded = errors.New("the other side of the pair ended")

// halfNote says that a run had half of a schedule; zero if it had all of it.
func (p Plan) halfNote() phrase.Phrase {
	if p.half == wholeSchedule {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.HalfOfArrivals, p.half.String(), benchmark.PlannedRate(p.Rate), benchmark.PlannedRate(2*p.Rate))
}

// A meeting is where two runs wait for each other before a phase begins. The zero value is ready.
type meeting struct {
	mu    sync.Mutex
	first chan struct{} // of the run that waits; nil for none
}

// wait returns when the other run waits too, or when ctx ends; at once for a run without another one.
func (m *meeting) wait(ctx context.Context) {
	if m == nil {
		return
	}
	m.mu.Lock()
	if m.first != nil {
		close(m.first)
		m.first = nil
		m.mu.Unlock()
		return
	}
	met := make(chan struct{})
	m.first = met
	m.mu.Unlock()
	select {
	case <-met:
	case <-ctx.Done():
	}
}
