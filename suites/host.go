package suites

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// hostChapter: the Host-App injects, the plugin answers.
func hostChapter(c *chapter) {
	c.requirement("host.login-code", func(t *Trial) {
		t.onEachPlatform(func(t *Trial, platform string) {
			fired := t.login(everything(t.Person(), platform))
			t.Check(fired.codeIn("success") != "", "a success callback with a non-empty code", t.describe(fired))
		})
	})
	c.requirement("host.login-context", func(t *Trial) {
		t.onEachPlatform(func(t *Trial, platform string) {
			t.checkContext(t.login(everything(t.Person(), platform)), "success")
		})
	})
	c.requirement("host.phone-event", func(t *Trial) {
		t.onEachPlatform(func(t *Trial, platform string) {
			fired := t.tapPhone(everything(t.Person(), platform))
			t.Check(fired.codeIn("bindgetphonenumber") != "", "a bindgetphonenumber event with a non-empty code", t.describe(fired))
			t.checkContext(fired, "bindgetphonenumber")
		})
	})
	c.requirement("host.injection-missing-login", missingLogin)
	c.requirement("host.injection-missing-phone", missingPhone)
	c.requirement("host.fail-errmsg", func(t *Trial) {
		fired := t.login(assay.Injection{Platform: t.platform()})
		for _, detail := range fired.named("fail") {
			t.Check(detail.ErrMsg != "", "a string errMsg in the fail callback", t.describe(fired))
			return
		}
		t.Untested(phrase.NoFailCallback)
	})
	c.requirement("host.one-callback", func(t *Trial) {
		for _, in := range []assay.Injection{everything(t.Person(), t.platform()), {Platform: t.platform()}} {
			fired := t.login(in)
			count := len(fired.named("success")) + len(fired.named("fail"))
			t.Check(count == 1, "exactly one of success and fail, once", t.describe(fired))
		}
	})
	c.requirement("host.user-switch", userSwitch)
	c.requirement("host.logout", logout)
	c.requirement("host.platform-parity", platformParity)
	c.requirement("host.default-channel", defaultChannel)
	c.requirement("host.gray-values", grayValues)
}

func missingLogin(t *Trial) {
	t.onEachPlatform(func(t *Trial, platform string) {
		person := t.Person()
		twin := t.login(everything(person, platform))
		if twin.code() == "" {
			t.Untested(phrase.TwinWithoutCode, t.describe(twin))
		}
		partial := everything(person, platform)
		partial.UserID = nil
		for _, in := range []assay.Injection{{Platform: platform}, partial} {
			fired := t.login(in)
			t.Check(len(fired.named("fail")) > 0 && !fired.codeLike(twin), "a fail callback and no code", t.describe(fired))
		}
	})
}

func missingPhone(t *Trial) {
	t.onEachPlatform(func(t *Trial, platform string) {
		person := t.Person()
		twin := t.tapPhone(everything(person, platform))
		if twin.code() == "" {
			t.Untested(phrase.TwinWithoutCode, t.describe(twin))
		}
		partial := everything(person, platform)
		partial.Phone = nil
		for _, in := range []assay.Injection{{Platform: platform}, partial} {
			fired := t.tapPhone(in)
			t.Check(!fired.codeLike(twin), "an event with error information only", t.describe(fired))
		}
	})
}

func userSwitch(t *Trial) {
	before, after := t.Person(), t.Person()
	first := t.loginCode(before, everything(before, t.platform()))
	second := t.loginCode(after, everything(after, t.platform()))
	one, two := t.Exchange(first), t.Exchange(second)
	t.Given(one).To(expect.BeExchanged())
	t.Given(two).To(expect.BeExchanged())
	t.Expect(one, two).To(expect.GiveDistinctIdentities())
}

func logout(t *Trial) {
	t.onEachPlatform(func(t *Trial, platform string) {
		in := everything(t.Person(), platform)
		twin := t.login(in)
		if twin.code() == "" {
			t.Untested(phrase.NoCodeBefore)
		}
		in.UserID = nil
		fired := t.login(in)
		t.Check(!fired.codeLike(twin), "no code once the user is cleared", t.describe(fired))
	})
}

