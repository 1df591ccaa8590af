package suites

import (
	"net/http"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
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
	c := &crowd{trial: t, size: most}
	if all := most * (rounds + maxAttempts); t.session.fresh(all) < all {
		for range rounds { // a slow driver: each round has users and codes of its own
			c.crosstalk(t.crowd(2*most)/2, 1, 1)
		}
	} else {
		c.crosstalk(most, rounds, maxAttempts)
	}
	if c.size < most && c.halved {
		t.Note(phrase.RaceHalved, most, c.size)
	}
}

// A crowd is users who sign in at once. It is halved where the target answers too many of them with 503.
type crowd struct {
	trial  *Trial
	size   int
	halved bool
}

// crosstalk signs users in alone, for which each has so many spare codes, and then all at once in so many rounds.
func (c *crowd) crosstalk(users, rounds, spare int) {
	t := c.trial
	next, alone := make([]func() assay.Code, users), make([]assay.Exchange, users)
	persons := make([]people.Person, users)
	for i := range persons {
		persons[i] = t.Person()
	}
	t.Each(users, func(i int) {
		next[i] = t.dealt(persons[i], t.App(0), rounds+spare)
		alone[i] = t.oneSignIn(next[i])
	})
	c.size = min(c.size, max(users, 2))
	t.session.client.Warm(t.ctx, c.size)
	for range rounds {
		codes := make([]assay.Code, users)
		t.Each(users, func(i int) { codes[i] = next[i]() })
		for i := 0; i < users; {
			size := min(c.size, users-i)
			requests := make([]client.Request, size)
			for j := range requests {
				requests[j] = client.Exchange(codes[i+j], t.PAT())
			}
			c.judge(alone[i:i+size], t.Race(requests))
			i += size
		}
	}
}

// judge halves a crowd that the target is too busy for, and demands nothing then of those that were not answered.
func (c *crowd) judge(alone, crowd []assay.Exchange) {
	const smallest = 2
	if !tooBusy(crowd) || c.size <= smallest {
		c.trial.judgeCrowd(alone, crowd)
		return
	}
	c.size, c.halved = max(c.size/2, smallest), true
	var theirs, answered []assay.Exchange
	for i, x := range crowd {
		if isDecided(x) {
			theirs, answered = append(theirs, alone[i]), append(answered, x)
		}
	}
	if len(answered) > 0 {
		c.trial.judgeCrowd(theirs, answered)
	}
}

// tooBusy reports whether more than a tenth of simultaneous exchanges were answered 503.
func tooBusy(crowd []assay.Exchange) bool {
	const tenth = 10
	busy := filter(crowd, func(x assay.Exchange) bool {
		return x.Response != nil && x.Response.Status == http.StatusServiceUnavailable
	})
	return tenth*len(busy) > len(crowd)
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
		person, own := t.Person(), simultaneous+spare
		if t.session.oneOpen() {
			own = 1 // of several codes all but the newest would be refused at once
		}
		codes := t.CodesFor(person, t.App(0), own)
		requests := make([]client.Request, simultaneous)
		for i := range requests {
			requests[i] = client.Exchange(codes[i%own], t.PAT())
		}
		exchanges := t.Race(requests)
		later := supply(codes[min(simultaneous, own-1):])
		if own == 1 {
			later = func() assay.Code { return t.CodeFor(person) }
		}
		t.Expect(append(exchanges, t.oneSignIn(later))...).To(expect.GiveOneIdentity())
	})
	if t.session.oneOpen() {
		t.Note(phrase.OneCodeRaced)
	}
}

// sideBySide does a piece of work n times, at most so many at a time.
func (t *Trial) sideBySide(lanes, n int, piece func()) {
	t.Each(lanes, func(lane int) {
		for i := lane; i < n; i += lanes {
			piece()
		}
	})
}
