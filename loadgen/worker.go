package loadgen

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
)

// A worker makes one exchange at a time, on connections of its own.
type worker struct {
	run    *run
	number int
	next   chan *phase // that he is to work for
	idle   int         // since when, in the crew's seconds
	one    hand
	other  hand         // for the second half of a race
	lines  atomic.Int64 // that the hands have to themselves
}

// A hand is what one exchange needs: a line to every API server, and the buffers of a request.
type hand struct {
	lines   []engine.Connection
	request engine.Request
}

func (r *run) hire(number int) *worker {
	return &worker{run: r, number: number, next: make(chan *phase, 1),
		one: hand{lines: make([]engine.Connection, r.wires.Servers())}, other: hand{lines: make([]engine.Connection, r.wires.Servers())}}
}

func (w *worker) line(h *hand, server int) engine.Connection {
	if h.lines[server] == nil {
		h.lines[server] = w.run.line(server)
		if !h.lines[server].Shared() {
			w.lines.Add(1)
		}
	}
	return h.lines[server]
}

func (w *worker) hangUp() {
	for _, h := range []*hand{&w.one, &w.other} {
		for _, l := range h.lines {
			if l != nil {
				l.Close()
			}
		}
	}
}

// connect makes the worker's first connection ready.
func (w *worker) connect() error {
	server := w.number % w.run.wires.Servers()
	return w.line(&w.one, server).Dial(w.run.plan.Timeout)
}

// serve makes the exchange of an arrival, or the two of a race, and settles it.
func (w *worker) serve(a arrival) {
	r := w.run
	sent := true
	defer func() { a.phase.settle(a, sent) }()
	act := r.dealer.action(a.n)
	server := int(a.n % uint64(r.wires.Servers()))
	switch act.kind {
	case replay:
		if old, ok := r.used[ledger.Index(act.endpoint)].Take(time.Now()); ok {
			sent = w.replay(a, act, server, old)
			return
		}
		act.kind = plain // none was accepted yet: this one will be
	case race:
		sent = w.race(a, act, server)
		return
	}
	c, ok := w.fresh(a, act.endpoint)
	if sent = ok; !ok {
		return
	}
	m := move{arrival: a, action: act, user: c.User, code: c.Text}
	if sent = w.send(&w.one, &m, server); !sent {
		return
	}
	if act.kind == badPAT {
		w.settled(&m, ledger.SettleBadPAT(m.read(r)), ledger.Attempts{BadPATs: 1})
		return
	}
	verdict := ledger.Settle(m.read(r))
	if verdict == ledger.Accepted && r.plan.Mix.Replay > 0 {
		r.used[ledger.Index(act.endpoint)].Add(codes.UsedCode{Text: c.Text, User: c.User, Accepted: m.answer.Done, UseBy: c.UseBy})
	}
	w.settled(&m, verdict, ledger.Attempts{})
}

// replay sends a used code again. It is false when there is no connection to send it on.
func (w *worker) replay(a arrival, act action, server int, old codes.UsedCode) bool {
	m := move{arrival: a, action: act, user: old.User, code: old.Text}
	if !w.send(&w.one, &m, server) {
		return false
	}
	w.settled(&m, ledger.SettleReplay(m.read(w.run), false), ledger.Attempts{Replays: 1})
	return true
}

// fresh is a code that was never sent; false when none comes any more.
func (w *worker) fresh(a arrival, kind assay.Endpoint) (codes.Code, bool) {
	c, err := w.run.stocks[ledger.Index(kind)].Take(a.phase.codes)
	if err != nil && a.phase.codes.Err() == nil {
		w.run.stop(err)
	}
	return c, err == nil
}

// race sends a code twice at once, where there are several to two API servers. It is false when there is no code, or no
// connection to send it on.
func (w *worker) race(a arrival, act action, server int) bool {
	r := w.run
	c, ok := w.fresh(a, act.endpoint)
	if !ok {
		return false
	}
	m := move{arrival: a, action: act, user: c.User, code: c.Text}
	twin := m
	twin.second = true
	w.sendBoth(&m, &twin, server, (server+1)%r.wires.Servers())
	if m.answer.Exhausted() || twin.answer.Exhausted() {
		return w.half(&m, &twin)
	}
	first, again := ledger.SettleRace(m.read(r), twin.read(r), r.plan.reuseGrace > 0)
	w.settled(&m, first, ledger.Attempts{Races: 1})
	w.settled(&twin, again, ledger.Attempts{Replays: 1})
	return true
}

// half settles a race of which one half was not sent: the other is an exchange like any. It is false when neither was.
func (w *worker) half(one, other *move) bool {
	if one.answer.Exhausted() {
		one = other
	}
	if one.answer.Exhausted() {
		return false
	}
	one.second = false
	w.settled(one, ledger.Settle(one.read(w.run)), ledger.Attempts{})
	return true
}

