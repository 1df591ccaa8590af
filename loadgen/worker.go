package loadgen

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
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
	lines   []line
	request request
}

func (r *run) hire(number int) *worker {
	return &worker{run: r, number: number, next: make(chan *phase, 1),
		one: hand{lines: make([]line, r.wires.servers())}, other: hand{lines: make([]line, r.wires.servers())}}
}

func (w *worker) line(h *hand, server int) line {
	if h.lines[server] == nil {
		h.lines[server] = w.run.line(server)
		if _, shared := h.lines[server].(*generalLine); !shared {
			w.lines.Add(1)
		}
	}
	return h.lines[server]
}

func (w *worker) hangUp() {
	for _, h := range []*hand{&w.one, &w.other} {
		for _, l := range h.lines {
			if l != nil {
				l.close()
			}
		}
	}
}

// connect makes the worker's first connection ready.
func (w *worker) connect() error {
	server := w.number % w.run.wires.servers()
	return w.line(&w.one, server).dial(w.run.plan.Timeout)
}

// serve makes the exchange of an arrival, or the two of a race, and settles it.
func (w *worker) serve(a arrival) {
	r := w.run
	sent := true
	defer func() { a.phase.settle(a, sent) }()
	act := r.dealer.action(a.n)
	server := int(a.n % uint64(r.wires.servers()))
	switch act.kind {
	case replay:
		if old, ok := r.used[point(act.endpoint)].take(time.Now()); ok {
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
	m := move{arrival: a, action: act, user: c.user, code: c.text}
	if sent = w.send(&w.one, &m, server); !sent {
		return
	}
	if act.kind == badPAT {
		w.settled(&m, settleBadPAT(m.read(r)), attempts{badPATs: 1})
		return
	}
	verdict := settle(m.read(r))
	if verdict == Accepted && r.plan.Mix.Replay > 0 {
		r.used[point(act.endpoint)].add(usedCode{c.text, c.user, m.answer.done, c.useBy})
	}
	w.settled(&m, verdict, attempts{})
}

// replay sends a used code again. It is false when there is no connection to send it on.
func (w *worker) replay(a arrival, act action, server int, old usedCode) bool {
	m := move{arrival: a, action: act, user: old.user, code: old.text}
	if !w.send(&w.one, &m, server) {
		return false
	}
	w.settled(&m, settleReplay(m.read(w.run), false), attempts{replays: 1})
	return true
}

// fresh is a code that was never sent; false when none comes any more.
func (w *worker) fresh(a arrival, kind assay.Endpoint) (code, bool) {
	c, err := w.run.stocks[point(kind)].take(a.phase.codes)
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
	m := move{arrival: a, action: act, user: c.user, code: c.text}
	twin := m
	twin.second = true
	w.sendBoth(&m, &twin, server, (server+1)%r.wires.servers())
	if m.answer.lacking || twin.answer.lacking {
		return w.half(&m, &twin)
	}
	first, again := settleRace(m.read(r), twin.read(r), r.plan.reuseGrace > 0)
	w.settled(&m, first, attempts{races: 1})
	w.settled(&twin, again, attempts{replays: 1})
	return true
}

// half settles a race of which one half was not sent: the other is an exchange like any. It is false when neither was.
func (w *worker) half(one, other *move) bool {
	if one.answer.lacking {
		one = other
	}
	if one.answer.lacking {
		return false
	}
	one.second = false
	w.settled(one, settle(one.read(w.run)), attempts{})
	return true
}

// sendBoth makes two exchanges at once, which begin when both have a connection: a race is between exchanges, not between
// handshakes. What the connections take is a part of the service, as it is of any exchange.
func (w *worker) sendBoth(one, other *move, first, second int) {
	began := time.Now()
	var connected, done sync.WaitGroup
	connected.Add(2)
	send := func(h *hand, m *move, server int) {
		_ = w.line(h, server).dial(w.run.plan.Timeout) // what is wrong with it the exchange will say
		connected.Done()
		connected.Wait()
		w.send(h, m, server)
		m.answer.sent = began
	}
	done.Go(func() { send(&w.other, other, second) })
	send(&w.one, one, first)
	done.Wait()
}

// A move is one exchange under way.
type move struct {
	arrival
	action
	user   *user
	code   string
	second bool // of a race
	hand   *hand
	answer answer

	uncompared bool // there was nothing to compare its identity with
}

// send makes the exchange. It is false when this machine had no connection to make it on.
func (w *worker) send(h *hand, m *move, server int) bool {
	r := w.run
	way := &r.ways[server][point(m.endpoint)]
	if m.kind == badPAT {
		way = &r.bad[server][point(m.endpoint)]
	}
	m.hand = h
	h.request.set(*way, m.code)
	r.flying.Add(1)
	m.answer = w.line(h, server).exchange(&h.request, r.plan.Timeout)
	r.flying.Add(-1)
	if m.answer.lacking {
		r.lack(m.answer.failure)
	}
	return !m.answer.lacking
}

// read says what the answer amounts to. An answer that is plainly accepted is read at a glance, every other one by the
// oracle.
func (m *move) read(r *run) reading {
	a := &m.answer
	if a.failure == "" && !a.truncated {
		if seen, ok := assay.Glance(m.endpoint, a.status, a.body); ok {
			own := m.own(r, seen.Identity, seen.Channel)
			return reading{result: assay.Accepted, whole: true, sent: true, own: own, identified: true}
		}
	}
	x := m.exchange()
	outcome := assay.Judge(x)
	seen := reading{result: outcome.Result, whole: a.failure == "", sent: !a.unsent}
	if a.status > 0 {
		envelope := assay.ReadEnvelope(x.Response.Body)
		seen.identified = envelope.Identified(m.endpoint)
		if outcome.Result == assay.Accepted {
			channel, _ := assay.Text(envelope.Data("channel"))
			seen.own = m.own(r, []byte(outcome.Identity), []byte(channel))
		} else if identity, ok := assay.Text(envelope.Data(m.endpoint.Identity())); ok {
			seen.leaked = r.users.anothers(m.user, m.endpoint, identity)
		}
	}
	return seen
}

// own reports whether an identity is that of the user whom the code was minted for. Of what the driver did not say of
// the user nothing can be told, and neither of the first openId: the move is then uncompared.
func (m *move) own(r *run, identity, channel []byte) bool {
	if m.endpoint == assay.Phone {
		m.uncompared = m.user.phone == "" || r.phones == assay.PhoneToken
		return m.user.phone == "" || r.phones.Matches(m.user.phone, string(identity))
	}
	if m.user.channel != "" && string(channel) != m.user.channel {
		return false
	}
	own, first := r.users.signedIn(m.user, identity)
	m.uncompared = first
	return own
}

// exchange is the move as the oracle and the transcript have it.
func (m *move) exchange() assay.Exchange {
	a, request := &m.answer, &m.hand.request
	x := assay.Exchange{
		Endpoint: m.endpoint,
		Code:     &assay.Code{Kind: m.endpoint, Code: m.code, AppID: request.way.app, UserID: m.user.id, Channel: m.user.channel, Phone: m.user.phone},
		Request:  assay.Request{Method: "POST", URL: request.way.url.String(), Header: request.way.header, Body: request.body},
		Failure:  a.failure, Sent: a.sent, Took: a.done.Sub(a.sent),
	}
	if a.status > 0 {
		x.Response = &assay.Response{Status: a.status, Proto: a.from.protocol(), Header: a.from.header(), Body: a.body, Truncated: a.truncated}
		x.Response.Body = unzipped(x.Response)
	}
	return x
}

// settled counts a move, and keeps it as evidence when it was not as it should be.
func (w *worker) settled(m *move, verdict Verdict, tried attempts) {
	a := &m.answer
	s := sample{endpoint: m.endpoint, verdict: verdict, censored: a.timedOut, service: int64(a.done.Sub(a.sent)),
		uncompared: m.uncompared && verdict == Accepted}
	if s.response, s.late = s.service, -1; !m.phase.closed() {
		s.response, s.late = int64(a.done.Sub(m.due)), max(0, int64(a.sent.Sub(m.due)))
	}
	m.phase.ledger.record(w.number, s, tried)
	if !verdict.right() {
		w.run.evidence.add(m, verdict)
	}
	if w.run.raw != nil && m.phase.name != WarmUp {
		w.run.raw.add(m, verdict)
	}
}
