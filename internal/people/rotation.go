package people

import (
	"math/rand/v2"
	"sync"
)

const (
	// maxKept bounds the persons that a Rotation keeps, about 100 bytes each. Later ones are computed every time.
	maxKept = 1 << 16
	// maxGroups bounds the group sizes whose position a Rotation keeps. A further size always starts at the first user.
	maxGroups = 100
)

// A Rotation returns the users of a driver's choice in turn. Each request continues where the last one of the same size ended,
// so that codes are spread over all users even if every request asks for a few. It is safe for concurrent use.
type Rotation struct {
	people *People

	mu    sync.Mutex
	kept  []Person    // the first of the people
	start map[int]int // the first user of the next request, by the number of users
}

// NewRotation returns a Rotation with a random seed: its users differ from those of other processes.
func NewRotation(limits Limits) *Rotation {
	return &Rotation{people: Within(rand.Uint64(), limits), start: map[int]int{}}
}

// Next returns the user of the i-th of count codes that are spread over the given number of users. It returns nil if users
// is less than 1.
func (r *Rotation) Next(users, count int) func(i int) Person {
	if users < 1 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.kept) < min(users, maxKept) {
		r.kept = append(r.kept, r.people.At(uint64(len(r.kept))))
	}
	kept, first := r.kept, r.start[users]
	if _, known := r.start[users]; known || len(r.start) < maxGroups {
		r.start[users] = (first + count) % users
	}
	return func(i int) Person {
		n := (first + i) % users
		if n < len(kept) {
			return kept[n]
		}
		return r.people.At(uint64(n))
	}
}
