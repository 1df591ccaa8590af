package suites

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// firstLogin signs a new user in several times at once, in two mini-programs, and once more afterwards. Two users do so side
// by side.
func firstLogin(t *Trial) {
	const users, most = 8, 8
	simultaneous := most
	if t.session.fresh(most+1) < most+1 {
		simultaneous = max(t.crowd(most+1)-1, 1)
	}
	t.session.client.Warm(t.ctx, simultaneous)
	t.sideBySide(2, users, func() {
		if t.session.oneOpen() {
			t.firstLoginOfOneCode(t.Person(), simultaneous)
		} else {
			t.firstLogins(t.Person(), simultaneous)
		}
	})
	if t.session.oneOpen() {
		t.Note(phrase.OneCodeRaced)
	}
}

// firstLoginOfOneCode sends one code several times: of several codes all but the newest would be refused at once.
func (t *Trial) firstLoginOfOneCode(person people.Person, simultaneous int) {
	code := t.CodeFor(person)
	requests := make([]client.Request, simultaneous)
	for i := range requests {
		requests[i] = client.Exchange(code, t.PAT())
	}
	exchanges := t.raceIfAble(requests)
	later := t.oneSignIn(func() assay.Code { return t.CodeFor(person) })
	t.Expect(append(exchanges, later)...).To(expect.GiveOneIdentity())
}

// firstLogins expects one openId in each mini-program and, as far as they share it, one unionId. A phone/get of the user is among
// the logins: it may make an account as well.
func (t *Trial) firstLogins(person people.Person, simultaneous int) {
	apps, here := t.session.config.Target.Apps, simultaneous
	if len(apps) > 1 && simultaneous > 2 {
		here = (simultaneous + 1) / 2
	}
	next := t.dealing(here+1, func(n int) []assay.Code { return t.CodesFor(person, t.App(0), n) })
	codes := make([]assay.Code, here)
	for i := range codes {
		codes[i] = next()
	}
	there := simultaneous - here
	var requests []client.Request
	if t.comparable(t.otherEndpoint()) && there > 1 {
		there--
		requests = append(requests, client.Exchange(t.CodeOfKind(t.otherEndpoint(), person), t.PAT()))
	}
	if there > 0 {
		codes = append(codes, t.CodesFor(person, apps[1], there)...)
	}
	for i := range here { // the mini-programs in turn, because the first may be answered before the last is sent
		for j := i; j < len(codes); j += here {
			requests = append(requests, client.Exchange(codes[j], t.PAT()))
		}
	}
	exchanges := filter(t.raceIfAble(requests), func(x assay.Exchange) bool { return x.Endpoint == t.Endpoint })
	first := append(filter(exchanges, func(x assay.Exchange) bool { return x.Code.AppID == t.App(0) }), t.oneSignIn(next))
	second := filter(exchanges, func(x assay.Exchange) bool { return x.Code.AppID != t.App(0) })
	t.Expect(first...).To(expect.GiveOneIdentity())
	t.Expect(second...).To(expect.GiveOneIdentity())
	for _, one := range [][]assay.Exchange{first, second} {
		t.Expect(filter(one, expect.Identified)...).To(expect.AgreeOnUnionID())
	}
	if len(second) > 0 && t.oneUnion(t.App(0), second[0].Code.AppID) {
		t.Expect(filter(append(first, second...), expect.Identified)...).To(expect.AgreeOnUnionID())
	}
}

// sideBySide does a piece of work n times, with a bound on how many run at a time.
func (t *Trial) sideBySide(lanes, n int, piece func()) {
	t.Each(lanes, func(lane int) {
		for i := lane; i < n; i += lanes {
			piece()
		}
	})
}
