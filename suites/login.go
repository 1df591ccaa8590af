package suites

import (
	"fmt"
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
	c.inEachApp("login.channel", channels)
	c.later("login.openid-stable", stability, stableOpenID)
	c.requirement("login.openid-distinct", distinctUsers)
	c.inEachApp("login.user-exact", userExact)
	c.requirement("login.unionid-global", unionIDGlobal)
	c.inEachApp("login.without-phone", withoutPhone)
	c.requirement("login.openid-per-app", func(t *Trial) {
		person := t.Person()
		t.noteSame(phrase.SameBetweenApps, phrase.OtherByApp, t.signIn(person, t.App(0)), t.signIn(person, t.App(1)))
	})
	c.requirement("login.openid-per-channel", func(t *Trial) {
		person := t.Person()
		elsewhere := person
		if elsewhere.Channel = t.otherChannel(person.Channel); elsewhere.Channel == person.Channel {
			t.Note(phrase.OnlyChannels)
			return
		}
		t.noteSame(phrase.SameBetweenChannels, phrase.OtherByChannel, t.signIn(person, t.App(0)), t.signIn(elsewhere, t.App(0)))
	})
	c.inEachApp("login.no-override", noOverride)
	c.requirement("login.extra-members", func(t *Trial) {
		codes := t.Codes(2)
		t.Given(t.Exchange(codes[0])).To(expect.BeExchanged())
		extra := []client.Bend{client.Set("clientVersion", "1.2.3"), client.Set("extra", map[string]any{"nested": []int{1}})}
		t.Expect(t.Exchange(codes[1], extra...)).To(expect.BeExchanged())
	})
	c.requirement("login.app-missing", func(t *Trial) {
		t.Negative("the appId omitted", client.Omit("appId"))
		t.Negative("an empty appId", client.Set("appId", ""))
		t.Negative("an unknown appId", client.Set("appId", t.session.reshape(t.App(0))))
		t.Negative("the beginning of a known appId", client.Set("appId", t.App(0)[:(len(t.App(0))+1)/2]))
		t.Negative("a known appId, lengthened", client.Set("appId", t.App(0)+"7"))
		t.Negative("the beginning of a known appId and %", client.Set("appId", t.App(0)[:(len(t.App(0))+1)/2]+"%"))
		t.Negative("a known appId and another one in a list", client.Set("appId", t.App(0)+","+t.session.reshape(t.App(0))))
		for _, word := range []string{"null", "undefined", " ", "*", "%"} {
			t.Negative(fmt.Sprintf("the word %q as the appId", word), client.Set("appId", word))
		}
	})
	c.inEachApp("login.wrong-types", wrongTypes)
}

// manyUsers expects the same of the answers to several users, of every channel: the verdict must not depend on which
// user was chosen.
func (t *Trial) manyUsers(matchers ...expect.Matcher) {
	const users = 6
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
		if attempt == 0 {
			x = t.Exchange(fresh())
		} else {
			x = t.quietly(fresh)
		}
		if assay.Judge(x).Result != assay.Inconclusive || !t.pause(retryAfter(x), attempt) {
			break
		}
	}
	t.Given(x).To(expect.BeExchanged())
	return x
}

// quietly exchanges a code while no other second attempt is under way: a target that is too busy for several would refuse the
// same ones again and again.
func (t *Trial) quietly(fresh func() assay.Code) assay.Exchange {
	t.session.quiet.Lock()
	defer t.session.quiet.Unlock()
	return t.Exchange(fresh())
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
	t.session.mu.Lock()
	t.session.early = &earlyUser{person, first}
	t.session.mu.Unlock()
	return func(t *Trial) {
		t.session.client.Close() // the next exchange opens a connection
		for t.replica = range t.session.client.Replicas() {
			t.Expect(first, t.signIn(person, t.App(0)), t.signIn(person, t.App(0))).To(expect.GiveOneIdentity())
		}
		t.replica = 0
		if codes, err := t.session.mint(t.ctx, assay.Phone, t.App(0), injected(person), 1); err == nil {
			t.situation = "the user after phone/get"
			t.Exchange(codes[0])
			t.Expect(first, t.signIn(person, t.App(0))).To(expect.GiveOneIdentity())
		}
		t.behindRefusals(first, person)
		t.underAnotherPAT(first, person)
		t.fromAnotherClient(first, person)
		t.phoneFirst()
		t.afterGrayValues(first, person)
		t.situation = "the user with a new phone"
		person.Phone = t.Person().Phone
		t.Expect(first, t.signIn(person, t.App(0))).To(expect.GiveOneIdentity())
		t.situation, person.Phone = "the user without a phone", ""
		if x, signedIn := t.signInUnlessRefused(t.App(0), person); signedIn {
			t.Expect(first, x).To(expect.GiveOneIdentity())
		}
		t.withAnothersPhone()
	}
}

