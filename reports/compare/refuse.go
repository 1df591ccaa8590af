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

// refusals say why two sides cannot be compared; empty if they can.
func refusals(a, b []benchmark.Report) (reasons []phrase.Phrase) {
	for _, run := range a {
		if slices.ContainsFunc(b, func(other benchmark.Report) bool { return sameRun(run, other) }) {
			return []phrase.Phrase{phrase.Say(phrase.CompareItself)}
		}
	}
	for _, side := range []struct {
		name string
		runs []benchmark.Report
	}{{"A", a}, {"B", b}} {
		for _, run := range side.runs {
			if reason := unfit(side.name, run); !reason.IsZero() {
				reasons = append(reasons, reason)
			}
		}
	}
	if sum(a).Incorrect > 0 && sum(b).Incorrect > 0 {
		reasons = append(reasons, phrase.Say(phrase.CompareBothIncorrect))
	}
	for _, run := range slices.Concat(a[1:], b) {
		if reason := differ(a[0], run); !reason.IsZero() && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

// unfit says why the figures of a run say nothing of its target.
func unfit(side string, run benchmark.Report) phrase.Phrase {
	switch {
	case run.Interrupted || slices.Contains([]benchmark.Outcome{benchmark.Saturated, benchmark.Stopped, benchmark.Errored}, run.Outcome):
		outcome := run.Outcome
		if run.Interrupted {
			outcome = benchmark.Stopped
		}
		return phrase.Say(phrase.CompareUnfit, side, outcome)
	case !run.Contradiction().IsZero():
		return phrase.Say(phrase.CompareContradicts, side, run.Contradiction())
	case run.Exchanges.Sent == 0 || run.Response.P50 <= 0 || run.Response.P99 <= 0:
		return phrase.Say(phrase.CompareEmpty, side)
	case run.NoiseFloor != nil && (run.NoiseFloor.Response.P50 > run.Response.P50/2 || run.NoiseFloor.Response.P99 > run.Response.P99/2):
		return phrase.Say(phrase.CompareFloor, side, benchmark.Duration(run.NoiseFloor.Response.P99), benchmark.Duration(run.Response.P99))
	default:
		return phrase.Phrase{}
	}
}

// differ says in what two runs were not asked for the same; zero if they were.
func differ(a, b benchmark.Report) phrase.Phrase {
	if a.Search != nil && b.Search != nil && a.Plan.Rate != b.Plan.Rate {
		return phrase.Say(phrase.CompareLimits, benchmark.Rate(a.Search.Limit), benchmark.Rate(b.Search.Limit))
	}
	pair := func(name string, a, b any) phrase.Phrase {
		return phrase.Say(phrase.ComparePlans, name, fmt.Sprint(a), fmt.Sprint(b))
	}
	p, q := a.Plan, b.Plan
	switch {
	case p.Shape != q.Shape:
		return pair("shape", p.Shape, q.Shape)
	case p.Rate != q.Rate:
		return pair("rate", p.Rate, q.Rate)
	case p.To != q.To:
		return pair("to", p.To, q.To)
	case p.InFlight != q.InFlight:
		return pair("inFlight", p.InFlight, q.InFlight)
	case p.Users != q.Users:
		return pair("users", p.Users, q.Users)
	case !maps.Equal(p.Mix, q.Mix):
		return pair("mix", weights(p.Mix), weights(q.Mix))
	case p.Timeout != q.Timeout:
		return pair("timeout", benchmark.Span(p.Timeout), benchmark.Span(q.Timeout))
	case !alike(p.Duration, q.Duration):
		return pair("duration", benchmark.Span(p.Duration), benchmark.Span(q.Duration))
	case !alike(p.WarmUp, q.WarmUp):
		return pair("warmUp", benchmark.Span(p.WarmUp), benchmark.Span(q.WarmUp))
	case a.Generator.Protocol != b.Generator.Protocol:
		return pair("protocol", a.Generator.Protocol, b.Generator.Protocol)
	case a.Generator.InProcess != b.Generator.InProcess:
		return pair("inProcess", a.Generator.InProcess, b.Generator.InProcess)
	default:
		return phrase.Phrase{}
	}
}

// alike reports whether two times of plans are as good as equal.
func alike(a, b float64) bool { return math.Abs(a-b) <= longer*max(a, b) }

// weights writes a mix as --mix takes it.
func weights(mix map[string]float64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(mix)) {
		parts = append(parts, fmt.Sprintf("%s=%g", name, mix[name]))
	}
	return strings.Join(parts, ",")
}
