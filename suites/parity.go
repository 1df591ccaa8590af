package suites

import (
	"errors"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// platformParity signs in one person on every platform. Who it is must not depend on the platform, nor on what an SDK in
// another language makes of the id or the channel.
func platformParity(t *Trial) {
	t.sameOnEachPlatform(t.Person(), t.loginAs)
	number, escaped, capital := t.Person(), t.Person(), t.Person()
	number.UserID = "09" + t.session.reshape("007199254740993") + "7" // beyond what a double holds, and with a zero in front
	escaped.UserID += `+%41&a=1#b"\c`
	long := t.Person()
	const length = 80 // some columns have 64
	long.UserID = "\u5f20\u4f1fe\u0301" + strings.Repeat("0", max(0, length-len(long.UserID)-2)) + long.UserID
	odd := map[string]people.Person{"Chinese letters and a letter with an accent behind it in a user id of 80 characters": long, "a long number for the user id": number, "a plus, a percent sign, an ampersand, a number sign, a quotation mark and a backslash in the user id": escaped}
	if _, free := t.session.people.Channels(); free {
		const column = 32
		capital.Channel = "Shop+" + capital.Channel
		capital.Channel += strings.Repeat("x", max(0, column-len(capital.Channel)))
		odd["a channel of 32 characters with a capital and a plus"] = capital
	}
	for form, person := range odd {
		t.Case(form, func(t *Trial) { t.sameOnEachPlatform(person, t.loginUnlessRefused) })
	}
}

// sameOnEachPlatform compares who a person is. An exchange without a code is of a platform that does not take the person.
func (t *Trial) sameOnEachPlatform(person people.Person, login func(people.Person, string) assay.Exchange) {
	var exchanges []assay.Exchange
	for _, platform := range t.session.config.Hello.Platforms {
		x := login(person, platform)
		for attempt := 0; attempt < maxAttempts && overloaded(x) && t.pause(retryAfter(x), attempt); attempt++ { // a user's own limit
			x = login(person, platform)
		}
		if x.Code == nil {
			continue
		}
		t.Given(x).To(expect.BeExchanged())
		exchanges = append(exchanges, x)
	}
	if len(exchanges) == 0 {
		return
	}
	t.Expect(exchanges...).To(expect.GiveOneIdentity())
	t.Expect(exchanges...).To(expect.AgreeOnUnionID())
	t.Expect(exchanges...).To(expect.GiveOneChannel())
}

// loginAs injects a person, calls wx.login, and exchanges the code.
func (t *Trial) loginAs(person people.Person, platform string) assay.Exchange {
	return t.Exchange(t.loginCode(everything(person, platform)))
}

// loginUnlessRefused is loginAs for a person whom the driver, the SDK of one platform, or the target may refuse. It then leaves a
// note and returns no exchange.
func (t *Trial) loginUnlessRefused(person people.Person, platform string) assay.Exchange {
	in := everything(person, platform)
	callbacks, err := t.session.callbacks(t.ctx, assay.Login, t.App(0), in)
	switch failed, ok := errors.AsType[*assay.DriverError](err); {
	case ok && !failed.Gone && !repeats(err) || unsupported(err):
		t.Note(phrase.RefusesUser)
		return assay.Exchange{}
	case err != nil:
		t.driverFailed(err)
	}
	code := fired(callbacks).code()
	if code == "" {
		t.Note(phrase.SDKRefusesUser, platform)
		return assay.Exchange{}
	}
	x := t.Exchange(granted(assay.Login, t.App(0), code, in))
	if assay.Judge(x).Result == assay.Refused && !overloaded(x) {
		t.Note(phrase.UserRefused, expect.Summary(x))
		return assay.Exchange{}
	}
	return x
}