// sendBoth makes two exchanges at once, which begin when both have a connection: a race is between exchanges, not between
// handshakes. What the connections take is a part of the service, as it is of any exchange.
func (w *worker) sendBoth(one, other *move, first, second int) {
	began := time.Now()
	var connected, done sync.WaitGroup
	connected.Add(2)
	send := func(h *hand, m *move, server int) {
		_ = w.line(h, server).Dial(w.run.plan.Timeout) // what is wrong with it the exchange will say
		connected.Done()
		connected.Wait()
		w.send(h, m, server)
		m.answer.Sent = began
	}
	done.Go(func() { send(&w.other, other, second) })
	send(&w.one, one, first)
	done.Wait()
}

// A move is one exchange under way.
type move struct {
	arrival
	action
	user   *codes.User
	code   string
	second bool // of a race
	hand   *hand
	answer engine.Answer

	uncompared bool // there was nothing to compare its identity with
}

// send makes the exchange. It is false when this machine had no connection to make it on.
func (w *worker) send(h *hand, m *move, server int) bool {
	r := w.run
	way := &r.ways[server][ledger.Index(m.endpoint)]
	if m.kind == badPAT {
		way = &r.bad[server][ledger.Index(m.endpoint)]
	}
	m.hand = h
	h.request.Set(*way, m.code)
	r.flying.Add(1)
	m.answer = w.line(h, server).Exchange(&h.request, r.plan.Timeout)
	r.flying.Add(-1)
	if m.answer.Exhausted() {
		r.lack(m.answer.Failure.Brief().String())
	}
	return !m.answer.Exhausted()
}

// read says what the answer amounts to. An answer that is plainly accepted is read at a glance, every other one by the
// oracle.
func (m *move) read(r *run) ledger.Reading {
	a := &m.answer
	if !a.Failed() && !a.Truncated {
		if seen, ok := assay.Glance(m.endpoint, a.Status, a.Body); ok {
			own := m.own(r, seen.Identity, seen.Channel)
			return ledger.Reading{Result: assay.Accepted, Whole: true, Sent: true, Own: own, Identified: true}
		}
	}
	x := m.exchange()
	outcome := assay.Judge(x)
	seen := ledger.Reading{Result: outcome.Result, Whole: !a.Failed(), Sent: !a.Failure.Kind.Unconnected()}
	if a.Status > 0 {
		envelope := assay.ReadEnvelope(x.Response.Body)
		seen.Identified = envelope.Identified(m.endpoint)
		if outcome.Result == assay.Accepted {
			channel, _ := assay.Text(envelope.Data("channel"))
			seen.Own = m.own(r, []byte(outcome.Identity), []byte(channel))
		} else if identity, ok := assay.Text(envelope.Data(m.endpoint.Identity())); ok {
			seen.Leaked = r.users.BelongsToAnother(m.user, m.endpoint, identity)
		}
	}
	return seen
}

// own reports whether an identity is that of the user whom the code was minted for. Of what the driver did not say of
// the user nothing can be told, and neither of the first openId: the move is then uncompared.
func (m *move) own(r *run, identity, channel []byte) bool {
	if m.endpoint == assay.Phone {
		m.uncompared = m.user.Phone == "" || r.phones == assay.PhoneToken
		return m.user.Phone == "" || r.phones.Matches(m.user.Phone, string(identity))
	}
	if m.user.Channel != "" && string(channel) != m.user.Channel {
		return false
	}
	own, first := r.users.SignedIn(m.user, identity)
	m.uncompared = first
	return own
}

// exchange is the move as the oracle and the transcript have it.
func (m *move) exchange() assay.Exchange {
	a, request := &m.answer, &m.hand.request
	x := assay.Exchange{
		Endpoint: m.endpoint,
		Code:     &assay.Code{Kind: m.endpoint, Code: m.code, AppID: request.Route.AppID, UserID: m.user.ID, Channel: m.user.Channel, Phone: m.user.Phone},
		Request:  assay.Request{Method: "POST", URL: request.Route.URL.String(), Header: request.Route.Header, Body: request.Body},
		Failure:  a.Failure, Sent: a.Sent, Took: a.Done.Sub(a.Sent),
	}
	x.Response = a.Response()
	return x
}

// settled counts a move, and keeps it as evidence when it was not as it should be.
func (w *worker) settled(m *move, verdict ledger.Verdict, tried ledger.Attempts) {
	a := &m.answer
	s := ledger.Sample{Endpoint: m.endpoint, Verdict: verdict, Censored: a.Failure.Kind.IsTimeout(), Service: int64(a.Done.Sub(a.Sent)),
		Uncompared: m.uncompared && verdict == ledger.Accepted}
	if s.Response, s.Lateness = s.Service, -1; !m.phase.closed() {
		s.Response, s.Lateness = int64(a.Done.Sub(m.due)), max(0, int64(a.Sent.Sub(m.due)))
	}
	m.phase.ledger.Record(w.number, s, tried)
	if !verdict.Right() {
		w.run.evidence.add(m, verdict)
	}
	if w.run.raw != nil && m.phase.name != WarmUp {
		w.run.raw.add(m, verdict)
	}
}
