package codes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady"
	"github.com/unified-login/assay/reports/phrase"
)

const (
	// batchTime is how long a request for codes should take, and maxBatchTime how long it may take if larger requests are
	// faster per code.
	batchTime, maxBatchTime = 100 * time.Millisecond, 10 * time.Second
	// minBatch is how many codes the first request asks for, and maxBatch bounds a request.
	minBatch, maxBatch = 16, 1000
	// maxLoops bounds the requests at the same time.
	maxLoops = 16
	// maxFailures is how many requests in a row may fail before the minter gives up.
	maxFailures = 5
)

// A Minter keeps a buffer filled with codes of one kind. It makes one request at a time, and more at the same time when
// the buffer is low and one is not enough.
type Minter struct {
	Host   assay.Host
	Kind   assay.Endpoint
	AppID  string
	Buffer *Buffer
	// UserCount is how many different users codes are minted for, and Users remembers them. Growing says that nobody knows how many
	// codes will be needed: there are few users at first, and more when each has had several codes.
	UserCount int
	Growing   bool
	Users     *Users
	// TTL is the declared lifetime of codes without one of their own; 0 if it is not known.
	TTL time.Duration

	seen     *seen
	loops    atomic.Int64
	asked    atomic.Int64 // codes
	failures atomic.Int64 // in a row
	lifetime atomic.Int64 // of codes, in nanoseconds; 0 if it is not known
}

// Parallel is how many requests there were at most at the same time.
func (m *Minter) Parallel() int { return int(m.loops.Load()) }

// Lifetime is how long codes live, as far as it is known; 0 where it is not.
func (m *Minter) Lifetime() time.Duration { return time.Duration(m.lifetime.Load()) }

// Run mints until ctx ends or the driver fails permanently, and then closes the buffer with the reason. It is called once.
func (m *Minter) Run(ctx context.Context) {
	m.seen = newSeen()
	m.lifetime.Store(int64(m.TTL))
	m.Buffer.live(m.TTL)
	m.Buffer.follow(&m.Users.order)
	var all sync.WaitGroup
	all.Go(func() { m.loop(ctx, &all) })
	all.Wait()
	m.Buffer.close(context.Cause(ctx))
}

// loop makes one request after the other. It starts another loop when the buffer is low and gets lower.
func (m *Minter) loop(ctx context.Context, all *sync.WaitGroup) {
	m.loops.Add(1)
	batch, depth := batch{size: minBatch}, 0
	var codes []Code // of the last request, for their memory
	for ctx.Err() == nil {
		n := m.Buffer.reserve(batch.size)
		if n == 0 {
			select {
			case <-m.Buffer.wanted:
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
		batch.took(n, len(codes), time.Since(began), m.longestRequest())
		before := depth
		if depth = left; depth < before && depth < m.Buffer.capacity()/4 && m.loops.Load() < maxLoops {
			all.Go(func() { m.loop(ctx, all) })
		}
	}
}

// longestRequest bounds a request for codes: they are as old as it takes, and may be no older than half of their lifetime.
func (m *Minter) longestRequest() time.Duration {
	if lifetime := cmp.Or(time.Duration(m.lifetime.Load()), m.Buffer.lifetime()); lifetime > 0 {
		return min(maxBatchTime, lifetime/(2*spanShare))
	}
	return maxBatchTime
}

// failed counts a failed request. It returns true if the minter gives up.
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
	case <-time.After(batchTime): // the driver may be restarting
	case <-ctx.Done():
	}
	return false
}

// Of a growing number of users there are fewestUsers at first, and each has had signIns codes on average before there are more.
const fewestUsers, signIns = 8, 4

// userCount is how many users the next codes are for, of which asked codes are the last. It grows by doubling, since a driver may
// begin with its first user whenever it is asked for another number.
func (m *Minter) userCount(asked int64) int {
	if !m.Growing {
		return m.UserCount
	}
	users := fewestUsers
	for users < m.UserCount && asked > signIns*int64(users) {
		users *= 2
	}
	return min(users, m.UserCount)
}

