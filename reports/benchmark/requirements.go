package benchmark

import (
	"slices"

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
	judge := map[string]func() (assay.Verdict, phrase.Phrase){
		loadIdentity:  func() (assay.Verdict, phrase.Phrase) { return judgeIdentity(report) },
		loadSingleUse: func() (assay.Verdict, phrase.Phrase) { return judgeSingleUse(report) },
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

// fewestTries is how many tries without a failure it takes to say with 95 % confidence that fewer than one of ten fails: 29.
func fewestTries() int64 { return FewestSamples(assay.SLO{Metric: assay.MetricP90}) }

func judgeIdentity(report Report) (assay.Verdict, phrase.Phrase) {
	sum, missing := report.Everything(), report.uncompared()
	compared := sum.Accepted - sum.Uncompared
	switch {
	case sum.WrongIdentity > 0:
		return assay.Fail, report.breach(phrase.WrongIdentity, func(e Exchanges) int64 { return e.WrongIdentity })
	case sum.WithoutIdentity > 0:
		return assay.Fail, report.breach(phrase.WithoutIdentity, func(e Exchanges) int64 { return e.WithoutIdentity })
	case sum.Accepted == 0:
		return assay.Untested, phrase.Say(phrase.NoneAccepted)
	case compared <= 0:
		return assay.Untested, phrase.Say(phrase.NoneCompared)
	case len(missing) > 0:
		return assay.Untested, phrase.Say(phrase.MembersUncompared, missing, report.fewerUsers())
	case compared < sum.Uncompared:
		return assay.Untested, phrase.Say(phrase.MostUncompared, sum.Uncompared, sum.Accepted, report.fewerUsers())
	case compared < fewestTries():
		return assay.Untested, phrase.Say(phrase.FewCompared, compared, fewestTries())
	case sum.Uncompared > 0:
		return assay.Pass, phrase.Say(phrase.SomeRight, compared, sum.Uncompared)
	default:
		return assay.Pass, phrase.Say(phrase.AllRight, sum.Accepted)
	}
}

// uncompared are the members by which users are identified that were never compared.
func (r Report) uncompared() (members []string) {
	for _, one := range r.Compared {
		if one.Answers > 0 && one.Compared == 0 {
			members = append(members, one.Member)
		}
	}
	return members
}

// fewerUsers is a number of users of whom each would have signed in several times.
func (r Report) fewerUsers() int64 {
	const times = 4
	return max(1, min(int64(r.Plan.Users)/2, r.Everything().Accepted/times))
}

// judgeSingleUse judges what was measured: a warm-up may break single use, but too little is sent in it to show that it holds.
func judgeSingleUse(report Report) (assay.Verdict, phrase.Phrase) {
	sum, measured := report.Everything(), report.Exchanges
	switch {
	case sum.DoubleRedeemed > 0:
		return assay.Fail, report.breach(phrase.RedeemedTwice, func(e Exchanges) int64 { return e.DoubleRedeemed })
	case sum.ReplaysSent == 0 && report.Plan.Mix["replay"] == 0 && report.Plan.Mix["race"] == 0:
		return assay.Untested, phrase.Say(phrase.NoReplays)
	case sum.ReplaysSent == 0:
		return assay.Untested, phrase.Say(phrase.FewReplays, int64(0), fewestTries())
	case sum.ReplaysRefused == 0:
		return assay.Untested, phrase.Say(phrase.ReplaysUndecided)
	case measured.ReplaysRefused < fewestTries():
		return assay.Untested, phrase.Say(phrase.FewReplays, measured.ReplaysRefused, fewestTries())
	case report.untried() != "":
		return assay.Untested, phrase.Say(phrase.EndpointUntried, string(report.untried()))
	default:
		return assay.Pass, phrase.Say(phrase.ReplaysRefused, measured.ReplaysRefused, measured.ReplaysSent)
	}
}

// untried is an endpoint of the run, or of a declared profile, that refused no code the second time; empty if all did.
func (r Report) untried() assay.Endpoint {
	for _, endpoint := range assay.Endpoints() {
		profile := map[assay.Endpoint]string{assay.Login: assay.ProfileLogin, assay.Phone: assay.ProfilePhone}[endpoint]
		e := r.endpoint(endpoint).Exchanges
		if (e.Accepted > 0 || slices.Contains(r.Target.Profiles, profile)) && e.ReplaysRefused == 0 {
			return endpoint
		}
	}
	return ""
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
	case !declared && len(report.violations()) == 0:
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
		return assay.Untested, phrase.Say(phrase.RateTooLow, declaredRate(report), PlannedRate(report.Plan.Rate))
	default:
		return assay.Pass, phrase.Say(phrase.LevelsHold)
	}
}

// declaredRate is the rate at which the service levels are declared to hold.
func declaredRate(report Report) string { return PlannedRate(report.Plan.DeclaredRate) }
