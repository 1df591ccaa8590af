package suites

import (
	"fmt"
	"maps"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// phoneChapter: POST unified-auth/phone/get.
func phoneChapter(c *chapter) {
	c.inEachApp("phone.injected", injectedPhones)
	c.inEachApp("phone.none", noPhone)
	c.requirement("phone.not-in-login", phoneNotInLogin)
	c.everywhere("phone.not-in-login", func(t *Trial) {
		if t.Declares().PhoneInLogin {
			t.Note(phrase.PhoneDeclared)
			return
		}
		t.every(t.SignInsAs().Judged().Exchanges(), expect.Matcher{Expected: "an answer without the phone"}, func(x assay.Exchange) (string, bool) {
			return expect.NotShow("the phone", x.Code.Phone).Judge(x)
		}, phrase.SawNoSignIn)
	})
}

// injectedPhones tries phones in other formats too, unless the host app or the platform refuses them.
func injectedPhones(t *Trial) {
	transform := t.Declares().PhoneTransform
	t.Case("the user's own phone", func(t *Trial) {
		x := t.Exchange(t.Code())
		t.Given(x).To(expect.BeExchanged())
		t.Expect(x).To(expect.GivePhone(transform))
	})
	t.Case("a new phone after a sign-in", func(t *Trial) {
		person := t.Person()
		first := person.Phone
		t.Given(t.Exchange(t.CodeFor(person))).To(expect.BeExchanged())
		person.Phone = t.Person().Phone
		code := t.CodeFor(person)
		person.Phone = first
		var back assay.Code
		if !t.session.oneOpen() { // a code has the phone that was injected for it, and not that of the user's newest code
			back = t.CodeFor(person)
		}
		x := t.Exchange(code)
		if back.Code != "" && assay.Judge(x).Result == assay.Refused { // a new phone may end the codes that have the former one
			t.Note(phrase.PhoneRefused, expect.Summary(x))
			again := person
			again.Phone, back = code.Phone, assay.Code{}
			x = t.Exchange(t.CodeFor(again))
		}
		t.Given(x).To(expect.BeExchanged())
		t.Expect(x).To(expect.GivePhone(transform))
		t.situation = "the first phone again, after a new one"
		if back.Code == "" {
			back = t.CodeFor(person)
		}
		x = t.Exchange(back)
		t.Given(x).To(expect.BeExchanged())
		t.Expect(x).To(expect.GivePhone(transform))
	})
	t.Case("a new phone after a login with another, and after one without", func(t *Trial) { t.phonesAfterLogins(transform) })
	t.Case("a new phone in another mini-program", func(t *Trial) {
		apps := t.session.config.Target.Apps
		if len(apps) < 2 {
			return
		}
		person := t.Person()
		t.unscripted = true // it takes the exchange before
		t.signIn(person, apps[0])
		person.Phone = t.Person().Phone
		t.Expect(t.signIn(person, apps[1])).To(expect.GivePhone(transform))
	})
	t.Case("the same user id in another channel", func(t *Trial) {
		person, other := t.Person(), t.Person()
		other.UserID, other.Channel = person.UserID, t.otherChannel(person.Channel)
		if other.Channel == person.Channel {
			return
		}
		for _, each := range []people.Person{person, other, person} {
			x, signedIn := t.signInUnlessRefused(t.App(0), each)
			if !signedIn {
				return
			}
			t.Expect(x).To(expect.GivePhone(transform))
		}
	})
	forms := t.phoneForms(transform)
	maps.Copy(forms, t.phoneLengths(transform))
	for form, write := range forms {
		t.Case(form, func(t *Trial) {
			person := t.Person()
			person.Phone = write(person.Phone)
			code, issued := t.codeUnlessRefused(t.App(0), person, phrase.RefusesPhone)
			if !issued {
				return
			}
			x := t.Exchange(code)
			if assay.Judge(x).Result == assay.Refused {
				t.Note(phrase.PhoneRefused, expect.Summary(x))
				return
			}
			t.Given(x).To(expect.BeExchanged())
			t.Expect(x).To(expect.GivePhone(transform))
		})
	}
}

// phoneForms are ways to write a phone, all of which a platform with the declared transform gives as they were injected.
func (t *Trial) phoneForms(transform assay.PhoneTransform) map[string]func(string) string {
	forms := map[string]func(string) string{
		"a phone with +86": func(phone string) string { return "+86" + strings.TrimPrefix(phone, "+86") },
		"a phone with spaces": func(phone string) string {
			digits, own := strings.TrimPrefix(phone, "+86"), "+86 "
			if strings.HasPrefix(digits, "+") {
				own = ""
			}
			return own + digits[:3] + " " + digits[3:7] + " " + digits[7:]
		},
		"a phone with brackets and a hyphen": func(phone string) string { return "(" + phone[:3] + ")" + phone[3:7] + "-" + phone[7:] },
	}
	if transform != "" && transform != assay.PhoneAsInjected {
		return forms
	}
	forms["a phone with 0086 in front"] = func(phone string) string { return "0086" + strings.TrimPrefix(phone, "+86") }
	forms["a phone with 86 in front, without a plus"] = func(phone string) string { return "86" + strings.TrimPrefix(phone, "+86") }
	forms["a phone with a zero in front"] = func(phone string) string { return "0" + strings.TrimPrefix(phone, "+86") }
	if len(t.session.config.Target.Phones) == 0 { // 555-0100 to 555-0199 are nobody's
		forms["a phone of another country"] = func(phone string) string { return "+120255501" + phone[len(phone)-2:] }
		forms["a phone of ten digits"] = func(phone string) string { return "20255501" + phone[len(phone)-2:] }
	}
	return forms
}

// phoneLengths are phones of other lengths than the usual ones: of other countries and regions, of fixed lines without an area code,
// short ones, and ones with dots, an extension, a star or full-width digits. A host app may refuse them, so the platform alone is asked.
func (t *Trial) phoneLengths(transform assay.PhoneTransform) map[string]func(string) string {
	forms := map[string]func(string) string{}
	if transform != "" && transform != assay.PhoneAsInjected || len(t.session.config.Target.Phones) > 0 {
		return forms
	}
	forms["a phone with dots"] = func(phone string) string {
		digits := strings.TrimPrefix(phone, "+86")
		return digits[:3] + "." + digits[3:7] + "." + digits[7:]
	}
	forms["a phone with a star, a no-break space, a slash, a number sign and extensions"] = func(phone string) string {
		return "*67\u00a0" + phone[:3] + "/" + phone[3:] + "#12,3;ext=4"
	}
	forms["a phone in full-width digits"] = func(phone string) string {
		const above = '\uff01' - '!' // a full-width character is as far above its ASCII one
		return strings.Map(func(r rune) rune { return r + above }, phone)
	}
	// No number begins with a zero behind the code of these.
	forms["a phone of Hong Kong"] = func(phone string) string { return "+8520" + phone[len(phone)-7:] }
	forms["a phone of Macao"] = func(phone string) string { return "+8530" + phone[len(phone)-7:] }
	for _, digits := range []int{5, 7, 8, 9, 12, 15} {
		forms[fmt.Sprintf("a phone of %d digits", digits)] = func(phone string) string {
			return strings.Repeat("5", digits-2) + phone[len(phone)-2:]
		}
	}
	return forms
}

// phonesAfterLogins signs a user in by login with an earlier phone, or without one, before the phone is asked for.
func (t *Trial) phonesAfterLogins(transform assay.PhoneTransform) {
	for _, earlier := range []string{t.Person().Phone, ""} {
		person := t.Person()
		before := person
		before.Phone = earlier
		code, issued := t.kindUnlessRefused(assay.Login, t.App(0), before, phrase.RefusesUser)
		if !issued {
			continue
		}
		t.Exchange(code)
		x := t.Exchange(t.CodeFor(person))
		t.Expect(x).To(expect.BeExchanged())
		t.Expect(x).To(expect.GivePhone(transform))
	}
}

// noPhone accepts a refusal by the host app in place of one by the platform, but asks the platform too if the driver can
// issue codes without the host app.
func noPhone(t *Trial) {
	person := t.Person()
	t.Given(t.Exchange(t.CodeFor(person))).To(expect.BeExchanged())
	without := everything(person, t.platform())
	without.Phone = nil
	fired := t.tapPhone(without)
	if fired.code() == "" {
		t.Note(phrase.NoPhoneCode)
	} else {
		code := assay.Code{Kind: assay.Phone, AppID: t.App(0), Code: fired.code(), UserID: person.UserID, Channel: person.Channel}
		t.noPhone(t.Exchange(code))
	}
	codes, err := t.session.mint(t.ctx, assay.Phone, t.App(0), without, 1)
	if err != nil {
		t.Note(phrase.NoPhoneMint)
		return
	}
	t.noPhone(t.Exchange(codes[0]))
}

// noPhone expects a refusal. An answer OK with no phone is a finding here alone: the checks of all refusals do not see it.
func (t *Trial) noPhone(x assay.Exchange) {
	if expect.OKWithoutIdentity(x) {
		t.foundViolation("a refusal", "errcode OK without a phone", stepsTo(x, nil)...)
		return
	}
	t.Expect(x).To(expect.BeRefused())
}

func phoneNotInLogin(t *Trial) {
	if t.Declares().PhoneInLogin {
		t.Note(phrase.PhoneDeclared)
		return
	}
	x := t.signIn(t.Person(), t.App(0))
	if x.Code.Phone == "" {
		t.Untested(phrase.PhoneUnknown)
	}
	t.Expect(x).To(expect.NotShow("the phone", x.Code.Phone))
}
