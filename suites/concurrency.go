package suites

import (
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
			raced := x.Requirement == "code.single-use-race" || strings.HasPrefix(x.Requirement, "concurrency.")
			return raced && !t.session.pace.showsLimit(x) // a limit that was measured is no failure, whatever it says
		})
		t.Every(races, expect.NotFailUnderLoad(), phrase.SawNoRace)
	})
}

// noCrosstalk signs many users in at once, several times, and compares every answer with the one that the user got
// alone.
func noCrosstalk(t *Trial) {
	const most, rounds = 64, 2
	c := &crowd{trial: t, size: t.session.atOnce(most)}
	if c.size < 2 {
		t.Untested(phrase.FewConnections, c.size)
	}
	if all := most * (rounds + 1); t.session.fresh(all) < all {
		for range rounds { // a slow driver: each round has users and codes of its own
			c.crosstalk(t.crowd(2*most)/2, 1)
		}
	} else {
		c.crosstalk(most, rounds)
	}
	if c.size < most && c.halved {
		t.Note(phrase.RaceHalved, most, c.size)
	}
	t.oneBehindTheOther()
}

// A crowd is users who sign in at once. It is halved where the target answers too many of them with 503 or 429.
type crowd struct {
	trial  *Trial
	size   int
	halved bool
}

// A member is one user of a crowd.
type member struct {
	person people.Person
	app    string
	kind   assay.Endpoint
}

// crosstalk signs users in alone, and then all at once in so many rounds.
func (c *crowd) crosstalk(users, rounds int) {
	t := c.trial
	next, alone := make([]func() assay.Code, users), make([]assay.Exchange, users)
	members := c.members(users)
	t.Each(users, func(i int) {
		next[i] = t.dealing(rounds+1, func(n int) []assay.Code { return t.codesOf(members[i], n) })
		alone[i] = t.oneSignIn(next[i])
	})
	bystanders := make([]assay.Exchange, (users+oneReplayIn-1)/oneReplayIn)
	t.Each(len(bystanders), func(i int) { bystanders[i] = t.oneSignIn(t.Code) })
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
				if j%2 == 1 {
					requests[j] = requests[j].With(client.Header("Accept-Encoding", "gzip"))
				}
			}
			replayed, replays := c.replays(bystanders[:(size+oneReplayIn-1)/oneReplayIn])
			answers := t.raceIfAble(append(requests, replays...))
			c.judge(alone[i:i+size], answers[:size])
			t.judgeReplays(replayed, answers[size:])
			i += size
		}
	}
}

// members are strangers in the first mini-program for the most part. Of eight, two are in the second mini-program, one of them the
// user of a member in the first; one has codes of the other endpoint; one has the phone of another; and one has the user id of the
// member before, in another channel. A few users have no phone.
func (c *crowd) members(n int) []member {
	const kinds = 8
	t, list := c.trial, make([]member, n)
	apps, other := t.session.config.Target.Apps, t.otherEndpoint()
	mixed := !t.traceless() && t.comparable(other)
	phoneless := t.Endpoint == assay.Login && t.signsInWithoutPhone()
	for i := range list {
		m := member{person: t.Person(), app: apps[0], kind: t.Endpoint}
		switch i % kinds {
		case 1, 5:
			m.app = apps[min(1, len(apps)-1)]
			if i%kinds == 5 && m.app != apps[0] && !t.session.oneOpen() && !t.traceless() {
				m.person = list[i-5].person
			}
		case 3:
			if mixed {
				m.kind = other
			}
		case 2, 6:
			if i < 2*kinds && phoneless {
				m.person.Phone = ""
			}
		case 4:
			if t.Endpoint == assay.Login {
				m.person.Phone = list[i-4].person.Phone
			}
		case 7:
			before := list[i-1].person
			if channel := t.otherChannel(before.Channel); channel != before.Channel {
				m.person.UserID, m.person.Channel = before.UserID, channel
			}
		}
		list[i] = m
	}
	return list
}

// signsInWithoutPhone reports whether a user without a phone can log in, which login.without-phone demands.
func (t *Trial) signsInWithoutPhone() bool {
	person := t.Person()
	person.Phone = ""
	_, able := t.signInUnlessRefused(t.App(0), person)
	return able
}

