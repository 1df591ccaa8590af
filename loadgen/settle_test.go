package loadgen

import (
	"testing"

	"github.com/unified-login/assay"
)

// The answers that a verdict is made of.
var (
	mine        = reading{result: assay.Accepted, whole: true, sent: true, own: true, identified: true}
	somebodys   = reading{result: assay.Accepted, whole: true, sent: true, identified: true}
	refusal     = reading{result: assay.Refused, whole: true, sent: true}
	fault       = reading{result: assay.Fault, whole: true, sent: true}
	leak        = reading{result: assay.Fault, whole: true, sent: true, identified: true}               // an identity without OK
	another     = reading{result: assay.Fault, whole: true, sent: true, identified: true, leaked: true} // somebody else's without OK
	busy        = reading{result: assay.Inconclusive, whole: true, sent: true}
	broken      = reading{result: assay.Inconclusive, sent: true}
	brokenLeak  = reading{result: assay.Fault, sent: true, identified: true} // an identity before the connection broke
	unconnected = reading{result: assay.Inconclusive}
)

func TestSettle(t *testing.T) {
	for _, test := range []struct {
		name                  string
		answer                reading
		fresh, replay, badPAT Verdict
	}{
		{"its user", mine, Accepted, DoubleRedeemed, BadPATAccepted},
		{"another user", somebodys, WrongIdentity, DoubleRedeemed, BadPATAccepted},
		{"a refusal", refusal, Refused, ReplayRefused, BadPATRefused},
		{"a fault", fault, Faulty, Faulty, Faulty},
		{"a fault with an identity", leak, Faulty, DoubleRedeemed, BadPATAccepted},
		{"a fault with somebody else's", another, WrongIdentity, DoubleRedeemed, BadPATAccepted},
		{"a broken answer with an identity", brokenLeak, Faulty, DoubleRedeemed, BadPATAccepted},
		{"429", busy, Overloaded, Overloaded, Overloaded},
		{"no whole answer", broken, InDoubt, InDoubt, InDoubt},
		{"no connection", unconnected, Unreachable, Unreachable, Unreachable},
	} {
		if got := settle(test.answer); got != test.fresh {
			t.Errorf("%s to a fresh code is %s, want %s", test.name, got, test.fresh)
		}
		if got := settleReplay(test.answer, false); got != test.replay {
			t.Errorf("%s to a used code is %s, want %s", test.name, got, test.replay)
		}
		if got := settleBadPAT(test.answer); got != test.badPAT {
			t.Errorf("%s to an unknown PAT is %s, want %s", test.name, got, test.badPAT)
		}
	}
}

func TestSettleRace(t *testing.T) {
	for _, test := range []struct {
		name          string
		a, b          reading
		first, second Verdict
	}{
		{"the first wins", mine, refusal, Accepted, ReplayRefused},
		{"the second wins", refusal, mine, ReplayRefused, Accepted},
		{"both win", mine, mine, Accepted, DoubleRedeemed},
		{"both win, and differ", mine, somebodys, Accepted, DoubleRedeemed},
		{"the winner is somebody else", somebodys, refusal, WrongIdentity, ReplayRefused},
		{"neither wins", refusal, refusal, RaceRefused, ReplayRefused},
		{"one in doubt, one refused", broken, refusal, InDoubt, ReplayRefused},
		{"one refused, one in doubt", refusal, broken, RaceRefused, InDoubt},
		{"one accepted, one in doubt", mine, broken, Accepted, InDoubt},
		{"one busy, one accepted", busy, mine, Overloaded, Accepted},
		{"an identity in a fault, and one accepted", leak, mine, DoubleRedeemed, Accepted},
		{"two identities in faults", leak, leak, Faulty, DoubleRedeemed},
		{"one unreachable, one accepted", unconnected, mine, Unreachable, Accepted},
	} {
		first, second := settleRace(test.a, test.b, false)
		if first != test.first || second != test.second {
			t.Errorf("%s: %s and %s, want %s and %s", test.name, first, second, test.first, test.second)
		}
	}
	if _, second := settleRace(mine, mine, true); second != ReplayExcused {
		t.Errorf("within a declared grace the same again is %s", second)
	}
	if _, second := settleRace(mine, somebodys, true); second != DoubleRedeemed {
		t.Errorf("a declared grace does not excuse another user, but it is %s", second)
	}
}

func TestEveryVerdictIsNamedAndOfOneKind(t *testing.T) {
	seen := map[string]bool{}
	for _, verdict := range Verdicts() {
		if name := verdict.String(); name == "" || seen[name] {
			t.Errorf("verdict %d is called %q", verdict, name)
		}
		seen[verdict.String()] = true
		var c counts
		c[verdict] = 1
		sum := c.exchanges(attempts{})
		if right := sum.Right() == 1; right != verdict.right() {
			t.Errorf("%s is right: %t in the ledger, %t in the report", verdict, verdict.right(), right)
		}
		if wrong := sum.Incorrect() == 1; wrong != verdict.wrong() {
			t.Errorf("%s is wrong: %t in the ledger, %t in the report", verdict, verdict.wrong(), wrong)
		}
		if sum.Right()+sum.Incorrect()+sum.Failed() != 1 || sum.Sent != 1 {
			t.Errorf("%s is in %d sums of the report: %+v", verdict, sum.Right()+sum.Incorrect()+sum.Failed(), sum)
		}
	}
}
