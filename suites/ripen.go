package suites

import (
	"context"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// ripenings are the delays between the issue of a code and its exchange that the pre-flight tries where fresh codes are
// refused, in units of the session's backoff: 0.1, 0.3, 1 and 2 s.
func ripenings() []time.Duration { return []time.Duration{1, 3, 10, 20} }

// ripen looks for the smallest delay after which a refused code is exchanged: the issuer may tell the platform late. The
// whole run keeps that delay. A refusal that says what is wrong is not about the code's age.
func (p *probe) ripen(ctx context.Context) error {
	s := p.session
	if assay.Judge(p.exchange).Result != assay.Refused || p.hint().Key() != phrase.HintDeveloper {
		return nil
	}
	t := &Trial{session: s, ctx: ctx, Endpoint: p.endpoint, situation: "pre-flight", replica: p.replica, aged: true}
	for _, times := range ripenings() {
		delay := times * s.backoff
		code, err := s.anyCode(ctx, p.endpoint)
		if err != nil {
			return phrase.Failed(phrase.NoCode, p.endpoint, err)
		}
		if !sleep(ctx, delay) {
			return nil
		}
		if x := t.Exchange(code); expect.Identified(x) {
			p.exchange = x
			s.mu.Lock()
			s.ripe = max(s.ripe, delay)
			s.mu.Unlock()
			return nil
		}
	}
	return nil
}

// ripened waits until new codes are as old as the target needs them to be.
func (s *Session) ripened(ctx context.Context) {
	s.mu.Lock()
	delay := s.ripe
	s.mu.Unlock()
	if delay > 0 {
		sleep(ctx, delay)
	}
}

// ripeness is the note about codes that are not valid immediately; zero if they are.
func (s *Session) ripeness() phrase.Phrase {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ripe == 0 {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.CodesLate, s.ripe)
}

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
