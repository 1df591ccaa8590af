package loadgen

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
)

// A worker sends one arrival at a time, on connections of its own.
type worker struct {
	*traffic
	number int
	first  slot
	second slot         // for the second exchange of a race
	opened atomic.Int64 // connections that are its own
}

// A slot is what one exchange needs: a connection to every API server, and the buffers of a request.
type slot struct {
	connections []engine.Connection // nil before their first use
	request     engine.Request
}

func newWorker(t *traffic, number int) *worker {
	servers := t.engine.Servers()
	return &worker{traffic: t, number: number,
		first: slot{connections: make([]engine.Connection, servers)}, second: slot{connections: make([]engine.Connection, servers)}}
}

// connection returns the slot's connection to a server.
func (w *worker) connection(s *slot, server int) engine.Connection {
	if s.connections[server] == nil {
		s.connections[server] = w.engine.Connection(server)
		if !s.connections[server].Shared() {
			w.opened.Add(1)
		}
	}
	return s.connections[server]
}

// Connect implements [workers.Worker].
func (w *worker) Connect() error {
	server := w.number % w.engine.Servers()
	return w.connection(&w.first, server).Dial(w.timeout)
}

// Connections implements [workers.Worker].
func (w *worker) Connections() int { return int(w.opened.Load()) }

// Close implements [workers.Worker].
func (w *worker) Close() {
	for _, s := range []*slot{&w.first, &w.second} {
		for _, c := range s.connections {
			if c != nil {
				c.Close()
			}
		}
	}
}

// serve sends the exchange of an arrival, or the two of a race, and records it. It returns false if nothing was sent:
// there is no code, or no connection.
func (w *worker) serve(p *phase, a workers.Arrival) bool {
	if p.tardy(a) {
		p.catchUp.late.Add(1)
		defer p.catchUp.late.Add(-1)
	}
	act := w.picker.action(a.N)
	switch act.kind {
	case replay:
		if old, ok := w.used[ledger.Index(act.endpoint)].Take(time.Now()); ok {
			return w.replay(p, a, act, old)
		}
		act.kind = plain // no code was accepted yet: this one will be
	case race:
		return w.race(p, a, act)
	}
	return w.exchange(p, a, act)
}

// server is the API server of an arrival.
func (w *worker) server(a workers.Arrival) int { return int(a.N % uint64(w.engine.Servers())) }

// exchange sends a fresh code with the valid PAT or, for badPAT, an unknown one. It returns false if nothing was sent.
func (w *worker) exchange(p *phase, a workers.Arrival, act action) bool {
	code, ok := w.freshCode(p, act.endpoint)
	if !ok {
		return false
	}
	x := newExchange(p, a, act, code.Text, code.User)
	if !w.send(&w.first, &x, act.kind, w.server(a)) {
		return false
	}
	reading := w.reader.Read(&x)
	if act.kind == badPAT {
		w.record(p, &x, ledger.SettleBadPAT(reading), ledger.Attempts{BadPATs: 1})
		return true
	}
	verdict := ledger.Settle(reading)
	if verdict == ledger.Accepted && w.keepUsed {
		w.used[ledger.Index(act.endpoint)].Add(codes.UsedCode{Text: code.Text, User: code.User, Accepted: x.Answer.Done, UseBy: code.UseBy})
	}
	w.record(p, &x, verdict, ledger.Attempts{})
	return true
}

// replay sends a used code again. It returns false if nothing was sent.
func (w *worker) replay(p *phase, a workers.Arrival, act action, old codes.UsedCode) bool {
	x := newExchange(p, a, act, old.Text, old.User)
	if !w.send(&w.first, &x, act.kind, w.server(a)) {
		return false
	}
	w.record(p, &x, ledger.SettleReplay(w.reader.Read(&x), false), ledger.Attempts{Replays: 1})
	return true
}

// race sends a code twice at once, to two API servers if there are several. It returns false if nothing was sent.
func (w *worker) race(p *phase, a workers.Arrival, act action) bool {
	code, ok := w.freshCode(p, act.endpoint)
	if !ok {
		return false
	}
	x := newExchange(p, a, act, code.Text, code.User)
	twin := x
	twin.Second = true
	w.sendBoth(&x, &twin, w.server(a))
	if x.Answer.Exhausted() || twin.Answer.Exhausted() {
		return w.recordSingle(p, &x, &twin)
	}
	first, again := ledger.SettleRace(w.reader.Read(&x), w.reader.Read(&twin), w.reuseGrace > 0)
	w.record(p, &x, first, ledger.Attempts{Races: 1})
	w.record(p, &twin, again, ledger.Attempts{Replays: 1})
	return true
}

