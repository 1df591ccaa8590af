package suites

import (
	"errors"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// An omission is an injection that lacks something.
type omission struct {
	name   string
	in     assay.Injection
	milder bool // a code for it is a warning
}

// omissions are the injections without a user and, for the button, without a phone. The members that a platform was given
// last must not fill in.
func omissions(kind assay.Endpoint, person people.Person, platform string) []omission {
	empty, spaces := "", "   "
	with := func(change func(*assay.Injection)) assay.Injection {
		in := everything(person, platform)
		change(&in)
		return in
	}
	if kind == assay.Login {
		return []omission{
			{"nothing injected", assay.Injection{Platform: platform}, false},
			{"no userId", with(func(in *assay.Injection) { in.UserID = nil }), false},
			{"an empty userId", with(func(in *assay.Injection) { in.UserID = &empty }), false},
			{"a userId of spaces", with(func(in *assay.Injection) { in.UserID = &spaces }), true},
		}
	}
	return []omission{
		{"nothing injected", assay.Injection{Platform: platform}, false},
		{"no phone", with(func(in *assay.Injection) { in.Phone = nil }), false},
		{"an empty phone", with(func(in *assay.Injection) { in.Phone = &empty }), false},
		{"a phone of spaces", with(func(in *assay.Injection) { in.Phone = &spaces }), true},
		{"a phone without a user", with(func(in *assay.Injection) { in.UserID = nil }), true},
	}
}

func missingLogin(t *Trial) { t.withoutInjection(assay.Login, "a fail callback and no code") }
func missingPhone(t *Trial) { t.withoutInjection(assay.Phone, "an event with error information only") }

// withoutInjection gets a code for a whole injection on every platform, and demands that there is no code where something is
// missing. In the other mini-programs, each of which may have a session of its own, only whole members are missing.
func (t *Trial) withoutInjection(kind assay.Endpoint, expected string) {
	t.onEachPlatform(func(t *Trial, platform string) {
		for i, app := range t.session.config.Target.Apps {
			person := t.Person()
			whole := everything(person, platform)
			twin := t.fireFor(app, kind, whole)
			if twin.code() == "" {
				t.Untested(phrase.TwinWithoutCode, t.describe(twin))
			}
			missing, where := omissions(kind, person, platform), platform
			if i == 0 && kind == assay.Phone && t.session.config.Hello.Offers(assay.OpLogin) {
				t.situation = where + ", nothing injected, after a login"
				t.fireFor(app, assay.Login, whole)
				t.omit(app, kind, missing[0], failing{twin, whole, expected})
			}
			if i > 0 {
				missing, where = []omission{missing[1], missing[0]}, platform+" in "+app // the member right behind the call that had it
			}
			for _, missing := range missing {
				t.situation = where + ", " + missing.name
				t.omit(app, kind, missing, failing{twin, whole, expected})
			}
		}
	})
}

// failing is what is expected of a call that fails, with the call before it that did not, and what was injected for that.
type failing struct {
	twin     fired
	whole    assay.Injection
	expected string
}

// omit demands no code where something is missing.
func (t *Trial) omit(app string, kind assay.Endpoint, missing omission, want failing) {
	fired, injected := t.fireIfInjected(app, kind, missing.in)
	wrong := fired.codeLike(want.twin) || kind == assay.Login && len(fired.named("fail")) == 0
	if injected && !wrong {
		wrong = t.gives(fired, app, kind, want)
	}
	switch {
	case !injected || !wrong:
	case missing.milder:
		t.Warn(want.expected, t.describe(fired))
	default:
		t.Check(false, want.expected, t.describe(fired))
	}
}

// gives reports whether a failing call shows more than an error: the code or, for the button, the phone of the call before
// it, in whatever member; for the button, a member that is the user's id; or another text that is exchanged as a code.
func (t *Trial) gives(fired fired, app string, kind assay.Endpoint, want failing) bool {
	const most = 4       // texts that are tried
	const shortestID = 6 // of a user; a shorter one may be an error's number
	code, tried := want.twin.code(), 0
	if id := text(want.whole.UserID); kind == assay.Phone && len(id) >= shortestID && slices.Contains(fired.values(), id) {
		return true
	}
	for _, word := range fired.texts() {
		if strings.Contains(word, code) || kind == assay.Phone && word == text(want.whole.Phone) {
			return true
		}
		if 2*len(word) < len(code) || tried == most || fired.hasInName(word) {
			continue
		}
		tried++
		if expect.Identified(t.Exchange(granted(kind, app, word, want.whole))) {
			return true
		}
	}
	return false
}

// fireIfInjected is fire, unless the driver cannot inject this; it then leaves a note.
func (t *Trial) fireIfInjected(app string, kind assay.Endpoint, in assay.Injection) (fired, bool) {
	callbacks, err := t.session.callbacks(t.ctx, kind, app, in)
	failed, ok := errors.AsType[*assay.DriverError](err)
	switch {
	case err == nil:
		return callbacks, true
	case unsupported(err) || ok && failed.Said && !failed.Gone:
		t.Note(phrase.NotInjected, t.situation)
		return nil, false
	}
	t.driverFailed(err)
	return nil, false
}
