package suites

import (
	"fmt"
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

// A race is exchanges of one code that start together, in several rounds with a code each.
type race struct{ simultaneous, rounds int }

// races: small ones find wide gaps; large ones, often repeated, find those of microseconds.
var races = []race{{2, 24}, {8, 12}, {64, 6}}

func singleUseRace(t *Trial) {
	t.session.client.Warm(t.ctx, races[len(races)-1].simultaneous)
	for _, race := range races {
		if excused := t.raceForOne(race); excused {
			return
		}
	}
}

// raceForOne demands that each code of a race is exchanged once at most. It is no pass if no exchange succeeded, or if a
// rate limit let only one exchange of each code through, because then there was no race.
func (t *Trial) raceForOne(race race) (excused bool) {
	t.situation = fmt.Sprintf("%d at once", race.simultaneous)
	succeeded, raced := 0, 0
	for _, code := range t.Codes(race.rounds) {
		requests := make([]client.Request, race.simultaneous)
		for i := range requests {
			requests[i] = client.Exchange(code, t.PAT())
		}
		exchanges := t.Race(requests)
		succeeded += expect.Accepted(exchanges)
		if len(filter(exchanges, isDecided)) > 1 {
			raced++
		}
		if t.excused(exchanges) {
			return true
		}
		t.Expect(exchanges...).To(expect.AcceptAtMostOne())
	}
	switch {
	case succeeded == 0:
		t.conclude(assay.Error, phrase.Say(phrase.NoRaceWon, race.rounds, race.simultaneous))
	case raced == 0:
		t.conclude(assay.Error, phrase.Say(phrase.NoRaceAnswered, race.rounds, race.simultaneous))
	}
	return false
}

func isDecided(x assay.Exchange) bool { return assay.Judge(x).Result != assay.Inconclusive }

// excused reports whether a declared grace allows several successes of a race, with the same answer. They are a warning
// then.
func (t *Trial) excused(race []assay.Exchange) bool {
	grace := t.Declares().ReuseGrace
	if grace == 0 || expect.Accepted(race) < 2 || len(expect.Identities(race)) != 1 {
		return false
	}
	t.Warn("at most one accepted", fmt.Sprintf("the same answer to several, within the declared reuseGrace of %s", grace), race...)
	return true
}

// noCrosstalk signs many users in at once, several times, and compares every answer with the one that the user got
// alone.
func noCrosstalk(t *Trial) {
	const users, rounds = 32, 4
	codes, alone := make([][]assay.Code, users), make([]assay.Exchange, users)
	t.Each(users, func(i int) {
		codes[i] = t.Codes(rounds + maxAttempts)
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

// firstLogin signs a new user in several times at once, and once more afterwards.
func firstLogin(t *Trial) {
	const users, simultaneous = 8, 8
	t.session.client.Warm(t.ctx, simultaneous)
	for range users {
		codes := t.CodesFor(t.Person(), t.App(0), simultaneous+maxAttempts)
		requests := make([]client.Request, simultaneous)
		for i := range requests {
			requests[i] = client.Exchange(codes[i], t.PAT())
		}
		exchanges := t.Race(requests)
		later := t.oneSignIn(supply(codes[simultaneous:]))
		t.Expect(append(exchanges, later)...).To(expect.GiveOneIdentity())
	}
}
