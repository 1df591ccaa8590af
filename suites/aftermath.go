package suites

import (
	"slices"
	"sync"
	"time"

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
	checksAfterwards(c)
	c.afterwards("login.openid-stable", func(t *Trial) {
		t.session.mu.Lock()
		early := t.session.early
		t.session.mu.Unlock()
		if early != nil && t.burdened() {
			t.situation = "a user of the beginning, after bad input"
			again := t.oneSignIn(func() assay.Code { return t.CodeFor(early.person) })
			t.Expect(early.first, again).To(expect.GiveOneIdentity())
		}
	})
}

// checksAfterwards: each check of a platform may give up by itself, and let requests pass.
func checksAfterwards(c *chapter) {
	refused := func(id, situation string, send func(t *Trial) assay.Exchange) {
		c.afterwards(id, func(t *Trial) {
			if t.burdened() {
				t.situation = situation + ", after bad input"
				t.signsNobodyIn(send(t))
			}
		})
	}
	refused("pat.unknown", "an unknown PAT", func(t *Trial) assay.Exchange {
		return t.Exchange(t.Code(), t.bearer(t.session.reshape(t.PAT().Reveal())))
	})
	refused("pat.missing", "no Authorization header", func(t *Trial) assay.Exchange { return t.Exchange(t.Code(), client.NoAuthorization()) })
	refused("pat.unscoped", "a PAT without the scope", func(t *Trial) assay.Exchange { return t.Exchange(t.Code(), t.bearer(t.unscopedPAT())) })
	refused("pat.other-tenant", "another developer's PAT", func(t *Trial) assay.Exchange { return t.Exchange(t.Code(), t.bearer(t.otherTenantPAT())) })
	for id, kind := range map[string]struct{ whose, pat string }{
		"pat.revoked": {"a revoked PAT", c.given.Revoked.Reveal()}, "pat.expired": {"a PAT whose lifetime is over", c.given.Expired.Reveal()},
		"pat.other-scope": {"a PAT with another scope", c.given.OtherScope.Reveal()},
	} {
		if kind.pat != "" { // to issue another takes too long here
			refused(id, kind.whose, func(t *Trial) assay.Exchange { return t.Exchange(t.Code(), t.bearer(kind.pat)) })
		}
	}
	refused("code.unknown", "a random code", func(t *Trial) assay.Exchange {
		code := t.Code()
		return t.Exchange(code, t.otherCode(t.session.reshape(code.Code)))
	})
	refused("code.cross-app", "a code of another mini-program", func(t *Trial) assay.Exchange {
		return t.Exchange(t.CodesIn(t.App(1), 1)[0], client.Set("appId", t.App(0)))
	})
	refused("code.cross-kind", "a code of the other kind", func(t *Trial) assay.Exchange {
		return t.Exchange(t.CodeOfKind(t.otherEndpoint(), t.Person()), client.To(t.Endpoint))
	})
	c.afterwards("code.expiry", func(t *Trial) {
		if !t.session.config.Hello.Offers(assay.OpExpire) || !t.burdened() {
			return
		}
		t.situation, t.timed, t.aged = "an expired code, after bad input", true, true
		code := t.Code()
		if _, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpExpire, Code: code.Code}); err == nil {
			t.signsNobodyIn(t.Exchange(code))
		}
	})
	c.afterwards("login.openid-distinct", func(t *Trial) {
		const users = 8
		if !t.burdened() {
			return
		}
		t.situation = "new users, after bad input"
		all := make([]assay.Exchange, users)
		t.Each(users, func(i int) {
			person := t.Person()
			all[i] = t.oneSignIn(func() assay.Code { return t.CodeFor(person) })
		})
		t.Expect(all...).To(expect.GiveDistinctIdentities())
	})
}

// burdened reports whether a valid exchange works after bad input, which is sent once for all that ask so: by the first, while the
// others leave their slots. Who comes after one that stopped is the first again.
func (t *Trial) burdened() bool {
	t.unscripted = true
	one := t.session.burdens.of(t.Endpoint)
	t.firstOf(&one.mu, &one.sent, func() { one.works = t.outlived() })
	return one.works
}

// firstOf sends what several trials judge, in the first of them that comes; the others wait for it and leave their slots meanwhile. A
// trial that comes after one that was stopped is the first again.
func (t *Trial) firstOf(mu *sync.Mutex, sent *bool, send func()) {
	t.session.slots.leave()
	mu.Lock()
	defer mu.Unlock()
	t.session.slots.enter()
	if !*sent {
		send()
		*sent = true
	}
}

// burdens remembers the endpoints to which bad input was sent. The zero value is ready.
type burdens struct {
	mu  sync.Mutex
	all map[assay.Endpoint]*burden
}

// A burden is the bad input for an endpoint.
type burden struct {
	mu          sync.Mutex
	sent, works bool
}

func (b *burdens) of(endpoint assay.Endpoint) *burden {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[assay.Endpoint]*burden{}
	}
	if b.all[endpoint] == nil {
		b.all[endpoint] = new(burden)
	}
	return b.all[endpoint]
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
	send := func(bad input, expected time.Duration) *assay.Exchange {
		limit.situation = bad.name
		x := limit.costly(bad, expected)
		return &x
	}
	harmless := min(t.session.debt.harmless(ladderKey{t.Endpoint, l.name}), l.rungs[len(l.rungs)-1])
	if harmless == 0 {
		limit.climb(send, func() {}, l)
	} else {
		send(l.input(harmless), 0)
	}
}
