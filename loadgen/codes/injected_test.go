package codes

import (
	"fmt"
	"testing"

	"github.com/unified-login/assay"
)

// What was injected for another user of the run is proof by itself, wherever a member of an answer has it, and even if it always does.
func TestInjectedIDOfAnotherUser(t *testing.T) {
	for name, test := range map[string]struct {
		id    func(user int) string
		give  func(id, other, phone string) Identity
		wrong bool
	}{
		"openId":  {long, func(_, other, _ string) Identity { return Identity{OpenID: []byte(other)} }, true},
		"unionId": {long, func(id, other, _ string) Identity { return Identity{OpenID: []byte("o" + id), UnionID: []byte(other)} }, true},
		"subject": {long, func(id, other, _ string) Identity {
			return Identity{OpenID: []byte("o" + id), AccessToken: tokenOf(other, 1)}
		}, true},
		"a phone as openId":    {long, func(_, _, phone string) Identity { return Identity{OpenID: []byte(phone)} }, true},
		"short, with a letter": {func(user int) string { return fmt.Sprint("u", 10+user) }, func(_, other, _ string) Identity { return Identity{OpenID: []byte(other)} }, true},
		"a claim of the app's": {long, func(id, other, _ string) Identity {
			return Identity{OpenID: []byte("o" + id), AccessToken: claiming("uid", other)}
		}, true},
		"any other claim": {long, func(id, other, _ string) Identity {
			return Identity{OpenID: []byte("o" + id), AccessToken: claiming("holder", other)}
		}, true},
		"elsewhere": {long, func(id, other, _ string) Identity {
			return Identity{OpenID: []byte("o" + id), Elsewhere: [][]byte{[]byte(other)}}
		}, true},
		"the user's own": {long, func(id, _, _ string) Identity {
			return Identity{OpenID: []byte(id), UnionID: []byte(id), AccessToken: tokenOf(id, 1), Elsewhere: [][]byte{[]byte(id)}}
		}, false},
		"short numbers": {func(user int) string { return fmt.Sprint(user) }, func(_, other, _ string) Identity { return Identity{OpenID: []byte(other)} }, false},
		"a short number, elsewhere": {func(user int) string { return fmt.Sprint(user) }, func(id, other, _ string) Identity {
			return Identity{OpenID: []byte("o" + id), Elsewhere: [][]byte{[]byte(other)}}
		}, false},
		"the issuer, not the user": {long, func(id, other, _ string) Identity {
			return Identity{OpenID: []byte("o" + id), AccessToken: claiming("iss", other)}
		}, false},
	} {
		u, ledger := NewUsers(), newFindings()
		const users = 20
		user := func(i int) *User {
			return u.Of(&assay.Code{UserID: test.id(i), Channel: "finclip", Phone: fmt.Sprintf("138%08d", i)})
		}
		for i := range 3 * users {
			other := (i + 1) % users
			user(other)
			found := u.Compare(user(i%users), assay.Login, test.give(test.id(i%users), test.id(other), fmt.Sprintf("138%08d", other)), func() Kept { return 1 })
			ledger.take(found)
			if !found.Own && i > users && found.Contrast == nil {
				t.Errorf("%s: nothing is known that it contradicts", name)
			}
		}
		if wrong := ledger.wrong(u); wrong != map[bool]int{true: 3 * users}[test.wrong] {
			t.Errorf("%s: %d are wrong", name, wrong)
		}
	}
}

func long(user int) string { return fmt.Sprint(2279547539610117 + user) }

// claiming is a token of the mini-program with another claim.
func claiming(name, value string) []byte {
	return encoded(fmt.Appendf(nil, `{"sub":"app","%s":%q}`, name, value))
}

// A user whose answers were right so far is compared again when a user becomes known whose id they have.
func TestInjectedIDOfALaterUser(t *testing.T) {
	u := NewUsers()
	ann := u.Of(&assay.Code{UserID: long(1)})
	login := func() bool {
		return u.Compare(ann, assay.Login, Identity{OpenID: []byte(long(2))}, func() Kept { return 1 }).Own
	}
	for range 3 {
		if !login() {
			t.Fatal("an id of nobody counts as wrong")
		}
	}
	if u.Of(&assay.Code{UserID: long(2)}); login() {
		t.Error("the id of a user who is known by now counts as right")
	}
}

// Users who share a phone may have it for an id.
func TestSharedPhoneAsID(t *testing.T) {
	u := NewUsers()
	for i := range 40 {
		found := u.Compare(u.Of(&assay.Code{UserID: long(i % 20), Phone: "13800000001"}), assay.Login,
			Identity{OpenID: fmt.Append(nil, "open", i%20), UnionID: []byte("13800000001")}, func() Kept { return 1 })
		if !found.Own || found.Suspicion&u.Proven()[0] != 0 {
			t.Fatalf("login %d: %+v", i, found)
		}
	}
}

// An answer has no known id of another user anywhere. One that several users have proves nothing.
func TestKnownIDOfAnotherUserElsewhere(t *testing.T) {
	for name, test := range map[string]struct {
		elsewhere string
		union     func(user int) string
		wrong     int
	}{
		"openId":           {"open-of-user-7", func(user int) string { return fmt.Sprint("union-of-", user) }, 1},
		"unionId":          {"union-of-7", func(user int) string { return fmt.Sprint("union-of-", user) }, 1},
		"subject":          {"account-of-7", func(user int) string { return fmt.Sprint("union-of-", user) }, 1},
		"the user's own":   {"open-of-user-3", func(user int) string { return fmt.Sprint("union-of-", user) }, 0},
		"of nobody":        {"open-of-user-99", func(user int) string { return fmt.Sprint("union-of-", user) }, 0},
		"unionId of many":  {"union-of-0", func(user int) string { return fmt.Sprint("union-of-", user%2) }, 0},
		"a number of nine": {"123456789", func(user int) string { return fmt.Sprint("union-of-", user) }, 0},
	} {
		u, ledger := NewUsers(), newFindings()
		login := func(user int, elsewhere ...[]byte) {
			identity := Identity{OpenID: fmt.Append(nil, "open-of-user-", user), UnionID: []byte(test.union(user)),
				AccessToken: tokenOf(fmt.Sprint("account-of-", user), 1), Elsewhere: elsewhere}
			ledger.take(u.Compare(u.named(fmt.Sprint("user-", user)), assay.Login, identity, func() Kept { return 1 }))
		}
		for i := range 60 {
			login(i % 20)
		}
		for _, endpoint := range assay.Endpoints() { // of an answer that accepts nobody, and of a phone answer without other members
			known := test.wrong > 0 && (endpoint == assay.Login || name != "subject") // no phone answer has had a token
			if got := u.Leaks(u.named("user-3"), endpoint, Identity{Elsewhere: [][]byte{[]byte(test.elsewhere)}}); (got != nil) != known {
				t.Errorf("%s at %s: leaks %+v", name, endpoint, got)
			}
		}
		if login(3, []byte(test.elsewhere)); ledger.wrong(u) != test.wrong {
			t.Errorf("%s: %d are wrong", name, ledger.wrong(u))
		}
	}
}
