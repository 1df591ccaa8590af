package codes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// Two users with one openId are seen when each signs in once, and the one who is right is not blamed for the other.
func TestTwoUsersWithOneOpenID(t *testing.T) {
	for name, test := range map[string]struct {
		logins string // user and openId, in their order
		wrong  int    // of them
	}{
		"once each":                           {"aV bV", 1},
		"the first is wrong":                  {"aB bB aA bB aA bB aA", 1},
		"the first is wrong, the other again": {"aB bB bB aA bB aA", 1},
		"the second is wrong":                 {"aA bA bB aA bB aA bB", 1},
		"the second is wrong, then right":     {"aA bA aA aA bB bB aA", 1},
		"both always":                         {"aV bV aV bV aV bV", 3},
		"the other always":                    {"aV bV bV aV bV aV", 3},
		"three users":                         {"aV bV cV", 2},
		"three users, one is right":           {"aV bV cV aV aV bB cC bB cC aV", 2},
		"of a user who changed":               {"aX aA bX bX aA bX aA", 1},
		"none":                                {"aA bB aA bB", 0},
	} {
		u, wrong, uncompared := NewUsers(), 0, 0
		logins := strings.Fields(test.logins)
		for n, login := range logins {
			found := u.login(u.named(login[:1]), login[1:], n)
			if !found.Own {
				if wrong++; found.Contrast == nil || logins[found.Contrast.(int)] == login {
					t.Errorf("%s: login %d contradicts %v", name, n, found.Contrast)
				}
			}
			if found.First {
				uncompared++
			}
			if found.Confirmed {
				uncompared--
			}
		}
		if wrong != test.wrong || uncompared < 0 {
			t.Errorf("%s: %d of %d are wrong, %d uncompared", name, wrong, test.wrong, uncompared)
		}
	}
}

// The other members are compared between users, too, once most users are known to have one of their own.
func TestTwoUsersWithOneOfAnotherMember(t *testing.T) {
	for name, test := range map[string]struct {
		users int
		give  func(user int) Identity
		wrong int
	}{
		"unionId":           {100, func(i int) Identity { return Identity{UnionID: fmt.Append(nil, "union", i)} }, 1},
		"unionId of all":    {100, func(int) Identity { return Identity{UnionID: []byte("app")} }, 0},
		"unionId of groups": {100, func(i int) Identity { return Identity{UnionID: fmt.Append(nil, "group", i%20)} }, 0},
		"unionId of two":    {100, func(i int) Identity { return Identity{UnionID: fmt.Append(nil, "two", i/2)} }, 51},
		"unionId of three":  {99, func(i int) Identity { return Identity{UnionID: fmt.Append(nil, "three", i/3)} }, 67},
		"subject of two":    {100, func(i int) Identity { return Identity{AccessToken: tokenOf(fmt.Sprint("two", i/2), i)} }, 51},
		"subject":           {100, func(i int) Identity { return Identity{AccessToken: tokenOf(fmt.Sprint("account", i), i)} }, 1},
		"subject, openId":   {2, func(i int) Identity { return Identity{AccessToken: tokenOf(fmt.Sprint("open", i), i)} }, 1},
		"subject of all":    {100, func(i int) Identity { return Identity{AccessToken: tokenOf("app", i)} }, 0},
		"of thirty servers": {100, func(i int) Identity { return Identity{AccessToken: tokenOf(fmt.Sprint("server", i%30), i)} }, 0},
		"opaque":            {100, func(i int) Identity { return Identity{AccessToken: fmt.Append(nil, "token", i)} }, 1},
	} {
		u, ledger := NewUsers(), newFindings()
		for i := range test.users + 1 { // the last one has what another user has
			identity := test.give(i)
			if i == test.users {
				identity = test.give(i - 1)
			}
			identity.OpenID = fmt.Append(nil, "open", i)
			ledger.take(u.Compare(u.named(fmt.Sprint("user", i)), assay.Login, identity, func() Kept { return i }))
		}
		if wrong := ledger.wrong(u); wrong != test.wrong {
			t.Errorf("%s: %d are wrong, want %d", name, wrong, test.wrong)
		}
	}
}

// A phone answer needs no id. One that it has is compared with the user's logins and with those of others.
func TestIDsOfAPhoneAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		phone Identity
		wrong bool
	}{
		"the user's":           {Identity{OpenID: []byte("A"), UnionID: []byte("UA")}, false},
		"another's openId":     {Identity{OpenID: []byte("B")}, true},
		"another's unionId":    {Identity{OpenID: []byte("A"), UnionID: []byte("UB")}, true},
		"nobody's openId":      {Identity{OpenID: []byte("X")}, true},
		"a token":              {Identity{AccessToken: tokenOf("for phones", 1)}, false},
		"another's token":      {Identity{AccessToken: tokenOf("B", 1)}, true},
		"the user's own token": {Identity{OpenID: []byte("A"), AccessToken: tokenOf("A", 1)}, false},
	} {
		u := NewUsers()
		for n := range 2 {
			for _, id := range []string{"A", "B"} {
				u.Compare(u.named(id), assay.Login, Identity{OpenID: []byte(id), UnionID: []byte("U" + id), AccessToken: tokenOf(id, n)}, func() Kept { return id })
			}
		}
		for range 2 {
			found := u.Compare(u.named("A"), assay.Phone, test.phone, func() Kept { return nil })
			if found.Own = found.Own && found.Suspicion == 0; found.Own == test.wrong || test.wrong && !slices.Contains([]Kept{"A", "B"}, found.Contrast) {
				t.Errorf("%s: %+v", name, found)
			}
		}
	}
}

// What is compared is said of every member.
func TestMembersThatWereCompared(t *testing.T) {
	u := NewUsers()
	identity := Identity{OpenID: []byte("A"), AccessToken: tokenOf("a", 1), Phone: []byte("1")}
	for n, want := range []Members{0, OpenID | AccessToken | Phone, OpenID | AccessToken | Phone} {
		found := u.Compare(u.named("ann"), assay.Login, identity, func() Kept { return nil })
		if found.Seen != OpenID|AccessToken|Phone || found.Compared != want {
			t.Errorf("login %d: %b of %b", n, found.Compared, found.Seen)
		}
	}
	identity.UnionID = []byte("U")
	if found := u.Compare(u.named("ann"), assay.Login, identity, func() Kept { return nil }); found.Seen&^found.Compared != UnionID {
		t.Errorf("%b of %b", found.Compared, found.Seen)
	}
}
