package benchmark

import (
	"fmt"

	"github.com/unified-login/assay"
)

// The requirements about load.
const (
	loadIdentity  = "load.identity"
	loadSingleUse = "load.single-use"
	loadSLO       = "load.slo"
)

// requirements judges the requirements about load from a run.
func requirements(report Report) []Requirement {
	sum := report.everything()
	judge := map[string]func() (assay.Verdict, string){
		loadIdentity:  func() (assay.Verdict, string) { return judgeIdentity(sum) },
		loadSingleUse: func() (assay.Verdict, string) { return judgeSingleUse(sum) },
		loadSLO:       func() (assay.Verdict, string) { return judgeSLO(report) },
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

func judgeIdentity(sum Exchanges) (assay.Verdict, string) {
	switch {
	case sum.WrongIdentity > 0:
		return assay.Fail, fmt.Sprintf("%s gave somebody else's identity", exchanges(sum.WrongIdentity))
	case sum.Accepted == 0:
		return assay.Untested, "no exchange was accepted"
	case sum.Uncompared >= sum.Accepted:
		return assay.Untested, "of no user an identity was seen twice, or a phone named, to compare it with; --users takes fewer"
	case sum.Uncompared > 0:
		return assay.Pass, fmt.Sprintf("%d accepted exchanges, each of them the right user's; of %d more there was nothing to compare",
			sum.Accepted-sum.Uncompared, sum.Uncompared)
	default:
		return assay.Pass, fmt.Sprintf("%d accepted exchanges, each of them the right user's", sum.Accepted)
	}
}

func judgeSingleUse(sum Exchanges) (assay.Verdict, string) {
	refused := sum.ReplaysRefused
	switch {
	case sum.DoubleRedeemed > 0:
		return assay.Fail, fmt.Sprintf("%s redeemed a code a second time", exchanges(sum.DoubleRedeemed))
	case sum.ReplaysSent == 0:
		return assay.Untested, "no code was sent twice; add replay and race to --mix"
	case refused == 0:
		return assay.Untested, "no replay got an answer that tells anything"
	default:
		return assay.Pass, fmt.Sprintf("%d of %d codes that were sent again were refused, none was accepted", refused, sum.ReplaysSent)
	}
}

func judgeSLO(report Report) (assay.Verdict, string) {
	declared := false
	for _, level := range report.SLO {
		declared = declared || !level.Default
	}
	switch {
	case !declared:
		return assay.Untested, "no service level was declared; declares.slo or --slo says some"
	case report.untold() != "":
		return assay.Untested, "the run could not tell: " + report.untold()
	case len(report.violations()) > 0:
		return assay.Fail, report.violations()[0]
	case report.Plan.DeclaredRate > 0 && report.Plan.Rate < report.Plan.DeclaredRate:
		went := fmt.Sprintf("was at %g/s", report.Plan.Rate)
		if report.Plan.Shape == Closed {
			went = "was a closed loop"
		}
		return assay.Untested, fmt.Sprintf("they were declared for %g/s, and the run %s; leave --rate out", report.Plan.DeclaredRate, went)
	default:
		return assay.Pass, "every declared service level holds"
	}
}
