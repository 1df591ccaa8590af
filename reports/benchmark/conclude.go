package benchmark

import (
	"cmp"
	"slices"

	"github.com/unified-login/assay/reports/phrase"
)

// An Outcome is the result of a load run.
type Outcome string

// The outcomes.
const (
	Passed    Outcome = "pass"
	Violated  Outcome = "slo-violated"
	Incorrect Outcome = "incorrect"           // an identity went to the wrong user, was missing or given twice, or went to an unknown PAT
	Unknown   Outcome = "unknown"             // it is not known whether a service level holds
	Saturated Outcome = "generator-saturated" // the figures say more of the generator than of the target
	Stopped   Outcome = "interrupted"
	Errored   Outcome = "error" // nothing could be measured
)

// Outcomes lists them.
func Outcomes() []Outcome {
	return []Outcome{Passed, Violated, Incorrect, Unknown, Saturated, Stopped, Errored}
}

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
	report.Suite.Rules = Rules
	report.SLO, report.Evidence = judgeLevels(report), nil
	report.Reasons = nil
	saturated := report.saturation()
	if report.slowByItself() {
		report.SLO = report.pardoned()
	}
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
	case report.Search != nil && !report.Search.Confirmed:
		report.Outcome, report.Reasons = Errored, []phrase.Phrase{cmp.Or(report.Search.Reason, phrase.Say(phrase.LimitUnconfirmed))}
	case len(violated) > 0:
		report.Outcome, report.Reasons = Violated, violated
	case len(report.unknown()) > 0:
		report.Outcome, report.Reasons = Unknown, report.unknown()
	default:
		report.Outcome = Passed
	}
	report.SLO = report.undecided()
	for _, remark := range slices.Concat(report.limitRemarks(), report.remarks(), report.slowServers(), []phrase.Phrase{report.stall(), report.silent()}) {
		if !remark.IsZero() && !slices.Contains(report.Notes, remark) {
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

// undecided are the levels, of which none is known where the run could not decide them: its figures are not the target's alone, or not those of
// the plan.
func (r Report) undecided() []Level {
	why := r.Undecided()
	if why.IsZero() {
		return r.SLO
	}
	levels := slices.Clone(r.SLO)
	for i, level := range levels {
		if level.Verdict != NotKnown {
			levels[i].Verdict, levels[i].Holds, levels[i].Confidence, levels[i].Reason = NotKnown, false, 0, why
		}
	}
	return levels
}

// stopped says when an interrupted run was stopped.
func (r Report) stopped() phrase.Phrase {
	if r.Exchanges.Sent == 0 && (r.Search == nil || len(r.Search.Steps) == 0) {
		return phrase.Say(phrase.StoppedEarly)
	}
	return phrase.Say(phrase.Stopped)
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
	var reasons []phrase.Phrase
	for _, breach := range []struct {
		key phrase.Key
		of  func(Exchanges) int64
	}{
		{phrase.WrongIdentity, func(e Exchanges) int64 { return e.WrongIdentity }},
		{phrase.WithoutIdentity, func(e Exchanges) int64 { return e.WithoutIdentity }},
		{phrase.RedeemedTwice, func(e Exchanges) int64 { return e.DoubleRedeemed }},
		{phrase.BadPATAccepted, func(e Exchanges) int64 { return e.BadPATsAccepted }},
	} {
		if breach.of(r.Everything()) > 0 {
			reasons = append(reasons, r.breach(breach.key, breach.of))
		}
	}
	return reasons
}

// breach says how often correctness was broken in one way, and how often of that in the warm-up, which other figures leave out.
func (r Report) breach(key phrase.Key, of func(Exchanges) int64) phrase.Phrase {
	said, before := phrase.Say(key, of(r.Everything())), int64(0)
	if r.WarmUp != nil {
		before = of(r.WarmUp.Exchanges)
	}
	if before == 0 {
		return said
	}
	return phrase.Say(phrase.OfWarmUp, said, before)
}
