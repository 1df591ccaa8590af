package suites

import (
	"cmp"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// A Claim is a Gomega assertion about exchanges; [Trial.Expect] and [Trial.Given] make one. A failure becomes a finding of
// the trial. In addition, inconclusive exchanges are repeated.
type Claim struct {
	trial     *Trial
	exchanges []assay.Exchange
	given     bool // a failure leaves the requirement untested
}

// Expect claims what the requirement demands. If the claim does not hold, the requirement is violated.
func (t *Trial) Expect(exchanges ...assay.Exchange) Claim {
	return Claim{trial: t, exchanges: exchanges}
}

// Given claims what the requirement needs before it can be tested. If the claim does not hold, it is untested.
func (t *Trial) Given(exchanges ...assay.Exchange) Claim {
	return Claim{trial: t, exchanges: exchanges, given: true}
}

// To states the claim with any Gomega matcher, most often one of package expect. If it does not hold, the trial ends.
// If only inconclusive exchanges keep it from being decided, the case starts again with fresh codes.
func (c Claim) To(matcher types.GomegaMatcher, description ...any) {
	m := expect.From(matcher)
	decided, _ := m.Split(c.exchanges)
	if m.Refusal {
		c.trial.session.mustBeRefused(decided)
	}
	gomega.NewGomega(c.failHandler(m)).Expect(expect.Actual(c.exchanges)).To(m, description...)
}

// failHandler records what Gomega reports as the trial's own finding, and ends the trial or starts it again.
func (c Claim) failHandler(m expect.Matcher) types.GomegaFailHandler {
	return func(message string, _ ...int) {
		t := c.trial
		decided, undecided := m.Split(c.exchanges)
		actual, ok := m.Judge(decided...)
		switch {
		case ok && len(undecided) > 0:
			panic(again(undecided))
		case c.given:
			t.Untested(phrase.TwinRejected, actual)
		default:
			t.found(t.requirement.Violated(), cmp.Or(m.Expected, message), actual, t.leadingTo(c.exchanges)...)
			panic(stop{})
		}
	}
}

// leadingTo lists a single exchange after those of the same case and user that preceded it, or else after the valid exchange
// that preceded it: a replay says nothing without the exchange that it repeats, nor a refusal without its twin.
func (t *Trial) leadingTo(claimed []assay.Exchange) []assay.Exchange {
	const most = 4
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(claimed) != 1 {
		return claimed
	}
	var led, twin []assay.Exchange
	for _, x := range t.exchanges {
		switch {
		case x.ID == claimed[0].ID && len(led) == 0:
			return append(twin, claimed[0])
		case x.ID == claimed[0].ID:
			return append(led[max(0, len(led)+1-most):], claimed[0])
		case x.Code == nil || claimed[0].Code == nil || x.Code.UserID == claimed[0].Code.UserID:
			led = append(led, x)
		case expect.Identified(x):
			twin = []assay.Exchange{x}
		}
	}
	return claimed
}

// Check claims something that is not in an exchange, for example about a callback of the host app.
func (t *Trial) Check(holds bool, expected, actual string) {
	if !holds {
		t.found(t.requirement.Violated(), expected, actual)
		panic(stop{})
	}
}

// Warn records a violation that the target's declarations reduce to a warning.
func (t *Trial) Warn(expected, actual string, about ...assay.Exchange) {
	t.found(assay.Warn, expected, actual, about...)
}
