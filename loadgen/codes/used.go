package codes

import (
	"sync"
	"time"
)

// A UsedCode was accepted; the target has to refuse it when it is sent again.
type UsedCode struct {
	Text     string
	User     *User
	Accepted time.Time // when
	UseBy    time.Time // of the [Code]
}

// keptUsed is how many used codes are kept, spread over the run, and keptLast how many of the most recent ones.
const keptUsed, keptLast = 4096, 64

// staleAfter is how long a used code whose lifetime is not known is kept: refusing an expired code says nothing about
// single use.
const staleAfter = time.Minute

// Used keeps used codes for replays. It returns the most recently used code and the one used longest ago in turn: the first
// finds a target that records a use too late, the second one that forgets it. It is safe for concurrent use.
type Used struct {
	grace time.Duration // for how long a replay may be answered

	mu     sync.Mutex
	spread ring // every stride-th code, so that those of a fast run reach as far back as those of a slow run
	last   ring // the most recent of the codes between
	stride int
	n      int  // added codes
	recent bool // the last one taken was the most recent
}

// NewUsed returns an empty set of used codes. grace is how long the target may answer a replay, as it declares.
func NewUsed(grace time.Duration) *Used {
	return &Used{grace: grace, spread: newRing(keptUsed), last: newRing(keptLast), stride: 1}
}

// Add keeps a used code.
func (u *Used) Add(c UsedCode) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.n++; u.n%u.stride != 0 {
		u.last.push(c)
		return
	}
	if u.spread.full() {
		u.spread.thin()
		u.stride *= 2
	}
	u.spread.push(c)
}

// Take removes and returns a used code; false if a replay of none of them would prove anything.
func (u *Used) Take(now time.Time) (UsedCode, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, r := range []*ring{&u.spread, &u.last} {
		for r.length > 0 && u.stale(*r.at(0), now) {
			r.drop()
		}
	}
	if u.recent = !u.recent; u.recent {
		latest := &u.spread
		if n := u.last.length; n > 0 && (latest.length == 0 || latest.at(latest.length-1).Accepted.Before(u.last.at(n-1).Accepted)) {
			latest = &u.last
		}
		if n := latest.length; n > 0 && u.due(*latest.at(n - 1), now) {
			latest.length--
			return *latest.at(n - 1), true
		}
	}
	earliest := &u.spread
	if earliest.length == 0 {
		earliest, u.stride = &u.last, max(u.stride/2, 1) // the run has become slower
	}
	if earliest.length == 0 || !u.due(*earliest.at(0), now) {
		return UsedCode{}, false
	}
	defer earliest.drop()
	return *earliest.at(0), true
}

// due reports whether the grace of a code is over.
func (u *Used) due(c UsedCode, now time.Time) bool { return now.Sub(c.Accepted) >= u.grace }

// stale reports whether a code may have expired.
func (u *Used) stale(c UsedCode, now time.Time) bool {
	if !c.UseBy.IsZero() {
		return now.After(c.UseBy)
	}
	return now.Sub(c.Accepted) > staleAfter+u.grace
}

// A ring is a bounded queue.
type ring struct {
	codes         []UsedCode
	first, length int
}

func newRing(length int) ring { return ring{codes: make([]UsedCode, length)} }

// at is the i-th code, from the oldest.
func (r *ring) at(i int) *UsedCode { return &r.codes[(r.first+i)%len(r.codes)] }

func (r *ring) full() bool { return r.length == len(r.codes) }

func (r *ring) drop() { r.first, r.length = (r.first+1)%len(r.codes), r.length-1 }

// push adds a code, and drops the oldest if the ring is full.
func (r *ring) push(c UsedCode) {
	if r.full() {
		r.drop()
	}
	r.length++
	*r.at(r.length - 1) = c
}

// thin drops every second code.
func (r *ring) thin() {
	for i := 0; i < r.length; i += 2 {
		*r.at(i / 2) = *r.at(i)
	}
	r.length = (r.length + 1) / 2
}
