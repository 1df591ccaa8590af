package loadgen

import (
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

// checkpointEvery is how many seconds a run that is killed loses at most.
const checkpointEvery = 5

// A clerk keeps the books of the phases: once a second it writes down what was counted, and tells who watches.
type clerk struct {
	run *run

	mu     sync.Mutex
	minted int64 // codes, as last told
}

func newClerk(r *run) *clerk { return &clerk{run: r} }

// open opens a phase's books.
func (r *run) open(p *phase) {
	c := r.clerk
	p.before, p.codes0 = usageNow(), r.codesNow()
	p.quit, p.done = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				c.write(p, false)
				r.crew.second()
			case <-p.quit:
				return
			}
		}
	}()
}

// timeOver notes what had been achieved when the phase's time was over.
func (r *run) timeOver(p *phase) {
	r.clerk.mu.Lock()
	defer r.clerk.mu.Unlock()
	p.spent, p.achieved = min(time.Since(p.start), p.duration), p.total.Right()+p.ledger.Right()
}

// shut closes a phase's books.
func (r *run) shut(p *phase) {
	close(p.quit)
	<-p.done
	r.clerk.write(p, true)
	p.ledger = nil // a search has many phases, and sheets are large
}

// write makes an entry, and tells who watches.
func (c *clerk) write(p *phase, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.run
	depth, minted := r.inStock()
	second := p.note(int(r.flying.Load()), depth, r.crew.overdue(p), last)
	p.after = usageNow()
	if r.config.Watch != nil {
		r.config.Watch(Interval{
			Phase: p.name, Elapsed: p.elapsed, Duration: p.duration, Second: second, Counts: named(p.latest.ByEndpoint),
			Response: p.latest.Times.Response, Service: p.latest.Times.Service, Lateness: p.latest.Times.Lateness,
			OfferedRate: p.rate(p.elapsed), Minted: minted - c.minted, Sum: p.sum(), Last: last,
		})
	}
	c.minted = minted
	if r.config.Checkpoint != nil && !last && len(p.seconds)%checkpointEvery == 0 && p.name != WarmUp {
		interim := r.report(p)
		interim.Interrupted = true
		if r.hunt != nil {
			found := r.hunt.found
			interim.Search = &found
		}
		r.config.Checkpoint(benchmark.Conclude(interim))
	}
}

// inStock is how many codes are in stock, and how many were ever minted.
func (r *run) inStock() (depth int, minted int64) {
	for _, stock := range r.stocks {
		if stock != nil {
			depth += stock.Depth()
			minted += stock.Stats().Minted
		}
	}
	return depth, minted
}

// named are the counts as those who watch have them.
func named(byPoint [2]ledger.Counts) map[assay.Endpoint]map[ledger.Verdict]int64 {
	all := map[assay.Endpoint]map[ledger.Verdict]int64{}
	for _, endpoint := range assay.Endpoints() {
		all[endpoint] = map[ledger.Verdict]int64{}
		for verdict, n := range byPoint[ledger.Index(endpoint)] {
			all[endpoint][ledger.Verdict(verdict)] = n
		}
	}
	return all
}

// histograms are the phase's, which nobody writes to any more.
func (p *phase) histograms() Histograms {
	return Histograms{p.total.Times.Response, p.total.Times.Service, p.total.Times.Lateness}
}
