package suites

import (
	"cmp"
	"slices"

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
	after     []assay.Exchange
	unsigned  bool
}

// After names the exchanges that led to a single one that is judged. Without it, they are the latest of the same case and user.
func (c Claim) After(led ...assay.Exchange) Claim {
	c.after = append([]assay.Exchange{}, led...)
	return c
}

// Unsigned says that a script of these exchanges alone could not tell a violation from what is legal: the reproduction is then a run of
// the requirement.
func (c Claim) Unsigned() Claim {
	c.unsigned = true
	return c
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
			stopped := again(undecided)
			if stopped.away = c.isAway(m); !stopped.away || !t.unavailing {
				panic(stopped)
			}
		case !m.Refusal && slices.ContainsFunc(decided, refusedSpoilt):
			t.conclude(assay.Error, phrase.Say(phrase.CodeSpoilt))
			panic(stop{})
		case c.given:
			t.Untested(phrase.TwinRejected, actual)
		default:
			o := observation{expected: cmp.Or(m.Expected, message), actual: actual, steps: t.leadingTo(c, m), sign: m.Sign}
			if c.unsigned {
				o.sign = nil
			}
			t.found(t.requirement.Violated(), o)
			panic(stop{})
		}
	}
}

// isAway reports whether a claim of one exchange that was answered 503 holds of the 503, or demands a refusal.
func (c Claim) isAway(m expect.Matcher) bool {
	if len(c.exchanges) != 1 || !isAway(c.exchanges[0]) {
		return false
	}
	_, holds := m.Judge(c.exchanges...)
	return holds || m.Refusal
}

// refusedSpoilt reports whether a target refused a code that a driver or a host app has spoilt: no platform issues one like it. A
// target that takes it may have issued it like that.
func refusedSpoilt(x assay.Exchange) bool {
	return x.Code != nil && x.Code.Code != "" && assay.CodeFault(x.Code.Code) != "" && assay.Judge(x).Result == assay.Refused
}

// leadingTo gives the exchanges of a claim their roles. It lists a single one after those of the same case and user that were
// answered before it, or else after the valid exchange that preceded it. A replay says nothing without the exchange that it
// repeats, and a refusal nothing without its twin.
func (t *Trial) leadingTo(c Claim, m expect.Matcher) []step {
	if len(c.exchanges) != 1 {
		return stepsOf(m, c.exchanges)
	}
	probe := c.exchanges[0]
	if c.after != nil {
		return stepsTo(probe, c.after)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var led, twin []assay.Exchange
	for _, x := range t.exchanges {
		switch {
		case x.ID == probe.ID || x.Sent.Add(x.Took).After(probe.Sent):
		case x.Code == nil || probe.Code == nil || x.Code.UserID == probe.Code.UserID:
			led = append(led, x)
		case expect.Identified(x):
			twin = []assay.Exchange{x}
		}
	}
	if len(led) == 0 {
		led = twin
	}
	return stepsTo(probe, latestOf(led, probe))
}

// latestOf keeps the first use of the probe's code and the latest of the others.
func latestOf(led []assay.Exchange, probe assay.Exchange) []assay.Exchange {
	const most = 3
	if len(led) <= most {
		return led
	}
	kept := led[len(led)-most:]
	first := slices.IndexFunc(led, func(x assay.Exchange) bool { return sameCode(x, probe) && expect.SignedIn(x) })
	if first >= 0 && first < len(led)-most {
		kept = append([]assay.Exchange{led[first]}, kept[1:]...)
	}
	return kept
}

// Check claims something that is not in an exchange, for example about a callback of the host app.
func (t *Trial) Check(holds bool, expected, actual string) {
	if !holds {
		t.foundViolation(expected, actual)
		panic(stop{})
	}
}

// Warn records a violation that the target's declarations reduce to a warning. The last exchange is the probe.
func (t *Trial) Warn(expected, actual string, about ...assay.Exchange) {
	o := observation{expected: expected, actual: actual}
	if last := len(about) - 1; last >= 0 {
		o.steps = stepsTo(about[last], about[:last])
	}
	t.found(assay.Warn, o)
}
