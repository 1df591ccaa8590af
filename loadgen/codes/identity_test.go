package codes

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unified-login/assay"
)

// login compares a login with an openId, which is remembered by its number.
func (u *Users) login(user *User, openID string, n ...int) Finding {
	return u.Compare(user, assay.Login, Identity{OpenID: []byte(openID)}, func() Kept { return slices.Concat(n, []int{-1})[0] })
}

func tokenOf(subject string, n int) []byte {
	return encoded(fmt.Appendf(nil, `{"jti":%d,"sub":%q}`, n, subject))
}

// encoded is a JWT.
func encoded(claims []byte) []byte {
	encode := base64.RawURLEncoding.EncodeToString
	return []byte(encode([]byte(`{"alg":"RS256"}`)) + "." + encode(claims) + ".c2ln")
}

func TestOpenIDIsPinnedByTwoLoginsThatAgree(t *testing.T) {
	u := NewUsers()
	ann, bob := u.named("ann"), u.named("bob")
	long := strings.Repeat("x", 300)
	for _, step := range []struct {
		user   *User
		openID string
		want   bool
	}{
		{ann, "A", true}, {ann, "A", true}, {ann, "B", false}, {bob, "A", false}, {bob, "B", true}, {bob, "A", false}, {ann, "A", true},
		{u.named("cyd"), long, true}, {u.named("cyd"), long, true}, {u.named("cyd"), long + "y", false}, {u.named("dan"), long, false},
	} {
		if got := u.login(step.user, step.openID).Own; got != step.want {
			t.Errorf("%s signed in as %.8s: %t", step.user.ID, step.openID, got)
		}
	}
}

// A wrong answer is counted once wherever it comes, and it is the one that is called odd, beside a right one.
func TestTheOddAnswerIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		answers        []string
		wrong          int
		odd            []int // their numbers, once each of them is known
		first, settled bool  // the first is held; and is confirmed in the end
	}{
		"first":             {[]string{"X", "A", "A", "A", "A"}, 1, []int{0}, true, true},
		"second":            {[]string{"A", "X", "A", "A", "A"}, 1, []int{1}, true, true},
		"last":              {[]string{"A", "A", "A", "A", "X"}, 1, nil, true, true},
		"two of the first":  {[]string{"X", "Y", "A", "A", "A"}, 2, []int{0, 1}, true, true},
		"around a right":    {[]string{"X", "A", "Y", "A", "A"}, 2, []int{0, 2}, true, true},
		"never two alike":   {[]string{"A", "B", "C", "D"}, 3, []int{0, 1}, true, false},
		"only two, unalike": {[]string{"A", "B"}, 1, nil, true, false},
		"all right":         {[]string{"A", "A", "A"}, 0, nil, true, true},
	} {
		u, wrong, odd, first, confirmed := NewUsers(), 0, []int(nil), 0, 0
		for n, openID := range test.answers {
			found := u.login(u.named("ann"), openID, n)
			if !found.Own {
				wrong++
			}
			if found.First {
				first++
			}
			if found.Confirmed {
				confirmed++
			}
			if found.Odd != nil {
				if odd = append(odd, found.Odd.(int)); found.Right == found.Odd || test.answers[found.Right.(int)] == test.answers[found.Odd.(int)] {
					t.Errorf("%s: answer %v contradicts %v", name, found.Odd, found.Right)
				}
			}
			if !found.Own && !found.Disputed && found.Contrast != 0 {
				t.Errorf("%s: answer %d contradicts %v, not the first", name, n, found.Contrast)
			}
		}
		if wrong != test.wrong || !slices.Equal(odd, test.odd) || first != 1 || (confirmed == 1) != test.settled {
			t.Errorf("%s: %d wrong, odd are %v, %d held, %d confirmed", name, wrong, odd, first, confirmed)
		}
	}
}

// A login with another user's openId contradicts the user's own login or, where the user has no own login, the other user's.
func TestAnotherUsersOpenIDHasAContrast(t *testing.T) {
	u := NewUsers()
	ann, bob := u.named("ann"), u.named("bob")
	u.login(ann, "A", 1)
	u.login(ann, "A", 2)
	for _, want := range []int{1, 3} {
		if found := u.login(bob, "A", 9); found.Own || found.Contrast != want {
			t.Errorf("it contradicts %v, want %d", found.Contrast, want)
		}
		u.login(bob, "B", 3)
	}
}

// A platform may give one openId for all channels of a user, or one for each.
func TestChannelsOfAUserMayShareAnOpenID(t *testing.T) {
	for _, second := range []string{"A", "A2"} {
		u := NewUsers()
		one, two := u.Of(&assay.Code{UserID: "ann", Channel: "x"}), u.Of(&assay.Code{UserID: "ann", Channel: "y"})
		for _, found := range []Finding{u.login(one, "A"), u.login(two, second)} {
			if one == two || !found.Own || !found.First {
				t.Errorf("%s for the second channel: %+v", second, found)
			}
		}
	}
}

