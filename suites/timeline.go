package suites

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A timeline holds the requirements about time. The run waits for the latest of their moments and not for the sum of their
// delays. The zero value has nothing prepared.
type timeline struct {
	mu       sync.Mutex // held while a moment is prepared or tried
	entries  []entry
	ready    bool // the entries are prepared
	prepared map[trialKey]*prepared
	origin   time.Time     // when they were prepared
	advanced time.Duration // how far the platform's clock had been advanced then
}

// prepared is a requirement about time whose codes are ready; without moments if the preparation failed.
type prepared struct {
	trial   *Trial
	moments []moment // still to come, in order; the last one concludes the trial
	past    []*Trial
}

// A moment is what is tried once the platform's clock has moved on by due since the preparation.
type moment struct {
	due       time.Duration
	situation string
	try       func(*Trial)
}

// prepare prepares all requirements about time together, at the start of the run. If the driver is so slow that their codes
// would expire before they are used, they are prepared when their time comes.
func (s *Session) prepare(ctx context.Context, entries []entry) {
	s.time.entries = entries
	if each, life := s.speed(); each >= slowMint && life > 0 && each*time.Duration(s.aboutCodes()) > life/2 {
		return
	}
	s.time.mu.Lock()
	defer s.time.mu.Unlock()
	s.ready(ctx)
}

// ready prepares what is not prepared. The timeline is locked.
func (s *Session) ready(ctx context.Context) {
	if s.time.ready {
		return
	}
	s.time.ready, s.time.prepared = true, map[trialKey]*prepared{}
	var all sync.WaitGroup
	for _, e := range s.time.entries {
		for _, endpoint := range e.on() {
			if e.stage != later || !s.missing(e.requirement, endpoint).IsZero() {
				continue
			}
			p := &prepared{trial: s.trial(ctx, e, endpoint)}
			s.time.prepared[trialKey{e.requirement.ID, endpoint, e.stage}] = p
			all.Go(func() { p.trial.settle(func(t *Trial) { p.moments = e.prepare(t) }) })
		}
	}
	all.Wait()
	s.time.origin, s.time.advanced = s.now(), time.Duration(s.advanced.Load())
}

// judgeLate lets the time come for each moment of the entry, and tries those of other entries that come before.
func (s *Session) judgeLate(ctx context.Context, e entry, endpoint assay.Endpoint) *Trial {
	s.time.mu.Lock()
	defer s.time.mu.Unlock()
	s.ready(ctx)
	p, found := s.time.prepared[trialKey{e.requirement.ID, endpoint, e.stage}]
	if !found { // the driver has come back
		t := s.trial(ctx, e, endpoint)
		t.conclude(assay.Untested, phrase.Say(phrase.UntriedEnded))
		return t
	}
	for len(p.moments) > 0 {
		s.next(ctx)
	}
	return p.trial
}

// next waits for the earliest moment that is left, and tries those that are due then, one of each trial.
func (s *Session) next(ctx context.Context) {
	var open []*prepared
	for _, p := range s.time.prepared {
		if len(p.moments) > 0 {
			open = append(open, p)
		}
	}
	first := slices.MinFunc(open, func(a, b *prepared) int { return cmp.Compare(a.moments[0].due, b.moments[0].due) })
	err := s.wait(ctx, first.trial.requirement.ID, first.moments[0].due)
	due := max(first.moments[0].due, s.passed())
	if err != nil {
		due = first.moments[0].due
	}
	var all sync.WaitGroup
	for _, p := range open {
		if p.moments[0].due <= due {
			all.Go(func() { p.next(ctx, err) })
		}
	}
	all.Wait()
}

// next tries the first moment; err says why the time for it has not come.
func (p *prepared) next(ctx context.Context, err error) {
	now := p.moments[0]
	p.moments = p.moments[1:]
	body := func(t *Trial) {
		if err != nil {
			t.driverFailed(err)
		}
		now.try(t)
	}
	p.trial.ctx = asking(ctx, p.trial.requirement.ID)
	if len(p.moments) > 0 {
		child := p.trial.child(now.situation)
		child.run(body)
		p.past = append(p.past, child)
		return
	}
	p.trial.run(body)
	for _, child := range p.past {
		p.trial.absorb(child)
	}
}

// passed is how far the platform's clock has moved since the preparation.
func (s *Session) passed() time.Duration {
	return s.now().Sub(s.time.origin) + time.Duration(s.advanced.Load()) - s.time.advanced
}

// wait lets the platform's clock reach delay after the preparation: at once if the driver can advance the clock,
// otherwise by waiting.
func (s *Session) wait(ctx context.Context, id string, delay time.Duration) error {
	return s.waitFor(ctx, id, func() time.Duration { return delay - s.passed() })
}

// waitFor lets the platform's clock go on for as long as left says once no other wait goes on.
func (s *Session) waitFor(ctx context.Context, id string, left func() time.Duration) error {
	s.waiting.Lock() // one wait serves all
	defer s.waiting.Unlock()
	if left() <= 0 {
		return nil
	}
	if s.config.Hello.Offers(assay.OpAdvance) {
		return s.advance(ctx, left)
	}
	due := time.Now().Add(left())
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for time.Until(due) > 0 {
		if s.config.Progress != nil {
			s.config.Progress.Wait(time.Until(due), id)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(due)):
		case <-tick.C:
		}
	}
	return nil
}

// advance asks the driver to advance the platform's clock by left, while no code is being issued: it must be known of each code
// on which side of the step it was.
func (s *Session) advance(ctx context.Context, left func() time.Duration) error {
	s.clock.Lock()
	defer s.clock.Unlock()
	step := left()
	if step <= 0 {
		return nil
	}
	s.mu.Lock()
	s.moves = append(s.moves, move{time.Now(), step})
	s.mu.Unlock()
	if _, err := s.ask(ctx, assay.HostRequest{Op: assay.OpAdvance, Seconds: step.Seconds()}); err != nil {
		return err // the clock was not advanced
	}
	s.advanced.Add(int64(step))
	return nil
}

// A move of the platform's clock: when the driver was asked for it, by this machine's clock, and how far.
type move struct {
	asked time.Time
	by    time.Duration
}

// movedBy is how far the platform's clock may have been advanced at a time.
func (s *Session) movedBy(at time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var total time.Duration
	for _, m := range s.moves {
		if m.asked.Before(at) {
			total += m.by
		}
	}
	return total
}
