package suites

import (
	"fmt"
	"strings"

	"assay"
	"assay/suites/client"
	"assay/suites/expect"
)

// concurrencyChapter: what only shows when many things happen at once. code.single-use-race is here for its company.
func concurrencyChapter(c *chapter) {
	c.once("code.single-use-race", singleUseRace)
	c.once("concurrency.no-crosstalk", noCrosstalk)
	c.once("concurrency.first-login", firstLogin)
	c.record("concurrency.no-5xx", func(t *Trial) {
		races := filter(t.Record(), func(x assay.Exchange) bool {
			return x.Requirement == "code.single-use-race" || strings.HasPrefix(x.Requirement, "concurrency.")
		})
		t.Every(races, expect.NotFailUnderLoad(), "no race was run")
	})
}

// races says how many exchanges of one code start together, and how often. Small races find the widest gaps; large
// ones, over and over, those of microseconds.
var races = []struct{ simultaneous, rounds int }{{2, 24}, {8, 12}, {64, 6}}

// singleUseRace is not a pass when nothing succeeded: then nothing was raced for.
func singleUseRace(t *Trial) {
	t.session.client.Warm(t.ctx, races[len(races)-1].simultaneous)
	for _, race := range races {
		t.situation = fmt.Sprintf("%d at once", race.simultaneous)
		succeeded := 0
		for _, code := range t.Codes(race.rounds) {
			requests := make([]client.Request, race.simultaneous)
			for i := range requests {
				requests[i] = client.Exchange(code, t.PAT())
			}
			exchanges := t.Race(requests)
			t.Expect(exchanges...).To(expect.AcceptAtMostOne())
			succeeded += expect.Accepted(exchanges)
		}
		if succeeded == 0 {
			t.conclude(assay.Error, fmt.Sprintf("no exchange succeeded in %d rounds of %d at once", race.rounds, race.simultaneous))
		}
	}
}

// noCrosstalk signs many users in at once, several times, and compares every answer with the one that its user got alone.
func noCrosstalk(t *Trial) {
	const users, rounds = 32, 4
	codes, alone := make([][]assay.Code, users), make([]assay.Exchange, users)
	for i := range users {
		codes[i] = t.Codes(rounds + 1)
		alone[i] = t.Exchange(codes[i][rounds])
		t.Given(alone[i]).To(expect.BeExchanged())
	}
	t.session.client.Warm(t.ctx, users)
	for round := range rounds {
		requests := make([]client.Request, users)
		for i := range requests {
			requests[i] = client.Exchange(codes[i][round], t.PAT())
		}
		for i, x := range t.Race(requests) {
			t.Expect(x).To(expect.SignIn(expect.IdentityOf(alone[i])))
			if t.Endpoint == assay.Login {
				t.Expect(alone[i], x).To(expect.GiveOneChannel())
			}
		}
	}
}

// firstLogin signs a user in several times at once who has never been seen before, and once more afterwards.
func firstLogin(t *Trial) {
	const users, simultaneous = 8, 8
	t.session.client.Warm(t.ctx, simultaneous)
	for range users {
		codes := t.CodesFor(t.Person(), t.App(0), simultaneous+1)
		requests := make([]client.Request, simultaneous)
		for i := range requests {
			requests[i] = client.Exchange(codes[i], t.PAT())
		}
		exchanges := t.Race(requests)
		later := t.Exchange(codes[simultaneous])
		t.Given(later).To(expect.BeExchanged())
		t.Expect(append(exchanges, later)...).To(expect.GiveOneIdentity())
	}
}
