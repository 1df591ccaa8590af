package suites

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A slowDriver issues one code after the other, and its clock moves only meanwhile: no busy machine can make it slower.
type slowDriver struct {
	assay.Host
	each, life time.Duration // life is 0 where the driver does not say when a code ends
	ahead      time.Duration // how far the clock is ahead by which it says so

	turn    sync.Mutex
	mu      sync.Mutex
	passed  time.Duration
	batches []int
}

func (d *slowDriver) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Unix(1_000_000, 0).Add(d.passed)
}

func (d *slowDriver) pass(time time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passed += time
}

func (d *slowDriver) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	d.pass(time.Duration(request.Count) * d.each)
	reply, err := d.Host.Ask(ctx, request)
	if request.Op == assay.OpMint {
		d.batches = append(d.batches, request.Count)
	}
	for i := range reply.Codes {
		if d.life != 0 {
			reply.Codes[i].ExpiresAt = d.now().Add(d.life + d.ahead)
		}
	}
	return reply, err
}

// slowSession is a session with a slow driver, that has issued a first code.
func slowSession(t *testing.T, d *slowDriver, declared time.Duration) (*Session, *script) {
	t.Helper()
	p := &script{answer: always(accepted)}
	d.Host = p
	config := p.config(t)
	config.Host, config.Target.Declares.CodeTTL = d, declared
	s := begin(t, config)
	s.now = d.now
	if _, err := s.anyCode(t.Context(), assay.Login); err != nil {
		t.Fatal(err)
	}
	return s, p
}

// TestBatches: one request asks for no more codes than the driver issues in a quarter of their lifetime, or in ten seconds.
func TestBatches(t *testing.T) {
	for name, test := range map[string]struct {
		driver   *slowDriver
		declared time.Duration
		want     []int
	}{
		"fast":              {&slowDriver{each: time.Millisecond, life: 30 * time.Second}, 0, []int{1, 100}},
		"slow":              {&slowDriver{each: 200 * time.Millisecond, life: 30 * time.Second}, 0, []int{1, 37, 37, 26}},
		"slow, declared":    {&slowDriver{each: 200 * time.Millisecond}, 20 * time.Second, []int{1, 25, 25, 25, 25}},
		"lifetime unknown":  {&slowDriver{each: 200 * time.Millisecond}, 0, []int{1, 50, 50}},
		"slower than codes": {&slowDriver{each: 20 * time.Second, life: 30 * time.Second}, 0, append([]int{1}, slices.Repeat([]int{1}, 100)...)},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := slowSession(t, test.driver, test.declared)
			if _, err := s.mintAnyone(t.Context(), assay.Login, "fc1", 100); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(test.driver.batches, test.want) {
				t.Errorf("asked for %v codes, want %v", test.driver.batches, test.want)
			}
		})
	}
}

// TestFewerCodes: a driver that issues fewer codes than it is asked for is asked again; one that issues none is at fault.
func TestFewerCodes(t *testing.T) {
	p := &script{answer: always(accepted)}
	config := p.config(t)
	d := &stingyDriver{Host: p, most: 7}
	config.Host = d
	s := begin(t, config)
	codes, err := s.mintAnyone(t.Context(), assay.Login, "fc1", 20)
	if err != nil || len(codes) != 20 || !slices.Equal(d.batches, []int{20, 13, 6}) {
		t.Errorf("%d codes of requests for %v, %v", len(codes), d.batches, err)
	}
	d.most = 0
	if _, err := s.mintAnyone(t.Context(), assay.Login, "fc1", 20); err == nil || err.Error() != "driver: mint: asked for 20 codes, got 0" {
		t.Errorf("without codes: %v", err)
	}
}

// A stingyDriver issues no more than a number of codes at a time.
type stingyDriver struct {
	assay.Host
	most    int
	batches []int
}

func (d *stingyDriver) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if request.Op == assay.OpMint {
		d.batches = append(d.batches, request.Count)
	}
	reply, err := d.Host.Ask(ctx, request)
	reply.Codes = reply.Codes[:min(len(reply.Codes), d.most)]
	return reply, err
}

// TestCodesAreUsedWhileYoung: codes that are dealt one at a time have not used up half of their lifetime.
func TestCodesAreUsedWhileYoung(t *testing.T) {
	d := &slowDriver{each: 200 * time.Millisecond, life: 30 * time.Second}
	s, _ := slowSession(t, d, 0)
	trial := attempt(t, s, entry{body: func(t *Trial) {
		next := t.dealt(t.Person(), t.App(0), 60)
		for range 60 {
			code := next()
			if age := s.age(code.Code); age >= halfLife {
				t.conclude(assay.Error, phrase.Plain(code.Code))
			}
			d.pass(time.Second) // whatever is done with it
		}
	}}, "code.distinct")
	expectVerdict(t, trial, assay.Pass)
	if len(d.batches) < 4 || len(d.batches) > 20 {
		t.Errorf("batches of %v", d.batches)
	}
}

