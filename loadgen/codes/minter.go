package codes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

const (
	// A minter asks for so many codes at once to begin with, then for as many as come in about mintTime. Where a request
	// takes its time however many it asks for, it asks for more, up to the longest time.
	minBatch, maxBatch      = 16, 1000
	batchTime, maxBatchTime = 100 * time.Millisecond, 10 * time.Second
	// mintAtOnce bounds the minters that ask the driver at the same time.
	maxLoops = 16
	// mintFailures is how many requests in a row the driver may fail before there are no more codes.
	maxFailures = 5
)

// A mint keeps the stock of one kind of codes filled, with as many minters as it takes: one to begin with, and another
// whenever one has added to a low stock and it went down all the same.
type Minter struct {
	Host      assay.Host
	Kind      assay.Endpoint
	AppID     string
	UserCount int
	TTL       time.Duration // the declared lifetime; 0: not known
	Users     *Users
	Buffer    *Buffer
	seen      *seen

	loops    atomic.Int64
	failures atomic.Int64 // in a row
}

// parallel is how many requests for codes there were at most at the same time.
func (m *Minter) Parallel() int { return int(m.loops.Load()) }

// run mints until ctx ends or the driver fails for good, which the stock then says.
func (m *Minter) Run(ctx context.Context) {
	m.seen = newSeen()
	var all sync.WaitGroup
	all.Go(func() { m.loop(ctx, &all) })
	all.Wait()
	m.Buffer.close(context.Cause(ctx))
}

func (m *Minter) loop(ctx context.Context, all *sync.WaitGroup) {
	m.loops.Add(1)
	batch, depth := batch{size: minBatch}, 0
	var codes []Code // of the last request; their place is used again
	for ctx.Err() == nil {
		n := m.Buffer.room(batch.size)
		if n == 0 {
			select {
			case <-m.Buffer.low:
				continue
			case <-ctx.Done():
				return
			}
		}
		began := time.Now()
		var left int
		var err error
		if codes, left, err = m.request(ctx, n, codes[:0]); err != nil {
			if m.failed(ctx, err) {
				return
			}
			continue
		}
		m.failures.Store(0)
		batch.took(n, time.Since(began))
		before := depth
		if depth = left; depth < before && depth < m.Buffer.capacity()/4 && m.loops.Load() < maxLoops {
			all.Go(func() { m.loop(ctx, all) })
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
	case long < batchTime/2 || pays && long <= maxBatchTime:
		b.grow()
	case long > maxBatchTime || n != last.n && long > 2*batchTime: // more codes take as much more time
		b.shrink()
	}
}

func (b *batch) grow()   { b.size = min(2*b.size, maxBatch) }
func (b *batch) shrink() { b.size = max(b.size/2, 1) }

// failed takes a failure of the driver into account; true says that it is for good.
func (m *Minter) failed(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	var unsupported *assay.UnsupportedError
	if m.failures.Add(1) >= maxFailures || errors.As(err, &unsupported) {
		m.Buffer.close(phrase.Failed(phrase.NoMoreCodes, m.Kind, err))
		return true
	}
	select {
	case <-time.After(batchTime): // it may be starting again
	case <-ctx.Done():
	}
	return false
}

// ask gets n codes into the stock, and returns how many are left there for nobody who waits. The codes are appended to those
// given.
func (m *Minter) request(ctx context.Context, n int, codes []Code) (_ []Code, left int, err error) {
	defer m.Buffer.requested.Add(-int64(n))
	reply, err := m.Host.Ask(ctx, assay.HostRequest{Op: assay.OpMint, Kind: m.Kind, AppID: m.AppID, Count: n, Users: m.UserCount})
	if err != nil {
		return codes, 0, err
	}
	if len(reply.Codes) == 0 {
		return codes, 0, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("asked for %d codes, got none", n)}
	}
	codes, fault := m.usable(codes, reply.Codes)
	return codes, m.Buffer.put(codes), fault
}

// fit appends the codes that can be sent. The error says what is wrong with the others, for the target would be blamed for
// it.
func (m *Minter) usable(codes []Code, minted []assay.Code) (_ []Code, fault error) {
	now := time.Now()
	again, expired := 0, 0
	for i := range minted {
		switch made := m.code(&minted[i], now); {
		case m.seen.check(made.Text):
			again++
		case !made.UseBy.IsZero() && !made.UseBy.After(now):
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
func (m *Minter) code(c *assay.Code, now time.Time) Code {
	made := Code{Text: c.Code, User: m.Users.Of(c), Minted: now}
	switch {
	case !c.ExpiresAt.IsZero():
		made.UseBy = now.Add(c.ExpiresAt.Sub(now) / 2)
	case m.TTL > 0:
		made.UseBy = now.Add(m.TTL / 2)
	}
	return made
}
