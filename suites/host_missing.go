package suites

import (
	"errors"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
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
// missing.
func (t *Trial) withoutInjection(kind assay.Endpoint, expected string) {
	t.onEachPlatform(func(t *Trial, platform string) {
		person := t.Person()
		twin := t.fire(kind, everything(person, platform))
		if twin.code() == "" {
			t.Untested(phrase.TwinWithoutCode, t.describe(twin))
		}
		for _, missing := range omissions(kind, person, platform) {
			t.situation = platform + ", " + missing.name
			fired, injected := t.fireIfInjected(kind, missing.in)
			wrong := fired.codeLike(twin) || kind == assay.Login && len(fired.named("fail")) == 0
			switch {
			case !injected || !wrong:
			case missing.milder:
				t.Warn(expected, t.describe(fired))
			default:
				t.Check(false, expected, t.describe(fired))
			}
		}
	})
}

// fireIfInjected is fire, unless the driver cannot inject this; it then leaves a note.
func (t *Trial) fireIfInjected(kind assay.Endpoint, in assay.Injection) (fired, bool) {
	callbacks, err := t.session.callbacks(t.ctx, kind, t.App(0), in)
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
