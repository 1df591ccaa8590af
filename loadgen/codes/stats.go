package codes

import (
	"math"
	"time"
)

// Stats is what happened to the codes of a buffer so far.
type Stats struct {
	// Minted codes were added, and Aged ones dropped because they were too old.
	Minted, Aged int64
	// Starved is how many takers had to wait, and StarvedFor how long they waited in total.
	Starved    int64
	StarvedFor time.Duration
	// Held is how many codes are kept or requested at most because newer ones end those of their users, where so few do not last for as
	// long as the driver takes; 0 where they do. More of them are possible with UsersNeeded users.
	Held, UsersNeeded int
	// MintMean is how long a request to the driver took on average.
	MintMean time.Duration
}

// Stats returns the statistics so far.
func (b *Buffer) Stats() Stats {
	s := Stats{Minted: b.minted.Load(), Aged: b.aged.Load(), Starved: b.starved.Load(), StarvedFor: time.Duration(b.starvedForNS.Load())}
	if n := b.requests.Load(); n > 0 {
		s.MintMean = time.Duration(b.requestNS.Load() / n)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	const spare = 2 // the buffer is filled when it is half empty
	if needed := int(math.Ceil(spare * b.fastest * s.MintMean.Seconds())); b.newest > 0 && b.newest < needed {
		s.Held, s.UsersNeeded = b.newest, min(newestShare*needed, MaxUsers)
	}
	return s
}
