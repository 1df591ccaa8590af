package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// longer is the share by which the durations of two plans may differ.
const longer = 0.1

// refuse concludes a comparison without figures, and reports whether it did: the runs cannot be compared, or B alone is incorrect and
// the figures of a run say nothing of its target, or B alone fails so much that a run has no times. which says which run it is.
func (c *Comparison) refuse(a, b []benchmark.Report, which func(benchmark.Report) string) bool {
	for _, run := range a {
		if !c.Interleaved && slices.ContainsFunc(b, func(other benchmark.Report) bool { return sameRun(run, other) }) {
			c.Outcome, c.Reasons = Incomparable, []phrase.Phrase{phrase.Say(phrase.CompareItself)}
			return true
		}
	}
	if !c.Interleaved && len(a) == 1 && len(b) == 1 && a[0].PairedWith(b[0]) {
		c.Outcome, c.Reasons = Incomparable, []phrase.Phrase{phrase.Say(phrase.ComparePair)}
		return true
	}
	if _, mixed := pairsOf(a, b); mixed && !c.Interleaved {
		c.Outcome, c.Reasons = Incomparable, []phrase.Phrase{phrase.Say(phrase.CompareMixedPairs)}
		return true
	}
	var without, reasons []phrase.Phrase
	failing := true // nothing but runs of B that had no answer are unfit
	for _, side := range []struct {
		name string
		runs []benchmark.Report
	}{{"A", a}, {"B", b}} {
		for _, run := range side.runs {
			if reason := unfit(side.name, which(run), run); !reason.IsZero() {
				without, failing = append(without, reason), failing && side.name == "B" && reason.Key() == phrase.CompareEmpty
			}
		}
	}
	if c.A.Incorrect > 0 && c.B.Incorrect > 0 {
		reasons = append(reasons, phrase.Say(phrase.CompareBothIncorrect))
	}
	reasons = append(reasons, otherPlans(a, b, which)...)
	broken := c.incorrect()
	switch {
	case len(without) == 0 && len(reasons) == 0:
		return false
	case len(reasons) == 0 && c.B.Incorrect > 0: // A is not, and no figure excuses it
		c.Outcome, c.Reasons, c.Notes = Regressed, []phrase.Phrase{broken}, append(c.Notes, without...)
	case len(reasons) == 0 && failing && moreErrors(a, b): // no answer at all is not faster
		share := func(runs []benchmark.Report) string {
			return benchmark.Percent(average(runs, func(run benchmark.Report) float64 { return run.Exchanges.ErrorShare() }))
		}
		c.Outcome, c.Notes = Regressed, append(c.Notes, without...)
		c.Reasons = []phrase.Phrase{phrase.Say(phrase.CompareWorse, Named(errorsFigure), share(a), share(b))}
	default:
		c.Outcome, c.Reasons = Incomparable, slices.Concat(without, reasons)
		if !broken.IsZero() {
			c.Notes = append(c.Notes, broken)
		}
	}
	return true
}

// incorrect says that one side alone is incorrect; zero if both are, or none.
func (c *Comparison) incorrect() phrase.Phrase {
	switch {
	case c.A.Incorrect > 0 && c.B.Incorrect > 0:
		return phrase.Phrase{}
	case c.B.Incorrect > 0:
		return phrase.Say(phrase.CompareIncorrect, c.B.Incorrect)
	case c.A.Incorrect > 0:
		return phrase.Say(phrase.CompareMended, c.A.Incorrect)
	default:
		return phrase.Phrase{}
	}
}

// otherPlans say which runs were not asked for the same as the first run of A, those with the same differences together.
func otherPlans(a, b []benchmark.Report, which func(benchmark.Report) string) (reasons []phrase.Phrase) {
	for _, side := range []struct {
		name string
		runs []benchmark.Report
	}{{"A", a[1:]}, {"B", b}} {
		var differences [][]phrase.Phrase
		var starts [][]string
		for _, run := range side.runs {
			if limits := otherLimits(a[0], run); !limits.IsZero() {
				if !slices.Contains(reasons, limits) {
					reasons = append(reasons, limits)
				}
				continue
			}
			found := differ(a[0], run)
			i := slices.IndexFunc(differences, func(known []phrase.Phrase) bool { return slices.Equal(known, found) })
			if i < 0 {
				i, differences, starts = len(starts), append(differences, found), append(starts, nil)
			}
			starts[i] = append(starts[i], which(run))
		}
		for i, found := range differences {
			if len(found) > 0 {
				reasons = append(reasons, phrase.Say(phrase.ComparePlans, side.name, strings.Join(starts[i], "; "), found))
			}
		}
	}
	return reasons
}

