package suites

import (
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
// of answering 429 to everything. Until the first 429 it delays nothing. The zero value is ready.
type pace struct {
	mu       sync.Mutex
	answered []time.Time   // times of the answers other than 429, in the last second
	answers  int           // answers without a 429 since the gap last changed
	gap      time.Duration // between two requests; 0 until a limit is known
	last     time.Time     // when the last scheduled request is sent
	next     time.Time     // when the next one may be sent
	changed  time.Time     // when the gap last changed
	slowed   time.Time     // when the gap last grew
	met      time.Duration // the gap with which the limit was last met; 0 before
	crowded  bool          // a group of simultaneous requests has been limited
	limited  int           // answers with 429
	unserved int           // answers with 503 that are the same
	plain    bool          // a 503 that does not say when to try again comes with the rate of requests
	coarsest time.Duration // the gap from which on it does not
	shut     time.Time     // since when all answers were 429 or 503; zero if the last was not
	worked   bool          // there was an answer other than 429 and 503
	floor    time.Duration // the least gap; 0 where no limit is declared
	patience
}

// tolerated is the part of the rate that the target accepted which the run keeps to.
const tolerated = 0.8

// After untroubled answers without a 429, or after calm, the run goes a little faster again.
const (
	untroubled = 50
	calm       = time.Second
)

// maxShut is how long a target may answer nothing but 429 and 503 before the run ends.
const maxShut = 3 * time.Minute

// keepTo keeps the run below a declared limit from the beginning; 0 declares none.
func (p *pace) keepTo(limit float64) {
	if limit > 0 {
		p.floor = time.Duration(float64(time.Second) / (tolerated * limit))
		p.gap = p.floor
	}
}

// reserve schedules n simultaneous requests and returns how long they have to wait. Before a group, nothing is sent for
// as long as so many single requests would have taken, but no more than a second, so that the limit's burst allowance
// can refill; after a group was limited all the same, always for a second.
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
		if full := p.last.Add(saved); full.After(turn) {
			turn = full
		}
		due = min(max(due-saved, 0), time.Second) + p.gap
	}
	p.last, p.next = turn, turn.Add(due)
	p.spend(now, turn, n)
	return turn.Sub(now)
}

// saw learns from an answer. A 429 sets the gap from the answers of the second before, or widens it, and a Retry-After
// delays every request. A 429 to a group does not widen the gap: simultaneous requests may exceed a limit that single
// ones keep to.
func (p *pace) saw(now time.Time, x assay.Exchange, crowd bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.answered) > 0 && now.Sub(p.answered[0]) > time.Second {
		p.answered = p.answered[1:]
	}
	p.heard(x)
	switch {
	case x.Response == nil:
		return
	case p.limits(x) && crowd:
		p.count(x)
		p.crowded = true
		p.hold(now.Add(retryAfter(x)))
		return
	case p.limits(x):
		p.count(x)
		p.widen(now)
		p.doubtPlain(x)
		p.hold(now.Add(max(retryAfter(x), p.gap, p.shutSince(now))))
	case x.Response.Status == http.StatusServiceUnavailable:
		p.hold(now.Add(retryAfter(x)))
	default:
		p.shut, p.worked, p.passed = time.Time{}, true, p.passed+1
		p.answered = append(p.answered, now)
		if p.answers++; p.answers >= untroubled || now.Sub(p.changed) >= calm {
			p.gap, p.changed, p.answers = max(p.gap*9/10, p.floor, p.above(now)), now, 0
		}
		return
	}
	if p.shut.IsZero() {
		p.shut = now
	}
}

// shutSince is how long nothing but 429 and 503 has come, two seconds at most: a limiter that counts what it refuses recovers
// only while little is sent. The lock is held.
func (p *pace) shutSince(now time.Time) time.Duration {
	const longest = 2 * time.Second
	if p.shut.IsZero() {
		return 0
	}
	return min(now.Sub(p.shut), longest)
}

