package loadgen

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
)

func (u *users) named(id string) *user {
	return u.of(&assay.Code{UserID: id, Channel: "finclip", Phone: "1"})
}

func TestTheFirstOpenIDIsPinned(t *testing.T) {
	u := newUsers()
	ann, bob := u.named("ann"), u.named("bob")
	long := strings.Repeat("x", maxPin+1)
	for _, step := range []struct {
		who    *user
		openID string
		want   bool
	}{
		{ann, "A", true}, {ann, "A", true}, {ann, "B", false}, {bob, "A", false}, {bob, "B", true}, {bob, "A", false}, {ann, "A", true},
		{u.named("cyd"), long, true}, {u.named("cyd"), long, true}, {u.named("cyd"), long + "y", false}, {u.named("dan"), long, false},
	} {
		if got, _ := u.signedIn(step.who, []byte(step.openID)); got != step.want {
			t.Errorf("%s signed in as %.8s: %t", step.who.id, step.openID, got)
		}
	}
}

// A platform may give one openId for all channels of a user, or one for each.
func TestAUserOfTwoChannelsMayHaveOneOpenIDOrTwo(t *testing.T) {
	for _, second := range []string{"A", "A2"} {
		u := newUsers()
		one, two := u.of(&assay.Code{UserID: "ann", Channel: "x"}), u.of(&assay.Code{UserID: "ann", Channel: "y"})
		own, first := u.signedIn(one, []byte("A"))
		again, firstToo := u.signedIn(two, []byte(second))
		if one == two || !own || !first || !again || !firstToo {
			t.Errorf("%s for the second channel is held against the platform", second)
		}
	}
}

func TestWhoseIdentityItIs(t *testing.T) {
	u := newUsers()
	ann, bob := u.of(&assay.Code{UserID: "ann", Channel: "x", Phone: "1"}), u.of(&assay.Code{UserID: "bob", Channel: "x", Phone: "2"})
	again := u.of(&assay.Code{UserID: "ann", Channel: "y", Phone: "3"})
	u.signedIn(ann, []byte("A"))
	for _, test := range []struct {
		who      *user
		endpoint assay.Endpoint
		identity string
		want     bool
	}{
		{bob, assay.Login, "A", true}, {ann, assay.Login, "A", false}, {again, assay.Login, "A", false}, {bob, assay.Login, "?", false},
		{bob, assay.Phone, "1", true}, {bob, assay.Phone, "2", false}, {ann, assay.Phone, "3", false}, {ann, assay.Phone, "2****", false},
	} {
		if got := u.anothers(test.who, test.endpoint, test.identity); got != test.want {
			t.Errorf("%s, given to %s, is another's: %t", test.identity, test.who.id, got)
		}
	}
}

func TestOfSimultaneousFirstLoginsOneOpenIDStays(t *testing.T) {
	u := newUsers()
	ann := u.named("ann")
	results := make(chan bool)
	var all sync.WaitGroup
	for _, openID := range []string{"A", "B", "C", "D"} {
		all.Go(func() {
			own, first := u.signedIn(ann, []byte(openID))
			results <- own && first
		})
	}
	go func() { all.Wait(); close(results) }()
	right := 0
	for ok := range results {
		if ok {
			right++
		}
	}
	if right != 1 {
		t.Errorf("%d of four different openIds of one user are right", right)
	}
}

func TestAPinnedUserCostsNoAllocation(t *testing.T) {
	u := newUsers()
	ann, openID := u.named("ann"), []byte("2279547539610117")
	u.signedIn(ann, openID)
	if n := testing.AllocsPerRun(100, func() { u.signedIn(ann, openID) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A fickle line gives every exchange an openId of its own.
type fickle struct {
	played
	given *atomic.Int64
}

func (l *fickle) exchange(r *request, timeout time.Duration) answer {
	a := l.played.exchange(r, timeout)
	a.body = fmt.Appendf(nil, `{"errcode":"OK","data":{"openId":"%d","channel":"finclip"}}`, l.given.Add(1))
	return a
}

// Of users who sign in once it cannot be told whether they are signed in rightly, and so it is not said.
func TestUsersWhoAreSeenOnceProveNothing(t *testing.T) {
	for users, want := range map[int]assay.Verdict{100: assay.Untested, 99: assay.Fail} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 100, Duration: time.Second, Users: users})
			defer r.close()
			var given atomic.Int64
			r.line = func(int) line {
				return &fickle{given: &given, played: played{wait: func(time.Time) time.Duration { return time.Millisecond }}}
			}
			report := benchmark.Conclude(r.report(r.whole(r.plan)))
			if got := report.Requirements[0]; got.ID != "load.identity" || got.Verdict != want || report.Exchanges.Uncompared != int64(users) {
				t.Errorf("%d users: %s %s: %s; %+v", users, got.ID, got.Verdict, got.Reason, report.Exchanges)
			}
		})
	}
}
