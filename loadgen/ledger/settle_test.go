package ledger

import (
	"testing"

	"github.com/unified-login/assay"
)

// The answers that are judged.
var (
	mine        = Reading{Result: assay.Accepted, Whole: true, Sent: true, Own: true, Identified: true}
	notMine     = Reading{Result: assay.Accepted, Whole: true, Sent: true, Identified: true}
	refusal     = Reading{Result: assay.Refused, Whole: true, Sent: true}
	fault       = Reading{Result: assay.Fault, Whole: true, Sent: true}
	leak        = Reading{Result: assay.Fault, Whole: true, Sent: true, Identified: true}               // an identity, but no OK
	another     = Reading{Result: assay.Fault, Whole: true, Sent: true, Identified: true, Leaked: true} // another user's, but no OK
	nameless    = Reading{Result: assay.Fault, Whole: true, Sent: true, Nameless: true}                 // OK, but no identity
	wordless    = Reading{Result: assay.Refused, Whole: true, Sent: true, Wordless: true}               // 200 and an empty body
	telling     = Reading{Result: assay.Refused, Whole: true, Sent: true, Told: true}                   // a refusal whose cookie has the user's openId
	busy        = Reading{Result: assay.Inconclusive, Whole: true, Sent: true}
	broken      = Reading{Result: assay.Inconclusive, Sent: true}
	brokenLeak  = Reading{Result: assay.Fault, Sent: true, Identified: true} // an identity before the connection broke
	unconnected = Reading{Result: assay.Inconclusive}
)

func TestSettle(t *testing.T) {
	for _, test := range []struct {
		name                  string
		answer                Reading
		fresh, replay, badPAT Verdict
	}{
		{"the right user", mine, Accepted, DoubleRedeemed, BadPATAccepted},
		{"another user", notMine, WrongIdentity, DoubleRedeemed, BadPATAccepted},
		{"a refusal", refusal, Refused, ReplayRefused, BadPATRefused},
		{"a fault", fault, Faulty, Faulty, Faulty},
		{"a fault with an identity", leak, Faulty, DoubleRedeemed, BadPATAccepted},
		{"a fault with another user's identity", another, WrongIdentity, DoubleRedeemed, BadPATAccepted},
		{"an incomplete answer with an identity", brokenLeak, Faulty, DoubleRedeemed, BadPATAccepted},
		{"OK without an identity", nameless, WithoutIdentity, Faulty, Faulty},
		{"a refusal that tells the user", telling, Refused, DoubleRedeemed, BadPATAccepted},
		{"200 and nothing", wordless, Faulty, Faulty, Faulty},
		{"429", busy, Overloaded, Overloaded, Overloaded},
		{"no complete answer", broken, InDoubt, InDoubt, InDoubt},
		{"no connection", unconnected, Unreachable, Unreachable, Unreachable},
	} {
		if got := Settle(test.answer); got != test.fresh {
			t.Errorf("%s for a fresh code is %s, want %s", test.name, got, test.fresh)
		}
		if got := SettleReplay(test.answer, false); got != test.replay {
			t.Errorf("%s for a used code is %s, want %s", test.name, got, test.replay)
		}
		if got := SettleBadPAT(test.answer); got != test.badPAT {
			t.Errorf("%s for an unknown PAT is %s, want %s", test.name, got, test.badPAT)
		}
	}
}

func TestSettleRace(t *testing.T) {
	for _, test := range []struct {
		name          string
		a, b          Reading
		first, second Verdict
	}{
		{"the first wins", mine, refusal, Accepted, ReplayRefused},
		{"the second wins", refusal, mine, ReplayRefused, Accepted},
		{"both win", mine, mine, Accepted, DoubleRedeemed},
		{"the loser tells the user", mine, telling, Accepted, DoubleRedeemed},
		{"the first loses, and tells the user", telling, mine, DoubleRedeemed, Accepted},
		{"both win, with different users", mine, notMine, Accepted, DoubleRedeemed},
		{"the winner is another user", notMine, refusal, WrongIdentity, ReplayRefused},
		{"neither wins", refusal, refusal, RaceRefused, ReplayRefused},
		{"one in doubt, one refused", broken, refusal, InDoubt, ReplayRefused},
		{"one refused, one in doubt", refusal, broken, RaceRefused, InDoubt},
		{"one accepted, one in doubt", mine, broken, Accepted, InDoubt},
		{"OK without an identity, and a refusal", nameless, refusal, WithoutIdentity, ReplayRefused},
		{"one busy, one accepted", busy, mine, Overloaded, Accepted},
		{"an identity in a fault, and one accepted", leak, mine, DoubleRedeemed, Accepted},
		{"two identities in faults", leak, leak, Faulty, DoubleRedeemed},
		{"one unreachable, one accepted", unconnected, mine, Unreachable, Accepted},
	} {
		first, second := SettleRace(test.a, test.b, false)
		if first != test.first || second != test.second {
			t.Errorf("%s: %s and %s, want %s and %s", test.name, first, second, test.first, test.second)
		}
	}
	if _, second := SettleRace(mine, mine, true); second != ReplayExcused {
		t.Errorf("the same user again within a declared grace is %s", second)
	}
	if _, second := SettleRace(mine, notMine, true); second != DoubleRedeemed {
		t.Errorf("another user within a declared grace is %s", second)
	}
}

func TestEveryVerdictHasANameAndOneGroup(t *testing.T) {
	seen := map[string]bool{}
	for _, verdict := range Verdicts() {
		if name := verdict.String(); name == "" || seen[name] {
			t.Errorf("verdict %d has the name %q", verdict, name)
		}
		seen[verdict.String()] = true
		var c Counts
		c[verdict] = 1
		sum := c.Exchanges(Attempts{})
		if right := sum.Right() == 1; right != verdict.Right() {
			t.Errorf("%s is right: %t in the ledger, %t in the report", verdict, verdict.Right(), right)
		}
		if wrong := sum.Incorrect() == 1; wrong != verdict.Wrong() {
			t.Errorf("%s is wrong: %t in the ledger, %t in the report", verdict, verdict.Wrong(), wrong)
		}
		if sum.Right()+sum.Incorrect()+sum.Failed() != 1 || sum.Sent != 1 {
			t.Errorf("%s is in %d sums of the report: %+v", verdict, sum.Right()+sum.Incorrect()+sum.Failed(), sum)
		}
	}
}

// A surplus answer makes a fault of every correct answer, and hides no violation.
func TestVerdictBesideSurplus(t *testing.T) {
	for _, verdict := range Verdicts() {
		want := verdict
		if verdict.Right() {
			want = Faulty
		}
		if got := verdict.Beside(true); got != want || verdict.Beside(false) != verdict {
			t.Errorf("%s beside a surplus answer: %s, want %s", verdict, got, want)
		}
	}
}
