package loadgen

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
)

// A turn is what a worker does about one arrival: what it sends, and what it knows of it.
type turn struct {
	phase   *phase
	arrival workers.Arrival
	act     action
	tardy   bool
	code    codes.Code      // that was never sent before; unused in a replay
	x, twin ledger.Exchange // twin is the second exchange of a race

	giveBack func() // what twin was sent by; nil for nothing
}

// serve sends the exchange of an arrival, or the two of a race, and records it.
func (w *worker) serve(p *phase, a workers.Arrival) workers.Result {
	if !w.compose(p, a) {
		return workers.Unsent
	}
	w.send()
	return w.settle()
}

// compose prepares what is sent for an arrival: a used code, or a fresh one with the valid PAT or an unknown one. It returns false if
// no code will come. Otherwise send and settle have to follow.
func (w *worker) compose(p *phase, a workers.Arrival) bool {
	t := &w.turn
	t.phase, t.arrival, t.act, t.tardy = p, a, w.picker.action(a.N), p.tardy(a)
	if t.tardy {
		p.catchUp.late.Add(1)
	}
	if t.act.kind == replay {
		if old, ok := w.used[ledger.Index(t.act.endpoint)].Take(time.Now()); ok {
			t.x = newExchange(p, a, t.act, old.Text, old.User)
			w.write(&w.first, &t.x, w.server(a))
			return true
		}
		t.act.kind = plain // no code was accepted yet: this one will be
	}
	code, ok := w.freshCode(p, t.act.endpoint)
	if !ok {
		w.end()
		return false
	}
	t.code = code
	t.x = newExchange(p, a, t.act, code.Text, code.User)
	w.write(&w.first, &t.x, w.server(a))
	if t.act.kind == race {
		t.twin = t.x
		t.twin.Second = true
		w.write(&w.second, &t.twin, w.server(following(a)))
	}
	return true
}

// end ends a turn.
func (w *worker) end() {
	w.turn.release()
	if w.turn.tardy {
		w.turn.phase.catchUp.late.Add(-1)
	}
}

// release gives back what the second exchange of a race was sent by.
func (t *turn) release() {
	if t.giveBack != nil {
		t.giveBack()
		t.giveBack = nil
	}
}

// settle judges the answers of a turn and records its exchanges. What this machine could open no connection for is not recorded.
func (w *worker) settle() workers.Result {
	defer w.end()
	t := &w.turn
	switch {
	case t.act.kind == race:
		return w.settleRace(t)
	case t.x.Answer.Exhausted():
		if t.act.kind != replay {
			w.putBack(t.act.endpoint, t.code)
		}
		return workers.Short
	}
	reading := w.reader.Read(&t.x)
	switch t.act.kind {
	case replay:
		return w.record(t.phase, &t.x, ledger.SettleReplay(reading, false), ledger.Attempts{Replays: 1})
	case badPAT:
		return w.record(t.phase, &t.x, ledger.SettleBadPAT(reading), ledger.Attempts{BadPATs: 1})
	default:
		return w.settlePlain(t, ledger.Settle(reading))
	}
}

// settlePlain records an exchange of a fresh code with the valid PAT.
func (w *worker) settlePlain(t *turn, verdict ledger.Verdict) workers.Result {
	x := &t.x
	w.watchClock(x, verdict)
	if verdict == ledger.Accepted || verdict == ledger.Refused {
		step, superseded, pending := w.buffers[ledger.Index(t.act.endpoint)].Answered(&t.code, x.Answer.Sent, verdict == ledger.Accepted)
		x.Waited = ledger.Wait{Age: step + 1, Superseded: superseded, Pending: pending}
	}
	if verdict == ledger.Accepted && w.keepUsed {
		w.used[ledger.Index(t.act.endpoint)].Add(codes.UsedCode{Text: t.code.Text, User: t.code.User, Accepted: x.Answer.Done, UseBy: t.code.UseBy})
	}
	return w.record(t.phase, x, verdict, ledger.Attempts{})
}

// settleRace records the two exchanges of a code that were sent at once.
func (w *worker) settleRace(t *turn) workers.Result {
	x, twin := &t.x, &t.twin
	switch {
	case x.Answer.Exhausted() && twin.Answer.Exhausted():
		w.putBack(t.act.endpoint, t.code)
		return workers.Short
	case x.Answer.Exhausted():
		return w.recordSingle(t.phase, twin)
	case twin.Answer.Exhausted():
		return w.recordSingle(t.phase, x)
	}
	one, two := w.reader.Read(x), w.reader.Read(twin)
	if one.Result != assay.Accepted && two.Result == assay.Accepted {
		one = w.reader.Read(x) // what a refusal tells of the user may be known from the other answer only
	}
	first, again := ledger.SettleRace(one, two, w.reuseGrace > 0)
	original, replayed := ledger.RaceOf(first.Beside(x.Answer.Surplus), again.Beside(twin.Answer.Surplus)), ledger.Attempts{Replays: 1}
	if ledger.SecondIsOriginal(one, two) {
		original, replayed = replayed, original
	}
	w.watchClock(x, first)
	w.watchClock(twin, again)
	result := w.record(t.phase, x, first, original)
	w.record(t.phase, twin, again, replayed)
	return result
}

// recordSingle records a race in which the other exchange was not sent: this one counts as a plain exchange.
func (w *worker) recordSingle(p *phase, x *ledger.Exchange) workers.Result {
	x.Second = false
	return w.record(p, x, ledger.Settle(w.reader.Read(x)), ledger.Attempts{})
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