// unfit says why the figures of a run say nothing of its target.
func unfit(side, which string, run benchmark.Report) phrase.Phrase {
	switch {
	case run.Interrupted || slices.Contains([]benchmark.Outcome{benchmark.Saturated, benchmark.Stopped, benchmark.Errored}, run.Outcome):
		outcome := run.Outcome
		if run.Interrupted {
			outcome = benchmark.Stopped
		}
		return phrase.Say(phrase.CompareUnfit, side, which, outcome)
	case run.Outcome == benchmark.Incorrect && !run.Undecided().IsZero():
		return phrase.Say(phrase.CompareUndecided, side, which, run.Undecided())
	case run.Exchanges.Sent == 0 || run.Response.P50 <= 0 || run.Response.P99 <= 0:
		return phrase.Say(phrase.CompareEmpty, side, which)
	case run.NoiseFloor != nil && (run.NoiseFloor.Response.P50 > run.Response.P50/2 || run.NoiseFloor.Response.P99 > run.Response.P99/2):
		return phrase.Say(phrase.CompareFloor, side, which, benchmark.Duration(run.NoiseFloor.Response.P99), benchmark.Duration(run.Response.P99))
	default:
		return phrase.Phrase{}
	}
}

// whichOf names runs by their start and, if the options have them, their files.
func (o Options) whichOf(a, b []benchmark.Report) func(benchmark.Report) string {
	return func(run benchmark.Report) string {
		started := run.Started.UTC().Format("2006-01-02 15:04:05 UTC")
		for side, runs := range [][]benchmark.Report{a, b} {
			at := slices.IndexFunc(runs, func(other benchmark.Report) bool { return sameRun(run, other) })
			if at >= 0 && at < len(o.Files[side]) {
				return o.Files[side][at] + ", started " + started
			}
		}
		return "started " + started
	}
}

// otherLimits says that two runs confirm different limits; zero if they do not.
func otherLimits(a, b benchmark.Report) phrase.Phrase {
	if a.Search != nil && b.Search != nil && a.Plan.Rate != b.Plan.Rate {
		return phrase.Say(phrase.CompareLimits, benchmark.Rate(a.Search.Limit), benchmark.Rate(b.Search.Limit))
	}
	return phrase.Phrase{}
}

// Differences says in what two runs that would be measured together were not asked for the same; zero if they were.
func Differences(a, b benchmark.Report) phrase.Phrase {
	if found := differ(a, b); len(found) > 0 {
		return phrase.Say(phrase.ComparePairPlans, found)
	}
	return phrase.Phrase{}
}

// differ says in what a run was not asked for the same as the first one; empty if it was.
func differ(first, run benchmark.Report) (all []phrase.Phrase) {
	p, q := first.Plan, run.Plan
	for _, member := range []struct {
		name        string
		same        bool
		first, this any
	}{
		{"shape", p.Shape == q.Shape, p.Shape, q.Shape},
		{"rate", p.Rate == q.Rate, benchmark.PlannedRate(p.Rate), benchmark.PlannedRate(q.Rate)},
		{"stages", slices.Equal(p.Stages, q.Stages), stages(p), stages(q)},
		{"to", p.To == q.To, benchmark.PlannedRate(p.To), benchmark.PlannedRate(q.To)},
		{"inFlight", p.InFlight == q.InFlight, p.InFlight, q.InFlight},
		{"users", p.Users == q.Users, p.Users, q.Users},
		{"maxRequests", p.MaxRequests == q.MaxRequests, p.MaxRequests, q.MaxRequests},
		{"fullHandshakes", p.FullHandshakes == q.FullHandshakes, p.FullHandshakes, q.FullHandshakes},
		{"mix", maps.Equal(p.Mix, q.Mix), weights(p.Mix), weights(q.Mix)},
		{"timeout", p.Timeout == q.Timeout, benchmark.Span(p.Timeout), benchmark.Span(q.Timeout)},
		{"duration", alike(p.Duration, q.Duration), benchmark.Span(p.Duration), benchmark.Span(q.Duration)},
		{"warmUp", alike(p.WarmUp, q.WarmUp), benchmark.Span(p.WarmUp), benchmark.Span(q.WarmUp)},
		{"protocol", first.Generator.Protocol == run.Generator.Protocol, first.Generator.Protocol, run.Generator.Protocol},
		{"engine", sameEngine(first.Generator.Engine, run.Generator.Engine), first.Generator.Engine, run.Generator.Engine},
		{"inProcess", first.Generator.InProcess == run.Generator.InProcess, first.Generator.InProcess, run.Generator.InProcess},
	} {
		if !member.same {
			all = append(all, phrase.Say(phrase.ComparePlan, member.name, fmt.Sprint(member.this), fmt.Sprint(member.first)))
		}
	}
	return all
}

// sameEngine reports whether two runs were sent alike, as far as they say how: runs of earlier versions do not.
func sameEngine(a, b string) bool { return a == b || a == "" || b == "" }

// alike reports whether two times of plans are as good as equal.
func alike(a, b float64) bool { return math.Abs(a-b) <= longer*max(a, b) }

// stages writes the stages of a plan.
func stages(p benchmark.Plan) string {
	var parts []string
	for _, stage := range p.Stages {
		rate := benchmark.PlannedRate(stage.Rate)
		if stage.To > 0 {
			rate += ".." + benchmark.PlannedRate(stage.To)
		}
		parts = append(parts, strings.Join([]string{stage.Name, rate, stage.Shape, benchmark.Span(stage.Duration)}, " "))
	}
	return strings.Join(parts, "; ")
}

// weights writes a mix as --mix takes it.
func weights(mix map[string]float64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(mix)) {
		parts = append(parts, fmt.Sprintf("%s=%g", name, mix[name]))
	}
	return strings.Join(parts, ",")
}
