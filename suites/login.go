package suites

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// loginChapter: POST unified-auth/login, and what holds for the body of both endpoints.
func loginChapter(c *chapter) {
	c.requirement("login.ok", func(t *Trial) { t.manyUsers(expect.AnswerOK()) })
	c.requirement("login.openid", func(t *Trial) { t.manyUsers(expect.GiveString("openId")) })
	c.requirement("login.channel", channels)
	c.requirement("login.unionid", func(t *Trial) { t.manyUsers(expect.GiveStringOrNothing("unionId")) })
	c.later("login.openid-stable", stability, stableOpenID)
	c.requirement("login.openid-distinct", func(t *Trial) {
		exchanges := make([]assay.Exchange, 16)
		t.Each(len(exchanges), func(i int) { exchanges[i] = t.signIn(t.Person(), t.App(0)) })
		if len(expect.Identities(exchanges)) == 1 {
			t.situation = "one openId for all" // yields.yaml names it
		}
		t.Expect(exchanges...).To(expect.GiveDistinctIdentities())
		t.situation = "with one phone"
		one, other := t.Person(), t.Person()
		other.Phone, other.Channel = one.Phone, one.Channel
		t.Expect(t.signIn(one, t.App(0)), t.signIn(other, t.App(0))).To(expect.GiveDistinctIdentities())
	})
	c.requirement("login.user-exact", userExact)
	c.requirement("login.unionid-global", unionIDGlobal)
	c.requirement("login.openid-per-app", func(t *Trial) {
		person := t.Person()
		t.noteSame(phrase.SameBetweenApps, phrase.OtherByApp, t.signIn(person, t.App(0)), t.signIn(person, t.App(1)))
	})
	c.requirement("login.openid-per-channel", func(t *Trial) {
		person := t.Person()
		elsewhere := person
		elsewhere.Channel += "-2"
		t.noteSame(phrase.SameBetweenChannels, phrase.OtherByChannel, t.signIn(person, t.App(0)), t.signIn(elsewhere, t.App(0)))
	})
	c.requirement("login.no-override", noOverride)
	c.requirement("login.extra-members", func(t *Trial) {
		codes := t.Codes(2)
		t.Given(t.Exchange(codes[0])).To(expect.BeExchanged())
		extra := []client.Bend{client.Set("clientVersion", "1.2.3"), client.Set("extra", map[string]any{"nested": []int{1}})}
		t.Expect(t.Exchange(codes[1], extra...)).To(expect.BeExchanged())
	})
	c.requirement("login.app-missing", func(t *Trial) {
		t.Negative("omitted", client.Omit("appId"))
		t.Negative("empty", client.Set("appId", ""))
		t.Negative("unknown", client.Set("appId", t.session.reshape(t.App(0))))
	})
	c.requirement("login.wrong-types", wrongTypes)
}

// manyUsers expects the same of the answers to several users, of every channel: the verdict must not depend on which
// user was chosen.
func (t *Trial) manyUsers(matchers ...expect.Matcher) {
	const users = 12
	for i := range users {
		t.Case(fmt.Sprintf("user %d", i+1), func(t *Trial) {
			x := t.Exchange(t.Code())
			for _, matcher := range matchers {
				t.Expect(x).To(matcher)
			}
		})
	}
}

// signIn is an exchange of a fresh login code; if it is not accepted, the requirement is untested.
func (t *Trial) signIn(person people.Person, app string) assay.Exchange {
	return t.oneSignIn(func() assay.Code {
		codes, err := t.session.mint(t.ctx, t.Endpoint, app, injected(person), 1)
		return t.issued(codes, err)[0]
	})
}

// oneSignIn repeats an inconclusive exchange by itself, with a fresh code, so that one 503 among many exchanges does not
// repeat them all.
func (t *Trial) oneSignIn(fresh func() assay.Code) assay.Exchange {
	var x assay.Exchange
	for attempt := range maxAttempts {
		x = t.Exchange(fresh())
		if assay.Judge(x).Result != assay.Inconclusive || !t.pause(retryAfter(x), attempt) {
			break
		}
	}
	t.Given(x).To(expect.BeExchanged())
	return x
}

// stability is the time between two sign-ins of one user: half a minute by the platform's clock, or as long as the run
// may wait.
func stability(s *Session) time.Duration {
	const apart = 30 * time.Second
	if s.config.Hello.Offers(assay.OpAdvance) {
		return apart
	}
	return min(apart, s.config.Patience)
}

// stableOpenID signs a user in now and later, over another connection and with another phone.
func stableOpenID(t *Trial) func(*Trial) {
	person := t.Person()
	first := t.signIn(person, t.App(0))
	return func(t *Trial) {
		t.session.client.Close() // the next exchange opens a connection
		t.Expect(first, t.signIn(person, t.App(0)), t.signIn(person, t.App(0))).To(expect.GiveOneIdentity())
		t.situation = "with a new phone"
		person.Phone = t.Person().Phone
		t.Expect(first, t.signIn(person, t.App(0))).To(expect.GiveOneIdentity())
	}
}

