package codes

import (
	"encoding/base64"
	"fmt"
	"testing"
)

func tokenOf(subject string, n int) []byte {
	encode := base64.RawURLEncoding.EncodeToString
	return []byte(encode([]byte(`{"alg":"RS256"}`)) + "." + encode(fmt.Appendf(nil, `{"jti":%d,"sub":%q}`, n, subject)) + ".c2ln")
}

// One wrong first answer is counted once, wherever it comes, and not with every right one after it.
func TestOneWrongFirstAnswerIsCountedOnce(t *testing.T) {
	for name, answers := range map[string][]string{
		"first": {"X", "A", "A", "A", "A"}, "second": {"A", "X", "A", "A", "A"}, "last": {"A", "A", "A", "A", "X"},
	} {
		u, wrong := NewUsers(), 0
		for _, openID := range answers {
			if own, _ := u.SignedIn(u.named("ann"), []byte(openID)); !own {
				wrong++
			}
		}
		if wrong != 1 {
			t.Errorf("one wrong answer, %s, is counted %d times", name, wrong)
		}
	}
}

func TestUnionIDIsPinnedByTwoAgreeingLogins(t *testing.T) {
	u := NewUsers()
	ann := u.named("ann")
	for i, step := range []struct {
		unionID string
		want    bool
	}{{"X", true}, {"A", false}, {"", true}, {"A", true}, {"X", false}, {"A", true}, {"", true}} {
		if got := u.Further(ann, []byte(step.unionID), nil); got != step.want {
			t.Errorf("login %d, unionId %q: %v", i, step.unionID, got)
		}
	}
}

// A unionId that is new at every login never agrees with another one, and is wrong from the second on.
func TestUnionIDThatNeverAgrees(t *testing.T) {
	u := NewUsers()
	for login := range 5 {
		if own := u.Further(u.named("ann"), fmt.Append(nil, "union-", login), nil); own != (login == 0) {
			t.Errorf("login %d: %v", login, own)
		}
	}
}

func TestTokenOfAnotherUser(t *testing.T) {
	own := func(i, _ int) string { return fmt.Sprint("account-", i) }
	for name, test := range map[string]struct {
		subject func(i, login int) string
		want    bool // that a token of another user is a wrong one
	}{
		"users'":                            {own, true},
		"the mini-program's":                {func(int, int) string { return "app" }, false},
		"the mini-program's, replaced once": {func(_, login int) string { return fmt.Sprint("app", login/4) }, false},
		"of eight servers":                  {func(i, login int) string { return fmt.Sprint("server", (i+login/3)%8) }, false},
		"another at every login":            {func(i, login int) string { return fmt.Sprint(i, "-", login) }, false},
	} {
		u := NewUsers()
		for login := range 9 {
			for i := range 40 {
				user := u.named(fmt.Sprint("user", i))
				if !u.Further(user, nil, tokenOf(test.subject(i, login), login)) {
					t.Errorf("%s: login %d of user %d counts as wrong", name, login, i)
				}
			}
		}
		theirs := tokenOf(test.subject(7, 8), 99)
		if wrong := !u.Further(u.named("user3"), nil, theirs); wrong != test.want {
			t.Errorf("%s: a token of another user is wrong: %v", name, wrong)
		}
	}
}

func TestATokenSeenBeforeAllocatesNothing(t *testing.T) {
	u, ann, token := NewUsers(), (*User)(nil), tokenOf("a", 1)
	ann = u.named("ann")
	for range 3 {
		u.Further(ann, []byte("union"), token)
	}
	if n := testing.AllocsPerRun(100, func() { u.Further(ann, []byte("union"), token) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
