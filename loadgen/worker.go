package loadgen

import (
	"slices"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/phrase"
)

// A worker sends one arrival at a time, on connections of its own.
type worker struct {
	*traffic
	number int
	first  slot
	second slot // for the second exchange of a race
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
	}
	return s.connections[server]
}

// Connect implements [workers.Worker].
func (w *worker) Connect() error {
	server := w.number % w.engine.Servers()
	return w.connection(&w.first, server).Dial(max(w.timeout, DefaultTimeout)) // before the clock starts
}

// Live implements [workers.Worker].
func (w *worker) Live() bool {
	return slices.ContainsFunc(w.first.connections, func(c engine.Connection) bool { return c != nil && c.Live() })
}

// Connected implements [workers.Worker].
func (w *worker) Connected(a workers.Arrival) bool {
	c := w.first.connections[w.server(a)]
	return c != nil && c.Live()
}

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

// serve sends the exchange of an arrival, or the two of a race, and records it.
func (w *worker) serve(p *phase, a workers.Arrival) workers.Result {
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

// exchange sends a fresh code with the valid PAT or, for badPAT, an unknown one.
func (w *worker) exchange(p *phase, a workers.Arrival, act action) workers.Result {
	code, ok := w.freshCode(p, act.endpoint)
	if !ok {
		return workers.Unsent
	}
	x := newExchange(p, a, act, code.Text, code.User)
	if !w.send(&w.first, &x, act.kind, w.server(a)) {
		w.putBack(act.endpoint, code)
		return workers.Short
	}
	reading := w.reader.Read(&x)
	if act.kind == badPAT {
		return w.record(p, &x, ledger.SettleBadPAT(reading), ledger.Attempts{BadPATs: 1})
	}
	verdict := ledger.Settle(reading)
	w.watchClock(&x, verdict)
	if verdict == ledger.Accepted || verdict == ledger.Refused {
		step, superseded, pending := w.buffers[ledger.Index(act.endpoint)].Answered(&code, x.Answer.Sent, verdict == ledger.Accepted)
		x.Waited = ledger.Wait{Age: step + 1, Superseded: superseded, Pending: pending}
	}
	if verdict == ledger.Accepted && w.keepUsed {
		w.used[ledger.Index(act.endpoint)].Add(codes.UsedCode{Text: code.Text, User: code.User, Accepted: x.Answer.Done, UseBy: code.UseBy})
	}
	return w.record(p, &x, verdict, ledger.Attempts{})
}

// watchClock ends the run if the server refused a valid exchange, or both of a race, and its clock was moved: see [clock].
func (w *worker) watchClock(x *ledger.Exchange, verdict ledger.Verdict) {
	switch clock := &w.clocks[max(x.Server, 0)]; verdict {
	case ledger.Accepted:
		clock.accepted(&x.Answer)
	case ledger.Refused, ledger.RaceRefused:
		if err := clock.refused(&x.Answer, x.Request.Route.URL.Host, w.lifetime()); err != nil {
			w.stop(err)
		}
	}
}

// replay sends a used code again.
func (w *worker) replay(p *phase, a workers.Arrival, act action, old codes.UsedCode) workers.Result {
	x := newExchange(p, a, act, old.Text, old.User)
	if !w.send(&w.first, &x, act.kind, w.server(a)) {
		return workers.Short
	}
	return w.record(p, &x, ledger.SettleReplay(w.reader.Read(&x), false), ledger.Attempts{Replays: 1})
}

// race sends a code twice at once, to two API servers if there are several.
func (w *worker) race(p *phase, a workers.Arrival, act action) workers.Result {
	code, ok := w.freshCode(p, act.endpoint)
	if !ok {
		return workers.Unsent
	}
	x := newExchange(p, a, act, code.Text, code.User)
	twin := x
	twin.Second = true
	by, giveBack := w.secondSlot(a)
	defer giveBack() // when both answers are read
	w.sendBoth(&x, &twin, a, by)
	switch {
	case x.Answer.Exhausted() && twin.Answer.Exhausted():
		w.putBack(act.endpoint, code)
		return workers.Short
	case x.Answer.Exhausted():
		return w.recordSingle(p, &twin)
	case twin.Answer.Exhausted():
		return w.recordSingle(p, &x)
	}
	one, two := w.reader.Read(&x), w.reader.Read(&twin)
	if one.Result != assay.Accepted && two.Result == assay.Accepted {
		one = w.reader.Read(&x) // what a refusal tells of the user may be known from the other answer only
	}
	first, again := ledger.SettleRace(one, two, w.reuseGrace > 0)
	original, replayed := ledger.RaceOf(first.Beside(x.Answer.Surplus), again.Beside(twin.Answer.Surplus)), ledger.Attempts{Replays: 1}
	if ledger.SecondIsOriginal(one, two) {
		original, replayed = replayed, original
	}
	w.watchClock(&x, first)
	w.watchClock(&twin, again)
	result := w.record(p, &x, first, original)
	w.record(p, &twin, again, replayed)
	return result
}

// following is an arrival at the API server of a race's second exchange.
func following(a workers.Arrival) workers.Arrival { return workers.Arrival{N: a.N + 1, Due: a.Due} }

// secondSlot is what the second exchange of a race uses. An idle worker's connection is used before another one is opened.
func (w *worker) secondSlot(a workers.Arrival) (_ *slot, giveBack func()) {
	if c := w.second.connections[w.server(following(a))]; c == nil || !c.Live() {
		if other, giveBack, ok := w.borrow(following(a)); ok {
			return &other.first, giveBack
		}
	}
	return &w.second, func() {}
}

// recordSingle records a race in which the other exchange was not sent: this one counts as a plain exchange.
func (w *worker) recordSingle(p *phase, x *ledger.Exchange) workers.Result {
	x.Second = false
	return w.record(p, x, ledger.Settle(w.reader.Read(x)), ledger.Attempts{})
}

// freshCode returns a code that was never sent; false if no code will come.
func (w *worker) freshCode(p *phase, kind assay.Endpoint) (codes.Code, bool) {
	code, err := w.buffers[ledger.Index(kind)].Take(p.Context())
	if err != nil && p.Context().Err() == nil {
		w.stop(err)
	}
	return code, err == nil
}

// putBack returns a code that was not sent: the next arrival uses it.
func (w *worker) putBack(kind assay.Endpoint, code codes.Code) {
	w.buffers[ledger.Index(kind)].PutBack(code)
}

func newExchange(p *phase, a workers.Arrival, act action, code string, user *codes.User) ledger.Exchange {
	return ledger.Exchange{Number: a.N, Due: a.Due, Closed: p.Closed(), Situation: act.kind.String(),
		Fresh: act.kind == plain || act.kind == race, Endpoint: act.endpoint, User: user, Code: code, CatchUp: p.catchUp.late.Load() > 0, WarmUp: p.name == WarmUp}
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
	x.Request, x.Server = &s.request, server
	if len(routes) == 1 {
		x.Server = -1
	}
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
	if x.Answer.Failure.Kind == assay.ProxyFailed { // which says nothing of the target
		w.stop(phrase.Failed(phrase.NotReached, x.Request.Route.URL.Host, x.Answer.Failure, phrase.Say(phrase.HintProxy)))
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

// sendBoth makes the two exchanges of a race, the first to the arrival's server and the second to the next one. Both start when
// both are composed and connected, because handshakes take different times. The time to connect counts as service time, as in
// any exchange.
func (w *worker) sendBoth(x, twin *ledger.Exchange, a workers.Arrival, by *slot) {
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
	done.Go(func() { send(by, twin, w.server(following(a))) })
	send(&w.first, x, w.server(a))
	done.Wait()
}

// record counts an exchange, and keeps it as evidence if its verdict is not right, or shows that another one was not. It returns
// the result of the arrival.
func (w *worker) record(p *phase, x *ledger.Exchange, verdict ledger.Verdict, tried ledger.Attempts) workers.Result {
	verdict = verdict.Beside(x.Answer.Surplus)
	sample := x.Sample(verdict)
	p.recorder.Record(w.number, sample, tried)
	p.stretches.count(x, sample, tried)
	p.seconds.count(x, sample, tried)
	p.spare(x, w.timeout)
	p.catchUp.count(x, verdict, tried)
	p.countStage(x, verdict, sample, tried)
	p.answered(x, verdict, tried)
	p.heard(x)
	w.evidence.Add(x, verdict)
	if w.raw != nil && p.name != WarmUp {
		w.raw.Add(x, verdict)
	}
	if a := &x.Answer; verdict == ledger.Unreachable || a.Opened && a.Failure.Kind == assay.BrokenOff {
		return workers.Unreachable
	}
	return workers.Sent
}