func channels(t *Trial) {
	t.Case("the user's own", func(t *Trial) {
		x := t.Exchange(t.Code())
		t.Given(x).To(expect.BeExchanged())
		t.Expect(x).To(expect.GiveChannel())
	})
	t.Case("a new one after a sign-in", func(t *Trial) {
		person := t.Person()
		t.signIn(person, t.App(0))
		person.Channel += ".next"
		t.Expect(t.signIn(person, t.App(0))).To(expect.GiveChannel())
	})
	for _, channel := range []string{"assay.channel.one", "assay-two"} {
		t.Case(channel, func(t *Trial) {
			person := t.Person()
			person.Channel = channel
			t.Expect(t.signIn(person, t.App(0))).To(expect.GiveChannel())
		})
	}
}

// userExact signs in pairs of users whose ids are easily confused. A driver may refuse such an id.
func userExact(t *Trial) {
	for _, pair := range t.session.people.NearPairs() {
		t.Case("ids that differ "+pair.Differ, func(t *Trial) {
			var exchanges []assay.Exchange
			for _, person := range []people.Person{pair.A, pair.B} {
				code, issued := t.codeUnlessRefused(person, phrase.RefusesID)
				if !issued {
					return
				}
				exchanges = append(exchanges, t.Exchange(code))
			}
			t.Given(exchanges...).To(expect.BeExchanged())
			t.Expect(exchanges...).To(expect.GiveDistinctIdentities())
		})
	}
}

func unionIDGlobal(t *Trial) {
	person, elsewhere, neighbour := t.Person(), t.Person(), t.Person()
	neighbour.Channel = person.Channel
	here, there := t.signIn(person, t.App(0)), t.signIn(person, t.App(1))
	strangers := []assay.Exchange{t.signIn(elsewhere, t.App(0)), t.signIn(neighbour, t.App(0))}
	if expect.UnionID(here) == "" {
		t.Note(phrase.NoUnionID)
		return
	}
	for _, stranger := range strangers {
		t.Check(expect.UnionID(stranger) != expect.UnionID(here), "different unionIds for different users", "one unionId for two users")
	}
	if !t.oneUnion(t.App(0), t.App(1)) {
		t.Note(phrase.OtherUnion)
		return
	}
	if expect.UnionID(there) == "" {
		t.Note(phrase.NoSecondUnionID)
		return
	}
	t.Check(expect.UnionID(there) == expect.UnionID(here), "one unionId for one user across mini-programs",
		"different unionIds in two mini-programs")
}

// oneUnion reports whether two apps must share unionIds. Without declared groups, all apps do.
func (t *Trial) oneUnion(a, b string) bool {
	groups := t.Declares().UnionGroups
	return len(groups) == 0 || slices.ContainsFunc(groups, func(group []string) bool {
		return slices.Contains(group, a) && slices.Contains(group, b)
	})
}

func (t *Trial) noteSame(same, differs phrase.Key, a, b assay.Exchange) {
	if expect.IdentityOf(a) == expect.IdentityOf(b) {
		t.Note(same)
	} else {
		t.Note(differs)
	}
}

// noOverride names another user in the request, who has signed in before, so that the platform could mistake one for the
// other.
func noOverride(t *Trial) {
	if t.traceless() {
		t.Note(phrase.Traceless)
		return
	}
	victim := t.Code()
	theirs := t.Exchange(victim)
	t.Given(theirs).To(expect.BeExchanged())
	claims := map[string]string{"userId": victim.UserID, "channel": victim.Channel + "-x", "phone": victim.Phone,
		"openId": expect.IdentityOf(theirs), "unionId": expect.UnionID(theirs)}
	var members []client.Bend
	query := url.Values{}
	for name, value := range claims {
		members = append(members, client.Set(name, value))
		query.Set(name, value)
	}
	for situation, bends := range map[string][]client.Bend{"in the body": members, "in the query": {client.Query(query.Encode())}} {
		t.Case(situation, func(t *Trial) {
			codes := t.Codes(2)
			twin := t.Exchange(codes[0])
			t.Given(twin).To(expect.BeExchanged())
			x := t.Exchange(codes[1], bends...)
			t.Expect(x).To(expect.NotSignInOther(expect.IdentityOf(twin)))
			if t.Endpoint == assay.Login && expect.Identified(x) {
				t.Expect(twin, x).To(expect.GiveOneChannel())
			}
		})
	}
}

func wrongTypes(t *Trial) {
	for _, member := range []string{"appId", "code"} {
		for situation, wrong := range map[string]func(string) any{
			"a number":  func(string) any { return 20240718 },
			"an array":  func(value string) any { return []string{value} },
			"an object": func(value string) any { return map[string]string{member: value} },
			// A document database that is given this condition matches every document.
			"an operator": func(string) any { return map[string]string{"$ne": ""} },
			"a boolean":   func(string) any { return true },
		} {
			t.Negative(member+" is "+situation, func(r *client.Request) {
				for i := range r.Members {
					if r.Members[i].Name == member {
						r.Members[i].Value = wrong(r.Members[i].Value.(string))
					}
				}
			})
		}
	}
	t.Negative("the body is an array", client.Body([]byte(`[]`), ""))
	t.Negative("the body is a string", client.Body([]byte(`"code"`), ""))
	t.Negative("the body is null", client.Body([]byte(`null`), ""))
}
