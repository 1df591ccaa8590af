package suites

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A pace keeps the run below a rate limit that the target has shown, so that a limited target is tested slowly instead
// of answering 429 to everything. Until the first 429 it holds nothing up. The zero value is ready.
type pace struct {
	mu       sync.Mutex
	answered []time.Time   // when the target last answered with something else than 429, of the last second
	borne    int           // answers without a 429 since the gap last changed
	gap      time.Duration // between two requests; 0 while no limit is known
	left     time.Time     // when the last request left, or will
	next     time.Time     // when the next one may leave
	changed  time.Time     // when the gap last changed
	slowed   time.Time     // when it last grew
	crowded  bool          // a crowd has been limited
	limited  int           // answers of 429
	shut     time.Time     // since when there was no answer but 429 and 503; zero when there was one
}

// The part of the rate that a target was seen to bear which the run keeps to.
const bearable = 0.8

// After so many answers without a 429, or after so long, the run goes a little faster again.
const (
	untroubled = 50
	calm       = time.Second
)

// maxShut is for how long a target may answer nothing but 429 and 503 before the run ends.
const maxShut = 3 * time.Minute

// reserve gives n requests that leave together their turn, and says how long they have to wait for it. Before a group
// nothing leaves for as long as so many single ones would have taken, but no more than a second, so that it meets an
// allowance saved up for it; and for a second once that has not been enough.
func (p *pace) reserve(now time.Time, n int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	turn := p.next
	if turn.Before(now) {
		turn = now
	}
	due := time.Duration(n) * p.gap
	if n > 1 {
		saved := min(due, time.Second)
		if p.crowded {
			saved = time.Second
		}
		if full := p.left.Add(saved); full.After(turn) {
			turn = full
		}
		due = min(max(due-saved, 0), time.Second) + p.gap
	}
	p.left, p.next = turn, turn.Add(due)
	return turn.Sub(now)
}

// saw learns from an answer: a 429 sets the gap from what was answered in the second before, or widens it, and a
// Retry-After is heeded by everybody. One to a crowd widens nothing: that may well exceed what the target bears otherwise.
// An error says that there is no use in going on.
func (p *pace) saw(now time.Time, x assay.Exchange, crowd bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.answered) > 0 && now.Sub(p.answered[0]) > time.Second {
		p.answered = p.answered[1:]
	}
	switch {
	case x.Response == nil:
		return nil
	case x.Response.Status == http.StatusTooManyRequests && crowd:
		p.limited++
		p.crowded = true
		p.hold(now.Add(retryAfter(x)))
		return nil
	case x.Response.Status == http.StatusTooManyRequests:
		p.limited++
		p.widen(now)
		p.hold(now.Add(max(retryAfter(x), p.gap)))
	case x.Response.Status == http.StatusServiceUnavailable:
		p.hold(now.Add(retryAfter(x)))
	default:
		p.shut = time.Time{}
		p.answered = append(p.answered, now)
		if p.borne++; p.borne >= untroubled || now.Sub(p.changed) >= calm {
			p.gap, p.changed, p.borne = p.gap*9/10, now, 0
		}
		return nil
	}
	if p.shut.IsZero() {
		p.shut = now
	}
	if now.Sub(p.shut) < maxShut {
		return nil
	}
	return &silentError{id: x.ID, why: phrase.Say(phrase.SilentStatus, x.Response.Status, maxShut)}
}

// hold lets nothing leave before a time.
func (p *pace) hold(until time.Time) {
	if until.After(p.next) {
		p.next = until
	}
}

// widen sets the gap after a 429. The lock is held.
func (p *pace) widen(now time.Time) {
	const widest = 5 * time.Second
	p.borne = 0
	switch {
	case p.gap == 0:
		p.gap = time.Duration(float64(time.Second) / (bearable * float64(max(len(p.answered), 1))))
		p.changed, p.slowed = now, now
	case now.Sub(p.slowed) > time.Second: // one crowd of 429s counts once
		p.gap, p.changed, p.slowed = p.gap*5/4, now, now
	}
	p.gap = min(p.gap, widest)
}

// remark says that a limit was met; zero when there was none.
func (p *pace) remark() phrase.Phrase {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limited == 0 {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.RateLimited, p.limited)
}

// keep waits for the turn of n requests.
func (p *pace) keep(ctx context.Context, n int) {
	wait := p.reserve(time.Now(), n)
	if wait <= 0 {
		return
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// longestRetry is the longest that a Retry-After is heeded for.
const longestRetry = time.Minute

// retryAfter is what a 429 or 503 asks for, as seconds or as a date by its own clock, a minute at most; 0 when it does
// not say.
func retryAfter(x assay.Exchange) time.Duration {
	if x.Response == nil {
		return 0
	}
	asked := strings.TrimSpace(x.Response.Header.Get("Retry-After"))
	seconds, err := strconv.ParseFloat(asked, 64)
	if err != nil && math.IsInf(seconds, 0) {
		err = nil // a number without end
	}
	if err != nil {
		at, err := http.ParseTime(asked)
		if err != nil {
			return 0
		}
		now, err := http.ParseTime(x.Response.Header.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		seconds = at.Sub(now).Seconds()
	}
	if !(seconds > 0) { // nor is NaN
		return 0
	}
	return time.Duration(min(seconds, longestRetry.Seconds()) * float64(time.Second))
}
