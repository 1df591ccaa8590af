package loadgen

import (
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/phrase"
)

// write writes the request of an exchange into a slot.
func (w *worker) write(s *slot, x *ledger.Exchange, server int) {
	routes := w.routes
	if x.Situation == badPAT.String() {
		routes = w.badRoutes
	}
	s.request.Set(routes[server][ledger.Index(x.Endpoint)], x.Code)
	x.Request, x.Server = &s.request, server
	if len(routes) == 1 {
		x.Server = -1
	}
}

// send sends what was composed, and reads the answers.
func (w *worker) send() {
	t := &w.turn
	if t.act.kind != race {
		w.transmit(&w.first, &t.x, w.server(t.arrival))
		return
	}
	t.release() // if nothing could be sent before
	by := w.secondSlot(t)
	if by != &w.second {
		w.write(by, &t.twin, w.server(following(t.arrival)))
	}
	w.sendBoth(&t.x, &t.twin, t.arrival, by)
}

// transmit sends the request of an exchange.
func (w *worker) transmit(s *slot, x *ledger.Exchange, server int) {
	w.inFlight.Add(1)
	x.Answer = w.connection(s, server).Exchange(&s.request, w.timeout)
	w.inFlight.Add(-1)
	w.place(x, server)
	if x.Answer.Exhausted() {
		reason := x.Answer.Failure.Brief().String()
		w.exhausted.CompareAndSwap(nil, &reason)
	}
	if x.Answer.Failure.Kind == assay.ProxyFailed { // which says nothing of the target
		hint := phrase.HintProxy
		if failures.WantsLogin(x.Answer.Failure) {
			hint = phrase.HintNetwork
		}
		w.stop(phrase.Failed(phrase.NotReached, x.Request.Route.URL.Host, x.Answer.Failure, phrase.Say(hint)))
	}
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

// following is an arrival at the API server of a race's second exchange.
func following(a workers.Arrival) workers.Arrival { return workers.Arrival{N: a.N + 1, Due: a.Due} }

// secondSlot is what the second exchange of a race uses. An idle worker's connection is used before another one is opened.
func (w *worker) secondSlot(t *turn) *slot {
	a := following(t.arrival)
	if c := w.second.connections[w.server(a)]; c == nil || !c.Live() {
		if other, giveBack, ok := w.borrow(a); ok {
			t.giveBack = giveBack
			return &other.first
		}
	}
	return &w.second
}

// sendBoth makes the two exchanges of a race, the first to the arrival's server and the second to the next one. Both start when
// both are connected, because handshakes take different times. The time to connect counts as service time, as in any exchange.
func (w *worker) sendBoth(x, twin *ledger.Exchange, a workers.Arrival, by *slot) {
	began := time.Now()
	var connected, done sync.WaitGroup
	connected.Add(2)
	send := func(s *slot, x *ledger.Exchange, server int) {
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
