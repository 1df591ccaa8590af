package loadgen

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
)

// A worker sends one arrival at a time, on connections of its own.
type worker struct {
	*traffic
	number int
	first  slot
	second slot // for the second exchange of a race
	turn   turn // what it does about its arrival
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
	return engine.Warm(w.connection(&w.first, server), max(w.timeout, DefaultTimeout)) // before the clock starts
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

// server is the API server of an arrival.
func (w *worker) server(a workers.Arrival) int { return int(a.N % uint64(w.engine.Servers())) }

// record counts an exchange, and keeps it as evidence if its verdict is not right, or shows that another one was not. It returns
// the result of the arrival.
func (w *worker) record(p *phase, x *ledger.Exchange, verdict ledger.Verdict, tried ledger.Attempts) workers.Result {
	if x.Answer.Surplus {
		verdict, tried.Unasked = verdict.Beside(true), 1
	}
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
	if w.each != nil && p.name != WarmUp {
		w.each(x.Result(p.first, verdict), verdict)
	}
	if a := &x.Answer; verdict == ledger.Unreachable || a.Opened && a.Failure.Kind == assay.BrokenOff {
		return workers.Unreachable
	}
	return workers.Sent
}
