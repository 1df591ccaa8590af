package suites

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// concurrencyChapter: what only shows under simultaneous requests, code.single-use-race included.
func concurrencyChapter(c *chapter) {
	c.race("code.single-use-race", singleUseRace)
	c.race("concurrency.no-crosstalk", noCrosstalk)
	c.race("concurrency.first-login", firstLogin)
	c.record("concurrency.no-5xx", func(t *Trial) {
		races := filter(t.Record(), func(x assay.Exchange) bool {
			return x.Requirement == "code.single-use-race" || strings.HasPrefix(x.Requirement, "concurrency.")
		})
		t.Every(races, expect.NotFailUnderLoad(), phrase.SawNoRace)
	})
}

// noCrosstalk signs many users in at once, several times, and compares every answer with the one that the user got
// alone.
func noCrosstalk(t *Trial) {
	const most, rounds = 32, 4
	if all := most * (rounds + maxAttempts); t.session.fresh(all) < all {
		for range rounds { // a slow driver: each round has users and codes of its own
			t.crosstalk(t.crowd(2*most)/2, 1, 1)
		}
		return
	}
	t.crosstalk(most, rounds, maxAttempts)
}

// crosstalk signs users in alone, for which each has so many spare codes, and then all at once in so many rounds.
func (t *Trial) crosstalk(users, rounds, spare int) {
	codes, alone := make([][]assay.Code, users), make([]assay.Exchange, users)
	t.Each(users, func(i int) {
		codes[i] = t.Codes(rounds + spare)
		alone[i] = t.oneSignIn(supply(codes[i][rounds:]))
	})
	t.session.client.Warm(t.ctx, users)
	for round := range rounds {
		requests := make([]client.Request, users)
		for i := range requests {
			requests[i] = client.Exchange(codes[i][round], t.PAT())
		}
		t.judgeCrowd(alone, t.Race(requests))
	}
}

// judgeCrowd compares simultaneous answers with those that the users got alone. Inconclusive exchanges are left out as
// long as at least half are conclusive.
func (t *Trial) judgeCrowd(alone, crowd []assay.Exchange) {
	if t.traceless() {
		t.Expect(crowd...).To(expect.GiveDistinctIdentities())
		return
	}
	own := map[string]string{}
	var decided []assay.Exchange
	for i, x := range crowd {
		own[x.ID] = expect.IdentityOf(alone[i])
		if isDecided(x) {
			decided = append(decided, x)
		}
	}
	if 2*len(decided) < len(crowd) {
		decided = crowd // too few: the claim starts the case again
	}
	t.Expect(decided...).To(expect.SignInEach(own))
	if t.Endpoint == assay.Login {
		for i, x := range crowd {
			if slices.ContainsFunc(decided, func(d assay.Exchange) bool { return d.ID == x.ID }) {
				t.Expect(alone[i], x).To(expect.GiveOneChannel())
			}
		}
	}
}

// firstLogin signs a new user in several times at once, and once more afterwards. Two users do so side by side.
func firstLogin(t *Trial) {
	const users, most = 8, 8
	simultaneous, spare := most, maxAttempts
	if all := most + spare; t.session.fresh(all) < all {
		spare = 1
		simultaneous = max(t.crowd(most+spare)-spare, 1)
	}
	t.session.client.Warm(t.ctx, simultaneous)
	t.sideBySide(2, users, func() {
		codes := t.CodesFor(t.Person(), t.App(0), simultaneous+spare)
		requests := make([]client.Request, simultaneous)
		for i := range requests {
			requests[i] = client.Exchange(codes[i], t.PAT())
		}
		exchanges := t.Race(requests)
		later := t.oneSignIn(supply(codes[simultaneous:]))
		t.Expect(append(exchanges, later)...).To(expect.GiveOneIdentity())
	})
}

// sideBySide does a piece of work n times, at most so many at a time.
func (t *Trial) sideBySide(lanes, n int, piece func()) {
	t.Each(lanes, func(lane int) {
		for i := lane; i < n; i += lanes {
			piece()
		}
	})
}
