package suites

import (
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// onEachCall makes a case of every platform, mini-program and way to a code, and hands it a code with what came beside it and was injected.
func (t *Trial) onEachCall(apps []string, kinds []assay.Endpoint, body func(t *Trial, code assay.Code, beside assay.Detail, in assay.Injection)) {
	for _, platform := range t.platforms() {
		for _, app := range apps {
			for _, kind := range kinds {
				t.Case(fmt.Sprintf("%s, %s in %s", platform, opOf(kind), app), func(t *Trial) {
					in := everything(t.Person(), platform)
					fired := t.fireFor(app, kind, in)
					beside, found := fired.withCode()
					if !found {
						t.Untested(phrase.CallWithoutCode, opOf(kind), t.describe(fired))
					}
					body(t, granted(kind, app, beside.Code, in), beside, in)
				})
			}
		}
	}
}

// ways are the kinds of codes that the driver gets as a mini-program does, of the declared endpoints.
func (t *Trial) ways() []assay.Endpoint {
	return slices.DeleteFunc(t.session.endpoints(), func(kind assay.Endpoint) bool {
		return !t.session.config.Hello.Offers(opOf(kind))
	})
}

// appID demands the appid of the mini-program that called, and a code that is valid under it. host.phone-code judges
// whether the code of the button is good at all.
func appID(t *Trial) {
	t.onEachCall(t.session.config.Target.Apps, t.ways(), func(t *Trial, code assay.Code, beside assay.Detail, in assay.Injection) {
		if beside.AppID == "" && t.besideInFirst(code, beside, in).AppID == "" {
			t.Untested(phrase.NothingBeside, "appid") // host.login-context and host.phone-event judge it, there
		}
		t.Check(beside.AppID == code.AppID, fmt.Sprintf("appid %q, which called", code.AppID), fmt.Sprintf("appid %q", beside.AppID))
		x := t.Exchange(code)
		if code.Kind == assay.Phone {
			t.Given(x).To(expect.BeExchanged())
		}
		t.Expect(x).To(expect.BeExchanged())
	})
}

// besideInFirst is what comes beside a code like this one in the first mini-program.
func (t *Trial) besideInFirst(code assay.Code, beside assay.Detail, in assay.Injection) assay.Detail {
	if code.AppID == t.App(0) {
		return beside
	}
	first, _ := t.fireFor(t.App(0), code.Kind, in).withCode()
	return first
}

// apiServer demands that the apiserver is one of the target's, and exchanges the code there. No PAT is sent to a server
// that the target does not name.
func apiServer(t *Trial) {
	t.onEachCall(t.session.config.Target.Apps, t.ways(), func(t *Trial, code assay.Code, beside assay.Detail, in assay.Injection) {
		if beside.APIServer == "" && t.besideInFirst(code, beside, in).APIServer == "" {
			t.Untested(phrase.NothingBeside, "apiserver")
		}
		named, slash, err := readServer(beside.APIServer)
		t.Check(err == nil, "the absolute http or https URL of an API server", fmt.Sprintf("apiserver %q: %v", beside.APIServer, err))
		if slash {
			t.Warn("an apiserver without a slash at its end, because the path of the endpoint is appended to it",
				fmt.Sprintf("apiserver %q", beside.APIServer))
		}
		declared := t.Declares().APIServers
		if !slices.ContainsFunc(slices.Concat(t.session.config.Target.APIServers, declared), named.is) {
			if len(declared) == 0 {
				t.Untested(phrase.OtherServer, named.base)
			}
			t.Check(false, "a server that the target names under apiServer or declares.apiServers", fmt.Sprintf("apiserver %q", beside.APIServer))
		}
		t.exchangeAt(named, code)
	})
}

// exchangeAt exchanges a code at the server that came beside it. A name that leads nowhere from here, such as that of a
// gateway in front of a test system, is noted.
func (t *Trial) exchangeAt(named server, code assay.Code) {
	x := t.Exchange(code, at(named.base))
	if slices.ContainsFunc(t.session.config.Target.APIServers, named.is) {
		t.Given(x).To(expect.BeExchanged())
		return
	}
	if x.Response == nil {
		t.Note(phrase.ServerUnreachable, named.base)
		return
	}
	if !expect.Identified(x) {
		code.Code = t.loginOrTap(code)
		t.Given(t.Exchange(code)).To(expect.BeExchanged())
	}
	t.Expect(x).To(expect.BeExchanged())
}

// loginOrTap is another code like one that was used.
func (t *Trial) loginOrTap(like assay.Code) string {
	in := assay.Injection{Platform: t.platform(), UserID: &like.UserID, Channel: &like.Channel, Phone: &like.Phone}
	return t.fireFor(like.AppID, like.Kind, in).code()
}

// phoneCode demands that the button's codes give the phone that was injected last: a user's, the same once more, another
// user's, and a new one of the first user.
func phoneCode(t *Trial) {
	if !slices.Contains(t.session.endpoints(), assay.Phone) {
		t.Untested(phrase.ProfileUndeclared, assay.Phone)
	}
	for _, platform := range t.platforms() {
		for _, app := range t.session.config.Target.Apps {
			t.Case(fmt.Sprintf("%s in %s", platform, app), func(t *Trial) {
				first, second := t.Person(), t.Person()
				moved := first
				moved.Phone = t.Person().Phone
				users := []people.Person{first, second, moved}
				if app == t.App(0) {
					users = slices.Insert(users, 1, first)
				}
				for _, person := range users {
					in := everything(person, platform)
					fired := t.fireFor(app, assay.Phone, in)
					if fired.code() == "" {
						t.Untested(phrase.CallWithoutCode, opOf(assay.Phone), t.describe(fired))
					}
					x := t.Exchange(granted(assay.Phone, app, fired.code(), in))
					t.Expect(x).To(expect.BeExchanged())
					t.Expect(x).To(expect.GivePhone(t.Declares().PhoneTransform))
				}
			})
		}
		transform := t.Declares().PhoneTransform
		if transform != "" && transform != assay.PhoneAsInjected {
			continue // a host app may change a plain number alone
		}
		for form, write := range t.phoneForms(transform) {
			t.Case(platform+", "+form, func(t *Trial) { t.writtenPhone(platform, write) })
		}
	}
}

// writtenPhone demands that the button's code gives a phone as it was written. A host app or a platform may refuse it.
func (t *Trial) writtenPhone(platform string, write func(string) string) {
	person := t.Person()
	person.Phone = write(person.Phone)
	in := everything(person, platform)
	fired, injected := t.fireIfInjected(t.App(0), assay.Phone, in)
	if !injected || fired.code() == "" {
		return
	}
	x := t.Exchange(granted(assay.Phone, t.App(0), fired.code(), in))
	if assay.Judge(x).Result == assay.Refused {
		t.Note(phrase.PhoneRefused, expect.Summary(x))
		return
	}
	t.Given(x).To(expect.BeExchanged())
	t.Expect(x).To(expect.GivePhone(t.Declares().PhoneTransform))
}
