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
	now, before map[uint64]struct{}
}

func newGiven() *given {
	return &given{seed: maphash.MakeSeed(), now: map[uint64]struct{}{}}
}

// again reports whether a code was given before, and remembers it.
func (g *given) again(code string) bool {
	digest := maphash.String(g.seed, code)
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, known := g.now[digest]; known {
		return true
	}
	if _, known := g.before[digest]; known {
		return true
	}
	if len(g.now) == keptGiven {
		g.before, g.now = g.now, make(map[uint64]struct{}, keptGiven)
	}
	g.now[digest] = struct{}{}
	return false
}
