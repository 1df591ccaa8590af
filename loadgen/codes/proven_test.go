//go:build !race

package codes

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// A population is what a target answers to its users, each of whom signs in several times.
type population struct {
	users, logins int
	give          func(user, login int) Identity
	wrong         bool // some answers are other users'
}

func populations() map[string]population {
	union := func(value func(user int) int) func(int, int) Identity {
		return func(user, _ int) Identity { return Identity{UnionID: fmt.Append(nil, "union", value(user))} }
	}
	token := func(value func(user, login int) string) func(int, int) Identity {
		return func(user, login int) Identity {
			return Identity{AccessToken: tokenOf(value(user, login), 1000*user+login)}
		}
	}
	opaque := func(value func(user, login int) string) func(int, int) Identity {
		return func(user, login int) Identity { return Identity{AccessToken: []byte(value(user, login))} }
	}
	session := func(of func(user, login int) Identity) func(int, int) Identity {
		return func(user, login int) Identity { return of(user-map[bool]int{true: 1}[user%4 == 1], login) }
	}
	spread := func(user, groups int) int { return int(uint64(user+1) * 0x9e3779b97f4a7c15 >> 33 % uint64(groups)) }
	return map[string]population{
		"unionId, all their own":        {400, 4, union(func(user int) int { return user }), false},
		"unionId of all":                {400, 4, union(func(int) int { return 0 }), false},
		"unionId of seven channels":     {40, 4, union(func(user int) int { return user % 7 }), false},
		"unionId of twenty tenants":     {400, 4, union(func(user int) int { return spread(user, 20) }), false},
		"unionId of two users each":     {400, 4, union(func(user int) int { return user / 2 }), true},
		"unionId of a first user":       {400, 4, union(func(user int) int { return map[bool]int{true: 0, false: user}[user%20 == 0] }), true},
		"unionId of one other, once":    {400, 1, union(func(user int) int { return max(1, user) }), true},
		"unionId of two, a first login": {40, 4, func(user, login int) Identity { return Identity{UnionID: fmt.Append(nil, "union", max(user, 1-login))} }, true},
		"subject, all their own":        {400, 4, token(func(user, _ int) string { return fmt.Sprint("account", user) }), false},
		"subject of all":                {400, 4, token(func(int, int) string { return "app" }), false},
		"subject of 20 tenants":         {400, 4, token(func(user, _ int) string { return fmt.Sprint("tenant", spread(user, 20)) }), false},
		"subject of 20, of 43 users":    {43, 4, token(func(user, _ int) string { return fmt.Sprint("tenant", spread(user, 20)) }), false},
		"subject of 50, of 30 users":    {30, 4, token(func(user, _ int) string { return fmt.Sprint("tenant", spread(user, 50)) }), false},
		"subject of 100 tenants":        {200, 4, token(func(user, _ int) string { return fmt.Sprint("tenant", spread(user, 100)) }), false},
		"subject of 100 servers, any":   {200, 8, token(func(user, login int) string { return fmt.Sprint("server", spread(user*8+login, 100)) }), false},
		"subject of another tenant": {200, 8, token(func(user, login int) string {
			return fmt.Sprint("tenant", (user+map[bool]int{true: 1}[user%8 == 1 && login == 5])%20)
		}), true},
		"subject of tenants, renewed": {200, 8, token(func(user, login int) string { return fmt.Sprint("tenant", user%20, "-", login/7) }), false},
		"subject of a rarer server": {200, 8, token(func(user, login int) string {
			return fmt.Sprint("server", map[bool]int{true: 1}[user%8 == 1 && login == 5])
		}), false},
		"subject of sessions":            {200, 4, token(func(user, login int) string { return fmt.Sprint("session", user, "-", login) }), false},
		"subject of two users each":      {400, 4, token(func(user, _ int) string { return fmt.Sprint("account", user/2) }), true},
		"subject of two, of every third": {400, 4, token(func(user, _ int) string { return fmt.Sprint("account", user-map[bool]int{true: 1}[user%6 == 1]) }), true},
		"subject of a first user": {400, 4, token(func(user, _ int) string {
			return fmt.Sprint("account", map[bool]int{true: 0, false: user}[user%20 == 0])
		}), true},
		"subject of another, once": {40, 4, token(func(user, login int) string {
			return fmt.Sprint("account", (user+map[bool]int{true: 1}[user == 7 && login == 2])%40)
		}), true},
		"subject of nobody, once": {40, 4, token(func(user, login int) string {
			return fmt.Sprint("account", user, map[bool]string{true: "x"}[user == 7 && login == 0])
		}), true},
		"opaque, new ones":        {200, 4, opaque(func(user, login int) string { return fmt.Sprint("opaque", user, "-", login) }), false},
		"opaque, kept":            {200, 4, opaque(func(user, _ int) string { return fmt.Sprint("opaque", user) }), false},
		"opaque, of all, renewed": {200, 4, opaque(func(user, login int) string { return fmt.Sprint("opaque", (200*login+user)/20) }), false},
		"opaque, of two":          {200, 4, opaque(func(user, login int) string { return fmt.Sprint("opaque", user/2, "-", login) }), true},
		"opaque, one of four": {200, 4, opaque(func(user, login int) string {
			return fmt.Sprint("opaque", (user+1)/4*4+(user+1)%4/2, "-", login*4+(user+1)%4/2*user)
		}), true},
		"a token of another session": {200, 4, session(func(user, login int) Identity {
			return Identity{AccessToken: tokenOf(fmt.Sprint("session", user, "-", login), 1000*user+login)}
		}), true},
		"the subject of another session": {200, 4, session(func(user, login int) Identity {
			return Identity{AccessToken: bare(fmt.Sprint("session", user, "-", login), 1000*user+login)}
		}), true},
		"a token of another, of one app": {200, 4, session(func(user, login int) Identity { return Identity{AccessToken: tokenOf("app", 1000*user+login)} }), true},
		"a token of another, of nobody":  {200, 4, session(func(user, login int) Identity { return Identity{AccessToken: tokenOf("", 1000*user+login)} }), true},
		"few users, new tokens":          {3, 60, opaque(func(user, login int) string { return fmt.Sprint("opaque", user, "-", login) }), false},
		"few users, one other's token": {5, 40, opaque(func(user, login int) string {
			return fmt.Sprint("opaque", user-map[bool]int{true: 1}[user == 1 && login%8 == 7], "-", login)
		}), true},
		"two users, one other's token": {2, 80, opaque(func(user, login int) string {
			return fmt.Sprint("opaque", user-map[bool]int{true: 1}[user == 1 && login%8 == 7], "-", login)
		}), true},
		"few users, tokens of the app, renewed": {5, 40, opaque(func(user, login int) string { return fmt.Sprint("opaque", (5*login+user)/3) }), false},
		"few users, kept tokens":                {5, 40, opaque(func(user, _ int) string { return fmt.Sprint("opaque", user) }), false},
		"few users, tokens of servers": {3, 60, opaque(func(user, login int) string {
			return fmt.Sprint("server", map[bool]int{true: (user + 1) % 3, false: user}[login%9 == 4])
		}), false},
		"two users, tokens of seconds":    {2, 100, func(user, login int) Identity { return Identity{AccessToken: bare("app", (2*login+user)/2)} }, false},
		"two users, an app token of each": {2, 100, func(user, login int) Identity { return Identity{AccessToken: bare("app", 2*login+user)} }, false},
		"tokens of one app":               {200, 4, func(user, login int) Identity { return Identity{AccessToken: tokenOf("app", 1000*user+login)} }, false},
	}
}

