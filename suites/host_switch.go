package suites

import (
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// userSwitch signs in one user after another on every platform, and the first again. Each differs from the one before in
// another way, because an SDK may tell that the user is a new one by any member. In the other mini-programs it is tried with
// two users, because each may have a session of its own.
func userSwitch(t *Trial) {
	t.onEachPlatform(func(t *Trial, platform string) {
		for i, app := range t.session.config.Target.Apps {
			users := t.succession()
			if t.situation = platform; i > 0 {
				users, t.situation = users[:2], platform+" in "+app
			}
			t.switchThrough(app, platform, users)
		}
	})
}

// succession is users, each of whom replaces the one before: the channel differs, then the id and the phone alone, then the id
// and the lack of a phone, then the id alone.
func (t *Trial) succession() []people.Person {
	first, second := t.strangers()
	users := []people.Person{first, second}
	for _, phoneless := range []bool{false, true, true} {
		next := t.Person()
		if next.Channel = second.Channel; phoneless {
			next.Phone = ""
		}
		users = append(users, next)
	}
	return users
}

// switchThrough logs users in one after another, exchanges their codes, and then logs the first in again. A user without a
// phone whom the host app or the platform refuses is left out: login.without-phone judges it.
func (t *Trial) switchThrough(app, platform string, users []people.Person) {
	var codes []assay.Code
	for _, user := range users {
		if code, given := t.loginIn(app, user, platform); given {
			codes = append(codes, code)
		}
	}
	all := slices.DeleteFunc(t.exchangeAll(codes), func(x assay.Exchange) bool { return x.Code.Phone == "" && !expect.Identified(x) })
	for i, x := range all {
		t.Given(x).To(expect.BeExchanged())
		if i > 0 && all[i-1].Code.Channel != x.Code.Channel {
			t.Expect(x).To(expect.NotGiveChannel(all[i-1].Code.Channel))
		}
	}
	t.Expect(all...).To(expect.GiveDistinctIdentities())
	t.Expect(all...).To(expect.GiveDistinctSubjects())
	if len(all) == 0 || all[0].Code.UserID != users[0].UserID {
		return // the first has no phone
	}
	code, _ := t.loginIn(app, users[0], platform)
	again := t.Exchange(code)
	t.Expect(again).To(expect.BeExchanged())
	t.Expect(all[0], again).To(expect.GiveOneIdentity())
	if app != t.App(0) {
		return
	}
	elsewhere := users[0]
	if elsewhere.Channel = t.otherChannel(elsewhere.Channel); elsewhere.Channel == users[0].Channel {
		return
	}
	code, _ = t.loginIn(app, elsewhere, platform)
	x := t.Exchange(code)
	if expect.Identified(x) {
		t.Expect(x).To(expect.NotGiveChannel(users[0].Channel))
	}
	left, kept := t.channelLeft(platform, x)
	if !kept {
		return
	}
	code, _ = t.loginIn(app, users[0], platform)
	x = t.Exchange(code)
	if stays, again := t.channelLeft(platform, x); again && expect.Channel(stays) != expect.Channel(left) {
		t.foundViolation("no channel of the user before for a user without one",
			fmt.Sprintf("channel %q, which is that of the user before, as it was after another user", expect.Channel(stays)),
			append(alike([]assay.Exchange{left}), stepsTo(stays, []assay.Exchange{x})...)...)
		panic(stop{})
	}
}

// channelLeft injects a user without a channel behind the one who has just signed in, and reports whether the new user has the channel of
// that one. The default channel may be the same once, but not for users of two channels.
func (t *Trial) channelLeft(platform string, before assay.Exchange) (x assay.Exchange, kept bool) {
	in := everything(t.Person(), platform)
	in.Channel = nil
	fired, injected := t.fireIfInjected(t.App(0), assay.Login, in)
	if !injected || fired.code() == "" {
		return x, false
	}
	x = t.Exchange(granted(assay.Login, t.App(0), fired.code(), in))
	return x, expect.Identified(x) && expect.Channel(x) != "" && expect.Channel(x) == expect.Channel(before)
}

// loginIn injects a person and calls wx.login in a mini-program. Only a person without a phone may get no code.
func (t *Trial) loginIn(app string, person people.Person, platform string) (code assay.Code, given bool) {
	in := everything(person, platform)
	fired := t.fireFor(app, assay.Login, in)
	if fired.code() == "" && person.Phone != "" {
		t.Untested(phrase.NoLoginCode, t.describe(fired))
	}
	return granted(assay.Login, app, fired.code(), in), fired.code() != ""
}

// strangers are two users with different channels, as far as the platform knows more than one.
func (t *Trial) strangers() (one, other people.Person) {
	one, other = t.Person(), t.Person()
	if other.Channel == one.Channel {
		other.Channel = t.otherChannel(one.Channel)
	}
	return one, other
}

// overlap calls wx.login for one injection, and for another one before the first call has called back.
func (t *Trial) overlap(app string, one, other assay.Injection) (first, second fired) {
	callbacks, later, err := t.session.overlap(t.ctx, app, one, other)
	if err != nil {
		t.driverFailed(err)
	}
	return callbacks, later
}

// concurrentLogin calls wx.login twice at once for one user, on every platform, and exchanges both codes, in either order.
func concurrentLogin(t *Trial) {
	for _, platform := range t.platforms() {
		for _, newerFirst := range []bool{true, false} {
			situation := platform + ", the older code first"
			if newerFirst {
				situation = platform + ", the newer code first"
			}
			t.Case(situation, func(t *Trial) { t.twoCalls(t.App(0), everything(t.Person(), platform), newerFirst) })
		}
	}
	for i, app := range t.session.config.Target.Apps[1:] {
		platforms := t.platforms()
		platform := platforms[(i+1)%len(platforms)] // the SDK is the same in every mini-program, so that one platform is enough
		t.Case(platform+" in "+app, func(t *Trial) { t.twoCalls(app, everything(t.Person(), platform), true) })
	}
}

func (t *Trial) twoCalls(app string, in assay.Injection, newerFirst bool) {
	if lone := t.fireFor(app, assay.Login, in); lone.answers() != 1 || lone.codeIn("success") == "" {
		t.Untested(phrase.LoneCall, t.describe(lone)) // host.login-code and host.one-callback judge it
	}
	first, second := t.overlap(app, in, in)
	t.Check(first.answers() == 1, "exactly one of success and fail for the first call, once", t.describe(first))
	t.Check(second.answers() == 1, "exactly one of success and fail for the second call, once", t.describe(second))
	older, newer := first.codeIn("success"), second.codeIn("success")
	t.Check(older == "" || older != newer, "two codes for two calls", "one code for both: "+t.describe(second))
	var codes []assay.Code
	for _, code := range []string{older, newer} {
		if code != "" { // a call that fails gives none
			codes = append(codes, granted(assay.Login, app, code, in))
		}
	}
	if len(codes) == 0 {
		t.Untested(phrase.NoLoginCode, t.describe(first))
	}
	if newerFirst && len(codes) == 2 {
		codes[0], codes[1] = codes[1], codes[0]
	}
	var exchanges []assay.Exchange
	for _, code := range codes {
		exchanges = append(exchanges, t.Exchange(code))
	}
	if t.session.oneOpen() && slices.ContainsFunc(exchanges, expect.Identified) {
		t.Note(phrase.OneOfTwoCodes) // nobody outside knows which of the two calls got the newer one
		return
	}
	for _, x := range exchanges {
		t.Expect(x).To(expect.BeExchanged())
	}
}

// switchInFlight switches the user while wx.login is in flight, many times on every platform. Every code is wholly one
// user's, and that of the second call the second user's.
func switchInFlight(t *Trial) {
	const lanes, times = 2, 4 // pairs of users side by side, and switches of each
	t.onEachPlatform(func(t *Trial, platform string) {
		t.Each(lanes, func(int) { t.switchBetween(platform, times) })
	})
}

// switchBetween switches between two users while wx.login is in flight, several times.
func (t *Trial) switchBetween(platform string, times int) {
	before, after := t.strangers()
	one, other := everything(before, platform), everything(after, platform)
	var known []assay.Exchange
	for _, n := range t.batches(2) {
		var codes []assay.Code
		for range n {
			codes = append(codes, t.loginCode(one), t.loginCode(other))
		}
		known = append(known, t.exchangeAll(codes)...)
	}
	for _, x := range known {
		t.Given(x).To(expect.BeExchanged())
	}
	t.Given(known[0], known[1]).To(expect.GiveDistinctIdentities())
	first := expect.PersonOf(known[0], known[2])
	second := expect.PersonOf(known[1], known[3])
	for _, n := range t.batches(times) {
		var codes []assay.Code
		var whose [][]expect.Person
		for range n {
			pending, next := t.overlap(t.App(0), one, other)
			if code := pending.codeIn("success"); code != "" {
				codes, whose = append(codes, granted(assay.Login, t.App(0), code, one)), append(whose, []expect.Person{first, second})
			}
			if code := next.codeIn("success"); code != "" {
				codes, whose = append(codes, granted(assay.Login, t.App(0), code, other)), append(whose, []expect.Person{second})
			}
		}
		for i, x := range t.exchangeAll(codes) {
			t.wholly(x, whose[i]...)
		}
	}
}

// batches says how many of n pairs of codes can be issued before the first is exchanged: all, except where a user has one good
// code at a time or the driver is slow.
func (t *Trial) batches(n int) []int {
	if t.session.oneOpen() || t.session.fresh(2*n) < 2*n {
		return slices.Repeat([]int{1}, n)
	}
	return []int{n}
}

// wholly expects everything of one of the persons. Where a user has one valid code at a time, the other call may have ended
// this one's.
func (t *Trial) wholly(x assay.Exchange, persons ...expect.Person) {
	if t.session.oneOpen() && assay.Judge(x).Result == assay.Refused {
		return
	}
	t.Expect(x).To(expect.BeWholly(persons...))
}

// exchangeAll exchanges codes at the same time. What a busy target has not looked at is sent again, one code after the other: all of
// them at once would be too many again.
func (t *Trial) exchangeAll(codes []assay.Code) []assay.Exchange {
	exchanges := make([]assay.Exchange, len(codes))
	t.Each(len(codes), func(i int) { exchanges[i] = t.Exchange(codes[i]) })
	for i, x := range exchanges {
		for attempt := 0; attempt < maxAttempts && overloaded(x) && t.pause(retryAfter(x), attempt); attempt++ {
			x = t.quietly(func() assay.Code { return codes[i] })
		}
		exchanges[i] = x
	}
	return exchanges
}