// recordSingle records a race in which one exchange was not sent: the other counts as a plain exchange. It returns false if
// neither was sent.
func (w *worker) recordSingle(p *phase, x, twin *ledger.Exchange) bool {
	if x.Answer.Exhausted() {
		x = twin
	}
	if x.Answer.Exhausted() {
		return false
	}
	x.Second = false
	w.record(p, x, ledger.Settle(w.reader.Read(x)), ledger.Attempts{})
	return true
}

// freshCode returns a code that was never sent; false if no code will come.
func (w *worker) freshCode(p *phase, kind assay.Endpoint) (codes.Code, bool) {
	code, err := w.buffers[ledger.Index(kind)].Take(p.Context())
	if err != nil && p.Context().Err() == nil {
		w.stop(err)
	}
	return code, err == nil
}

func newExchange(p *phase, a workers.Arrival, act action, code string, user *codes.User) ledger.Exchange {
	return ledger.Exchange{Number: a.N, Due: a.Due, Closed: p.Closed(), Situation: act.kind.String(),
		Endpoint: act.endpoint, User: user, Code: code, CatchUp: p.catchUp.late.Load() > 0}
}

// send makes an exchange. It returns false if this machine could not open a connection.
func (w *worker) send(s *slot, x *ledger.Exchange, kind kind, server int) bool {
	w.compose(s, x, kind, server)
	return w.transmit(s, x, server)
}

// compose writes the request of an exchange.
func (w *worker) compose(s *slot, x *ledger.Exchange, kind kind, server int) {
	routes := w.routes
	if kind == badPAT {
		routes = w.badRoutes
	}
	s.request.Set(routes[server][ledger.Index(x.Endpoint)], x.Code)
	x.Request = &s.request
}

// transmit sends the request that has been composed.
func (w *worker) transmit(s *slot, x *ledger.Exchange, server int) bool {
	w.inFlight.Add(1)
	x.Answer = w.connection(s, server).Exchange(&s.request, w.timeout)
	w.inFlight.Add(-1)
	w.place(x, server)
	if x.Answer.Exhausted() {
		reason := x.Answer.Failure.Brief().String()
		w.exhausted.CompareAndSwap(nil, &reason)
	}
	return !x.Answer.Exhausted()
}

// place finds out whether another server answered than the platform.
func (w *worker) place(x *ledger.Exchange, server int) {
	a, peer := &x.Answer, w.engine.Peer(server)
	if a.Failed() || a.Status == 0 || a.Address == "" || peer.Proven(a.Address) {
		return
	}
	data := x.Data()
	accepted, identified := assay.Judge(data).Result == assay.Accepted, data.Response.Envelope().SignsIn(x.Endpoint) != ""
	if peer.Elsewhere(a.Address, accepted, identified) {
		a.Failure = assay.Failure{Kind: assay.Elsewhere, Detail: a.Address}
	}
}

// sendBoth makes the two exchanges of a race, the first to a server and the second to the next one. Both start when both
// are composed and connected, because handshakes take different times. The time to connect counts as service time, as in
// any exchange.
func (w *worker) sendBoth(x, twin *ledger.Exchange, server int) {
	began := time.Now()
	var connected, done sync.WaitGroup
	connected.Add(2)
	send := func(s *slot, x *ledger.Exchange, server int) {
		w.compose(s, x, race, server)
		_ = w.connection(s, server).Dial(w.timeout) // the exchange reports the failure
		connected.Done()
		connected.Wait()
		w.transmit(s, x, server)
		x.Answer.Sent = began
	}
	done.Go(func() { send(&w.second, twin, (server+1)%w.engine.Servers()) })
	send(&w.first, x, server)
	done.Wait()
}

// record counts an exchange, and keeps it as evidence if its verdict is not right.
func (w *worker) record(p *phase, x *ledger.Exchange, verdict ledger.Verdict, tried ledger.Attempts) {
	verdict = verdict.Beside(x.Answer.Surplus)
	p.recorder.Record(w.number, x.Sample(verdict), tried)
	p.catchUp.count(x, verdict)
	if !verdict.Right() {
		w.evidence.Add(x, verdict)
	}
	if w.raw != nil && p.name != WarmUp {
		w.raw.Add(x, verdict)
	}
}
