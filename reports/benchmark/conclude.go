package benchmark

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// An Outcome is the result of a load run.
type Outcome string

// The outcomes.
const (
	Passed    Outcome = "pass"
	Violated  Outcome = "slo-violated"
	Incorrect Outcome = "incorrect"           // an identity went to the wrong user, was given twice, or went to an unknown PAT
	Saturated Outcome = "generator-saturated" // the figures say more of the generator than of the target
	Stopped   Outcome = "interrupted"
	Errored   Outcome = "error" // nothing could be measured
)

func outcomes() []Outcome { return []Outcome{Passed, Violated, Incorrect, Saturated, Stopped, Errored} }

// The exit codes of the outcomes, as every command has them.
const (
	exitHolds   = 0
	exitFails   = 1
	exitUnknown = 3
)

// ExitCode is what a command exits with: 0 for a pass, 1 when the implementation failed, 3 when that is unknown.
func ExitCode(outcome Outcome) int {
	switch outcome {
	case Passed:
		return exitHolds
	case Violated, Incorrect:
		return exitFails
	default:
		return exitUnknown
	}
}

// DefaultErrors is the service level that applies where none about errors was asked for: a run whose exchanges fail does
// not pass.
const DefaultErrors = "errors<1%"

// Conclude judges the service levels and determines the outcome. Broken correctness outweighs everything, as no doubt about
// the figures excuses it; next comes what kept the run from measuring anything.
func Conclude(report Report) Report {
	report.SLO = judgeLevels(report)
	report.Reasons = nil
	saturated := report.saturation()
	violated := report.violations()
	switch {
	case report.Everything().Incorrect() > 0:
		report.Outcome, report.Reasons = Incorrect, report.blamed()
	case !report.Error.IsZero():
		report.Outcome, report.Reasons = Errored, []phrase.Phrase{report.Error}
	case report.Interrupted:
		report.Outcome, report.Reasons = Stopped, []phrase.Phrase{report.stopped()}
	case report.Exchanges.Sent == 0:
		report.Outcome, report.Reasons = Errored, []phrase.Phrase{phrase.Say(phrase.NothingSent)}
	case len(saturated) > 0 && !report.slowByItself():
		report.Outcome, report.Reasons = Saturated, saturated
	case len(violated) > 0:
		report.Outcome, report.Reasons = Violated, violated
	case report.Search != nil && !report.Search.Confirmed:
		report.Outcome, report.Reasons = Errored, []phrase.Phrase{cmp.Or(report.Search.Reason, phrase.Say(phrase.LimitUnconfirmed))}
	default:
		report.Outcome = Passed
	}
	for _, remark := range report.remarks() {
		if !slices.Contains(report.Notes, remark) {
			report.Notes = append(slices.Clone(report.Notes), remark)
		}
	}
	if report.Reasons == nil {
		report.Reasons = []phrase.Phrase{}
	}
	if report.NoiseFloor != nil && report.Exchanges.Sent > 0 {
		floor := *report.NoiseFloor
		floor.Below = floor.below(report.Response)
		report.NoiseFloor = &floor
	}
	report.Requirements = requirements(report)
	return report
}

// stopped says when an interrupted run was stopped.
func (r Report) stopped() phrase.Phrase {
	if r.Exchanges.Sent == 0 && (r.Search == nil || len(r.Search.Steps) == 0) {
		return phrase.Say(phrase.StoppedEarly)
	}
	return phrase.Say(phrase.Stopped)
}

// judgeLevels completes the service levels with what was observed.
func judgeLevels(report Report) []Level {
	aboutErrors := false
	var levels []Level
	for _, level := range report.SLO {
		if level.Default {
			continue // it is added again below
		}
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil {
			continue // the plan of a run refuses it
		}
		aboutErrors = aboutErrors || slo.Metric == assay.MetricErrors
		levels = append(levels, judged(report, slo, false))
	}
	if slo, err := assay.ParseSLO(DefaultErrors); err == nil && !aboutErrors {
		levels = append(levels, judged(report, slo, true))
	}
	return levels
}

func judged(report Report, slo assay.SLO, byDefault bool) Level {
	level := Level{Expression: slo.String(), Observed: report.Observed(slo), Default: byDefault}
	if slo.Metric == assay.MetricErrors && !slo.Holds(level.Observed) && report.onSchedule(slo) {
		if own := report.errorsByItself(); slo.Holds(own) {
			level.Observed = own
		}
	}
	level.Holds = slo.Holds(level.Observed) && report.Exchanges.Sent > 0
	if needed := slo.MinSamples(); int64(needed) > report.Response.Samples {
		level.Needs = needed
	}
	return level
}

// Observed is what was observed of what a service level is about: seconds, a share, or a number per second.
func (r Report) Observed(slo assay.SLO) float64 {
	switch slo.Metric {
	case assay.MetricErrors:
		return r.Exchanges.ErrorShare()
	case assay.MetricThroughput:
		return r.Throughput.Achieved
	default:
		return r.Response.of(slo.Metric)
	}
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

// violations say which service levels do not hold.
func (r Report) violations() []phrase.Phrase {
	var reasons []phrase.Phrase
	for _, level := range r.SLO {
		if !level.Holds {
			reasons = append(reasons, phrase.Say(phrase.LevelMissed, level.Expression, level.Shown()))
		}
	}
	return reasons
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
	default:
		return Duration(l.Observed)
	}
}

// Everything is the ledger of the whole run, with the warm-up.
func (r Report) Everything() Exchanges {
	if r.WarmUp == nil {
		return r.Exchanges
	}
	return r.Exchanges.Plus(r.WarmUp.Exchanges)
}

// breaches say how correctness was broken.
func (r Report) breaches() []phrase.Phrase {
	sum := r.Everything()
	var reasons []phrase.Phrase
	for _, breach := range []struct {
		count int64
		key   phrase.Key
	}{
		{sum.WrongIdentity, phrase.WrongIdentity},
		{sum.DoubleRedeemed, phrase.RedeemedTwice},
		{sum.BadPATsAccepted, phrase.BadPATAccepted},
	} {
		if breach.count > 0 {
			reasons = append(reasons, phrase.Say(breach.key, breach.count))
		}
	}
	return reasons
}
