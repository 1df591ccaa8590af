package loadgen

import (
	"hash/maphash"
	"sync"
)

// keptGiven is how many codes of a kind are known at least; twice as many digests are kept at most.
const keptGiven = 1 << 16

// given remembers which codes were minted of late. One that a driver hands out twice a right target refuses, and would be
// blamed for it. It is safe for concurrent use.
type given struct {
	seed maphash.Seed

	mu          sync.Mutex
	now, before *digests
}

func newGiven() *given {
	return &given{seed: maphash.MakeSeed(), now: &digests{}, before: &digests{}}
}

// again reports whether a code was given before, and remembers it.
func (g *given) again(code string) bool {
	digest := max(1, maphash.String(g.seed, code)) // 0 is a gap
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now.has(digest) || g.before.has(digest) {
		return true
	}
	if g.now.length == keptGiven {
		g.before, g.now = g.now, g.before
		*g.now = digests{}
	}
	g.now.add(digest)
	return false
}

// digests are a set of up to keptGiven digests, in a table that is half empty then: unlike a map it leaves the garbage
// collector nothing to do. Being random, a digest says where in it to look first; it stands there or before the next gap.
type digests struct {
	table  [2 * keptGiven]uint64
	length int
}

// find is where a digest stands, or the gap where it would.
func (d *digests) find(digest uint64) *uint64 {
	at := digest % uint64(len(d.table))
	for d.table[at] != digest && d.table[at] != 0 {
		at = (at + 1) % uint64(len(d.table))
	}
	return &d.table[at]
}

func (d *digests) has(digest uint64) bool { return *d.find(digest) != 0 }

func (d *digests) add(digest uint64) {
	*d.find(digest) = digest
	d.length++
}
