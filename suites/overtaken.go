package suites

import (
	"context"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// Another run may move the clock of a platform that both use: its driver offers advance to everybody. Then codes that were minted
// before are over, and their refusal says nothing. The same holds where this machine was suspended meanwhile: every other clock has moved.

// shiftedBy is how far the clock has to move for that, beyond what this run has moved it; less where codes live for a short time only.
const shiftedBy, leastShift = 30 * time.Second, 3 * time.Second

// telling is the move of the clock that may end codes with a lifetime; 0 is a lifetime that is not known.
func telling(life time.Duration) time.Duration {
	if life == 0 {
		return shiftedBy
	}
	return min(shiftedBy, max(life/4, leastShift))
}

// shifts knows where the platform's clock was, beyond what this run has moved it. The zero value is ready.
type shifts struct {
	first *shift // by which this process seals codes, where it does
	known []shift
	lost  int                      // exchanges that were overtaken
	drops int                      // times at which it was less far ahead than before, which no run brings about
	since map[string]time.Duration // when a code was asked for
}

// A shift is how far the clock was ahead, from an answer on.
type shift struct {
	from time.Time
	by   time.Duration
}

// mostShifts is how many changes are remembered: those of a busy minute. After mostDrops, of which answers that cross make a few, a
// Date tells no time, and after mostLost no attempt is worth its time.
const mostShifts, mostDrops, mostLost = 256, 30, 50

// answered notes where an answer says that the clock is, with an error. Less than half of what is telling is no move.
func (s *shifts) answered(now time.Time, by, unsure, telling time.Duration) {
	if unsure > telling/2 {
		return
	}
	if last := len(s.known) - 1; last >= 0 && (by-s.known[last].by).Abs() < telling/2 {
		return
	}
	if last := len(s.known) - 1; last >= 0 && by < s.known[last].by {
		s.drops++
	}
	if len(s.known) == mostShifts {
		s.known = slices.Delete(s.known, 0, mostShifts/2)
	}
	if s.known = append(s.known, shift{now, by}); s.first == nil {
		s.first = &shift{now, by}
	}
}

// minted notes a code that was asked for at a time. What other answers said since then may not hold for it. A sealed one has the time
// that the platform had when the run began, and what this run has moved it since.
func (s *shifts) minted(code string, asked time.Time, sealed bool) {
	if s.since == nil {
		s.since = map[string]time.Duration{}
	}
	if sealed && s.first != nil {
		s.since[code] = s.first.by
		return
	}
	for _, one := range slices.Backward(s.known) {
		if !one.from.After(asked) {
			s.since[code] = one.by
			return
		}
	}
}

// moved is how far the clock has been moved by others since a code was asked for, as far as answers tell.
func (s *shifts) moved(code string) time.Duration {
	since, known := s.since[code]
	if !known || len(s.known) == 0 || s.drops > mostDrops {
		return 0
	}
	return max(s.known[len(s.known)-1].by-since, 0)
}

// overtaken reports whether the code of a refused exchange may have expired because somebody else moved the platform's clock, or because
// this machine was suspended.
func (t *Trial) overtaken(code *assay.Code, x assay.Exchange) bool {
	s := t.session
	ahead, unsure := skew(x)
	if unsure == 0 {
		return false
	}
	m, advanced := &s.minter, time.Duration(s.advanced.Load())
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answered(s.now(), ahead-advanced, unsure, telling(m.shortest()))
	if code == nil || t.aged || expect.Identified(x) || !s.mayMove() {
		return false
	}
	since, known := m.since[code.Code]
	if !known || m.drops > mostDrops || !s.endedBy(code.Code, ahead-advanced-since, unsure, s.now()) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.refused = append(t.refused, refused{x.ID, code.Code, x.Sent.Add(x.Took)})
		return false
	}
	if m.lost++; m.lost == mostLost {
		s.stop(&silentError{why: s.movedBecause(x)})
	}
	return true
}

// endedBy reports whether a move of the platform's clock, known but for an error, ended a code by a time. The caller holds the minter's lock.
func (s *Session) endedBy(code string, moved, unsure time.Duration, by time.Time) bool {
	if moved-unsure < telling(s.minter.shortest()) {
		return false
	}
	old, life, _ := s.minter.of(code, by, time.Duration(s.advanced.Load()))
	return float64(old+moved) >= nearlyEnd*float64(life)
}

// A refused code is that of an exchange whose answer came at a time.
type refused struct {
	id, code string
	at       time.Time
}

// dateAge is how old a Date may be: servers write one once a second, or when they begin with a request.
const dateAge = 2 * time.Second

// overtakenSince reports whether all that the trial has found are refusals of codes during which the clock was moved: their own Date does
// not tell, but that of another answer about then does.
func (t *Trial) overtakenSince() bool {
	s := t.session
	if !s.mayMove() || !t.refusedOnly() {
		return false
	}
	s.look(t.ctx, t.replica)
	m := &s.minter
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.drops <= mostDrops && slices.ContainsFunc(t.refused, func(r refused) bool {
		since, known := m.since[r.code]
		return known && slices.ContainsFunc(m.known, func(move shift) bool {
			return move.from.Sub(r.at).Abs() < dateAge && s.endedBy(r.code, move.by-since, 0, r.at)
		})
	})
}

// refusedOnly reports whether the probe of every finding is a refusal of a code.
func (t *Trial) refusedOnly() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.findings) > 0 && !slices.ContainsFunc(t.findings, func(f conformance.Finding) bool {
		return !slices.ContainsFunc(t.refused, func(r refused) bool { return f.Roles[r.id] == conformance.Probe })
	})
}

// look learns where the platform's clock is now.
func (s *Session) look(ctx context.Context, replica int) {
	x := assay.Exchange{Sent: s.now()}
	x.Response = s.client.Unrecorded(ctx, s.withSample(replica))
	x.Took = s.now().Sub(x.Sent)
	if ahead, unsure := skew(x); unsure > 0 {
		s.minter.mu.Lock()
		defer s.minter.mu.Unlock()
		s.minter.answered(s.now(), ahead-time.Duration(s.advanced.Load()), unsure, telling(s.minter.shortest()))
	}
}

// mayMove reports whether the platform's clock may have moved by more than the time that passed: another run can advance it, or this
// machine was suspended. Otherwise a Date that differs is of another server.
func (s *Session) mayMove() bool {
	return s.config.Hello.Offers(assay.OpAdvance) || s.forward() >= leastShift
}

// movedBecause says why the platform's clock moved before a refusal.
func (s *Session) movedBecause(x assay.Exchange) phrase.Phrase {
	if slept := s.forward(); slept >= leastShift {
		return phrase.Say(phrase.Suspended, x.ID, slept.Round(time.Second))
	}
	return phrase.Say(phrase.ClockShared, x.ID)
}