func TestOneOfConcurrentFirstLoginsIsPinned(t *testing.T) {
	u := NewUsers()
	ann := u.named("ann")
	results := make(chan bool)
	var all sync.WaitGroup
	for _, openID := range []string{"A", "B", "C", "D"} {
		all.Go(func() { results <- u.login(ann, openID).First })
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

// Every member that identifies a user is compared like the openId.
func TestEveryMemberIsCompared(t *testing.T) {
	for name, with := range map[string]func(*Identity, string){
		"unionId": func(i *Identity, value string) { i.UnionID = []byte(value) },
		"channel": func(i *Identity, value string) { i.Channel = []byte(value) },
		"phone":   func(i *Identity, value string) { i.Phone = []byte(value) },
	} {
		for order, answers := range map[string][]string{"first": {"X", "A", "A", "A"}, "later": {"A", "A", "X", "A"}, "with gaps": {"", "A", "A", "X", ""}} {
			u, wrong := NewUsers(), 0
			for _, value := range answers {
				identity := Identity{OpenID: []byte("O")}
				with(&identity, value)
				if !u.Compare(u.named("ann"), assay.Login, identity, func() Kept { return nil }).Own {
					wrong++
				}
			}
			if wrong != 1 {
				t.Errorf("%s, the wrong one %s: %d are wrong", name, order, wrong)
			}
		}
	}
}

// A unionId that is new at every login never agrees with another one, and is wrong from the second on.
func TestUnionIDThatNeverAgrees(t *testing.T) {
	u := NewUsers()
	for login := range 5 {
		identity := Identity{OpenID: []byte("A"), UnionID: fmt.Append(nil, "union-", login)}
		if own := u.Compare(u.named("ann"), assay.Login, identity, func() Kept { return nil }).Own; own != (login == 0) {
			t.Errorf("login %d: %v", login, own)
		}
	}
}

func TestTokenOfAnotherUser(t *testing.T) {
	own := func(i, _ int) string { return fmt.Sprint("account-", i) }
	for name, test := range map[string]struct {
		users   int
		subject func(i, login int) string
		wrong   bool // that a token of another user is a wrong one, and so is one of nobody
	}{
		"users'":                            {40, own, true},
		"users', of eight":                  {8, own, true},
		"users', of two, by user id":        {2, func(i, _ int) string { return fmt.Sprint("user", i) }, true},
		"users', of two, by openId":         {2, func(i, _ int) string { return fmt.Sprint("open", i) }, true},
		"the mini-program's":                {40, func(int, int) string { return "app" }, false},
		"the mini-program's, replaced once": {40, func(_, login int) string { return fmt.Sprint("app", login/4) }, false},
		"of eight servers":                  {40, func(i, login int) string { return fmt.Sprint("server", (i+login/3)%8) }, false},
		"another at every login":            {40, func(i, login int) string { return fmt.Sprint(i, "-", login) }, false},
	} {
		u, ledger := NewUsers(), newFindings()
		login := func(i int, subject string, n int) int {
			identity := Identity{OpenID: fmt.Append(nil, "open", i), AccessToken: tokenOf(subject, n)}
			ledger.take(u.Compare(u.named(fmt.Sprint("user", i)), assay.Login, identity, func() Kept { return nil }))
			return ledger.wrong(u)
		}
		for n := range 9 {
			for i := range test.users {
				login(i, test.subject(i, n), n)
			}
		}
		wrong := map[bool]int{true: 1}[test.wrong]
		if before := ledger.wrong(u); before != 0 {
			t.Errorf("%s: %d logins count as wrong", name, before)
		}
		if got := login(1, test.subject(0, 8), 99); got != wrong {
			t.Errorf("%s: a token of another user is wrong: %v", name, got)
		}
		if got := login(1, "stranger", 100); got != 2*wrong {
			t.Errorf("%s: a token of nobody is wrong: %v", name, got-wrong)
		}
	}
}

// A first login with the token of somebody else is the odd one, where tokens name their user.
func TestTokenOfTheFirstLogin(t *testing.T) {
	u, odd := NewUsers(), Kept(nil)
	for n, subject := range []string{"B", "A", "A"} {
		identity := Identity{OpenID: []byte("A"), AccessToken: tokenOf(subject, n)}
		found := u.Compare(u.named("ann"), assay.Login, identity, func() Kept { return n })
		if odd = found.Odd; found.Own == (n == 1) {
			t.Errorf("login %d: %+v", n, found)
		}
	}
	if odd != 0 {
		t.Errorf("login %v is odd", odd)
	}
}

// Opaque tokens may be replaced, but are not another user's.
func TestOpaqueTokens(t *testing.T) {
	u, ledger := NewUsers(), newFindings()
	login := func(i int, token string) int {
		ledger.take(u.Compare(u.named(fmt.Sprint(i)), assay.Login, Identity{OpenID: fmt.Append(nil, i), AccessToken: []byte(token)}, func() Kept { return nil }))
		return ledger.wrong(u)
	}
	for n := range 4 {
		for i := range 10 {
			if login(i, fmt.Sprint("opaque", i, "-", n/2)) > 0 {
				t.Errorf("login %d of %d is wrong", n, i)
			}
		}
	}
	if login(1, "opaque2-0") != 1 {
		t.Error("another user's token counts as right")
	}
}

func TestPinnedUserAllocatesNothing(t *testing.T) {
	u := NewUsers()
	ann := u.named("ann")
	identity := Identity{OpenID: []byte("2279547539610117"), UnionID: []byte("union"), AccessToken: tokenOf("a", 1), Channel: []byte("finclip")}
	keep := func() Kept { return nil }
	for range 3 {
		u.Compare(ann, assay.Login, identity, keep)
	}
	if n := testing.AllocsPerRun(100, func() { u.Compare(ann, assay.Login, identity, keep) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