func platformParity(t *Trial) {
	person := t.Person()
	var exchanges []assay.Exchange
	for _, platform := range t.session.config.Hello.Platforms {
		x := t.Exchange(t.loginCode(person, everything(person, platform)))
		t.Given(x).To(expect.BeExchanged())
		exchanges = append(exchanges, x)
	}
	t.Expect(exchanges...).To(expect.GiveOneIdentity())
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
	values := []assay.GrayValue{{Key: "sex", Value: "男"}, {Key: "age", Value: 18}}
	reply, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpGray, Host: &in, Values: values})
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

// everything injects all of a person's data on a platform.
func everything(person people.Person, platform string) assay.Injection {
	in := injected(person)
	in.Platform = platform
	return in
}

// platform is the one that a trial uses if any will do.
func (t *Trial) platform() string { return t.session.platform("android") }

// onEachPlatform makes a case of every platform that the driver offers.
func (t *Trial) onEachPlatform(body func(t *Trial, platform string)) {
	platforms := t.session.config.Hello.Platforms
	if len(platforms) == 0 {
		platforms = []string{t.platform()}
	}
	for _, platform := range platforms {
		t.Case(platform, func(t *Trial) { body(t, platform) })
	}
}

// fired are the callbacks of one call of the plugin.
type fired []assay.Callback

func (t *Trial) login(in assay.Injection) fired    { return t.fire(assay.Login, in) }
func (t *Trial) tapPhone(in assay.Injection) fired { return t.fire(assay.Phone, in) }

func (t *Trial) fire(kind assay.Endpoint, in assay.Injection) fired {
	callbacks, err := t.session.callbacks(t.ctx, kind, t.App(0), in)
	if err != nil {
		t.driverFailed(err)
	}
	return callbacks
}

// loginCode is the code of one wx.login; without one, the trial is untested.
func (t *Trial) loginCode(person people.Person, in assay.Injection) assay.Code {
	fired := t.login(in)
	if fired.code() == "" {
		t.Untested(phrase.NoLoginCode, t.describe(fired))
	}
	return assay.Code{Kind: assay.Login, AppID: t.App(0), Code: fired.code(),
		UserID: person.UserID, Channel: person.Channel, Phone: person.Phone}
}

// named lists the details of the callbacks of one name.
func (f fired) named(name string) []assay.Detail {
	var details []assay.Detail
	for _, callback := range f {
		if callback.Name == name {
			details = append(details, callback.Read())
		}
	}
	return details
}

// code is the first code that any callback carried, whatever its name.
func (f fired) code() string {
	for _, callback := range f {
		if code := callback.Read().Code; code != "" {
			return code
		}
	}
	return ""
}

// codeLike reports whether a callback carried a code like the valid twin's. A failing callback may carry an error code
// under the same name, such as "10001": it is much shorter than a code.
func (f fired) codeLike(twin fired) bool {
	return slices.ContainsFunc(f, func(callback assay.Callback) bool {
		detail := callback.Read()
		failing := callback.Name == "fail" || strings.Contains(detail.ErrMsg, ":fail")
		return detail.Code != "" && (!failing || len(detail.Code)*2 >= len(twin.code()))
	})
}

// codeIn is the first code that a callback of one name carried.
func (f fired) codeIn(name string) string {
	for _, detail := range f.named(name) {
		if detail.Code != "" {
			return detail.Code
		}
	}
	return ""
}

// describe quotes callbacks without their secrets, cut to a readable length.
func (t *Trial) describe(f fired) string {
	const most, longest = 8, 600
	if len(f) == 0 {
		return "no callback fired"
	}
	var words []string
	for _, callback := range f[:min(len(f), most)] {
		text := t.session.config.Redactor.Text(fmt.Sprintf("%s %s", callback.Name, callback.Detail))
		words = append(words, visible.Line(text, longest))
	}
	if more := len(f) - most; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", then ")
}

func (t *Trial) checkContext(fired fired, name string) {
	details := fired.named(name)
	if len(details) == 0 {
		t.Untested(phrase.NoCallback, name, t.describe(fired))
	}
	t.Check(details[0].AppID == t.App(0) && details[0].APIServer != "",
		fmt.Sprintf("appid %q and an apiserver with the code", t.App(0)), t.describe(fired))
}
