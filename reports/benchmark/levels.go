package benchmark

import (
	"fmt"
	"math"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// judgeLevels completes the service levels with what was observed.
func judgeLevels(report Report) []Level {
	var levels []Level
	var given []assay.SLO
	for _, level := range report.SLO {
		if level.Default {
			continue // it is added again below
		}
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil {
			continue // the plan of a run refuses it
		}
		given, levels = append(given, slo), append(levels, judged(report, slo, false))
	}
	for _, slo := range DefaultLevels(given, report.tried(), report.Plan.stages()...) {
		if e := report.Exchanges; slo.Stage == "" && e.Judged() == 0 && e.ToRefuse() > 0 { // there is nothing else to judge
			slo = scopedTo(assay.ScopeRefusals, DefaultErrors)
		}
		levels = append(levels, judged(report, slo, true))
	}
	return append(levels, failingEndpoints(report, given, levels)...)
}

func judged(report Report, slo assay.SLO, byDefault bool) Level {
	report = report.within(slo.Stage)
	level := Level{Expression: slo.String(), Observed: report.Observed(slo), Default: byDefault}
	if slo.Metric == assay.MetricErrors && !slo.Holds(level.Observed) && report.onSchedule(slo) {
		if own := report.errorsByItself(slo.Scope); slo.Holds(own) {
			level.Observed = own
		}
	}
	times, samples := report.timesOf(slo), report.samples(slo)
	if needed := slo.MinSamples(); int64(needed) > samples {
		level.Needs = needed
	}
	if needed := FewestSamples(slo); slo.Metric == assay.MetricErrors && needed > samples {
		level.Needs = int(needed)
	}
	level.AtLeast, level.Proof = times.AtLeast(slo.Metric), report.proof(slo, level.Observed, samples)
	level.Verdict, level.Reason = report.verdict(level, slo, times, samples)
	if level.Verdict == NotKnown {
		level.Confidence = 0
	}
	switch level.Reason.Key() {
	case phrase.LevelTooFew, phrase.LevelTooFewFor, phrase.LevelTooFewStage:
		level.Needs = int(FewestSamples(slo)) // as the reason says
		if level.NeedsSeconds > 0 {
			level.NeedsSeconds = max(level.NeedsSeconds, digits(report.Measured()*(float64(level.Needs)/float64(max(1, samples))-1)))
		}
	case phrase.LevelClosed:
		level.Needs = 0 // no number of samples is enough
	}
	level.Holds = level.Verdict == Holds
	return level
}

// verdict judges a level by what the parts of the run tell, or by what was observed where they tell nothing. Never is it against what was
// observed. A level that is not known has a reason.
func (r Report) verdict(level Level, slo assay.SLO, times Times, samples int64) (LevelVerdict, phrase.Phrase) {
	told, missed := level.verdict(slo, level.Observed), samples > 0 && !slo.Holds(level.Observed)
	untold := r.untold(slo, times, samples)
	switch {
	case missed && (told == "" || told == DoesNotHold):
		return DoesNotHold, phrase.Phrase{}
	case !untold.IsZero():
		return NotKnown, untold
	case !missed && (told == "" || told == Holds):
		return Holds, phrase.Phrase{}
	default:
		return NotKnown, r.doubt(level, slo, times)
	}
}

// untold says why a service level cannot hold, whatever was observed; zero if it can.
func (r Report) untold(slo assay.SLO, times Times, samples int64) phrase.Phrase {
	switch {
	case r.Exchanges.Sent == 0:
		return phrase.Say(phrase.NothingSent)
	case samples == 0:
		return phrase.Say(phrase.LevelUnobserved)
	case isTime(slo.Metric) && r.Plan.Shape == Closed: // before what a longer run or timeout would mend
		return phrase.Say(phrase.LevelClosed)
	case samples < FewestSamples(slo):
		return r.tooFew(slo, samples)
	case times.AtLeast(slo.Metric):
		return phrase.Say(phrase.LevelCensored, times.Censored, Duration(times.CensoredFrom))
	default:
		return phrase.Phrase{}
	}
}

// tooFew says that the samples of a level are too few, and how long a run at this rate has enough. A stage has a length of its own.
func (r Report) tooFew(slo assay.SLO, samples int64) phrase.Phrase {
	const shortest = 5 // seconds: the parts of a shorter run do not tell how much it varies
	needed, measured := FewestSamples(slo), r.Measured()
	if r.Plan.Shape == Staged {
		return phrase.Say(phrase.LevelTooFewStage, samples, string(slo.Metric), needed)
	}
	if wanted := easy(max(shortest, someMore*measured*float64(needed)/float64(samples))); measured > 0 && wanted <= longestDuration {
		return phrase.Say(phrase.LevelTooFewFor, samples, string(slo.Metric), needed, Span(wanted))
	}
	return phrase.Say(phrase.LevelTooFew, samples, string(slo.Metric), needed)
}

// FewestSamples is how many exchanges it takes to say with 95 % confidence that a level holds, where none of them is beyond a percentile's
// bound or an error: 5 for p50, 299 for p99 and for errors<1%. It is 0 for errors<=0, which no number proves, and for other metrics.
func FewestSamples(slo assay.SLO) int64 {
	const doubt = 0.05
	quantile := slo.Metric.Quantile()
	if slo.Metric == assay.MetricErrors {
		quantile = 1 - slo.Bound
	}
	if quantile <= 0 || quantile >= 1 {
		return 0
	}
	return int64(math.Ceil(math.Log(doubt) / math.Log(quantile)))
}

func isTime(metric assay.Metric) bool {
	return metric != assay.MetricErrors && metric != assay.MetricThroughput
}

// Observed is what was observed of what a service level is about: seconds, a share, or a number per second.
func (r Report) Observed(slo assay.SLO) float64 {
	switch slo.Metric {
	case assay.MetricErrors:
		return share(r.errorsOf(slo.Scope))
	case assay.MetricThroughput:
		return r.Throughput.Achieved
	default:
		return r.timesOf(slo).of(slo.Metric)
	}
}

// samples is the number of exchanges that a service level is judged by.
func (r Report) samples(slo assay.SLO) int64 {
	if isTime(slo.Metric) {
		return r.timesOf(slo).Samples
	}
	if slo.Metric == assay.MetricErrors {
		_, of := r.errorsOf(slo.Scope)
		return of
	}
	return r.Exchanges.Sent
}

// errorsOf are the errors of what a scope covers, and of how many exchanges.
func (r Report) errorsOf(scope assay.Scope) (failed, of int64) {
	return r.exchangesOf(scope).errors(scope)
}

// timesOf are the response times that a service level is about; zero for a level that is not about times.
func (r Report) timesOf(slo assay.SLO) Times {
	if !isTime(slo.Metric) {
		return Times{}
	}
	switch slo.Scope {
	case "":
		return r.Response
	case assay.ScopeRefusals:
		return r.Refusals
	case assay.ScopeAll:
		return r.All
	default:
		return r.endpoint(slo.Scope.Endpoint()).Response
	}
}

// serviceOf are the service times of what a service level is about; zero where they are not known apart.
func (r Report) serviceOf(slo assay.SLO) Times {
	switch {
	case slo.Scope == "":
		return r.Service
	case slo.Scope.Endpoint() != "":
		return r.endpoint(slo.Scope.Endpoint()).Service
	default:
		return Times{}
	}
}

func (r Report) exchangesOf(scope assay.Scope) Exchanges {
	if scope.Endpoint() == "" {
		return r.Exchanges
	}
	return r.endpoint(scope.Endpoint()).Exchanges
}

// endpoint are the figures of an endpoint; zero where nothing was sent to it.
func (r Report) endpoint(endpoint assay.Endpoint) EndpointFigures {
	i := slices.IndexFunc(r.ByEndpoint, func(f EndpointFigures) bool { return f.Endpoint == endpoint })
	if i < 0 {
		return EndpointFigures{}
	}
	return r.ByEndpoint[i]
}

// of is one of the times.
func (t Times) of(metric assay.Metric) float64 {
	switch metric {
	case assay.MetricP50:
		return t.P50
	case assay.MetricP90:
		return t.P90
	case assay.MetricP95:
		return t.P95
	case assay.MetricP99:
		return t.P99
	case assay.MetricP999:
		return t.P999
	case assay.MetricMax:
		return t.Max
	default:
		return t.Mean
	}
}

// AtLeast reports whether one of the times is a lower bound: it is among those of exchanges that timed out.
func (t Times) AtLeast(metric assay.Metric) bool {
	return t.Censored > 0 && t.CensoredFrom > 0 && (metric == assay.MetricMean || t.of(metric) >= t.CensoredFrom)
}

// Text is one of the times for people: "> 10.0s" for a lower bound, and a dash where there are no samples.
func (t Times) Text(metric assay.Metric) string {
	switch {
	case t.Samples == 0:
		return "—"
	case t.AtLeast(metric):
		return "> " + Duration(t.of(metric))
	default:
		return Duration(t.of(metric))
	}
}

// violations say which service levels do not hold.
func (r Report) violations() []phrase.Phrase {
	var reasons []phrase.Phrase
	for _, level := range r.SLO {
		if level.Verdict == DoesNotHold {
			reasons = append(reasons, phrase.Say(phrase.LevelMissed, level.Expression, level.Shown()))
		}
	}
	return reasons
}

// unknown says of which service levels it is not known whether they hold, and why.
func (r Report) unknown() []phrase.Phrase {
	var reasons []phrase.Phrase
	for _, level := range r.SLO {
		if level.Verdict == NotKnown {
			reasons = append(reasons, phrase.Say(phrase.LevelUnknown, level.Expression, level.Reason))
		}
	}
	return reasons
}

// NeedsKey is the key of the text about Needs: the level is not known without that many samples, or its figure is not firm.
func (l Level) NeedsKey() string {
	if l.Verdict == NotKnown {
		return "load.samples"
	}
	return "load.samples-firm"
}

// Shown is what was observed, in the level's own unit.
func (l Level) Shown() string {
	slo, err := assay.ParseSLO(l.Expression)
	switch {
	case err != nil:
		return fmt.Sprint(l.Observed)
	case slo.Metric == assay.MetricErrors:
		return Percent(l.Observed)
	case slo.Metric == assay.MetricThroughput:
		return Rate(l.Observed)
	case l.Verdict == NotKnown && l.Observed == 0:
		return "—"
	case l.AtLeast:
		return "> " + Duration(l.Observed)
	default:
		return Duration(l.Observed)
	}
}
