package codes

import (
	"hash/maphash"
	"sync"
)

// keptGiven is how many codes of a kind are known at least; twice as many digests are kept at most.
const keptSeen = 1 << 16

// given remembers which codes were minted of late. One that a driver hands out twice a right target refuses, and would be
// blamed for it. It is safe for concurrent use.
type seen struct {
	seed maphash.Seed

	mu                sync.Mutex
	current, previous *digestSet
}

func newSeen() *seen {
	return &seen{seed: maphash.MakeSeed(), current: &digestSet{}, previous: &digestSet{}}
}

// again reports whether a code was given before, and remembers it.
func (g *seen) check(code string) bool {
	digest := max(1, maphash.String(g.seed, code)) // 0 is a gap
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current.has(digest) || g.previous.has(digest) {
		return true
	}
	if g.current.length == keptSeen {
		g.previous, g.current = g.current, g.previous
		*g.current = digestSet{}
	}
	g.current.add(digest)
	return false
}

// digests are a set of up to keptGiven digests, in a table that is half empty then: unlike a map it leaves the garbage
// collector nothing to do. Being random, a digest says where in it to look first; it stands there or before the next gap.
type digestSet struct {
	table  [2 * keptSeen]uint64
	length int
}

// find is where a digest stands, or the gap where it would.
func (d *digestSet) find(digest uint64) *uint64 {
	at := digest % uint64(len(d.table))
	for d.table[at] != digest && d.table[at] != 0 {
		at = (at + 1) % uint64(len(d.table))
	}
	return &d.table[at]
}

func (d *digestSet) has(digest uint64) bool { return *d.find(digest) != 0 }

func (d *digestSet) add(digest uint64) {
	*d.find(digest) = digest
	d.length++
}