// afterGrayValues signs the user of first in once the host app has reported grayscale values of the user, where the driver can.
func (t *Trial) afterGrayValues(first assay.Exchange, person people.Person) {
	if !t.session.config.Hello.Offers(assay.OpGray) || !t.session.config.Hello.Offers(assay.OpLogin) {
		return
	}
	in := everything(person, t.platform())
	request := assay.HostRequest{Op: assay.OpGray, Host: &in, Values: grayscale()}
	if reply, err := t.session.ask(t.ctx, request); err != nil || !reply.OK {
		return // host.gray-values notes it
	}
	t.situation, t.unscripted = "the user after a report of grayscale values", true
	if x := t.loginAs(person, in.Platform); expect.Identified(x) {
		t.Expect(first, x).To(expect.GiveOneIdentity())
	}
}

// withAnothersPhone signs a user in without a phone, and then with the phone of another user who has an account.
func (t *Trial) withAnothersPhone() {
	owner, person := t.Person(), t.Person()
	person.Channel = owner.Channel
	t.signIn(owner, t.App(0))
	phone := owner.Phone
	person.Phone = ""
	first, signedIn := t.signInUnlessRefused(t.App(0), person)
	if !signedIn {
		return
	}
	t.situation, t.unscripted = "a user without a phone, then with another user's", true
	person.Phone = phone
	for range 2 { // an account may be merged by then
		if x, signedIn := t.signInUnlessRefused(t.App(0), person); signedIn {
			t.Expect(first, x).To(expect.GiveOneIdentity())
		}
	}
}

// phoneFirst signs a user in twice whom the platform has met at phone/get, where it may have made an account that it replaces.
func (t *Trial) phoneFirst() {
	person := t.Person()
	codes, err := t.session.mint(t.ctx, assay.Phone, t.App(0), injected(person), 1)
	if err != nil {
		return
	}
	t.situation = "a user who was at phone/get before the first login"
	t.Exchange(codes[0])
	t.Expect(t.signIn(person, t.App(0)), t.signIn(person, t.App(0))).To(expect.GiveOneIdentity())
}

// underAnotherPAT signs the user of first in under a new PAT of the same developer, if the driver issues PATs.
func (t *Trial) underAnotherPAT(first assay.Exchange, person people.Person) {
	reply, err := t.session.issue(t.ctx, []string{unifiedAuthScope}, "")
	if err != nil {
		return // pat.accepted notes it
	}
	if x, _ := t.fresh(reply.PAT, t.App(0), t.propagation()); !expect.Identified(x) {
		return // pat.accepted judges this
	}
	t.situation, t.unscripted = "the user under another PAT", true // no script has that PAT
	x := t.Exchange(t.CodeFor(person), t.bearer(reply.PAT))
	t.Given(x).To(expect.BeExchanged())
	t.Expect(first, x).To(expect.GiveOneIdentity())
}

// behindRefusals signs the user of first in on a connection that has just refused another user's code.
func (t *Trial) behindRefusals(first assay.Exchange, person people.Person) {
	defer t.apart()()
	ways := []wayToRefuse{
		{"for an unknown mini-program", []client.Bend{client.Set("appId", t.session.reshape(t.App(0)))}},
		{"without a PAT", []client.Bend{client.NoAuthorization()}},
	}
	if apps := t.session.config.Target.Apps; len(apps) > 1 {
		ways = append(ways, wayToRefuse{"for another mini-program", []client.Bend{client.Set("appId", apps[1])}})
	}
	for _, way := range ways {
		t.situation = "the user on the connection of another user's exchange " + way.name
		t.Exchange(t.Code(), way.bends...)
		t.Expect(first, t.signIn(person, t.App(0))).To(expect.GiveOneIdentity())
	}
}

func (t *Trial) noteSame(same, differs phrase.Key, a, b assay.Exchange) {
	if expect.IdentityOf(a) == expect.IdentityOf(b) {
		t.Note(same)
	} else {
		t.Note(differs)
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
			t.NotExchanged(member+" is "+situation, func(r *client.Request) {
				for i := range r.Members {
					if r.Members[i].Name == member {
						r.Members[i].Value = wrong(r.Members[i].Value.(string))
					}
				}
			})
		}
	}
	t.NotExchanged("the body is an array", func(r *client.Request) {
		r.Body = slices.Concat([]byte("["), r.Encode(), []byte("]")) // some readers take one out of its array
	})
	t.NotExchanged("the body is a string", client.Body([]byte(`"code"`), ""))
	t.NotExchanged("the body is null", client.Body([]byte(`null`), ""))
}