// TestExpiredCodesAreNotSent: a code past its end is neither sent nor judged, alone or in a race; that the driver is too slow
// is the reason why nothing was tried.
func TestExpiredCodesAreNotSent(t *testing.T) {
	for name, send := range map[string]func(*Trial){
		"alone": func(t *Trial) { exchangeOld(t, func(code assay.Code) { t.Exchange(code) }) },
		"a case": func(t *Trial) {
			t.Case("one", func(t *Trial) { exchangeOld(t, func(code assay.Code) { t.Exchange(code) }) })
		},
		"a race": func(t *Trial) {
			exchangeOld(t, func(code assay.Code) {
				t.Race([]client.Request{client.Exchange(code, t.PAT()), client.Exchange(code, t.PAT())})
			})
		},
	} {
		for by, declared := range map[string]time.Duration{"expiresAt": 0, "codeTTL": 30 * time.Second} {
			t.Run(name+" by "+by, func(t *testing.T) {
				d := &slowDriver{each: 200 * time.Millisecond}
				if declared == 0 {
					d.life = 30 * time.Second
				}
				s, p := slowSession(t, d, declared)
				trial := attempt(t, s, entry{body: send}, "login.ok")
				expectVerdict(t, trial, assay.Untested)
				reason := phrase.Join(trial.reasons...).String()
				if want := phrase.Say(phrase.DriverTooSlow, 200*time.Millisecond, 30*time.Second).String(); len(p.sent()) > 0 || !strings.Contains(reason, want) {
					t.Errorf("%d were sent; %q", len(p.sent()), reason)
				}
			})
		}
	}
}

// exchangeOld issues a code and lets its lifetime pass before it is sent.
func exchangeOld(t *Trial, send func(assay.Code)) {
	code := t.Code()
	t.session.config.Host.(*slowDriver).pass(30 * time.Second)
	send(code)
}

// TestCrowdsOfASlowDriver: as many codes for one moment as can be issued in half of a lifetime, and untested below two.
func TestCrowdsOfASlowDriver(t *testing.T) {
	for each, want := range map[time.Duration]int{time.Millisecond: 64, 200 * time.Millisecond: 64, time.Second: 15, 7 * time.Second: 2, 11 * time.Second: 0} {
		s, _ := slowSession(t, &slowDriver{each: each, life: 30 * time.Second}, 0)
		size, verdict := 0, assay.Pass
		if want == 0 {
			verdict = assay.Untested
		}
		trial := attempt(t, s, entry{body: func(t *Trial) { size = t.crowd(64) }}, "login.ok")
		expectVerdict(t, trial, verdict)
		noted := len(trial.reasons) > 0
		if size != want || noted != (want < 64) {
			t.Errorf("%s: a crowd of %d, want %d; %q", each, size, want, trial.reasons)
		}
	}
}

// TestTimedCodesOfASlowDriver: what would expire before its time comes is prepared when its time comes.
func TestTimedCodesOfASlowDriver(t *testing.T) {
	for each, early := range map[time.Duration]bool{time.Millisecond: true, 200 * time.Millisecond: false} {
		d := &slowDriver{each: each, life: 30 * time.Second}
		s, p := slowSession(t, d, 0)
		e := timedEntry(t, s, "code.single-use-later", 10*time.Second)
		s.prepare(t.Context(), []entry{e})
		if prepared := len(p.sent()) > 0; prepared != early {
			t.Errorf("%s: prepared %v, want %v", each, prepared, early)
		}
		d.pass(time.Hour)
		for _, endpoint := range e.on() {
			expectVerdict(t, s.try(t.Context(), e, endpoint), assay.Pass)
		}
		if sent := len(p.sent()); sent != 2*len(e.on()) {
			t.Errorf("%s: %d exchanges", each, sent)
		}
	}
}

