package suites

import (
	"context"
	"net/http"
	"sync"
	"time"

	"assay"
)

// A pace keeps the run below a rate limit that the target has shown, so that a limited target is tested slowly instead
// of answering 429 to everything. Until the first 429 it holds nothing up. The zero value is ready.
type pace struct {
	mu       sync.Mutex
	answered []time.Time   // when the target last answered with something else than 429, of the last second
	borne    int           // answers in a row without a 429
	gap      time.Duration // between two requests; 0 while no limit is known
	next     time.Time     // when the next request may leave
	slowed   time.Time     // when the gap last grew
}

// The part of the rate that a target was seen to bear which the run keeps to.
const bearable = 0.8

// After so many answers in a row without a 429 the run goes a little faster again.
const untroubled = 50

// reserve gives n requests that leave together their turn, and says how long they have to wait for it. A group waits
// until nothing else has left for a second, so that it meets the limit's whole allowance.
func (p *pace) reserve(now time.Time, n int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gap == 0 {
		return 0
	}
	turn := p.next
	if turn.Before(now) {
		turn = now
	}
	if n > 1 {
		turn = turn.Add(time.Second)
	}
	p.next = turn.Add(time.Duration(n) * p.gap)
	return turn.Sub(now)
}

// saw learns from an answer to a request that left by itself: a 429 sets the gap from what was answered in the second before, or widens it.
func (p *pace) saw(now time.Time, x assay.Exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.answered) > 0 && now.Sub(p.answered[0]) > time.Second {
		p.answered = p.answered[1:]
	}
	if x.Response == nil {
		return
	}
	if x.Response.Status != http.StatusTooManyRequests {
		p.answered = append(p.answered, now)
		if p.borne++; p.borne%untroubled == 0 {
			p.gap = p.gap * 9 / 10
		}
		return
	}
	const widest = 5 * time.Second
	p.borne = 0
	switch {
	case p.gap == 0:
		p.gap = time.Duration(float64(time.Second) / (bearable * float64(max(len(p.answered), 1))))
		p.slowed = now
	case now.Sub(p.slowed) > time.Second: // one crowd of 429s counts once
		p.gap, p.slowed = p.gap*5/4, now
	}
	p.gap = min(p.gap, widest)
	if back := now.Add(max(retryAfter(x), p.gap)); back.After(p.next) {
		p.next = back
	}
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
