package suites

import (
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// allOne is what yields.yaml names it where a platform cannot tell users apart.
const allOne = "one openId for all"

// distinctUsers signs in users with ordinary ids, and pairs that a careless platform merges.
func distinctUsers(t *Trial) {
	t.Case("many users", func(t *Trial) {
		exchanges := make([]assay.Exchange, 8)
		t.Each(len(exchanges), func(i int) { exchanges[i] = t.signIn(t.Person(), t.App(0)) })
		if len(expect.Identities(exchanges)) == 1 {
			t.situation = allOne
		}
		t.Expect(exchanges...).To(expect.GiveDistinctIdentities())
	})
	t.await() // where pairs have failed it would be left out, and what it says of all users
	_, free := t.session.people.Channels()
	for _, pair := range t.session.people.MergedPairs() {
		if pair.Channelled && !free {
			continue
		}
		t.Case(pair.How, func(t *Trial) {
			if exchanges, both := t.signInBoth(t.App(0), pair.A, pair.B); both {
				t.Expect(exchanges...).To(expect.GiveDistinctIdentities())
			}
		})
	}
	t.Case("a user and others whose ids are that user's openId and unionId", func(t *Trial) { t.namedLikeIdentity() })
	t.distinctElsewhere()
	if !free {
		t.Note(phrase.OnlyChannels)
	}
}

// namedLikeIdentity signs in a user, and then others whom the Host-App knows by the openId and the unionId of the first one: users who
// come from another platform's login.
func (t *Trial) namedLikeIdentity() {
	first := t.signIn(t.Person(), t.App(0))
	t.unscripted = true // a script knows no openId in advance
	for _, id := range []string{expect.IdentityOf(first), expect.UnionID(first)} {
		if id == "" || id == first.Code.UserID {
			continue // an openId may be the user id itself
		}
		other := t.Person()
		other.Channel, other.UserID = first.Code.Channel, id
		if x, signedIn := t.signInUnlessRefused(t.App(0), other); signedIn {
			t.Expect(first, x).To(expect.GiveDistinctIdentities())
		}
	}
}

// distinctElsewhere signs pairs in to each further mini-program, without those of two channels.
func (t *Trial) distinctElsewhere() {
	for app := 1; app < len(t.session.config.Target.Apps); app++ {
		for _, pair := range t.pairsElsewhere(app) {
			t.Case(t.atApp(pair.How, app), func(t *Trial) {
				if exchanges, both := t.signInBoth(t.App(app), pair.A, pair.B); both {
					t.Expect(exchanges...).To(expect.GiveDistinctIdentities())
				}
			})
		}
	}
}

// pairsElsewhere lists the pairs of one phone and of none, and a few of the others that the seed decides, or all in a thorough run.
func (t *Trial) pairsElsewhere(app int) []people.MergedPair {
	const few = 4
	pairs := slices.DeleteFunc(t.session.people.MergedPairs(), func(p people.MergedPair) bool { return p.Channelled })
	if t.session.config.Thorough {
		return pairs
	}
	random, others := t.session.seeded(t.requirement.ID, t.App(app)), 0
	random.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	return slices.DeleteFunc(pairs, func(p people.MergedPair) bool {
		if p.A.Phone == p.B.Phone {
			return false
		}
		others++
		return others > few
	})
}

// userExact signs in pairs of users whose ids look alike. A driver or a platform may refuse such an id.
func userExact(t *Trial) {
	var compared atomic.Int64
	cut := t.session.furtherPlatforms() // of their SDKs, of which each may cut off a space
	for _, pair := range t.session.people.NearPairs() {
		var platforms []string
		if pair.Spaced && t.app == 0 && t.session.config.Hello.Offers(assay.OpLogin) {
			pair.A.Platform, pair.B.Platform = t.session.platform(usualPlatform), t.session.platform(usualPlatform)
			platforms, cut = cut, nil
		}
		t.Case("ids that differ "+pair.Differ, func(t *Trial) {
			exchanges, both := t.signInBoth(t.App(0), pair.A, pair.B)
			switch {
			case !both:
			case pair.Folded:
				if expect.IdentityOf(exchanges[0]) == expect.IdentityOf(exchanges[1]) {
					t.Note(phrase.FoldsUUIDs)
				}
			default:
				compared.Add(1)
				t.Expect(exchanges...).To(expect.GiveDistinctIdentities())
				t.distinctOn(platforms, exchanges[0], pair)
			}
		})
	}
	t.await()
	if compared.Load() == 0 && !t.violated() {
		t.Untested(phrase.NoPairSignedIn)
	}
}

// distinctOn signs the second user of a pair in on further platforms, where the first one has signed in.
func (t *Trial) distinctOn(platforms []string, first assay.Exchange, pair people.NearPair) {
	for _, platform := range platforms {
		pair.B.Platform = platform
		if x, signedIn := t.signInUnlessRefused(t.App(0), pair.B); signedIn {
			t.situation = "ids that differ " + pair.Differ + ", on " + platform
			t.Expect(first, x).To(expect.GiveDistinctIdentities())
		}
	}
}

// signInBoth signs two users in to a mini-program, unless one of them is refused.
func (t *Trial) signInBoth(app string, a, b people.Person) (exchanges []assay.Exchange, both bool) {
	for _, person := range []people.Person{a, b} {
		x, signedIn := t.signInUnlessRefused(app, person)
		if !signedIn {
			return nil, false
		}
		exchanges = append(exchanges, x)
	}
	return exchanges, true
}

// signInUnlessRefused signs in a user whom the driver or the platform may refuse, and notes it if one does.
func (t *Trial) signInUnlessRefused(app string, person people.Person) (x assay.Exchange, signedIn bool) {
	for attempt := range maxAttempts {
		code, issued := t.codeUnlessRefused(app, person, phrase.RefusesUser)
		if !issued {
			return x, false
		}
		x = t.Exchange(code)
		if assay.Judge(x).Result != assay.Inconclusive || !t.pause(retryAfter(x), attempt) {
			break
		}
	}
	if isDown(x) && !unavailable(x) { // a database may not take the id: what it does with every code of the user is a refusal
		code, issued := t.codeUnlessRefused(app, person, phrase.RefusesUser)
		if !issued {
			return x, false
		}
		if again := t.Exchange(code); isDown(again) && !unavailable(again) {
			t.Note(phrase.UserRefused, expect.Summary(again))
			return again, false
		}
	}
	if assay.Judge(x).Result == assay.Refused {
		t.Note(phrase.UserRefused, expect.Summary(x))
		return x, false
	}
	t.Given(x).To(expect.BeExchanged())
	return x, true
}

// unavailable reports whether a target, or the gateway in front of it, says that it cannot answer for now.
func unavailable(x assay.Exchange) bool {
	return slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, x.Response.Status)
}