// bare is a JWT without an id of its own.
func bare(subject string, n int) []byte {
	return encoded(fmt.Appendf(nil, `{"iat":%d,"sub":%q}`, n, subject))
}

// The order in which users sign in makes no difference, and neither does that of the logins of one user.
func TestVerdictDoesNotDependOnTheOrder(t *testing.T) {
	const orders = 5
	for name, p := range populations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for order := range orders {
				if wrong := p.inOrder(uint64(order)); (wrong > 0) != p.wrong {
					t.Errorf("order %d: %d answers count as wrong", order, wrong)
				}
			}
		})
	}
}

// inOrder is how many answers count as wrong in an order; 0 is that of the users.
func (p population) inOrder(order uint64) int {
	turns := make([]int, p.users*p.logins)
	for i := range turns {
		turns[i] = i
	}
	if random := rand.New(rand.NewPCG(order, 1)); order > 0 {
		random.Shuffle(len(turns), func(i, j int) { turns[i], turns[j] = turns[j], turns[i] })
	}
	u, ledger := NewUsers(), newFindings()
	for _, turn := range turns {
		user, login := turn%p.users, turn/p.users
		identity := p.give(user, login)
		identity.OpenID = fmt.Append(nil, "open", user)
		ledger.take(u.Compare(u.named(fmt.Sprint("user", user)), assay.Login, identity, func() Kept { return turn }))
	}
	return ledger.wrong(u)
}