// TestLifetimes: neither the clock of the driver or of the platform nor its being advanced makes a lifetime shorter or longer.
func TestLifetimes(t *testing.T) {
	const ttl = 5 * time.Minute
	for name, test := range map[string]struct {
		declared, ahead, left, advanced time.Duration
		kept                            bool
		want                            time.Duration
	}{
		"nothing is known":                      {},
		"declared":                              {declared: ttl, want: ttl},
		"said":                                  {left: ttl, want: ttl},
		"said to be shorter than declared":      {declared: ttl, left: time.Minute, want: time.Minute},
		"said to be longer than declared":       {declared: ttl, left: time.Hour, want: ttl},
		"really short":                          {left: 3 * time.Second, want: 3 * time.Second},
		"really short, declared":                {declared: 4 * time.Second, left: 3 * time.Second, want: 4 * time.Second},
		"the platform's clock, behind":          {declared: ttl, ahead: -299 * time.Second, left: time.Second, want: ttl},
		"the platform's clock, far behind":      {declared: ttl, ahead: -time.Hour, left: ttl - time.Hour, want: ttl},
		"the platform's clock, ahead":           {declared: ttl, ahead: time.Hour, left: ttl + time.Hour, want: ttl},
		"behind and undeclared":                 {ahead: -299 * time.Second, left: time.Second, want: ttl},
		"far behind and undeclared":             {ahead: -time.Hour, left: ttl - time.Hour, want: ttl},
		"ahead and undeclared":                  {ahead: time.Hour, left: ttl + time.Hour, want: ttl},
		"the driver's clock, platform ahead":    {declared: ttl, ahead: time.Hour, left: ttl, want: ttl},
		"the driver's own clock is far behind":  {declared: ttl, left: ttl - time.Hour, want: ttl},
		"the driver's own clock is nearly late": {declared: ttl, left: 2 * time.Second, want: ttl},
		"issued before the run":                 {declared: ttl, left: 2 * time.Second, kept: true, want: 2 * time.Second},
		"the clock was advanced":                {declared: ttl, left: 2 * time.Minute, advanced: time.Hour, want: ttl},
		"advanced, undeclared":                  {left: 2 * time.Minute, advanced: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			l := &lifetimes{declared: test.declared, ahead: test.ahead, kept: test.kept}
			now := time.Unix(1_000_000, 0)
			code := assay.Code{Code: "c"}
			if test.left != 0 {
				code.ExpiresAt = now.Add(test.left)
			}
			l.born(code, now, test.advanced)
			old, life, known := l.of("c", now.Add(time.Minute), test.advanced+time.Second)
			if old != time.Minute+time.Second || life != test.want || !known {
				t.Errorf("%s old, lives %s, want %s", old, life, test.want)
			}
			if shortest := l.shortest(); shortest != test.want {
				t.Errorf("the shortest lives %s", shortest)
			}
		})
	}
}

// TestMintingIsTold: the progress says how many codes a slow driver has issued, of about how many.
func TestMintingIsTold(t *testing.T) {
	for each, want := range map[time.Duration]int{time.Millisecond: 0, 200 * time.Millisecond: 3} {
		told := &mintingProgress{}
		s, _ := slowSession(t, &slowDriver{each: each}, 0)
		s.config.Progress = told
		for range 3 {
			if _, err := s.mintAnyone(t.Context(), assay.Login, "fc1", 50); err != nil {
				t.Fatal(err)
			}
		}
		if len(told.done) != want || want > 0 && (told.done[2] != 151 || told.about != codesOfRun) {
			t.Errorf("%s: told %v of about %d", each, told.done, told.about)
		}
	}
}

type mintingProgress struct {
	progress
	done  []int
	about int
}

func (p *mintingProgress) Minting(done, about int) { p.done, p.about = append(p.done, done), about }

// TestABusyDriverIsNotTooSlow: a code that expired because others kept the driver or the machine busy is replaced by another, which
// is sent while nothing else goes on.
func TestABusyDriverIsNotTooSlow(t *testing.T) {
	for name, late := range map[string]bool{"before it was sent": false, "on its way": true} {
		t.Run(name, func(t *testing.T) {
			d := &slowDriver{each: 200 * time.Millisecond, life: 30 * time.Second}
			s, p := slowSession(t, d, 0)
			p.answer = func(n int, _ string) string {
				if late && n == 0 {
					d.pass(d.life)
					return denied
				}
				return accepted
			}
			tries := 0
			trial := attempt(t, s, entry{body: func(t *Trial) {
				code := t.Code()
				if tries++; tries == 1 && !late {
					d.pass(d.life)
				}
				if free := s.slots.tryEnter(); free == (tries > 1) {
					t.conclude(assay.Error, phrase.Plain("alone in the second try only"))
				} else if free {
					s.slots.leave()
				}
				t.Expect(t.Exchange(code)).To(expect.BeExchanged())
			}}, "login.ok")
			expectVerdict(t, trial, assay.Pass)
			if tries != 2 {
				t.Errorf("%d tries", tries)
			}
		})
	}
}

// TestALifetimeIsJudgedByLivingCodes: a half-aged code that expires on its way is no evidence.
func TestALifetimeIsJudgedByLivingCodes(t *testing.T) {
	d := &slowDriver{each: time.Millisecond, life: 5 * time.Minute}
	s, p := slowSession(t, d, d.life)
	e := entryOf(t, s, "code.lifetime")
	e.requirement.Needs = nil
	s.prepare(t.Context(), []entry{e})
	p.answer = func(n int, _ string) string {
		if n == 0 {
			d.pass(d.life)
			return denied
		}
		return accepted
	}
	for _, endpoint := range e.on() {
		expectVerdict(t, s.try(t.Context(), e, endpoint), assay.Pass)
	}
}
