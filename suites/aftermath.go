package suites

import (
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
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
	kinds := nested()
	t.burden("limits.oversize", t.sizes(), mebibyte)
	t.burden("limits.depth", kinds[len(kinds)-1], 0)
	for attempt := range maxAttempts {
		if x := t.Exchange(t.Code()); isDecided(x) || !t.pause(retryAfter(x), attempt) {
			return expect.Identified(x)
		}
	}
	return false
}

// burden sends the largest input of a ladder up to most that takes the target little; 0 for any.
func (t *Trial) burden(id string, l ladder, most int) {
	limit := t.child("")
	limit.requirement, _ = t.session.set.Find(id)
	if most > 0 {
		l.rungs = l.rungs[:slices.Index(l.rungs, most)+1]
	}
	send := func(bad input, expected time.Duration) assay.Exchange {
		limit.situation = bad.name
		return limit.costly(bad, expected)
	}
	harmless := min(t.session.debt.harmless(ladderKey{t.Endpoint, l.name}), l.rungs[len(l.rungs)-1])
	if harmless == 0 {
		limit.climb(l, send)
	} else {
		send(l.input(harmless), 0)
	}
}
