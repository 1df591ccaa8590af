package ledger

import (
	"bytes"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
)

// A Budget bounds how many answers are kept for evidence. It is safe for concurrent use.
type Budget struct{ left atomic.Int64 }

// keptBytes is how much of answers is kept, and keptBody of one.
const keptBytes, keptBody = 4 << 20, 16 << 10

// NewBudget returns a budget of some megabytes.
func NewBudget() *Budget {
	b := &Budget{}
	b.left.Store(keptBytes)
	return b
}

// keep returns a copy of an exchange; nil when the budget is used up.
func (b *Budget) keep(x *Exchange) codes.Kept {
	if b == nil || len(x.Answer.Body) > keptBody {
		return nil
	}
	const around = 1 << 10 // the code, the header and the structures
	if b.left.Add(-int64(len(x.Answer.Body)+around)) < 0 {
		return nil
	}
	return x.copied()
}

// copied returns the exchange's data, which shares no memory with what the next exchange overwrites.
func (x *Exchange) copied() *assay.Exchange {
	data := x.Data()
	data.Request.Body = bytes.Clone(data.Request.Body)
	if data.Response != nil {
		response := *data.Response
		response.Body, response.Header = bytes.Clone(response.Body), response.Header.Clone()
		data.Response = &response
	}
	return &data
}

// Latest keeps copies of the latest exchanges, by a number, in memory that is used again. It is safe for concurrent use.
type Latest struct {
	mu   sync.Mutex
	next uint64
	ring [latestKept]latest
}

// latestKept is how many exchanges Latest keeps, and latestBody how long an answer is at most that it keeps whole.
const latestKept, latestBody = 1 << 9, 4 << 10

type latest struct {
	number  uint64 // 0 for none
	x       Exchange
	request engine.Request
	proto   string
}

// Note implements [codes.Noter]. It keeps the exchange without the header of its answer, unless it is too large.
func (x *Exchange) Note() uint64 {
	l := x.latest
	if len(x.Answer.Body) > latestBody || x.Answer.Status == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	one := &l.ring[l.next%latestKept]
	sent, body := one.request.Body[:0], one.x.Answer.Body[:0] // memory that is used again
	sent, body = append(sent, x.Request.Body...), append(body, x.Answer.Body...)
	one.number, one.x, one.proto = l.next, *x, x.Answer.From.Protocol()
	one.request = engine.Request{Route: x.Request.Route, Body: sent}
	one.x.Request, one.x.Answer.Body, one.x.Answer.From = &one.request, body, nil
	return l.next
}

// find returns a copy of the exchange with a number; nil where it is kept no more.
func (l *Latest) find(number uint64) *assay.Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := &l.ring[number%latestKept]
	if one.number != number {
		return nil
	}
	data, a := one.x.sent(), &one.x.Answer
	data.Request.Body = bytes.Clone(data.Request.Body)
	data.Response = &assay.Response{Status: a.Status, Proto: one.proto, Body: bytes.Clone(a.Body)}
	return &data
}
