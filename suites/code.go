package suites

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
	"github.com/unified-login/assay/suites/internal/tamper"
)

// codeChapter: the encrypted one-time code.
func codeChapter(c *chapter) {
	c.requirement("code.opaque", opaque)
	c.requirement("code.distinct", func(t *Trial) {
		issued := map[string]bool{}
		for i, code := range t.codesOfOne(64) {
			t.Check(!issued[code.Code], "64 different codes", fmt.Sprintf("code %d was issued before, by the platform or by its driver", i+1))
			issued[code.Code] = true
		}
	})
	c.once("code.single-use", singleUse)
	c.atMoments("code.single-use-later", latest, singleUseLater)
	c.add("code.replay-identity", entry{body: replayIdentity, once: true, undisturbed: true})
	c.inEachApp("code.unknown", unknownCode)
	c.inEachApp("code.missing", missingCode)
	c.inEachApp("code.query", inQuery)
	c.requirement("code.outstanding", outstanding)
	c.undisturbed("code.guessing", guessing)
	c.inEachApp("code.tampered", func(t *Trial) {
		t.tamper(func(t *Trial, change func(code string) string) {
			t.twin(t.App(0))
			if x, changed := t.changed(t.Code(), change); changed {
				t.Expect(x).To(expect.BeRefused())
			}
		})
		splice(t, func(t *Trial, _, x assay.Exchange) { t.Expect(x).To(expect.BeRefused()) })
	})
	c.requirement("code.tampered-identity", func(t *Trial) {
		if t.traceless() {
			t.Note(phrase.Traceless)
			return
		}
		t.tamper(changedIdentity)
		splice(t, notTheUsed)
	})
	c.requirement("code.cross-app", crossApp)
	c.inEachApp("code.cross-kind", crossKind)
	c.atMoments("code.expiry", untilExpired, expiry)
	c.later("code.lifetime", func(s *Session) time.Duration { return s.lifetime() / 2 }, func(t *Trial) func(*Trial) {
		next := supply(t.Codes(maxAttempts))
		return func(t *Trial) { t.Expect(t.Exchange(t.halfAged(next()))).To(expect.BeExchanged()) }
	})
	c.requirement("code.confidential", confidential)
	c.requirement("code.failed-attempt", failedAttempt)
}

// behindRefusedCode omits the code right after requests that had one and were refused: what a server keeps of a request must
// not complete the next one.
func behindRefusedCode(t *Trial) {
	defer t.apart()()
	t.unscripted = true // it depends on what the server used before
	t.twin(t.App(0))
	for _, refused := range []client.Bend{t.bearer(t.session.reshape(t.PAT().Reveal())), client.Set("appId", t.session.reshape(t.App(0)))} {
		t.Exchange(t.Code(), refused)
		t.Expect(t.Exchange(t.Code(), client.Omit("code"))).To(expect.BeRefused())
	}
}

func opaque(t *Trial) {
	for i := range 2 {
		t.Case(fmt.Sprintf("valid code %d", i+1), func(t *Trial) {
			t.Expect(t.Exchange(t.Code())).To(expect.BeExchanged())
		})
	}
	t.Case("a valid code in another form of the same JSON", (*Trial).otherForms)
	t.Case("the codes of two users with one phone, the newer first", (*Trial).onePhone)
}

// onePhone issues codes for two users who share a phone, as families do, and exchanges the newer one first. A platform that gives a
// phone to one user alone refuses the other one's next code as well.
func (t *Trial) onePhone() {
	t.unscripted = true // assay mint gives each user a phone of its own
	older, newer := t.Person(), t.Person()
	older.Phone = newer.Phone
	first, second := t.CodeFor(older), t.CodeFor(newer)
	t.Given(t.Exchange(second)).To(expect.BeExchanged())
	x := t.Exchange(first)
	if assay.Judge(x).Result == assay.Refused {
		if next := t.Exchange(t.CodeFor(older)); assay.Judge(next).Result == assay.Refused {
			t.Note(phrase.UserRefused, expect.Summary(next))
			return
		}
	}
	t.Expect(x).To(expect.BeExchanged())
}

// escaped is text as a JSON string in which every character is an escape: the same string for every JSON parser.
func escaped(text string) json.RawMessage {
	raw := []byte{'"'}
	for _, unit := range utf16.Encode([]rune(text)) {
		raw = fmt.Appendf(raw, `\u%04x`, unit)
	}
	return append(raw, '"')
}

// sampleCode is the code of the guide's request example, which no platform has issued.
const sampleCode = "1drac2l7scWpTtetZtF4tA02llZegeLbJSxTYTUG6MmjBA2L3xewOk7IjSqY72ZNDsvWKU0r2EdLKcLqS82g0EKnDgE0uSu1REmvFpPIF8Y="

