package suites

import (
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// channels signs users in from their own channel, and from others if any channel may be injected. The record has every channel of the
// run.
func channels(t *Trial) {
	_, free := t.session.people.Channels()
	t.Case("the user's own channel", func(t *Trial) {
		x := t.Exchange(t.Code())
		t.Given(x).To(expect.BeExchanged())
		t.Expect(x).To(expect.GiveChannel())
	})
	t.Case("a new channel after a sign-in", func(t *Trial) {
		person := t.Person()
		t.signIn(person, t.App(0))
		person.Channel = t.otherChannel(person.Channel)
		t.Expect(t.signIn(person, t.App(0))).To(expect.GiveChannel())
	})
	if !free {
		t.Note(phrase.OnlyChannels)
		return
	}
	for _, odd := range t.session.people.OddChannels() {
		t.Case(odd.Form, func(t *Trial) { t.oddChannel(odd) })
	}
}

// oddChannel signs one user in from each of the channels. A driver or a platform may refuse them.
func (t *Trial) oddChannel(odd people.OddChannels) {
	for _, channel := range odd.Channels {
		person := t.Person()
		person.Channel = channel
		x, signedIn := t.signInUnlessRefused(t.App(0), person)
		if !signedIn {
			return
		}
		m := expect.GiveChannel()
		if actual, ok := m.Judge(x); !ok && odd.Lenient {
			t.Warn(m.Expected, actual, x)
			return
		}
		t.Expect(x).To(m)
	}
}

// otherChannel returns another channel that may be injected, or the same if the target knows only one.
func (t *Trial) otherChannel(channel string) string {
	known, free := t.session.people.Channels()
	if free {
		return channel + ".next"
	}
	for _, other := range known {
		if other != channel {
			return other
		}
	}
	return channel
}
