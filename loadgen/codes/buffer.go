// Package codes provides the codes of a load run.
//
// A [Minter] asks a driver for codes in advance and keeps a [Buffer] of fresh ones full. [Users] remembers who the codes
// were minted for and how the target identified them, and [Used] keeps accepted codes for replays.
package codes

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A Code was minted and not sent yet.
type Code struct {
	Text string
	User *User
	// UseBy is the last moment to send it, at half its lifetime; zero if the lifetime is not known.
	UseBy time.Time

	stale time.Time    // when it is dropped although its lifetime is not known; zero for never
	kind  int          // the position of its endpoint in [assay.Endpoints]
	issue issue        // its place among its user's codes
	ended [scopes]bool // its user certainly had a newer one when it was taken
}

// tooOld reports whether a code must not be sent any more. learned is the lifetime of those without a known one; 0 for none.
func (c *Code) tooOld(now time.Time, learned time.Duration) bool {
	switch {
	case c.stale.IsZero():
		return !c.UseBy.IsZero() && !now.Before(c.UseBy)
	case learned > 0 && now.Sub(c.asked()) >= learned/2:
		return true
	default:
		return !now.Before(c.stale)
	}
}

// A Buffer holds fresh codes of one kind. It holds no more than are taken in a part of their lifetime, and drops codes that are
// older than half of it, because the target may refuse them. It is safe for concurrent use.
type Buffer struct {
	mu      sync.Mutex
	codes   []Code // a ring
	first   int
	length  int
	demand  demand        // bounds the codes, with the length of the ring
	newest  int           // of its codes are kept at most, each the newest of its user; 0 for no such bound
	waiting int           // takers
	added   chan struct{} // closed and replaced when codes are added while takers wait
	full    chan struct{} // closed once the buffer was full, or is closed
	aging   *aging        // of codes whose lifetime is not known; nil before the first was answered
	ends    [scopes]superseding
	order   *order      // of the requests for codes; nil if it is not known
	later   []*answered // answers during such a request, which are noted when it has ended
	// declared says that a new code ends the older ones of its user.
	declared bool
	closed   error   // why there will be no more codes; nil while there will be
	fastest  float64 // the highest rate that was expected

	wanted chan struct{} // wakes one minting loop

	learned      atomic.Int64 // the lifetime that aging tells; 0 for none
	requested    atomic.Int64 // codes that were requested and are not added yet
	minted, aged atomic.Int64
	requests     atomic.Int64 // that were answered, and how long they took in requestNS
	requestNS    atomic.Int64
	starved      atomic.Int64
	starvedForNS atomic.Int64
	users        atomic.Int64 // that codes were last requested for
	settled      atomic.Bool  // newer codes do not matter
}

// room is how many codes the buffer holds at most for now. The lock is held.
func (b *Buffer) room() int {
	room := b.demand.bound(len(b.codes))
	if b.newest > 0 {
		return min(room, b.newest)
	}
	return room
}

// newestShare is the share of the users of which a buffer holds codes where new ones end the older ones.
const newestShare = 4

// Newest says that a new code of a user ends the older ones: the buffer drops these, and holds only so many codes that most users have
// used theirs before they get the next one. It is called before the first code is added.
func (b *Buffer) Newest(users int) {
	b.newest, b.declared = max(1, users/newestShare), true
}

// Expect sets the rate at which codes will be taken, per second, and makes room for them; 0 if it is not known. The buffer never
// becomes smaller, but holds no more codes than it needs.
func (b *Buffer) Expect(rate float64) {
	b.grow(capacity(rate, longestSpan))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.demand.expect(rate)
	b.fastest = max(b.fastest, rate)
	b.wakeMinter()
}

// follow sets the order of the requests for codes.
func (b *Buffer) follow(o *order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.order = o
}

// live sets the lifetime of the codes; 0 if it is not known.
func (b *Buffer) live(lifetime time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.demand.live(lifetime)
}

// NewBuffer returns an empty buffer for capacity codes.
func NewBuffer(capacity int) *Buffer {
	return &Buffer{codes: make([]Code, capacity), added: make(chan struct{}), full: make(chan struct{}), wanted: make(chan struct{}, 1)}
}

func (b *Buffer) capacity() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.room()
}

// grow raises the capacity; a lower one changes nothing.
func (b *Buffer) grow(capacity int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if capacity <= len(b.codes) {
		return
	}
	codes := make([]Code, capacity)
	for i := range b.length {
		codes[i] = b.codes[(b.first+i)%len(b.codes)]
	}
	b.codes, b.first = codes, 0
	b.wakeMinter()
}

// add adds codes and drops those that do not fit. It returns how many are left when every waiting taker has one; less than
// 0 if there are more takers.
func (b *Buffer) add(codes []Code) (left int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range codes {
		if b.length == len(b.codes) {
			break
		}
		b.codes[(b.first+b.length)%len(b.codes)] = c
		b.length++
	}
	if b.length >= b.room() {
		b.markFull()
	}
	b.minted.Add(int64(len(codes)))
	left = b.length - b.waiting
	b.wakeTakers()
	return left
}