// otherCode sends a code other than the issued one.
func (t *Trial) otherCode(code string) client.Bend {
	t.session.learn("code", code)
	return client.Set("code", code)
}

// tamper calls try for many places of a code, one at a time.
func (t *Trial) tamper(try func(t *Trial, change func(code string) string)) {
	for i := range tamper.Changes {
		change := func(code string) string { return tamper.Change(code, i) }
		t.Case(fmt.Sprintf("the code changed at place %d of %d", i+1, tamper.Changes), func(t *Trial) { try(t, change) })
	}
	t.Case("the code with its letters in the other case", func(t *Trial) { try(t, tamper.InvertCase) })
	for _, bytes := range []int{16, 32} {
		t.Case(fmt.Sprintf("the code without its last %d bytes", bytes), func(t *Trial) {
			try(t, func(code string) string { return tamper.Shorten(code, bytes) })
		})
	}
	t.Case("the code as a JWT without a valid signature", func(t *Trial) {
		for how := range forgeries(t.Code().Code) {
			t.situation = "the code" + how
			try(t, func(code string) string { return cmp.Or(forgeries(code)[how], code) })
		}
	})
}

// changedIdentity signs a user in to know whom a changed code must not be exchanged for, but only where such a code is exchanged.
func changedIdentity(t *Trial, change func(code string) string) {
	t.twin(t.App(0))
	x, changed := t.changed(t.Code(), change)
	if !changed {
		return
	}
	if !expect.Identified(x) {
		t.Expect(x).To(expect.NotSignInOther(""))
		return
	}
	next := t.dealt(t.Person(), t.App(0), 2)
	own := t.Exchange(next())
	t.Given(own).To(expect.BeExchanged())
	if x, changed := t.changed(next(), change); changed {
		t.Expect(x).To(expect.NotSignInOther(expect.IdentityOf(own)))
	}
}

// changed sends a code that was changed. It is false for one that has nothing to change.
func (t *Trial) changed(code assay.Code, change func(code string) string) (x assay.Exchange, changed bool) {
	other := change(code.Code)
	if other == code.Code {
		return x, false
	}
	return t.Exchange(code, t.otherCode(other)), true
}

// halves cuts a code before its last separator, or in the middle.
func halves(code string) (first, second string) {
	at := strings.LastIndexAny(code, ".:|~")
	if at < 0 {
		at = len(code) / 2
	}
	return code[:at], code[at:]
}

// splice makes codes of the halves of two others, one of them used: a code may have a part that names the user and one
// that is used up. judge gets the exchange of the used code and that of the joined one.
func splice(t *Trial, judge func(t *Trial, used, joined assay.Exchange)) {
	for situation, join := range map[string]func(used, fresh string) string{
		"the first half of a used code and the second half of another": func(used, fresh string) string {
			first, _ := halves(used)
			_, second := halves(fresh)
			return first + second
		},
		"the first half of a code and the second half of a used one": func(used, fresh string) string {
			first, _ := halves(fresh)
			_, second := halves(used)
			return first + second
		},
	} {
		t.Case(situation, func(t *Trial) {
			codes := t.Codes(2)
			used := t.Exchange(codes[0])
			t.Given(used).To(expect.BeExchanged())
			if spliced := join(codes[0].Code, codes[1].Code); spliced != codes[0].Code && spliced != codes[1].Code {
				judge(t, used, t.Exchange(codes[1], t.otherCode(spliced)))
			}
		})
	}
}

// notTheUsed expects that the code of one user, with half of another one's used code, does not sign in the latter.
func notTheUsed(t *Trial, used, joined assay.Exchange) {
	if whose := expect.IdentityOf(joined); whose != "" && whose == expect.IdentityOf(used) {
		t.foundViolation("a refusal, or the code's own user", "the user of the used code", stepsTo(joined, []assay.Exchange{used})...)
		panic(stop{})
	}
}

// crossApp tries both directions: one of the two apps may be a platform's default. For kinds of users the seed decides on one.
func crossApp(t *Trial) {
	t.Case("any user", func(t *Trial) { t.crossApp(t.Person(), []int{0, 1}) })
	t.amongMany("any user")
	t.crossAppBent("the code in front of the appId", func(r *client.Request) { slices.Reverse(r.Members) })
	for how, respell := range respeltApps() {
		t.crossAppBent("the appId "+how, func(r *client.Request) { client.Set("appId", respell(t.App(1)))(r) })
	}
	for kind, person := range t.kindsOfUsers() {
		from := []int{t.session.seeded(t.requirement.ID, kind).IntN(2)}
		if t.session.config.Thorough {
			from = []int{0, 1}
		}
		t.Case("a user "+kind, func(t *Trial) { t.crossApp(person, from) })
	}
}

