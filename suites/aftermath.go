package suites

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// aftermathChapter: what a platform keeps until bad input has broken something behind it. A memory of used codes may be emptied, a
// check of PATs may give up and let requests pass, and accounts may be read from a copy that is not theirs.
func aftermathChapter(c *chapter) {
	c.afterwards("code.single-use", func(t *Trial) {
		code := t.Code()
		first := t.Exchange(code)
		if expect.Identified(first) && t.outlived() {
			t.situation = t.replayed("after bad input", 0)
			s := &spent{trial: t, code: code, first: first, led: []assay.Exchange{first}}
			s.judge(replay{plain: true}, t.Exchange(code))
		}
	})
	c.afterwards("pat.unknown", func(t *Trial) {
		if t.outlived() {
			t.situation = "an unknown PAT, after bad input"
			t.signsNobodyIn(t.Exchange(t.Code(), t.bearer(t.session.reshape(t.PAT().Reveal()))))
		}
	})
	c.afterwards("login.openid-stable", func(t *Trial) {
		t.session.mu.Lock()
		early := t.session.early
		t.session.mu.Unlock()
		if early != nil && t.outlived() {
			t.situation = "a user of the beginning, after bad input"
			again := t.oneSignIn(func() assay.Code { return t.CodeFor(early.person) })
			t.Expect(early.first, again).To(expect.GiveOneIdentity())
		}
	})
}

// An earlyUser has signed in when the run began.
type earlyUser struct {
	person people.Person
	first  assay.Exchange
}

// outlived sends bad input, large and deeply nested, and reports whether a valid exchange works after it, which limits.recovery
// demands.
func (t *Trial) outlived() bool {
	t.unscripted = true // a script has no room for the bad input
	oversized, deep := t.oversized(), nested()
	for id, bad := range map[string]input{"limits.oversize": oversized[1], "limits.depth": deep[len(deep)-1]} {
		limit := t.child(bad.name)
		limit.requirement, _ = t.session.set.Find(id)
		limit.Exchange(assay.Code{Kind: t.Endpoint, AppID: t.App(0)}, slices.Concat([]client.Bend{client.Body(bad.body(), "")}, bad.bends)...)
	}
	for attempt := range maxAttempts {
		if x := t.Exchange(t.Code()); isDecided(x) || !t.pause(retryAfter(x), attempt) {
			return expect.Identified(x)
		}
	}
	return false
}
