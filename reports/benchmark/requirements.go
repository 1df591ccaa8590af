package benchmark

import (
	"fmt"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// The requirements about load.
const (
	loadIdentity  = "load.identity"
	loadSingleUse = "load.single-use"
	loadSLO       = "load.slo"
)

// requirements judges the requirements about load from a run.
func requirements(report Report) []Requirement {
	sum := report.Everything()
	judge := map[string]func() (assay.Verdict, phrase.Phrase){
		loadIdentity:  func() (assay.Verdict, phrase.Phrase) { return judgeIdentity(sum) },
		loadSingleUse: func() (assay.Verdict, phrase.Phrase) { return judgeSingleUse(sum) },
		loadSLO:       func() (assay.Verdict, phrase.Phrase) { return judgeSLO(report) },
	}
	results := []Requirement{}
	set := assay.Requirements()
	for _, id := range []string{loadIdentity, loadSingleUse, loadSLO} {
		requirement, _ := set.Find(id)
		verdict, reason := judge[id]()
		results = append(results, Requirement{ID: id, Says: requirement.Says, Verdict: verdict, Reason: reason})
	}
	return results
}

func judgeIdentity(sum Exchanges) (assay.Verdict, phrase.Phrase) {
	switch {
	case sum.WrongIdentity > 0:
		return assay.Fail, phrase.Say(phrase.WrongIdentity, sum.WrongIdentity)
	case sum.WithoutIdentity > 0:
		return assay.Fail, phrase.Say(phrase.WithoutIdentity, sum.WithoutIdentity)
	case sum.Accepted == 0:
		return assay.Untested, phrase.Say(phrase.NoneAccepted)
	case sum.Uncompared >= sum.Accepted:
		return assay.Untested, phrase.Say(phrase.NoneCompared)
	case sum.Uncompared > 0:
		return assay.Pass, phrase.Say(phrase.SomeRight, sum.Accepted-sum.Uncompared, sum.Uncompared)
	default:
		return assay.Pass, phrase.Say(phrase.AllRight, sum.Accepted)
	}
}

func judgeSingleUse(sum Exchanges) (assay.Verdict, phrase.Phrase) {
	refused := sum.ReplaysRefused
	switch {
	case sum.DoubleRedeemed > 0:
		return assay.Fail, phrase.Say(phrase.RedeemedTwice, sum.DoubleRedeemed)
	case sum.ReplaysSent == 0:
		return assay.Untested, phrase.Say(phrase.NoReplays)
	case refused == 0:
		return assay.Untested, phrase.Say(phrase.ReplaysUndecided)
	default:
		return assay.Pass, phrase.Say(phrase.ReplaysRefused, refused, sum.ReplaysSent)
	}
}

func judgeSLO(report Report) (assay.Verdict, phrase.Phrase) {
	declared, unknown := false, phrase.Phrase{}
	for _, level := range report.SLO {
		declared = declared || !level.Default
		if level.Verdict == NotKnown && unknown.IsZero() {
			unknown = phrase.Say(phrase.LevelUnknown, level.Expression, level.Reason)
		}
	}
	switch {
	case !declared:
		return assay.Untested, phrase.Say(phrase.NoLevels)
	case !report.Undecided().IsZero():
		return assay.Untested, phrase.Say(phrase.LevelsUntold, report.Undecided())
	case report.Plan.Shape == Closed && report.Plan.DeclaredRate == 0:
		return assay.Untested, phrase.Say(phrase.LevelsClosed)
	case report.Plan.Shape == Closed:
		return assay.Untested, phrase.Say(phrase.RateUnset, declaredRate(report))
	case len(report.violations()) > 0:
		return assay.Fail, report.violations()[0]
	case !unknown.IsZero():
		return assay.Untested, phrase.Say(phrase.LevelsUntold, unknown)
	case report.Plan.DeclaredRate > 0 && report.Plan.Rate < report.Plan.DeclaredRate:
		return assay.Untested, phrase.Say(phrase.RateTooLow, declaredRate(report), fmt.Sprintf("%g/s", report.Plan.Rate))
	default:
		return assay.Pass, phrase.Say(phrase.LevelsHold)
	}
}

// declaredRate is the rate at which the service levels are declared to hold.
func declaredRate(report Report) string { return fmt.Sprintf("%g/s", report.Plan.DeclaredRate) }
