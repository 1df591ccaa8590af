package loadgen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
)

const (
	// A minter asks for so many codes at once to begin with, then for as many as come in about mintTime. Where a request
	// takes its time however many it asks for, it asks for more, up to the longest time.
	leastBatch, mostBatch = 16, 1000
	mintTime, longestMint = 100 * time.Millisecond, 10 * time.Second
	// mintAtOnce bounds the minters that ask the driver at the same time.
	mintAtOnce = 16
	// mintFailures is how many requests in a row the driver may fail before there are no more codes.
	mintFailures = 5
)

// A mint keeps the stock of one kind of codes filled, with as many minters as it takes: one to begin with, and another
// whenever one has added to a low stock and it went down all the same.
type mint struct {
	host  assay.Host
	kind  assay.Endpoint
	app   string
	users int
	ttl   time.Duration // the declared lifetime; 0: not known
	known *users
	stock *stock
	given *given

	minters  atomic.Int64
	failures atomic.Int64 // in a row
}

// run mints until ctx ends or the driver fails for good, which the stock then says.
func (m *mint) run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { m.minter(ctx, &all) })
	all.Wait()
	m.stock.end(context.Cause(ctx))
}

func (m *mint) minter(ctx context.Context, all *sync.WaitGroup) {
	m.minters.Add(1)
	batch, depth := batch{size: leastBatch}, 0
	var codes []code // of the last request; their place is used again
	for ctx.Err() == nil {
		n := m.stock.room(batch.size)
		if n == 0 {
			select {
			case <-m.stock.low:
				continue
			case <-ctx.Done():
				return
			}
		}
		began := time.Now()
		var left int
		var err error
		if codes, left, err = m.ask(ctx, n, codes[:0]); err != nil {
			if m.failed(ctx, err) {
				return
			}
			continue
		}
		m.failures.Store(0)
		batch.took(n, time.Since(began))
		before := depth
		if depth = left; depth < before && depth < m.stock.capacity()/4 && m.minters.Load() < mintAtOnce {
			all.Go(func() { m.minter(ctx, all) })
		}
	}
}

// A batch is how many codes a minter asks for at once.
type batch struct {
	size int

	n    int     // of the last request
	pace float64 // of the last request, in codes a second
}

// took adapts the size after a request for n codes took so long.
func (b *batch) took(n int, long time.Duration) {
	last := *b
	b.n, b.pace = n, float64(n)/max(long, time.Microsecond).Seconds()
	pays := n > last.n && b.pace > 1.3*last.pace || n < last.n && b.pace < last.pace/1.3
	switch {
	case long < mintTime/2 || pays && long <= longestMint:
		b.grow()
	case long > longestMint || n != last.n && long > 2*mintTime: // more codes take as much more time
		b.shrink()
	}
}

func (b *batch) grow()   { b.size = min(2*b.size, mostBatch) }
func (b *batch) shrink() { b.size = max(b.size/2, 1) }

// failed takes a failure of the driver into account; true says that it is for good.
func (m *mint) failed(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	var unsupported *assay.UnsupportedError
	if m.failures.Add(1) >= mintFailures || errors.As(err, &unsupported) {
		m.stock.end(fmt.Errorf("no more %s codes: %w", m.kind, err))
		return true
	}
	select {
	case <-time.After(mintTime): // it may be starting again
	case <-ctx.Done():
	}
	return false
}

// ask gets n codes into the stock, and returns how many are left there for nobody who waits. The codes are appended to those
// given.
func (m *mint) ask(ctx context.Context, n int, codes []code) (_ []code, left int, err error) {
	defer m.stock.inHand.Add(-int64(n))
	reply, err := m.host.Ask(ctx, assay.HostRequest{Op: assay.OpMint, Kind: m.kind, AppID: m.app, Count: n, Users: m.users})
	if err != nil {
		return codes, 0, err
	}
	if len(reply.Codes) == 0 {
		return codes, 0, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("asked for %d codes, got none", n)}
	}
	codes, fault := m.fit(codes, reply.Codes)
	return codes, m.stock.put(codes), fault
}

// fit appends the codes that can be sent. The error says what is wrong with the others, for the target would be blamed for
// it.
func (m *mint) fit(codes []code, minted []assay.Code) (_ []code, fault error) {
	now := time.Now()
	again, expired := 0, 0
	for i := range minted {
		switch made := m.made(&minted[i], now); {
		case m.given.again(made.text):
			again++
		case !made.useBy.IsZero() && !made.useBy.After(now):
			expired++
		default:
			codes = append(codes, made)
		}
	}
	switch {
	case again > 0:
		return codes, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("%d of %d codes had been given before", again, len(minted))}
	case expired > 0 && len(codes) == 0:
		return codes, &assay.DriverError{Op: assay.OpMint, Why: "every code had expired by its expiresAt when it came; is the driver's clock right?"}
	default:
		return codes, nil
	}
}

// made is a code as the stock keeps it.
func (m *mint) made(c *assay.Code, now time.Time) code {
	made := code{text: c.Code, user: m.known.of(c), minted: now}
	switch {
	case !c.ExpiresAt.IsZero():
		made.useBy = now.Add(c.ExpiresAt.Sub(now) / 2)
	case m.ttl > 0:
		made.useBy = now.Add(m.ttl / 2)
	}
	return made
}
