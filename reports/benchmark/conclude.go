package benchmark

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/unified-login/assay"
)

// An Outcome is what a load run amounts to.
type Outcome string

// The outcomes.
const (
	Passed    Outcome = "pass"
	Violated  Outcome = "slo-violated"
	Incorrect Outcome = "incorrect"           // an identity was given to the wrong user, twice, or to an unknown PAT
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

// ExitCode is what a command says of an outcome: 0 for a pass, 1 when the implementation fell short, 3 when that could
// not be told.
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

// DefaultErrors is the service level that holds where none about errors was asked for: a run whose exchanges come to
// nothing is no pass.
const DefaultErrors = "errors<1%"

// wasStopped is why an interrupted run tells nothing.
const wasStopped = "the run was stopped before its end"

// Conclude judges the service levels and works out the outcome. What breaks correctness outweighs everything, for no
// doubt about the figures excuses it; next comes what kept the run from telling anything.
func Conclude(report Report) Report {
	report.SLO = judgeLevels(report)
	report.Reasons = nil
	saturated := report.saturation()
	violated := report.violations()
	switch {
	case report.everything().Incorrect() > 0:
		report.Outcome, report.Reasons = Incorrect, report.breaches()
	case report.Error != "":
		report.Outcome, report.Reasons = Errored, []string{report.Error}
	case report.Interrupted:
		report.Outcome, report.Reasons = Stopped, []string{wasStopped}
	case report.Exchanges.Sent == 0:
		report.Outcome, report.Reasons = Errored, []string{"nothing was sent"}
	case len(saturated) > 0 && !report.slowByItself():
		report.Outcome, report.Reasons = Saturated, saturated
	case len(violated) > 0:
		report.Outcome, report.Reasons = Violated, violated
	case report.Search != nil && !report.Search.Confirmed:
		report.Outcome, report.Reasons = Errored, []string{cmp.Or(report.Search.Reason, "the limit was not confirmed")}
	default:
		report.Outcome = Passed
	}
	if remark := report.remark(); remark != "" && !slices.Contains(report.Notes, remark) {
		report.Notes = append(slices.Clone(report.Notes), remark)
	}
	if report.Reasons == nil {
		report.Reasons = []string{}
	}
	if report.NoiseFloor != nil && report.Exchanges.Sent > 0 {
		floor := *report.NoiseFloor
		floor.Below = floor.below(report.Response)
		report.NoiseFloor = &floor
	}
	report.Requirements = requirements(report)
	return report
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
			continue // whoever planned the run has refused it
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
func (r Report) violations() []string {
	var reasons []string
	for _, level := range r.SLO {
		if !level.Holds {
			reasons = append(reasons, fmt.Sprintf("%s does not hold: %s", level.Expression, level.Shown()))
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

// everything is the ledger of the warm-up, too.
func (r Report) everything() Exchanges {
	if r.WarmUp == nil {
		return r.Exchanges
	}
	return r.Exchanges.Plus(r.WarmUp.Exchanges)
}

// breaches say how correctness was broken.
func (r Report) breaches() []string {
	sum := r.everything()
	var reasons []string
	for _, breach := range []struct {
		count int64
		what  string
	}{
		{sum.WrongIdentity, "gave somebody else's identity"},
		{sum.DoubleRedeemed, "redeemed a code a second time"},
		{sum.BadPATsAccepted, "accepted a PAT that was never issued"},
	} {
		if breach.count > 0 {
			reasons = append(reasons, fmt.Sprintf("%s %s", exchanges(breach.count), breach.what))
		}
	}
	return reasons
}

func exchanges(n int64) string {
	if n == 1 {
		return "1 exchange"
	}
	return fmt.Sprintf("%d exchanges", n)
}
