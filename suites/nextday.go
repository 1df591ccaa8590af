package suites

import (
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// aDay is how far the clock is advanced at the end of a run. A lifetime that is compared by the hour or by the time of day alone has
// begun again by then, and what a platform keeps for an hour is over.
const aDay = 24 * time.Hour

// nextDayChapter: what a platform still knows a day later, where the driver can advance the clock. Nothing is tried behind it: PATs and
// sessions may be over by then, which is legal, so that an answer without an identity shows nothing.
func nextDayChapter(c *chapter) {
	c.nextDay("code.single-use-later", func(t *Trial) { t.sendDayOld("the used code, a day after its use") })
	c.nextDay("code.expiry", func(t *Trial) { t.sendDayOld("never used, a day after its issue") })
	if revoked := c.given.Revoked.Reveal(); revoked != "" {
		c.nextDay("pat.revoked", func(t *Trial) {
			if t.Endpoint != t.session.endpoints()[0] {
				return // both have one list
			}
			if code, issued := t.codeOfNextDay(t.anybody); issued {
				t.situation = "a revoked PAT, a day later"
				t.signsNobodyIn(t.Exchange(code, t.bearer(revoked)))
			}
		})
	}
	c.nextDay("login.openid-stable", func(t *Trial) { t.againNextDay(expect.GiveOneIdentity()) })
	c.nextDay("login.unionid-global", func(t *Trial) { t.againNextDay(expect.GiveOneUnionID()) })
}

// againNextDay signs a user of the beginning in again and compares.
func (t *Trial) againNextDay(same expect.Matcher) {
	t.session.mu.Lock()
	early := t.session.early
	t.session.mu.Unlock()
	if early == nil {
		return
	}
	code, issued := t.codeOfNextDay(func() ([]assay.Code, error) { return t.session.mintFor(t.ctx, t.Endpoint, t.App(0), early.person, 1) })
	if !issued {
		return
	}
	t.situation = "a user of the beginning, a day later"
	if x := t.Exchange(code); expect.Identified(x) {
		t.Expect(early.first, x).To(same)
	} else {
		t.Note(phrase.DayRefused, expect.Summary(x))
	}
}

// A tomorrow is the day after a run: its codes were issued and used today. The zero value has not come.
type tomorrow struct {
	mu    sync.Mutex
	asked bool
	err   error                     // why it has not come
	codes map[trialKey][]assay.Code // by the requirement and endpoint that send them
}

// isTomorrow lets a day pass, once for all that ask so. A run whose driver cannot do that goes without.
func (t *Trial) isTomorrow() bool {
	if !t.session.config.Hello.Offers(assay.OpAdvance) {
		return false
	}
	day := &t.session.tomorrow
	t.firstOf(&day.mu, &day.asked, func() {
		day.codes = map[trialKey][]assay.Code{}
		for i, endpoint := range t.session.endpoints() {
			t.useToday(day, endpoint, i)
		}
		day.err = t.session.waitFor(t.ctx, t.requirement.ID, func() time.Duration { return aDay })
	})
	if day.err != nil {
		t.Note(phrase.DayNotPassed, day.err)
	}
	return day.err == nil
}

// useToday issues codes for an endpoint, of which one is used. Each endpoint has those of another mini-program.
func (t *Trial) useToday(day *tomorrow, endpoint assay.Endpoint, turn int) {
	apps := t.session.config.Target.Apps
	for kind, id := range []string{"code.single-use-later", "code.expiry"} {
		requirement, _ := t.session.set.Find(id)
		if !t.session.missing(requirement, endpoint).IsZero() {
			continue
		}
		today := t.child("today")
		today.requirement, today.Endpoint, today.replica = requirement, endpoint, 0
		codes, err := today.session.mint(t.ctx, endpoint, apps[(turn+kind)%len(apps)], injected(t.Person()), 1)
		if err != nil {
			continue // a driver may be out of codes by now
		}
		if kind == 0 && !expect.Identified(today.Exchange(codes[0])) {
			continue
		}
		day.codes[trialKey{id, endpoint, nextDay}] = codes
	}
}

// sendDayOld sends the requirement's codes of the day before.
func (t *Trial) sendDayOld(situation string) {
	t.timed, t.aged = true, true
	if !t.isTomorrow() {
		return
	}
	for _, code := range t.session.tomorrow.codes[trialKey{t.requirement.ID, t.Endpoint, nextDay}] {
		t.situation = situation
		t.signsNobodyIn(t.Exchange(code))
	}
}

// codeOfNextDay is a code that is issued a day later. A driver's own session may be over by then.
func (t *Trial) codeOfNextDay(issue func() ([]assay.Code, error)) (code assay.Code, issued bool) {
	t.unscripted = true
	if !t.isTomorrow() {
		return code, false
	}
	codes, err := issue()
	if err != nil {
		t.Note(phrase.DayNotPassed, err)
		return code, false
	}
	return codes[0], true
}

// anybody issues a code for a new user.
func (t *Trial) anybody() ([]assay.Code, error) {
	code, err := t.session.anyCode(t.ctx, t.Endpoint)
	return []assay.Code{code}, err
}
