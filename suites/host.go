package suites

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// hostChapter: the Host-App injects, the plugin answers.
func hostChapter(c *chapter) {
	c.requirement("host.login-code", func(t *Trial) {
		t.onEachPlatform(func(t *Trial, platform string) {
			fired := t.login(everything(t.Person(), platform))
			t.Check(fired.codeIn("success") != "", "a success callback with a non-empty code", t.describe(fired))
			t.loginAfterOthers(platform)
		})
	})
	c.requirement("host.login-context", func(t *Trial) {
		t.onEachPlatform(func(t *Trial, platform string) {
			in := everything(t.Person(), platform)
			t.checkContext(t.login(in), "success")
			t.situation = platform + ", a second call"
			t.checkContext(t.login(in), "success")
		})
	})
	c.requirement("host.phone-event", func(t *Trial) {
		t.onEachPlatform(func(t *Trial, platform string) {
			in := everything(t.Person(), platform)
			fired := t.tapPhone(in)
			t.Check(fired.codeIn("bindgetphonenumber") != "", "a bindgetphonenumber event with a non-empty code", t.describe(fired))
			t.checkContext(fired, "bindgetphonenumber")
			t.situation = platform + ", a second tap"
			t.checkContext(t.tapPhone(in), "bindgetphonenumber")
		})
	})
	c.requirement("host.injection-missing-login", missingLogin)
	c.requirement("host.injection-missing-phone", missingPhone)
	c.requirement("host.fail-errmsg", func(t *Trial) {
		t.onEachPlatform(func(t *Trial, platform string) {
			fired := t.login(assay.Injection{Platform: platform})
			for _, event := range t.eventsWithoutCode(platform) {
				t.Check(!saysOK(event.Read().ErrMsg), "an errMsg that does not say ok, in an event without a code", event.Read().ErrMsg)
				t.Check(saysError(event), "error information in an event without a code", t.describe([]assay.Callback{event}))
			}
			for _, detail := range fired.named("fail") {
				t.Check(detail.ErrMsg != "", "a string errMsg in the fail callback", t.describe(fired))
				t.Check(!saysOK(detail.ErrMsg), "an errMsg that does not say ok", t.describe(fired))
				return
			}
			t.Untested(phrase.NoFailCallback)
		})
	})
	c.requirement("host.one-callback", oneCallback)
	c.requirement("host.appid", appID)
	c.requirement("host.apiserver", apiServer)
	c.everywhere("host.appid", everyCallback(ownAppID))
	c.everywhere("host.apiserver", everyCallback(ownServer))
	c.requirement("host.phone-code", phoneCode)
	c.requirement("host.concurrent-login", concurrentLogin)
	c.requirement("host.switch-in-flight", switchInFlight)
	c.requirement("host.user-switch", userSwitch)
	c.requirement("host.logout", logout)
	c.requirement("host.platform-parity", platformParity)
	c.requirement("host.default-channel", defaultChannel)
	c.requirement("host.gray-values", grayValues)
}

// loginAfterOthers calls wx.login after a call that failed, and after a tap on the phone button. What the SDK keeps of these
// calls must not stand in for its answer.
func (t *Trial) loginAfterOthers(platform string) {
	in := everything(t.Person(), platform)
	t.situation = platform + ", after a call that failed"
	t.login(assay.Injection{Platform: platform})
	fired := t.login(in)
	t.Check(fired.codeIn("success") != "", "a success callback with a non-empty code", t.describe(fired))
	ways := t.ways()
	if !slices.Contains(ways, assay.Login) || !slices.Contains(ways, assay.Phone) {
		return
	}
	t.Given(t.Exchange(granted(assay.Login, t.App(0), fired.code(), in))).To(expect.BeExchanged())
	t.situation = platform + ", after a tap"
	t.tapPhone(in)
	fired = t.login(in)
	t.Check(fired.codeIn("success") != "", "a success callback with a non-empty code", t.describe(fired))
	t.Expect(t.Exchange(granted(assay.Login, t.App(0), fired.code(), in))).To(expect.BeExchanged())
}

// checkContext demands that appid and apiserver are there. host.appid and host.apiserver judge whose they are.
func (t *Trial) checkContext(fired fired, name string) {
	details := fired.named(name)
	if len(details) == 0 {
		t.Untested(phrase.NoCallback, name, t.describe(fired))
	}
	t.Check(details[0].AppID != "" && details[0].APIServer != "", "an appid and an apiserver with the code", t.describe(fired))
}

