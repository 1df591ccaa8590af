package codes

import (
	"hash/maphash"
	"sync"
)

// keptSeen is how many codes are remembered at least; up to twice as many digests are kept.
const keptSeen = 1 << 16

// seen remembers the codes that a driver returned lately. A correct target refuses a code that is sent twice, and must not
// be blamed for it. It is safe for concurrent use.
type seen struct {
	seed maphash.Seed

	mu                sync.Mutex
	current, previous *digestSet
}

func newSeen() *seen {
	return &seen{seed: maphash.MakeSeed(), current: &digestSet{}, previous: &digestSet{}}
}

// check reports whether a code was seen before, and remembers it.
func (s *seen) check(code string) bool {
	digest := max(1, maphash.String(s.seed, code)) // 0 is an empty place
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.has(digest) || s.previous.has(digest) {
		return true
	}
	if s.current.length == keptSeen {
		s.previous, s.current = s.current, s.previous
		*s.current = digestSet{}
	}
	s.current.add(digest)
	return false
}

// A digestSet is a set of up to keptSeen digests: a hash table with linear probing, at most half full. Unlike a map, it
// costs the garbage collector nothing. Digests are random, so each is its own hash.
type digestSet struct {
	table  [2 * keptSeen]uint64
	length int
}

// find returns the place of a digest, or the empty place where it belongs.
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
