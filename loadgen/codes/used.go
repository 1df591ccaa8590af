package codes

import (
	"sync"
	"time"
)

// A usedCode was accepted, and is to be refused when it is sent again.
type UsedCode struct {
	Text     string
	User     *User
	Accepted time.Time
	UseBy    time.Time
}

// keptUsed is how many used codes are remembered for replays, of each kind, and keptLast how many of the last of them.
const keptUsed, keptLast = 4096, 64

// staleAfter is how old a used code may be where its lifetime is not known: a refusal of one that has expired would say
// nothing of its use.
const staleAfter = time.Minute

// used remembers codes for replays: in turn the one that was used last, for a ledger that writes too late, and the one
// that was used first, for a ledger that forgets. It is safe for concurrent use.
type Used struct {
	grace time.Duration // for so long a replay may be answered

	mu     sync.Mutex
	spread ring // every stride-th code, so that a fast run's reach as far back as a slow one's
	last   ring // of those between
	stride int
	n      int // codes that were added
	turn   bool
}

func NewUsed(grace time.Duration) *Used {
	return &Used{grace: grace, spread: newRing(keptUsed), last: newRing(keptLast), stride: 1}
}

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

// take returns a used code for a replay, each once; false when there is none that proves anything.
func (u *Used) Take(now time.Time) (UsedCode, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, r := range []*ring{&u.spread, &u.last} {
		for r.length > 0 && u.stale(*r.at(0), now) {
			r.drop()
		}
	}
	if u.turn = !u.turn; u.turn {
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
		earliest, u.stride = &u.last, max(u.stride/2, 1) // it has become a slower run
	}
	if earliest.length == 0 || !u.due(*earliest.at(0), now) {
		return UsedCode{}, false
	}
	defer earliest.drop()
	return *earliest.at(0), true
}

func (u *Used) due(c UsedCode, now time.Time) bool { return now.Sub(c.Accepted) >= u.grace }

func (u *Used) stale(c UsedCode, now time.Time) bool {
	if !c.UseBy.IsZero() {
		return now.After(c.UseBy)
	}
	return now.Sub(c.Accepted) > staleAfter+u.grace
}

// A ring is a queue of bounded length.
type ring struct {
	codes         []UsedCode
	first, length int
}

func newRing(length int) ring { return ring{codes: make([]UsedCode, length)} }

// at is the i-th code, counted from the first.
func (r *ring) at(i int) *UsedCode { return &r.codes[(r.first+i)%len(r.codes)] }

func (r *ring) full() bool { return r.length == len(r.codes) }

func (r *ring) drop() { r.first, r.length = (r.first+1)%len(r.codes), r.length-1 }

// push adds a code, instead of the first where there is no room.
func (r *ring) push(c UsedCode) {
	if r.full() {
		r.drop()
	}
	r.length++
	*r.at(r.length - 1) = c
}

// thin leaves every other code.
func (r *ring) thin() {
	for i := 0; i < r.length; i += 2 {
		*r.at(i / 2) = *r.at(i)
	}
	r.length = (r.length + 1) / 2
}