// close says that there will be no more codes, and why.
func (b *Buffer) close(why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed == nil {
		b.closed = why
		b.markFull()
	}
	b.wakeTakers()
}

// markFull ends WaitFull. The lock is held.
func (b *Buffer) markFull() {
	select {
	case <-b.full:
	default:
		close(b.full)
	}
}

// wakeTakers makes waiting takers look again. The lock is held.
func (b *Buffer) wakeTakers() {
	if b.waiting > 0 {
		b.waiting = 0
		close(b.added)
		b.added = make(chan struct{})
	}
}

// Take returns the oldest code that may still be sent. If the buffer is empty, it waits: for that time the generator has
// no code to send. The error says why there will be no code.
func (b *Buffer) Take(ctx context.Context) (Code, error) {
	c, added, err := b.next()
	if added == nil {
		return c, err
	}
	began := time.Now()
	b.starved.Add(1)
	defer func() { b.starvedForNS.Add(int64(time.Since(began))) }()
	for added != nil {
		select {
		case <-added:
		case <-ctx.Done():
			return Code{}, context.Cause(ctx)
		}
		c, added, err = b.next()
	}
	return c, err
}

// next returns a code, the reason why no code will come, or a channel to wait for.
func (b *Buffer) next() (c Code, added <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.wakeMinter()
	now := time.Now()
	b.demand.take(now)
	if c, due := b.aging.probe(now); due {
		return c, nil, nil
	}
	if c, due := b.ends[b.scope()].probe(); due && !c.tooOld(now, b.lifetime()) {
		return c, nil, nil
	}
	var spare Code
	for b.length > 0 {
		c = b.codes[b.first]
		b.codes[b.first] = Code{}
		b.first = (b.first + 1) % len(b.codes)
		b.length--
		certain, possible := c.newer()
		c.ended = certain
		switch in := b.scope(); {
		case b.newest > 0 && certain[in]:
			b.ends[in].keep(c)
		case c.tooOld(now, b.lifetime()):
			b.aging.keep(c)
			b.aged.Add(1)
		case b.newest > 0 && possible[in]:
			spare = c // it may be the newest
		default:
			return c, nil, nil
		}
	}
	if spare.Text != "" {
		return spare, nil, nil
	}
	if b.closed != nil {
		return Code{}, nil, b.closed
	}
	b.waiting++
	return Code{}, b.added, nil
}

// PutBack returns a code that was taken and not sent: it is the next to be taken. If there is no room, it is dropped.
func (b *Buffer) PutBack(c Code) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.length == len(b.codes) {
		return
	}
	b.first = (b.first + len(b.codes) - 1) % len(b.codes)
	b.codes[b.first] = c
	b.length++
	b.wakeTakers()
}

// wakeMinter wakes a minting loop if at most half of the codes are there or requested. The lock is held.
func (b *Buffer) wakeMinter() {
	if b.length+int(b.requested.Load()) > b.room()/2 {
		return
	}
	select {
	case b.wanted <- struct{}{}:
	default:
	}
}

// reserve returns how many codes to request: at most n, and at most a quarter of a large buffer. It returns 0 if there are
// enough.
func (b *Buffer) reserve(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	room := b.room()
	n = min(n, max(minBatch, room/4), room-b.length-int(b.requested.Load()))
	if n <= 0 {
		return 0
	}
	b.requested.Add(int64(n))
	return n
}

// maxFillTime bounds the wait for a full buffer at the start of a run.
const maxFillTime = 2 * time.Second

// WaitFull waits for the first code, and then until the buffer is full: for two seconds at most, and not until the first
// code is too old. The error says why there will be no code.
func (b *Buffer) WaitFull(ctx context.Context) error {
	oldest, err := b.oldest(ctx)
	if err != nil {
		return err
	}
	limit := maxFillTime
	if !oldest.UseBy.IsZero() {
		limit = min(limit, time.Until(oldest.UseBy)/2)
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-b.full:
	case <-timer.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// oldest waits for a code and returns it without taking it.
func (b *Buffer) oldest(ctx context.Context) (Code, error) {
	for {
		c, added, err := b.peek()
		if added == nil {
			return c, err
		}
		select {
		case <-added:
		case <-ctx.Done():
			return Code{}, context.Cause(ctx)
		}
	}
}

// peek returns the oldest code, the reason why no code will come, or a channel to wait for.
func (b *Buffer) peek() (c Code, added <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.length > 0:
		return b.codes[b.first], nil, nil
	case b.closed != nil:
		return Code{}, nil, b.closed
	}
	b.waiting++
	return Code{}, b.added, nil
}

// Depth is how many codes there are.
func (b *Buffer) Depth() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.length
}