// crossAppBent sends a code to the other mini-program in another way, in which its check may not find the mini-program.
func (t *Trial) crossAppBent(how string, bend client.Bend) {
	t.Case("any user, "+how, func(t *Trial) {
		t.twin(t.App(0))
		t.Expect(t.Exchange(t.Code(), client.Set("appId", t.App(1)), bend)).To(expect.BeRefused())
	})
}

// respeltApps write the ID of a mini-program so that one part of a platform may find it and another may not.
func respeltApps() map[string]func(app string) string {
	return map[string]func(app string) string{
		"in the other letter case": func(app string) string { return strings.Map(tamper.SwapCase, app) },
		"with a space behind it":   func(app string) string { return app + " " },
	}
}

// crossApp exchanges codes of some mini-programs for the other one.
func (t *Trial) crossApp(person people.Person, from []int) {
	for _, app := range from {
		code, issued := t.codeUnlessRefused(t.App(app), person, phrase.RefusesUser)
		if !issued {
			return
		}
		twin := t.Exchange(code)
		if assay.Judge(twin).Result == assay.Refused {
			t.Note(phrase.UserRefused, expect.Summary(twin))
			return
		}
		t.Given(twin).To(expect.BeExchanged())
		other := t.CodesFor(person, t.App(app), 1)[0]
		for attempt := range 2 { // a refusal may leave a trace that the second attempt is let through for
			if attempt == 1 && len(from) > 1 { // and so may a newer code, whose mini-program may count for all of its user
				t.codesAt(person, t.App(1-app), 1)
			}
			t.Expect(t.Exchange(other, client.Set("appId", t.App(1-app)))).To(expect.BeRefused())
		}
	}
}

func crossKind(t *Trial) {
	t.amongMany("a code of the other kind")
	person := t.Person()
	if platforms := t.session.furtherPlatforms(); len(platforms) > 0 { // another one for each endpoint and mini-program
		person.Platform = platforms[(2*t.app+slices.Index(t.session.endpoints(), t.Endpoint))%len(platforms)]
	}
	t.Given(t.Exchange(t.CodeOfKind(t.Endpoint, person))).To(expect.BeExchanged())
	code := t.CodeOfKind(t.otherEndpoint(), person)
	t.Expect(t.Exchange(code, client.To(t.Endpoint))).To(expect.BeRefused())
	used := t.CodeOfKind(t.otherEndpoint(), person)
	if expect.Identified(t.Exchange(used)) {
		t.situation = "a code that was used at its own endpoint"
		t.Expect(t.Exchange(used, client.To(t.Endpoint))).To(expect.BeRefused())
	}
}

func (t *Trial) otherEndpoint() assay.Endpoint {
	if t.Endpoint == assay.Phone {
		return assay.Login
	}
	return assay.Phone
}

// halfAged is a code that is half as old as its lifetime. If the run took so long that the prepared one is older, it issues
// another and waits for it.
func (t *Trial) halfAged(prepared assay.Code) assay.Code {
	const late = 0.6 // of a lifetime: it may be asked for later than it was due
	if t.session.age(prepared.Code) < late {
		return prepared
	}
	code := t.Code()
	half := t.session.lifetime() / 2
	left := func() time.Duration { return half - t.session.old(code.Code) }
	if err := t.session.waitFor(t.ctx, t.requirement.ID, left); err != nil {
		t.driverFailed(err)
	}
	return code
}

// supply returns codes that were issued beforehand, another one for every attempt.
func supply(codes []assay.Code) func() assay.Code {
	next := 0
	return func() assay.Code {
		code := codes[next%len(codes)]
		next++
		return code
	}
}

func confidential(t *Trial) {
	code := t.Code()
	for _, hidden := range []struct{ name, value string }{
		{"user id", code.UserID}, {"phone", code.Phone}, {"channel", code.Channel},
	} {
		where := cmp.Or(tamper.Shows(code.Code, hidden.value), tamper.ShowsDigest(code.Code, hidden.value))
		t.Check(where == "", "a code without the "+hidden.name, fmt.Sprintf("the code contains the %s, %s", hidden.name, where))
	}
}

func failedAttempt(t *Trial) {
	t.Case("the code after an attempt with a wrong PAT", func(t *Trial) {
		t.afterRefusal(client.Authorization("Bearer " + t.session.reshape(t.PAT().Reveal())))
	})
	t.Case("the code after an attempt for an unknown mini-program", func(t *Trial) {
		t.afterRefusal(client.Set("appId", t.session.reshape(t.App(0))))
	})
}

// afterRefusal records whether a code still works after an attempt with it was refused.
func (t *Trial) afterRefusal(bend client.Bend) {
	code := t.Code()
	if refused := t.Exchange(code, bend); assay.Judge(refused).Result != assay.Refused {
		t.Note(phrase.CodeNotRefused, expect.Summary(refused))
		return
	}
	if expect.Identified(t.Exchange(code)) {
		t.Note(phrase.CodeUsable)
	} else {
		t.Note(phrase.CodeUsedUp)
	}
}
