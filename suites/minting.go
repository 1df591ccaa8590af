package suites

import (
	"context"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
)

// A minter knows how fast the driver issues codes and how old each code is. The zero value is ready.
type minter struct {
	turn   sync.Mutex // held during a request to a driver that answers one after the other
	mu     sync.Mutex
	each   time.Duration // that one code takes; a moving average, 0 before the first
	issued int
	queues bool // the driver answers one request after the other
	lifetimes
	shifts
}

// tell tells how far the platform's clock is ahead of this machine's.
func (m *minter) tell(ahead time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ahead = ahead
}

// slowMint is the time for one code from which the run plans its codes.
const slowMint = 20 * time.Millisecond

// took records codes that were requested at a time, when the clock had been advanced so far.
func (s *Session) took(began time.Time, advanced time.Duration, codes []assay.Code) {
	m := &s.minter
	m.mu.Lock()
	defer m.mu.Unlock()
	each := s.now().Sub(began) / time.Duration(max(len(codes), 1))
	if m.each > 0 {
		each = (3*m.each + each) / 4
	}
	m.each = each
	m.issued += len(codes)
	for _, code := range codes {
		m.born(code, began, advanced)
		m.minted(code.Code, began, s.config.Target.Driver.Seal != "")
	}
}

// A code is used in the first half of its lifetime, and no longer sent shortly before its end, because it would not be clear
// why it was refused.
const (
	halfLife  = 0.5
	nearlyEnd = 0.9
)

// expired reports whether an exchange would send a code that may be expired when it arrives, because the run was too slow. What
// others have done to the platform's clock is not the run's slowness: see overtaken.
func (t *Trial) expired(code *assay.Code) bool {
	if code == nil || t.aged {
		return false
	}
	own, _, life := t.session.agesOf(code.Code)
	return share(own, life) >= nearlyEnd
}

// speed is how long one code takes and how long it lives; 0 where that is not known.
func (s *Session) speed() (each, life time.Duration) {
	s.minter.mu.Lock()
	defer s.minter.mu.Unlock()
	return s.minter.each, s.minter.shortest()
}

// batch is how many of n codes one request asks for: no more than the driver issues in ten seconds, or in a quarter of a
// lifetime.
func (s *Session) batch(n int) int {
	const most = 10 * time.Second
	each, life := s.speed()
	if each == 0 {
		return n
	}
	limit := most
	if life > 0 {
		limit = min(limit, life/4)
	}
	return max(1, min(n, int(limit/each)))
}

// fresh is how many of n codes can be issued before the first of them has used up half of its lifetime.
func (s *Session) fresh(n int) int {
	each, life := s.speed()
	if each < slowMint || life == 0 {
		return n
	}
	return min(n, int(life/2/each))
}

// crowd is how many of n codes the driver can issue in time for one moment. With fewer than two the trial is untested.
func (t *Trial) crowd(n int) int {
	size := t.session.fresh(n)
	if size < 2 {
		t.tooSlow()
		panic(stop{})
	}
	if size < n {
		t.Note(phrase.SmallerCrowd, size, n)
	}
	return size
}

// tooSlow leaves the trial untested: its codes expire before they can be used.
func (t *Trial) tooSlow() {
	each, life := t.session.speed()
	t.conclude(assay.Untested, phrase.Say(phrase.DriverTooSlow, each.Round(time.Millisecond), life.Round(time.Second)))
}

// dealt returns about n codes of one user, one at a time.
func (t *Trial) dealt(person people.Person, app string, n int) func() assay.Code {
	return t.dealing(n, func(n int) []assay.Code { return t.codesAt(person, app, n) })
}

// dealing returns about n codes of one user, one at a time. They are issued in batches that are used before half their
// lifetime; where a user has one valid code at a time, each when it is asked for.
func (t *Trial) dealing(n int, issue func(n int) []assay.Code) func() assay.Code {
	var ready []assay.Code
	return func() assay.Code {
		if len(ready) == 0 || t.session.age(ready[0].Code) >= halfLife {
			batch := t.session.batch(n)
			if t.session.oneOpen() {
				batch = 1
			}
			ready = issue(max(1, min(n, batch)))
		}
		next := ready[0]
		ready = ready[1:]
		n--
		return next
	}
}

