package codes

import (
	"strings"
	"sync"
	"testing"

	"github.com/unified-login/assay"
)

func (u *Users) named(id string) *User {
	return u.Of(&assay.Code{UserID: id, Channel: "finclip", Phone: "1"})
}

func TestFirstOpenIDIsPinned(t *testing.T) {
	u := NewUsers()
	ann, bob := u.named("ann"), u.named("bob")
	long := strings.Repeat("x", maxPin+1)
	for _, step := range []struct {
		user   *User
		openID string
		want   bool
	}{
		{ann, "A", true}, {ann, "A", true}, {ann, "B", false}, {bob, "A", false}, {bob, "B", true}, {bob, "A", false}, {ann, "A", true},
		{u.named("cyd"), long, true}, {u.named("cyd"), long, true}, {u.named("cyd"), long + "y", false}, {u.named("dan"), long, false},
	} {
		if got, _ := u.SignedIn(step.user, []byte(step.openID)); got != step.want {
			t.Errorf("%s signed in as %.8s: %t", step.user.ID, step.openID, got)
		}
	}
}

// A platform may give one openId for all channels of a user, or one for each.
func TestChannelsOfAUserMayShareAnOpenID(t *testing.T) {
	for _, second := range []string{"A", "A2"} {
		u := NewUsers()
		one, two := u.Of(&assay.Code{UserID: "ann", Channel: "x"}), u.Of(&assay.Code{UserID: "ann", Channel: "y"})
		own, first := u.SignedIn(one, []byte("A"))
		again, firstToo := u.SignedIn(two, []byte(second))
		if one == two || !own || !first || !again || !firstToo {
			t.Errorf("%s for the second channel counts as wrong", second)
		}
	}
}

func TestBelongsToAnother(t *testing.T) {
	u := NewUsers()
	ann, bob := u.Of(&assay.Code{UserID: "ann", Channel: "x", Phone: "1"}), u.Of(&assay.Code{UserID: "bob", Channel: "x", Phone: "2"})
	again := u.Of(&assay.Code{UserID: "ann", Channel: "y", Phone: "3"})
	for range 2 {
		u.SignedIn(ann, []byte("A"))
	}
	for _, test := range []struct {
		user     *User
		endpoint assay.Endpoint
		identity string
		want     bool
	}{
		{bob, assay.Login, "A", true}, {ann, assay.Login, "A", false}, {again, assay.Login, "A", false}, {bob, assay.Login, "?", false},
		{bob, assay.Phone, "1", true}, {bob, assay.Phone, "2", false}, {ann, assay.Phone, "3", false}, {ann, assay.Phone, "2****", false},
	} {
		if got := u.BelongsToAnother(test.user, test.endpoint, test.identity); got != test.want {
			t.Errorf("%s for %s belongs to another user: %t", test.identity, test.user.ID, got)
		}
	}
}

func TestOneOfConcurrentFirstLoginsIsPinned(t *testing.T) {
	u := NewUsers()
	ann := u.named("ann")
	results := make(chan bool)
	var all sync.WaitGroup
	for _, openID := range []string{"A", "B", "C", "D"} {
		all.Go(func() {
			own, first := u.SignedIn(ann, []byte(openID))
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
		t.Errorf("%d of four different openIds of one user count as right", right)
	}
}

func TestPinnedUserAllocatesNothing(t *testing.T) {
	u := NewUsers()
	ann, openID := u.named("ann"), []byte("2279547539610117")
	u.SignedIn(ann, openID)
	if n := testing.AllocsPerRun(100, func() { u.SignedIn(ann, openID) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