// request asks the driver for n codes, which are reserved, and adds them to the buffer. It appends them to codes, and
// returns how many are left in the buffer when every waiting taker has one.
func (m *Minter) request(ctx context.Context, n int, codes []Code) (_ []Code, left int, err error) {
	defer m.Buffer.requested.Add(-int64(n))
	asked, users := time.Now(), m.userCount(m.asked.Add(int64(n)))
	began := m.Users.order.begin(index(m.Kind))
	defer m.Users.order.end(began)
	m.Buffer.users.Store(int64(users))
	reply, err := m.Host.Ask(ctx, assay.HostRequest{Op: assay.OpMint, Kind: m.Kind, AppID: m.AppID, Count: n, Users: users})
	if err != nil {
		return codes, 0, err
	}
	m.Buffer.requests.Add(1)
	m.Buffer.requestNS.Add(int64(time.Since(asked)))
	switch got := len(reply.Codes); { // of fewer, the rest is asked for again
	case got > n:
		return codes, 0, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("asked for %d codes, got %d", n, got)}
	case got == 0:
		return codes, 0, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("asked for %d codes, got none", n)}
	}
	codes, fault := m.usable(codes, reply.Codes, asked, issue{asked: began, came: m.Users.order.reply()})
	if expires := reply.Codes[0].ExpiresAt; !expires.IsZero() {
		lifetime := m.lifetimeOf(expires, asked)
		m.lifetime.Store(int64(lifetime))
		m.Buffer.live(lifetime)
	}
	return codes, m.Buffer.add(codes), fault
}

// usable appends the codes that can be sent, of a reply whose first code was issued as i. The error says what is wrong with the others:
// if they were sent, the target would be blamed for refusing them.
func (m *Minter) usable(codes []Code, minted []assay.Code, asked time.Time, i issue) (_ []Code, fault error) {
	now := time.Now()
	repeated, expired, aged := 0, 0, 0
	for n := range minted {
		expires := minted[n].ExpiresAt
		i.place = n
		switch c := m.code(&minted[n], asked, i); {
		case m.seen.check(c.Text):
			repeated++
		case !expires.IsZero() && steady.Left(expires, now) <= 0:
			expired++
		case c.tooOld(now, m.Buffer.lifetime()):
			aged++
		default:
			codes = append(codes, c)
		}
	}
	m.Buffer.aged.Add(int64(aged))
	switch {
	case repeated > 0:
		return codes, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("%d of %d codes were returned before", repeated, len(minted))}
	case aged > 0 && len(codes) == 0:
		return codes, &assay.DriverError{Op: assay.OpMint, Why: fmt.Sprintf("every code was older than half of its lifetime after the %s that the driver took", now.Sub(asked).Round(time.Millisecond))}
	case expired > 0 && len(codes) == 0:
		return codes, &assay.DriverError{Op: assay.OpMint, Why: "every code was already expired by its expiresAt; check the driver's clock"}
	default:
		return codes, nil
	}
}

// lifetimeOf is that of a code, from the request for it. A driver whose clock is ahead says more than is declared.
func (m *Minter) lifetimeOf(expires, asked time.Time) time.Duration {
	lifetime := steady.Left(expires, asked)
	if m.TTL > 0 {
		lifetime = min(lifetime, m.TTL)
	}
	return lifetime
}

// code is a code as the buffer holds it, which was issued as i. It may be as old as the request for it, which was made at asked.
func (m *Minter) code(c *assay.Code, asked time.Time, i issue) Code {
	code := Code{Text: c.Code, User: m.Users.Of(c)}
	code.kind, code.issue = index(m.Kind), i
	code.User.issue(code.kind, i)
	switch {
	case !c.ExpiresAt.IsZero():
		code.UseBy = asked.Add(m.lifetimeOf(c.ExpiresAt, asked) / 2)
	case m.TTL > 0:
		code.UseBy = asked.Add(m.TTL / 2)
	default:
		code.stale = asked.Add(unknownStale)
	}
	return code
}