// shutFor is how long the target has answered nothing but 429 and 503.
func (p *pace) shutFor(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut.IsZero() {
		return 0
	}
	return now.Sub(p.shut)
}

// hold delays every request until a time.
func (p *pace) hold(until time.Time) {
	if until.After(p.next) {
		p.next = until
	}
}

// widen sets the gap after a 429. The lock is held.
func (p *pace) widen(now time.Time) {
	const widest = 5 * time.Second
	p.answers = 0
	switch {
	case p.gap == 0:
		p.gap = time.Duration(float64(time.Second) / (tolerated * float64(max(len(p.answered), 1))))
		p.changed, p.slowed = now, now
	case now.Sub(p.slowed) > time.Second: // simultaneous 429s count once
		p.met = p.gap
		p.gap, p.changed, p.slowed = p.gap*5/4, now, now
	}
	p.gap = min(p.gap, max(widest, p.floor))
}

// above is the least gap for a while after a limit was met: a little more than the one with which it was. Otherwise the run would meet it
// every few seconds, and what sends many requests one after another would never come to its end. The lock is held.
func (p *pace) above(now time.Time) time.Duration {
	const while = time.Minute
	if now.Sub(p.slowed) >= while {
		return 0
	}
	return min(p.met*11/10, p.gap)
}

// limits reports whether an answer shows a rate limit. The lock is held.
func (p *pace) limits(x assay.Exchange) bool {
	return x.Response.Status == http.StatusTooManyRequests || p.plain && plain503(x.Response)
}

// count counts an answer that shows a limit. The lock is held.
func (p *pace) count(x assay.Exchange) {
	if plain503(x.Response) {
		p.unserved++
	} else {
		p.limited++
	}
}

// showsLimit is limits without the lock, for any exchange.
func (p *pace) showsLimit(x assay.Exchange) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return x.Response != nil && p.limits(x)
}

// learnPlain lets the run keep below a rate beyond which 503 comes, and takes such a 503 for a 429.
func (p *pace) learnPlain(rate float64) {
	const slower = 4
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plain = true
	p.gap = max(p.floor, time.Duration(float64(time.Second)/(tolerated*rate)))
	p.coarsest, p.changed, p.slowed, p.answers = slower*p.gap, time.Now(), time.Now(), 0
}

// knowsPlain reports whether such a 503 is known to come with the rate of requests.
func (p *pace) knowsPlain() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.plain
}

// doubtPlain takes that back where it comes however slow the run is. The lock is held.
func (p *pace) doubtPlain(x assay.Exchange) {
	if p.plain && plain503(x.Response) && p.gap >= p.coarsest {
		p.plain, p.gap, p.unserved = false, p.floor, 0
	}
}

// remark says that a limit was met; zero if none was.
func (p *pace) remark() phrase.Phrase {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.unserved > 0:
		return phrase.Say(phrase.RateLimited503, p.limited+p.unserved)
	case p.limited > 0:
		return phrase.Say(phrase.RateLimited, p.limited)
	default:
		return phrase.Phrase{}
	}
}

// longestRetry is the longest Retry-After that is respected.
const longestRetry = time.Minute

// retryAfter is what a 429 or 503 asks for, a minute at most; 0 if it does not say.
func retryAfter(x assay.Exchange) time.Duration { return min(askedFor(x), longestRetry) }

// askedFor is what a 429 or 503 asks for, in seconds or as a date by the target's own clock, a hundred years at most; 0 if it does
// not say.
func askedFor(x assay.Exchange) time.Duration {
	const most = 100 * 365 * 24 * time.Hour
	if x.Response == nil {
		return 0
	}
	asked := strings.TrimSpace(x.Response.Header.Get("Retry-After"))
	seconds, err := strconv.ParseFloat(asked, 64)
	if err != nil && math.IsInf(seconds, 0) {
		err = nil // a number too large for a float64
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
	if !(seconds > 0) { // NaN is not positive either
		return 0
	}
	return time.Duration(min(seconds, most.Seconds()) * float64(time.Second))
}
