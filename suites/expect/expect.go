// Package expect holds Gomega matchers over an [assay.Exchange], in the contract's words. Each is a pure function of
// recorded exchanges, so the same matcher serves the suite's specs, another team's specs and an old record.
//
//	Expect(service.Do(ctx, client.Exchange(code, pat))).To(expect.SignIn(openID))
//	Expect(service.Do(ctx, client.Exchange(code, pat))).To(expect.BeRefused())
//
// Start with [BeAccepted] and [BeRefused]; [Matcher] says what they have in common.
package expect

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/reproduce"
)

// A Matcher judges one or more exchanges. It is a Gomega matcher for an assay.Exchange or a slice of them, which works
// with And, Or, Not and WithTransform. An exchange that is inconclusive (no answer, or status 429 or 503) neither
// matches nor fails to match: Match returns an [InconclusiveError], so that both To and NotTo fail.
//
// The zero value does not work; the functions of this package and [From] make matchers.
type Matcher struct {
	// Expected is what the matcher demands, in words and without secrets.
	Expected string
	// Settles is set if the matcher can judge inconclusive exchanges too.
	Settles bool
	// Refusal is set if the matcher demands a refusal. The suite collects the exchanges that it was asked about for its
	// checks of all refusals.
	Refusal bool
	// Sign is what a script can see of a violation; nil where only the matcher can see it.
	Sign reproduce.Sign

	judge func([]assay.Exchange) (actual string, ok bool)
	// whole is set if an answer that broke off is no evidence, even one with an identity.
	whole bool
	// undecided names the inconclusive exchanges that a matcher with Settles cannot judge; nil if it can judge all of them.
	undecided func(assay.Exchange) bool
	// other is the matcher that this one was made from; nil for those of this package.
	other types.GomegaMatcher
}

var _ types.GomegaMatcher = Matcher{}

// Shows returns the matcher with a sign: any of the conditions.
func (m Matcher) Shows(conditions ...reproduce.Condition) Matcher {
	m.Sign = conditions
	return m
}

// serverError sees a 5xx that is the server's failure. 501 is an answer to a method, and 503 one to the load.
func serverError() reproduce.Condition { return reproduce.Status("^5(0[0245-9]|[1-9].)$") }

// Undecided reports whether x is inconclusive for the matcher, so that a fresh code has to be exchanged.
func (m Matcher) Undecided(x assay.Exchange) bool {
	if m.whole && unfinished(x) {
		return true
	}
	if assay.Judge(x).Result != assay.Inconclusive {
		return false
	}
	return !m.Settles || m.undecided != nil && m.undecided(x)
}

// unfinished reports whether the end of the answer is missing, whether the target or this process ended it.
func unfinished(x assay.Exchange) bool {
	switch x.Failure.Kind {
	case assay.BrokenOff, assay.TimedOut, assay.Interrupted:
		return true
	default:
		return false
	}
}

// Judge applies the matcher to exchanges as they are, inconclusive ones included. If ok is false, actual says what was
// seen; it may quote the target and is not redacted.
func (m Matcher) Judge(exchanges ...assay.Exchange) (actual string, ok bool) {
	return m.judge(exchanges)
}

// Split divides exchanges into those that the matcher can judge and the inconclusive ones.
func (m Matcher) Split(exchanges []assay.Exchange) (decided, undecided []assay.Exchange) {
	for _, x := range exchanges {
		if m.Undecided(x) {
			undecided = append(undecided, x)
		} else {
			decided = append(decided, x)
		}
	}
	return decided, undecided
}

// Match implements Gomega's matcher. The error is an *[InconclusiveError] if the conclusive exchanges match and others
// are inconclusive, and another error if actual is neither an exchange nor a slice of exchanges.
func (m Matcher) Match(actual any) (bool, error) {
	exchanges, err := exchangesOf(actual)
	if err != nil {
		return false, err
	}
	decided, undecided := m.Split(exchanges)
	if _, ok := m.judge(decided); !ok {
		return false, nil
	}
	if len(undecided) > 0 {
		return false, &InconclusiveError{undecided}
	}
	return true, nil
}

// FailureMessage implements Gomega's matcher.
func (m Matcher) FailureMessage(actual any) string {
	if m.other != nil {
		return m.other.FailureMessage(actual)
	}
	exchanges, _ := exchangesOf(actual)
	decided, _ := m.Split(exchanges)
	saw, _ := m.judge(decided)
	return fmt.Sprintf("Expected of %s\n    %s\nbut got\n    %s", naming(exchanges), m.Expected, saw)
}

// NegatedFailureMessage implements Gomega's matcher.
func (m Matcher) NegatedFailureMessage(actual any) string {
	if m.other != nil {
		return m.other.NegatedFailureMessage(actual)
	}
	exchanges, _ := exchangesOf(actual)
	return fmt.Sprintf("Expected of %s anything but\n    %s\nbut got\n    %s", naming(exchanges), m.Expected, describeAll(exchanges))
}

// An InconclusiveError says that exchanges tell nothing about the platform: it was not reached, or was overloaded.
type InconclusiveError struct{ Exchanges []assay.Exchange }

// Error implements error.
func (e *InconclusiveError) Error() string {
	return fmt.Sprintf("%s is inconclusive: %s; exchange a fresh code", naming(e.Exchanges), describeAll(e.Exchanges))
}

// From makes a Matcher of any Gomega matcher for an exchange, or for a slice where there are several. Its Expected is
// empty: only the other matcher's own message says what it demands.
func From(other types.GomegaMatcher) Matcher {
	if m, ok := other.(Matcher); ok {
		return m
	}
	return Matcher{other: other, judge: func(exchanges []assay.Exchange) (string, bool) {
		if len(exchanges) == 0 {
			return "", true
		}
		ok, err := other.Match(Actual(exchanges))
		if err != nil {
			return fmt.Sprintf("%s (%v)", describeAll(exchanges), err), false
		}
		return describeAll(exchanges), ok
	}}
}

// Actual is what Gomega is given for exchanges: the exchange if it is one, the slice otherwise.
func Actual(exchanges []assay.Exchange) any {
	if len(exchanges) == 1 {
		return exchanges[0]
	}
	return exchanges
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

// naming names exchanges by endpoint and id. A URL could hold secrets.
func naming(exchanges []assay.Exchange) string {
	if len(exchanges) == 1 {
		return strings.TrimSpace(fmt.Sprintf("%s exchange %s", exchanges[0].Endpoint, exchanges[0].ID))
	}
	return fmt.Sprintf("%d exchanges", len(exchanges))
}

func describeAll(exchanges []assay.Exchange) string {
	const most = 4
	var lines []string
	for _, x := range exchanges[:min(len(exchanges), most)] {
		lines = append(lines, Summary(x))
	}
	if more := len(exchanges) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("%d more", more))
	}
	return strings.Join(lines, "; ")
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

// ofWhole returns the matcher for whole answers.
func (m Matcher) ofWhole() Matcher {
	m.whole = true
	return m
}

// answered makes a matcher that does not hold for an exchange without an answer either.
func answered(expected string, judge func(assay.Exchange) (string, bool)) Matcher {
	return each(expected, func(x assay.Exchange) (string, bool) {
		if x.Response == nil {
			return Summary(x), false
		}
		return judge(x)
	})
}
