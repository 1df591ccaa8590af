package codes

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A code is one that was minted and not yet sent.
type Code struct {
	Text string
	User *User
	// minted is when it came, and useBy the last moment at which it is sent: half its lifetime later.
	Minted, UseBy time.Time
}

// A stock holds codes of one kind from before their turn comes. It is bounded and ages: a code that has grown older than
// half its lifetime is thrown away, for the target may rightly refuse it. It is safe for concurrent use.
type Buffer struct {
	mu      sync.Mutex
	codes   []Code // a ring
	first   int
	length  int
	waiting int           // takers who found nothing
	came    chan struct{} // closed and renewed when codes come for takers who wait
	full    chan struct{} // closed when there was no room for another code, or there will be none
	closed  error         // why there will be none any more

	low chan struct{} // tells a minter that there is room

	aged, starved     atomic.Int64
	starvedFor        atomic.Int64 // nanoseconds
	minted, requested atomic.Int64 // inHand: asked for, not come yet
}

func NewBuffer(capacity int) *Buffer {
	return &Buffer{codes: make([]Code, capacity), came: make(chan struct{}), full: make(chan struct{}), low: make(chan struct{}, 1)}
}

func (s *Buffer) capacity() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.codes)
}

// grow makes room for so many codes, where there is less.
func (s *Buffer) Grow(capacity int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if capacity <= len(s.codes) {
		return
	}
	codes := make([]Code, capacity)
	for i := range s.length {
		codes[i] = s.codes[(s.first+i)%len(s.codes)]
	}
	s.codes, s.first = codes, 0
	s.tellMinters()
}

// put adds codes, as many as there is room for: minters ask for no more. It returns how many there are when everybody who
// waits has taken one, which is less than 0 when they do not suffice.
func (s *Buffer) put(codes []Code) (left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range codes {
		if s.length == len(s.codes) {
			break
		}
		s.codes[(s.first+s.length)%len(s.codes)] = c
		s.length++
	}
	if s.length == len(s.codes) {
		s.markFull()
	}
	s.minted.Add(int64(len(codes)))
	left = s.length - s.waiting
	s.wake()
	return left
}

// end says that no more codes will come, and why.
func (s *Buffer) close(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed == nil {
		s.closed = why
		s.markFull()
	}
	s.wake()
}

// fill tells who waits for the stock to be full. The lock is held.
func (s *Buffer) markFull() {
	select {
	case <-s.full:
	default:
		close(s.full)
	}
}

// wake tells takers to look again. The lock is held.
func (s *Buffer) wake() {
	if s.waiting > 0 {
		s.waiting = 0
		close(s.came)
		s.came = make(chan struct{})
	}
}

// take returns the oldest code that is still fit to be sent, and waits for one when there is none: for as long as that
// takes the generator starves. The error says why none will come.
func (s *Buffer) Take(ctx context.Context) (Code, error) {
	c, came, err := s.next()
	if came == nil {
		return c, err
	}
	began := time.Now()
	s.starved.Add(1)
	defer func() { s.starvedFor.Add(int64(time.Since(began))) }()
	for came != nil {
		select {
		case <-came:
		case <-ctx.Done():
			return Code{}, context.Cause(ctx)
		}
		c, came, err = s.next()
	}
	return c, err
}

// next takes a code, if there is one: it returns a code, the reason why there is none, or what to wait for.
func (s *Buffer) next() (c Code, came <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.tellMinters()
	for s.length > 0 {
		c = s.codes[s.first]
		s.codes[s.first] = Code{}
		s.first = (s.first + 1) % len(s.codes)
		s.length--
		if c.UseBy.IsZero() || time.Now().Before(c.UseBy) {
			return c, nil, nil
		}
		s.aged.Add(1)
	}
	if s.closed != nil {
		return Code{}, nil, s.closed
	}
	s.waiting++
	return Code{}, s.came, nil
}

// tellMinters wakes a minter when half of the stock is gone. The lock is held.
func (s *Buffer) tellMinters() {
	if s.length+int(s.requested.Load()) > len(s.codes)/2 {
		return
	}
	select {
	case s.low <- struct{}{}:
	default:
	}
}

// room reserves room for at most so many codes, and for a quarter of the stock; 0 says that there is enough in stock.
func (s *Buffer) room(most int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(most, max(1, len(s.codes)/4), len(s.codes)-s.length-int(s.requested.Load()))
	if n <= 0 {
		return 0
	}
	s.requested.Add(int64(n))
	return n
}

// fillTime is how long a run waits at most for its stock to be full, so that minting is not in the way of its first seconds.
const fillTime = 2 * time.Second

// stocked waits until there is a code, and then until the stock is full: for fillTime at most, and not for so long that
// the first code grows old. The error says why there will be none.
func (s *Buffer) WaitFull(ctx context.Context) error {
	oldest, err := s.oldest(ctx)
	if err != nil {
		return err
	}
	patience := fillTime
	if !oldest.UseBy.IsZero() {
		patience = min(patience, time.Until(oldest.UseBy)/2)
	}
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case <-s.full:
	case <-limit.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// oldest waits for a code, which stays where it is.
func (s *Buffer) oldest(ctx context.Context) (Code, error) {
	for {
		c, came, err := s.look()
		if came == nil {
			return c, err
		}
		select {
		case <-came:
		case <-ctx.Done():
			return Code{}, context.Cause(ctx)
		}
	}
}

// look is one look at the stock: its oldest code, the reason why there is none, or what to wait for.
func (s *Buffer) look() (c Code, came <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.length > 0:
		return s.codes[s.first], nil, nil
	case s.closed != nil:
		return Code{}, nil, s.closed
	}
	s.waiting++
	return Code{}, s.came, nil
}

// A stats is what happened to the codes of a stock so far.
type Stats struct {
	Minted, Aged, Starved int64
	StarvedFor            time.Duration
}

func (s *Buffer) Stats() Stats {
	return Stats{s.minted.Load(), s.aged.Load(), s.starved.Load(), time.Duration(s.starvedFor.Load())}
}

// depth is how many codes there are.
func (s *Buffer) Depth() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.length
}
