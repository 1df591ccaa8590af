package benchmark

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Level is what a run says of a service level: what it was judged to be or, where it was not judged by it, what the figures say.
// Figures that may be the generator's own say nothing.
func (r Report) Level(expression string) Level {
	for _, level := range r.SLO {
		if level.Expression == expression {
			return level
		}
	}
	slo, err := assay.ParseSLO(expression)
	if err != nil {
		return Level{Expression: expression, Verdict: NotKnown}
	}
	level := judged(r, slo, true)
	alone := r
	alone.SLO = []Level{level}
	if level.Verdict == DoesNotHold && len(alone.saturation()) > 0 && !alone.slowByItself() {
		level.Verdict = NotKnown
	}
	return level
}

// Contradiction says in what a finished run contradicts itself; zero where its members agree. A file that was edited, or put
// together of several, says nothing of its target.
func (r Report) Contradiction() phrase.Phrase {
	for _, check := range []func() phrase.Phrase{r.miscounted, r.mistimed, r.misjudged, r.misnamed} {
		if found := check(); !found.IsZero() {
			return found
		}
	}
	return phrase.Phrase{}
}

// differ says that two counts that have to be equal are not; zero if they are.
func differ(one string, a int64, other string, b int64) phrase.Phrase {
	if a == b {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s %d", one, a), fmt.Sprintf("%s %d", other, b))
}

// miscounted says which counts do not add up.
func (r Report) miscounted() phrase.Phrase {
	e := r.Exchanges
	if found := e.miscounted("exchanges"); !found.IsZero() {
		return found
	}
	if r.WarmUp != nil {
		if found := r.WarmUp.Exchanges.miscounted("warmUp.exchanges"); !found.IsZero() {
			return found
		}
	}
	if len(r.ByEndpoint) > 0 {
		var sum Exchanges
		for _, one := range r.ByEndpoint {
			sum = sum.Plus(one.Exchanges)
		}
		if sum.Uncompared = e.Uncompared; sum != e { // counted for both endpoints together
			return phrase.Say(phrase.Contradicts, "exchanges", "the sum of byEndpoint")
		}
	}
	if len(r.Timeline) == 0 {
		return phrase.Phrase{}
	}
	var answered, accepted, failed, wrong int64
	for _, second := range r.Timeline {
		answered, accepted, failed, wrong = answered+second.Answered, accepted+second.Accepted, failed+second.Failed, wrong+second.Wrong
		if min(second.Answered, second.Accepted, second.Failed, second.Wrong, second.Answered-second.Accepted-second.Failed-second.Wrong) < 0 {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("timeline answered %d", second.Answered), fmt.Sprintf("its parts in second %d", second.Second))
		}
	}
	return cmp.Or(
		differ("exchanges.sent", e.Sent, "the sum of timeline answered", answered),
		differ("exchanges.accepted", e.Accepted, "the sum of timeline accepted", accepted),
		differ("failed exchanges", e.Failed(), "the sum of timeline failed", failed),
		differ("incorrect exchanges", e.Incorrect(), "the sum of timeline wrong", wrong))
}

// miscounted says that the verdicts of a ledger do not add up to what was sent.
func (e Exchanges) miscounted(name string) phrase.Phrase {
	if min(e.Sent, e.Accepted, e.Uncompared, e.WrongIdentity, e.WithoutIdentity, e.DoubleRedeemed, e.BadPATsAccepted, e.ReplaysRefused, e.RacesRefused,
		e.ReplaysExcused, e.BadPATsRefused, e.Refused, e.Overloaded, e.Faults, e.InDoubt, e.Unreachable) < 0 {
		return phrase.Say(phrase.Contradicts, name, "a count below 0")
	}
	return differ(name+".sent", e.Sent, "the sum of its verdicts", e.Right()+e.Incorrect()+e.Failed())
}

