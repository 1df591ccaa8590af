// Package expect holds the Gomega matchers of the suite, in the contract's words. Each is a pure function of recorded
// exchanges, so that what a spec expects can be asked again of a record long after the run.
//
// Start with [Matcher]; [BeAccepted] and [BeRefused] are the two that matter most.
package expect

import (
	"fmt"

	"github.com/unified-login/assay"
)

// A Matcher judges one or more exchanges. It is a Gomega matcher for an assay.Exchange or a slice of them, and says
// for a report what it wanted and what it saw.
type Matcher struct {
	// Expected is what was wanted, in words, without secrets.
	Expected string
	// Settles is set for matchers that can judge an inconclusive exchange; for the others such an exchange says nothing
	// and has to be made again.
	Settles bool
	// Refusal is set for matchers that want a refusal; what they hold for is a negative of the run.
	Refusal bool

	judge func([]assay.Exchange) (actual string, ok bool)
	// undecided says of which inconclusive exchanges a matcher that settles can tell nothing after all; nil for none.
	undecided func(assay.Exchange) bool
}

// Undecided reports whether the matcher can tell nothing from x, so that it has to be made again with a fresh code.
func (m Matcher) Undecided(x assay.Exchange) bool {
	if assay.Judge(x).Result != assay.Inconclusive {
		return false
	}
	return !m.Settles || m.undecided != nil && m.undecided(x)
}

// Judge applies the matcher. actual says what was seen where ok is false; it may quote the target and is not yet
// redacted.
func (m Matcher) Judge(exchanges ...assay.Exchange) (actual string, ok bool) {
	return m.judge(exchanges)
}

// Match implements Gomega's matcher.
func (m Matcher) Match(actual any) (bool, error) {
	exchanges, err := exchangesOf(actual)
	if err != nil {
		return false, err
	}
	_, ok := m.judge(exchanges)
	return ok, nil
}

// FailureMessage implements Gomega's matcher.
func (m Matcher) FailureMessage(actual any) string {
	exchanges, _ := exchangesOf(actual)
	saw, _ := m.judge(exchanges)
	return fmt.Sprintf("expected: %s\nactual:   %s", m.Expected, saw)
}

// NegatedFailureMessage implements Gomega's matcher.
func (m Matcher) NegatedFailureMessage(any) string {
	return "expected anything but: " + m.Expected
}

func exchangesOf(actual any) ([]assay.Exchange, error) {
	switch actual := actual.(type) {
	case assay.Exchange:
		return []assay.Exchange{actual}, nil
	case []assay.Exchange:
		return actual, nil
	default:
		return nil, fmt.Errorf("expected an assay.Exchange, got %T", actual)
	}
}

// each makes a matcher that holds for several exchanges when it holds for every one.
func each(expected string, judge func(assay.Exchange) (string, bool)) Matcher {
	return Matcher{Expected: expected, judge: func(exchanges []assay.Exchange) (string, bool) {
		for _, x := range exchanges {
			if actual, ok := judge(x); !ok {
				return actual, false
			}
		}
		return "", true
	}}
}

// answered makes a matcher that also does not hold for an exchange without an answer.
func answered(expected string, judge func(assay.Exchange) (string, bool)) Matcher {
	return each(expected, func(x assay.Exchange) (string, bool) {
		if x.Response == nil {
			return Describe(x), false
		}
		return judge(x)
	})
}
