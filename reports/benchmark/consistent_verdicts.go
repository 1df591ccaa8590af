package benchmark

import (
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// misjudged says which service level is not what its figure makes it.
func (r Report) misjudged() phrase.Phrase {
	for _, level := range r.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil {
			return phrase.Say(phrase.Contradicts, level.Expression, "the service levels that there are")
		}
		r := r.within(slo.Stage)
		figure, own := r.Observed(slo), r.Observed(slo)
		if slo.Metric == assay.MetricErrors {
			own = r.errorsByItself(slo.Scope) // which is what it is judged by, at times
		}
		meets := slo.Holds(level.Observed)
		switch {
		case level.Observed != figure && level.Observed != own && !r.countedAll(slo, level.Observed):
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
	case slices.Contains([]Outcome{Passed, Violated, Unknown}, r.Outcome) && len(r.saturation()) > 0 && !r.slowByItself():
		why = phrase.Join(r.saturation()...).String()
	default:
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.Contradicts, "outcome "+string(r.Outcome), why)
}

// countedAll reports whether a share of errors is one that earlier versions observed: of all exchanges, less those of the
// generator's own bursts.
func (r Report) countedAll(slo assay.SLO, observed float64) bool {
	return r.Suite.Rules < Rules && slo.Metric == assay.MetricErrors && observed <= share(r.exchangesOf(slo.Scope).errors(assay.ScopeAll))
}

// unproven says that a requirement passed although the figures violate it, by the rules of any version.
func (r Report) unproven() phrase.Phrase {
	sum, violated := r.Everything(), int64(len(r.violations()))
	for _, one := range r.Requirements {
		breaks := map[string]int64{loadIdentity: sum.WrongIdentity + sum.WithoutIdentity, loadSingleUse: sum.DoubleRedeemed, loadSLO: violated}[one.ID]
		if one.Verdict == assay.Pass && breaks > 0 {
			return phrase.Say(phrase.Contradicts, one.ID+": "+string(one.Verdict), fmt.Sprintf("what violates it: %d", breaks))
		}
	}
	return phrase.Phrase{}
}

// rejudged says which verdict is not the one that the figures lead to.
func (r Report) rejudged() phrase.Phrase {
	again := Conclude(r)
	if found := differ("slo levels", int64(len(r.SLO)), "those that apply", int64(len(again.SLO))); !found.IsZero() {
		return found
	}
	for i, level := range again.SLO {
		if stated := r.SLO[i]; stated != level {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s: %s", stated.Expression, stated.Verdict), fmt.Sprintf("%s: %s, %s", level.Expression, level.Verdict, level.Shown()))
		}
	}
	if found := differ("requirements", int64(len(r.Requirements)), "those about load", int64(len(again.Requirements))); !found.IsZero() {
		return found
	}
	for i, one := range again.Requirements {
		if stated := r.Requirements[i]; stated.ID != one.ID || stated.Verdict != one.Verdict || stated.Reason.String() != one.Reason.String() {
			return phrase.Say(phrase.Contradicts, stated.ID+": "+string(stated.Verdict), fmt.Sprintf("%s: %s, %s", one.ID, one.Verdict, one.Reason))
		}
	}
	if stated, made := string(r.Outcome), string(again.Outcome); stated != made {
		return phrase.Say(phrase.Contradicts, "outcome "+stated, made)
	}
	if !slices.Equal(phrase.Strings(r.Reasons), phrase.Strings(again.Reasons)) {
		return phrase.Say(phrase.Contradicts, "reasons: "+phrase.Join(r.Reasons...).String(), phrase.Join(again.Reasons...).String())
	}
	return phrase.Phrase{}
}