// codesOf issues n codes of a member. If the driver cannot, they are those of a stranger.
func (t *Trial) codesOf(m member, n int) []assay.Code {
	codes, err := t.session.mint(t.ctx, m.kind, m.app, injected(m.person), n)
	if err != nil {
		return t.codesAt(t.Person(), t.App(0), n)
	}
	return codes
}

// comparable reports whether codes of an endpoint can be issued, and its identities compared.
func (t *Trial) comparable(endpoint assay.Endpoint) bool {
	token := endpoint == assay.Phone && t.Declares().PhoneTransform == assay.PhoneToken
	return !token && slices.Contains(t.session.endpoints(), endpoint) && t.session.codesUnmet(endpoint).IsZero()
}

// oneReplayIn is the share of replays in a crowd.
const oneReplayIn = 8

// replays are requests to be refused among those of a crowd: codes that users beside it have used alone, with the valid PAT or an
// unknown one. A platform may answer a replay by ending the other codes of its user.
func (c *crowd) replays(alone []assay.Exchange) (replayed []assay.Exchange, replays []client.Request) {
	unknown := c.trial.bearer(c.trial.session.reshape(c.trial.PAT().Reveal()))
	for i, used := range alone {
		request := client.Exchange(*used.Code, c.trial.PAT())
		if i%2 == 1 {
			request = request.With(unknown)
		}
		replays = append(replays, request)
	}
	return alone, replays
}

// judgeReplays expects that the answer to a replay among a crowd names nobody else. Whether it is refused is for
// code.single-use.
func (t *Trial) judgeReplays(replayed, answers []assay.Exchange) {
	for i, x := range answers {
		given := expect.IdentityOf(x)
		if given == "" || given == expect.IdentityOf(replayed[i]) || t.traceless() {
			continue
		}
		t.foundViolation("no identity but that of the code's own user", "another user's", stepsTo(x, []assay.Exchange{replayed[i]})...)
		panic(stop{})
	}
}

// judge halves a crowd that the target is too busy for or limits, and demands nothing then of those that were not answered.
func (c *crowd) judge(alone, crowd []assay.Exchange) {
	const smallest = 2
	if !tooBusy(crowd) && !tooMany(crowd) || c.size <= smallest {
		c.trial.judgeCrowd(alone, crowd)
		return
	}
	c.size, c.halved = max(c.size/2, smallest), true
	var theirs, answered []assay.Exchange
	for i, x := range crowd {
		if isDecided(x) && !isDown(x) {
			theirs, answered = append(theirs, alone[i]), append(answered, x)
		}
	}
	if len(answered) > 0 {
		c.trial.judgeCrowd(theirs, answered)
	}
}

// isDown reports whether an exchange was answered with a 5xx, which concurrency.no-5xx judges, and without an identity.
func isDown(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Status/100 == 5 && !expect.Identified(x)
}

// tooBusy reports whether more than a tenth of simultaneous exchanges were answered 503, or 502 or 504, as gateways say it.
func tooBusy(crowd []assay.Exchange) bool {
	return overATenth(crowd, func(x assay.Exchange) bool { return x.Response != nil && unavailable(x) })
}

// tooMany reports whether more than a tenth of simultaneous exchanges were answered 429: a limit of how many may come at once never
// lets such a crowd pass, however long it waits.
func tooMany(crowd []assay.Exchange) bool { return overATenth(crowd, isLimited) }

func overATenth(crowd []assay.Exchange, is func(assay.Exchange) bool) bool {
	const tenth = 10
	return tenth*len(filter(crowd, is)) > len(crowd)
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
		if isDecided(x) && !isDown(x) {
			decided = append(decided, x)
		}
	}
	if 2*len(decided) < len(crowd) {
		decided = crowd // too few: the claim starts the case again
	}
	t.Expect(decided...).To(expect.SignInEach(own))
	if !t.traceless() {
		for i, x := range crowd {
			if x.Endpoint == assay.Login && slices.ContainsFunc(decided, func(d assay.Exchange) bool { return d.ID == x.ID }) {
				t.Expect(alone[i], x).To(expect.GiveOneChannel())
			}
		}
	}
}