// oneCallback counts the callbacks of calls that succeed and of calls that fail, and the events of taps.
func oneCallback(t *Trial) {
	t.onEachPlatform(func(t *Trial, platform string) {
		for _, in := range []assay.Injection{everything(t.Person(), platform), {Platform: platform}} {
			fired := t.login(in)
			if in.UserID != nil && len(fired.named("success")) == 0 {
				t.Untested(phrase.NoLoginCode, t.describe(fired)) // host.login-code judges it
			}
			t.Check(fired.answers() == 1, "exactly one of success and fail, once", t.describe(fired))
			if t.session.config.Hello.Offers(assay.OpGetPhoneNumber) {
				events := t.tapPhone(in)
				t.Check(len(events.named("bindgetphonenumber")) <= 1, "one bindgetphonenumber event for one tap", t.describe(events))
			}
		}
	})
}

// saysOK reports whether the message of a failure is that of a success, such as "login:ok".
func saysOK(message string) bool {
	return strings.HasSuffix(strings.ToLower(strings.TrimSpace(message)), ":ok")
}

// logout clears the user on every platform in every mini-program, each of which may have a session of its own. A call that
// failed must not bring the user back.
func logout(t *Trial) {
	t.onEachPlatform(func(t *Trial, platform string) {
		for i, app := range t.session.config.Target.Apps {
			if t.situation = platform; i > 0 {
				t.situation += " in " + app
			}
			in := everything(t.Person(), platform)
			twin := t.fireFor(app, assay.Login, in)
			if twin.code() == "" {
				t.Untested(phrase.NoCodeBefore)
			}
			in.UserID = nil
			for range 2 {
				fired := t.fireFor(app, assay.Login, in)
				t.Check(!fired.codeLike(twin), "no code once the user is cleared", t.describe(fired))
			}
		}
	})
}

func defaultChannel(t *Trial) {
	person := t.Person()
	in := everything(person, t.platform())
	in.Channel = nil
	fired := t.login(in)
	if fired.code() == "" {
		t.Note(phrase.NoCodeUnbidden)
		return
	}
	x := t.Exchange(assay.Code{Kind: assay.Login, AppID: t.App(0), Code: fired.code(), UserID: person.UserID})
	t.Note(phrase.ChannelUnbidden, expect.Channel(x))
}

func grayValues(t *Trial) {
	in := everything(t.Person(), t.platform())
	reply, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpGray, Host: &in, Values: grayscale()})
	if err != nil {
		t.Note(phrase.GrayRefused, err)
		return
	}
	if reply.OK {
		t.Note(phrase.GrayTaken)
	} else {
		t.Note(phrase.GrayNotTaken)
	}
}

// grayscale are the values of the guide's example.
func grayscale() []assay.GrayValue {
	return []assay.GrayValue{{Key: "sex", Value: "男"}, {Key: "age", Value: 18}}
}

// everything injects all of a person's data on a platform.
func everything(person people.Person, platform string) assay.Injection {
	in := injected(person)
	in.Platform = platform
	return in
}

// platform is the one that a trial uses if any will do.
func (t *Trial) platform() string { return t.session.platform("android") }

// platforms are those that the driver offers, or one if it names none.
func (t *Trial) platforms() []string {
	if platforms := t.session.config.Hello.Platforms; len(platforms) > 0 {
		return platforms
	}
	return []string{t.platform()}
}

// onEachPlatform makes a case of every platform that the driver offers.
func (t *Trial) onEachPlatform(body func(t *Trial, platform string)) {
	for _, platform := range t.platforms() {
		t.Case(platform, func(t *Trial) { body(t, platform) })
	}
}

// eventsWithoutCode taps the button where nothing is injected, as far as the driver can.
func (t *Trial) eventsWithoutCode(platform string) []assay.Callback {
	if !t.session.config.Hello.Offers(assay.OpGetPhoneNumber) {
		return nil
	}
	return slices.DeleteFunc(t.tapPhone(assay.Injection{Platform: platform}), func(c assay.Callback) bool {
		return c.Name != "bindgetphonenumber" || c.Read().Code != ""
	})
}
