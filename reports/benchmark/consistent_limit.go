package benchmark

import (
	"fmt"
	"math"

	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// mislimited says in what a limit contradicts its probes, or the steps of its search.
func (r Report) mislimited() phrase.Phrase {
	l := r.Limit
	switch {
	case l == nil:
		return phrase.Phrase{}
	case r.Search == nil:
		return phrase.Say(phrase.Contradicts, "limit", "a report without search")
	case l.Confirmed != r.Search.Limit:
		return phrase.Say(phrase.Contradicts, "limit.confirmed "+Rate(l.Confirmed), "search.limit "+Rate(r.Search.Limit))
	case l.Confirmed > 0 && r.ended() && l.Seconds != r.Plan.Duration:
		return phrase.Say(phrase.Contradicts, "limit.seconds "+Span(l.Seconds), "plan.duration "+Span(r.Plan.Duration))
	}
	for i, probe := range l.Probes {
		if found := r.misprobed(i, probe); !found.IsZero() {
			return found
		}
	}
	return l.misfitted()
}

// misprobed says in what a probe is not its step of the search.
func (r Report) misprobed(i int, probe LimitProbe) phrase.Phrase {
	name := fmt.Sprintf("limit.probes[%d]", i)
	if probe.Step < 0 || probe.Step >= len(r.Search.Steps) {
		return phrase.Say(phrase.Contradicts, name, "the steps of the search")
	}
	step := r.Search.Steps[probe.Step]
	if step.Rate != probe.Rate || step.Seconds != probe.Seconds || step.Outcome == Saturated || probe.From < 0 || probe.From >= probe.Seconds {
		return phrase.Say(phrase.Contradicts, name+": "+Rate(probe.Rate), fmt.Sprintf("search.steps[%d]: %s", probe.Step, Rate(step.Rate)))
	}
	if len(probe.Levels) != len(r.Limit.Levels) {
		return phrase.Say(phrase.Contradicts, name, "limit.levels")
	}
	for _, o := range probe.Levels {
		if o.Counted < 0 || o.Counted > o.Of || o.Of > float64(step.Sent) || o.Value < 0 {
			return phrase.Say(phrase.Contradicts, name, fmt.Sprintf("search.steps[%d].sent %d", probe.Step, step.Sent))
		}
	}
	return phrase.Phrase{}
}

// misfitted says which figure of a limit is not what its probes lead to.
func (l Limit) misfitted() phrase.Phrase {
	var levels []limit.Level
	var probes []limit.Probe
	for _, level := range l.Levels {
		levels = append(levels, limit.Level{Allowed: level.Allowed, Mean: level.Mean, Errors: level.Errors})
	}
	for _, p := range l.Probes {
		probe := limit.Probe{Step: limit.Step{Rate: p.Rate, Seconds: p.Seconds, From: p.From}}
		for _, o := range p.Levels {
			probe.Levels = append(probe.Levels, limit.Observed{Counted: o.Counted, Of: o.Of, Value: o.Value, Missed: o.Missed})
		}
		probes = append(probes, probe)
	}
	fitted, lowest := limit.Fits(levels, probes, l.Around, l.Long)
	for i, level := range l.Levels {
		if !limit.Tells(fitted[i]) && level.Rate == 0 && level.Low == 0 && level.High == 0 {
			continue // it is no figure; earlier versions wrote it all the same
		}
		if !alike(level.Rate, fitted[i].Rate) || !alike(level.Low, fitted[i].Low) || !alike(level.High, fitted[i].High) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("limit.levels %s: %s", level.Expression, Rate(level.Rate)), "its probes: "+Rate(fitted[i].Rate))
		}
	}
	var end LimitLevel
	if lowest >= 0 {
		end = l.Levels[lowest]
	}
	if l.Scattered && (lowest < 0 || limit.Tells(fitted[lowest])) {
		return phrase.Say(phrase.Contradicts, "limit.scattered", "its probes")
	}
	if l.Rate != end.Rate || l.Low != end.Low || l.High != end.High || l.Level != end.Expression {
		return phrase.Say(phrase.Contradicts, "limit.rate "+Rate(l.Rate), "the lowest of limit.levels: "+Rate(end.Rate))
	}
	return phrase.Phrase{}
}

// alike reports whether two rates are the same up to the decimals that a file keeps.
func alike(a, b float64) bool {
	const rounding = 1e-5
	return a == b || math.Abs(a-b) <= rounding*max(math.Abs(a), math.Abs(b))+rounding
}
