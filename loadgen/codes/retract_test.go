//go:build !race

package codes

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/unified-login/assay"
)

// TestARetractionTakesBackOneSuspicion: whatever answers come in whatever order, a suspicion of a user that is taken back was counted, and
// is taken back once.
func TestARetractionTakesBackOneSuspicion(t *testing.T) {
	const runs, users, logins = 400, 20, 200
	for seed := range uint64(runs) {
		random := rand.New(rand.NewPCG(seed, 1))
		u, people, open := NewUsers(), make([]*User, users), map[Accusation]int{}
		for i := range people {
			people[i] = &User{ID: fmt.Sprint("user", i)}
		}
		for n := range logins {
			user := random.IntN(users)
			value := func(kind string) []byte { // one in ten is another user's
				of := user
				if random.IntN(10) == 0 {
					of = random.IntN(users)
				}
				return fmt.Append(nil, kind, of)
			}
			identity := Identity{OpenID: value("openid"), UnionID: value("union"), AccessToken: tokenOf(string(value("account")), n)}
			if seed%2 == 0 {
				identity.OpenID = fmt.Append(nil, "openid", user)
			}
			found := u.Compare(people[user], assay.Login, identity, func() Kept { return n })
			if found.Own && found.Suspicion != 0 {
				open[Accusation{people[user], assay.Login, found.Suspicion}]++
			}
			for _, one := range found.Retracted {
				if open[one]--; open[one] < 0 {
					t.Fatalf("seed %d, answer %d: %d of %s is taken back and was not counted, or twice", seed, n, one.Of, one.User.ID)
				}
			}
		}
	}
}
