package loadgen

import (
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
)

// checkpointEvery is how many counts, one a second, are between two checkpoints. A run that is killed loses five seconds at most,
// with the time that it takes to write.
const checkpointEvery = 4

// A monitor counts the phases of a run once a second, and reports to those who watch.
type monitor struct {
	traffic    *traffic
	pool       workers.Dispatcher[*worker]
	watch      func(Interval) // nil for nobody
	checkpoint func(*phase)   // is called every few seconds; nil for nobody
	waits      *waitReader    // nil for none
	// waiter makes what the heartbeat of a phase waits by; an error means that it has none.
	waiter func() (workers.Waiter, error)

	mu     sync.Mutex
	minted int64 // codes, as last reported
	counts int   // since the last checkpoint
}

// begin counts a phase from now on.
func (m *monitor) begin(p *phase) {
	p.usageBefore, p.codesBefore, p.waitsBefore = currentUsage(), m.traffic.codes(), m.waits.read()
	p.quit, p.done = make(chan struct{}), make(chan struct{})
	m.mu.Lock()
	m.counts++ // for the pause between the steps of a search
	m.mu.Unlock()
	if by, err := m.waiter(); err == nil {
		p.beating.Go(func() { p.beats.run(by, p.Start(), p.quit) })
	}
	go func() {
		defer close(p.done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				m.count(p, false)
				m.pool.Tick()
			case <-p.quit:
				return
			}
		}
	}()
}

// timeOver notes what a phase achieved in its time, which is over.
func (m *monitor) timeOver(p *phase) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.spent, p.achieved = min(time.Since(p.Start()), p.duration()), p.rightByNow()
}

// finish counts a phase for the last time.
func (m *monitor) finish(p *phase) {
	close(p.quit)
	<-p.done
	p.beating.Wait()
	m.count(p, true)
	p.recorder = nil // a search has many phases, and recorders are large
}

// count counts what happened in a phase since the last call.
func (m *monitor) count(p *phase, last bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if rate := p.soon(p.elapsed); rate > 0 {
		m.traffic.expect(rate)
	}
	depth, minted := m.traffic.buffered()
	row := p.second(int(m.traffic.inFlight.Load()), depth, last)
	p.usageNow = currentUsage()
	if m.watch != nil {
		m.watch(Interval{
			Phase: p.name, Stage: p.stageNow(), Elapsed: p.elapsed, Duration: p.duration(), Second: row, Counts: byVerdict(p.latest.ByEndpoint),
			Response: p.signIns.Response.Values(), Service: p.signIns.Service.Values(), Lateness: p.latest.Times.Lateness.Values(),
			Engine: string(m.traffic.engine.Kind()), OfferedRate: p.rate(p.elapsed), Minted: minted - m.minted, Sum: p.total.Exchanges(), Last: last, Most: max(0, p.most-p.elapsed),
		})
	}
	m.minted = minted
	p.seconds.collect(p.elapsed, func(within time.Duration) int64 { return p.due(min(within, p.limit()), 0) })
	if p.name == WarmUp && (last || p.spent > 0) { // the next phase counts, too
		return
	}
	if m.counts++; !last && m.counts < checkpointEvery {
		return
	}
	m.counts, p.waitsNow = 0, m.waits.read() // which takes a millisecond
	if m.checkpoint != nil {
		m.checkpoint(p)
	}
}

// byVerdict are the counts as an [Interval] has them.
func byVerdict(counts [2]ledger.Counts) map[assay.Endpoint]map[ledger.Verdict]int64 {
	all := map[assay.Endpoint]map[ledger.Verdict]int64{}
	for _, endpoint := range assay.Endpoints() {
		all[endpoint] = map[ledger.Verdict]int64{}
		for verdict, n := range counts[ledger.Index(endpoint)] {
			all[endpoint][ledger.Verdict(verdict)] = n
		}
	}
	return all
}