// The subject of a mini-program or a tenant that is renewed late in a run is no other tenant's: nobody is given the old one again.
func TestSubjectsThatAreRenewed(t *testing.T) {
	p := population{users: 40, logins: 40, give: func(user, login int) Identity {
		return Identity{AccessToken: tokenOf(fmt.Sprint("tenant", user%10, "-", login/38), 1000*user+login)}
	}}
	if wrong := p.inOrder(0); wrong > 0 {
		t.Errorf("%d answers count as wrong", wrong)
	}
}

// One wrong answer is counted once, whichever user's it is and whenever it comes, among users whose values are their own.
func TestOneWrongAnswerIsCountedOnce(t *testing.T) {
	for member, give := range map[string]func(value string, n int) Identity{
		"unionId": func(value string, _ int) Identity { return Identity{UnionID: []byte("union-" + value)} },
		"subject": func(value string, n int) Identity { return Identity{AccessToken: tokenOf("account-"+value, n)} },
		"both": func(value string, n int) Identity {
			return Identity{UnionID: []byte("union-" + value), AccessToken: tokenOf("account-"+value, n)}
		},
	} {
		for logins, want := range map[string]int{ // user and value, in their order
			"aA bA bB bB aA":          1,
			"bA aA aA bB bB aA":       1,
			"bA aA bB aA bB aA":       1,
			"bA bB aA aA bB":          1,
			"aA aA bB bA bB bB":       1,
			"bX bB bB":                1,
			"bB bX bB":                1,
			"bB bB bX bB":             1,
			"bX bY bB bB":             2,
			"aA bA cA aA bB cC bB":    2,
			"bA cA aA aA bB bB cC cC": 2,
			"aA bB aA bB":             0,
		} {
			u, ledger := NewUsers(), newFindings()
			for i := range 60 {
				identity := give(fmt.Sprint(i%20), i)
				identity.OpenID = fmt.Append(nil, "open", i%20)
				ledger.take(u.Compare(u.named(fmt.Sprint("user", i%20)), assay.Login, identity, func() Kept { return i }))
			}
			for n, login := range strings.Fields(logins) {
				identity := give(login[1:], 100+n)
				identity.OpenID = []byte("open-" + login[:1])
				ledger.take(u.Compare(u.named("user-"+login[:1]), assay.Login, identity, func() Kept { return n }))
			}
			if wrong := ledger.wrong(u); wrong != want {
				t.Errorf("%s, %s: %d are wrong, want %d", member, logins, wrong, want)
			}
		}
	}
}