// stock returns fresh codes to the cases of a trial, which may ask at the same time. Several are of one user, except where a user
// has one valid code at a time.
func (t *Trial) stock() func(*Trial) assay.Code {
	const each = 5
	var mu sync.Mutex
	var ready []assay.Code
	return func(t *Trial) assay.Code {
		if t.session.oneOpen() {
			return t.Code()
		}
		mu.Lock()
		defer mu.Unlock()
		if len(ready) == 0 || t.session.age(ready[0].Code) >= halfLife {
			ready = t.codesAt(t.Person(), t.App(0), t.session.batch(each))
		}
		next := ready[0]
		ready = ready[1:]
		return next
	}
}

// codesAt issues n codes for a person and mini-program. If the driver cannot inject a user, it chooses one.
func (t *Trial) codesAt(person people.Person, app string, n int) []assay.Code {
	codes, err := t.session.mintFor(t.ctx, t.Endpoint, app, person, n)
	if unsupported(err) {
		codes, err = t.session.mintAnyone(t.ctx, t.Endpoint, app, n)
	}
	return t.issued(codes, err)
}

// codesOfOne issues n codes for one new user, as codesAt does, and returns them though some were issued before.
func (t *Trial) codesOfOne(n int) []assay.Code {
	person := injected(t.Person())
	codes, err := t.session.mint(t.ctx, t.Endpoint, t.App(0), person, n)
	if unsupported(err) {
		codes, err = t.session.mintAnyone(t.ctx, t.Endpoint, t.App(0), n)
	}
	if repeats(err) {
		return codes
	}
	return t.issued(codes, err)
}

// calibrate finds out whether a slow driver answers several requests at once. If it does not, requests wait here, where
// the wait does not count as a code's age.
func (s *Session) calibrate(ctx context.Context, endpoint assay.Endpoint) {
	const together = 4
	each, life := s.speed()
	if each < slowMint || life == 0 || !s.codesUnmet(endpoint).IsZero() {
		return
	}
	one := func() { _, _ = s.anyCode(ctx, endpoint) } // an error shows in the specs
	began := s.now()
	one()
	alone := s.now().Sub(began)
	var all sync.WaitGroup
	began = s.now()
	for range together {
		all.Go(one)
	}
	all.Wait()
	s.minter.mu.Lock()
	defer s.minter.mu.Unlock()
	took := s.now().Sub(began)
	s.minter.queues = took > alone*(together+1)/2
	s.minter.each = took / together
}

// enqueue waits for the driver if it answers one request after the other; leave lets the next request go.
func (s *Session) enqueue() (leave func()) {
	s.minter.mu.Lock()
	queues := s.minter.queues
	s.minter.mu.Unlock()
	if !queues {
		return func() {}
	}
	s.minter.turn.Lock()
	return s.minter.turn.Unlock
}

// codesOfRun is how many codes a whole run on two endpoints takes.
const codesOfRun = 3800

// aboutCodes is about how many codes this run takes.
func (s *Session) aboutCodes() int {
	return s.partOf(codesOfRun)
}

// partOf is the part of a number for a whole run on two endpoints that this run takes.
func (s *Session) partOf(whole int) int {
	return whole * len(s.endpoints()) * len(s.selected) / (2 * len(s.set.Requirements))
}

// A mintProgress follows how many codes have been issued, of about how many.
type mintProgress interface{ Minting(done, about int) }

// tellMinting tells the progress about the codes of a slow driver.
func (s *Session) tellMinting() {
	s.minter.mu.Lock()
	each, issued := s.minter.each, s.minter.issued
	s.minter.mu.Unlock()
	if progress, follows := s.config.Progress.(mintProgress); follows && each >= slowMint && issued > 0 {
		progress.Minting(issued, max(issued, s.aboutCodes()))
	}
}