// mistimed says which times no histogram has.
func (r Report) mistimed() phrase.Phrase {
	e, censored := r.Exchanges, r.Response.Censored
	for _, times := range []struct {
		name string
		of   Times
		all  int64 // samples
	}{
		{"response", r.Response, e.Accepted + censored}, {"service", r.Service, e.Accepted + censored},
		{"refusals", r.Refusals, e.Right() - e.Accepted}, {"failures", r.Failures, e.Incorrect() + e.Failed() - censored}, {"all", r.All, e.Sent},
	} {
		if times.of.Samples == 0 {
			continue // as of an earlier version
		}
		if !times.of.ordered() {
			return phrase.Say(phrase.Contradicts, times.name, "the order of its percentiles")
		}
		if found := differ(times.name+".samples", times.of.Samples, "the exchanges that it is of", times.all); !found.IsZero() {
			return found
		}
	}
	for _, times := range []struct {
		name   string
		of     Times
		points []Point
	}{{"response", r.Response, r.Distribution.Response}, {"service", r.Service, r.Distribution.Service}} {
		if times.of.Samples > 0 && len(times.points) == 0 {
			return phrase.Say(phrase.Contradicts, times.name, "an empty distribution."+times.name)
		}
		if metric := times.of.outside(times.points); metric != "" {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s.%s %s", times.name, metric, Duration(times.of.of(metric))), "distribution."+times.name)
		}
	}
	return phrase.Phrase{}
}

// ordered reports whether the percentiles rise, and the mean is one that they allow.
func (t Times) ordered() bool {
	rising := []float64{0, t.P50, t.P90, t.P95, t.P99, t.P999, t.Max}
	half := t.P50 / 2 // of at least half of the samples
	return slices.IsSorted(rising) && !above(half, t.Mean) && !above(t.Mean, t.Max)
}

// above reports whether a time is longer than another, although figures of one histogram are less precise than that: one is
// the middle of a step of it, another its end.
func above(a, b float64) bool {
	const share, seconds = 0.01, 2e-7
	return a > b*(1+share)+seconds
}

// outside is a percentile that is not where the points of its distribution are; empty if all are.
func (t Times) outside(points []Point) assay.Metric {
	for _, metric := range assay.Metrics() {
		margin := 100 / float64(max(1, t.Samples)) // a percentile is that of a whole sample
		quantile, own := 100*metric.Quantile(), t.of(metric)
		switch {
		case metric == assay.MetricMax:
			quantile, margin = 100, 0
		case quantile <= 0:
			continue
		}
		for _, point := range points {
			if point.Percentile <= quantile-margin && above(point.Seconds, own) || point.Percentile >= quantile+margin && above(own, point.Seconds) {
				return metric
			}
		}
	}
	return ""
}

// misjudged says which service level is not what its figure makes it.
func (r Report) misjudged() phrase.Phrase {
	for _, level := range r.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil {
			return phrase.Say(phrase.Contradicts, level.Expression, "the service levels that there are")
		}
		figure, own := r.Observed(slo), r.Observed(slo)
		if slo.Metric == assay.MetricErrors {
			own = r.errorsByItself(slo.Scope) // which is what it is judged by, at times
		}
		meets := slo.Holds(level.Observed)
		switch {
		case level.Observed != figure && level.Observed != own:
			return phrase.Say(phrase.Contradicts, level.Expression+": "+level.Shown(), "the run's own figure")
		case level.Holds != (level.Verdict == Holds), level.Verdict == Holds && !meets, level.Verdict == DoesNotHold && meets:
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s: %s", level.Expression, level.Verdict), level.Shown())
		}
	}
	return phrase.Phrase{}
}

// misnamed says that the outcome is not what the counts and the levels make it.
func (r Report) misnamed() phrase.Phrase {
	is := func(verdict LevelVerdict) bool {
		return slices.ContainsFunc(r.SLO, func(level Level) bool { return level.Verdict == verdict })
	}
	incorrect := r.Everything().Incorrect()
	var why string
	switch {
	case (incorrect > 0) != (r.Outcome == Incorrect):
		why = fmt.Sprintf("incorrect exchanges %d", incorrect)
	case r.Outcome == Passed && (is(DoesNotHold) || is(NotKnown)), r.Outcome == Unknown && !is(NotKnown), r.Outcome == Unknown && is(DoesNotHold),
		r.Outcome == Violated && !is(DoesNotHold):
		why = "slo"
	case (r.Outcome == Passed) != (len(r.Reasons) == 0):
		why = fmt.Sprintf("reasons %d", len(r.Reasons))
	case r.Outcome != Incorrect && len(r.saturation()) > 0 && !r.slowByItself():
		why = phrase.Join(r.saturation()...).String()
	default:
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.Contradicts, "outcome "+string(r.Outcome), why)
}