// withoutPhone signs in two users without a phone, each after a user with one.
func withoutPhone(t *Trial) {
	for range 2 {
		person := t.Person()
		t.signIn(person, t.App(0))
		next := t.Person()
		next.Channel, next.Phone = person.Channel, ""
		code, issued := t.codeUnlessRefused(t.App(0), next, phrase.RefusesUser)
		if !issued {
			return
		}
		t.Expect(t.Exchange(code)).To(expect.BeExchanged())
	}
}

// unionIDGlobal compares the unionIds of one user and of strangers.
func unionIDGlobal(t *Trial) {
	person := t.Person()
	here := t.signIn(person, t.App(0))
	if expect.UnionID(here) == "" {
		t.Note(phrase.NoUnionID)
		return
	}
	t.session.mu.Lock()
	if t.session.early == nil {
		t.session.early = &earlyUser{person, here}
	}
	t.session.mu.Unlock()
	t.Case("the unionIds of strangers", func(t *Trial) { t.differFromStrangers(here, person) })
	t.Case("the user with a new phone", func(t *Trial) {
		renewed := person
		renewed.Phone = t.Person().Phone
		t.Expect(here, t.signIn(renewed, t.App(0))).To(expect.GiveOneUnionID())
	})
	t.Case("two users with one phone", func(t *Trial) {
		other := t.Person()
		other.Channel, other.Phone = person.Channel, person.Phone
		if expect.UnionID(t.signIn(other, t.App(0))) == expect.UnionID(here) {
			t.Note(phrase.UnionOfPhone)
		}
	})
	if !t.oneUnion(t.App(0), t.App(1)) {
		t.Note(phrase.OtherUnion)
		return
	}
	t.Case("the user in two mini-programs", func(t *Trial) {
		person := t.Person() // the other cases sign the first one in at the same time
		here, there := t.signIn(person, t.App(0)), t.signIn(person, t.App(1))
		if expect.UnionID(there) == "" {
			t.Note(phrase.NoSecondUnionID)
			return
		}
		t.Expect(here, there).To(expect.GiveOneUnionID())
	})
}

// differFromStrangers compares the unionId of a user with those of others: in the same channel and in the next, with a phone and
// without.
func (t *Trial) differFromStrangers(here assay.Exchange, person people.Person) {
	exchanges := []assay.Exchange{here}
	for _, channel := range []string{person.Channel, t.otherChannel(person.Channel)} {
		stranger := t.Person()
		stranger.Channel = channel
		exchanges = append(exchanges, t.signIn(stranger, t.App(0)))
	}
	for range 2 {
		phoneless := t.Person()
		phoneless.Channel, phoneless.Phone = person.Channel, ""
		if x, signedIn := t.signInUnlessRefused(t.App(0), phoneless); signedIn {
			exchanges = append(exchanges, x)
		}
	}
	t.Expect(exchanges...).To(expect.GiveDistinctUnionIDs())
}

// oneUnion reports whether two apps must share unionIds. Without declared groups, all apps do.
func (t *Trial) oneUnion(a, b string) bool {
	groups := t.Declares().UnionGroups
	return len(groups) == 0 || slices.ContainsFunc(groups, func(group []string) bool {
		return slices.Contains(group, a) && slices.Contains(group, b)
	})
}
