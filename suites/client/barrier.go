package client

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// A Barrier lets a number of requests go at the same moment: each has its connection and has sent its header, and
// holds its body back until the last of them is there. What then stands between them is the time to write a few
// hundred bytes each.
type Barrier struct {
	mu      sync.Mutex
	waiting int
	open    sync.Once
	release chan struct{}
}

// NewBarrier returns a barrier for n requests, at least one.
func NewBarrier(n int) *Barrier {
	return &Barrier{waiting: n, release: make(chan struct{})}
}

// arrive counts one request as ready; the last one opens the barrier.
func (b *Barrier) arrive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting--; b.waiting == 0 {
		b.lift()
	}
}

// lift opens the barrier, whoever is still missing.
func (b *Barrier) lift() { b.open.Do(func() { close(b.release) }) }

// heldBody is a request body that waits at the barrier before its first byte. As a reader that net/http does not know
// it makes the transport send the header first.
type heldBody struct {
	io.Reader
	barrier *Barrier
	// patience is how long one that is ready waits for those that are not; the barrier then opens without them.
	patience time.Duration
	ctx      context.Context // of the request
	arrived  sync.Once
	released atomic.Int64 // when the barrier let it go, in Unix nanoseconds
}

func (h *heldBody) Read(p []byte) (int, error) {
	h.arrive()
	select {
	case <-h.barrier.release:
	case <-time.After(h.patience):
		h.barrier.lift()
	case <-h.ctx.Done():
		return 0, h.ctx.Err()
	}
	h.released.CompareAndSwap(0, time.Now().UnixNano())
	return h.Reader.Read(p)
}

// arrive counts the request once, however often it is called.
func (h *heldBody) arrive() { h.arrived.Do(h.barrier.arrive) }

// began is when the body was released, or now when it has not been.
func (h *heldBody) began() time.Time {
	if released := h.released.Load(); released != 0 {
		return time.Unix(0, released)
	}
	return time.Now()
}
