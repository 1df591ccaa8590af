package client

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// A Barrier releases a number of requests at the same moment. Each request opens its connection and sends its header, then
// holds its body back until all of them are ready. After the release only the time to write a few hundred bytes separates
// them.
type Barrier struct {
	mu      sync.Mutex
	waiting int
	once    sync.Once
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
		b.open()
	}
}

// open releases the requests, even where some are not ready.
func (b *Barrier) open() { b.once.Do(func() { close(b.release) }) }

// A heldBody is a request body that waits at the barrier before its first byte. It is not one of the reader types that
// net/http knows, so the transport sends the header first.
type heldBody struct {
	io.Reader
	barrier *Barrier
	// patience is how long a ready request waits for the others; then it opens the barrier without them.
	patience time.Duration
	ctx      context.Context // of the request
	arrived  sync.Once
	released atomic.Pointer[time.Time] // when the barrier opened for this request, by both clocks of the machine; nil before
}

// Read implements io.Reader.
func (h *heldBody) Read(p []byte) (int, error) {
	h.arrive()
	select {
	case <-h.barrier.release:
	case <-time.After(h.patience):
		h.barrier.open()
	case <-h.ctx.Done():
		return 0, h.ctx.Err()
	}
	now := time.Now()
	h.released.CompareAndSwap(nil, &now)
	return h.Reader.Read(p)
}

// arrive counts the request as ready. Only the first call counts.
func (h *heldBody) arrive() { h.arrived.Do(h.barrier.arrive) }

// sentAt returns when the body was released, or the current time where it was not.
func (h *heldBody) sentAt() time.Time {
	if released := h.released.Load(); released != nil {
		return *released
	}
	return time.Now()
}
