package loadgen

import (
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
)

// slightly is how late an arrival is sent at most for the load to be the schedule's, however high the rate.
const slightly = time.Millisecond

// A catchUp counts what is sent while a late generator catches up with its schedule: more at once than was planned. What ran out of
// time because the generator stood still counts as well.
type catchUp struct {
	late atomic.Int64 // exchanges in flight that were sent late
	// exchanges were sent while there was one, and errors are those of them that count as errors, in the order of [assay.Endpoints].
	exchanges, errors [2]atomic.Int64
}

// tardy reports whether an arrival is sent so late that it meets those after it.
func (p *phase) tardy(a workers.Arrival) bool {
	late := time.Since(a.Due)
	if late <= slightly || p.Closed() {
		return false
	}
	gap := time.Duration(float64(time.Second) / p.Rate(a.Due.Sub(p.Start())))
	return late > gap/2
}

// standstillPart of its time limit an exchange has to lose to a standstill of this process for its end to be blamed on that.
const standstillPart = 4

// spare puts an exchange among those of a catch-up if it got no whole answer, and this process stood still for a good part of its
// time limit: its answer may have been there in time, and nobody read it.
func (p *phase) spare(x *ledger.Exchange, timeout time.Duration) {
	a := &x.Answer
	if !a.Failure.Kind.IsTimeout() && a.Failure.Kind != assay.BrokenOff {
		return
	}
	if stood := p.beats.stood(a.Sent, a.Done); stood > 0 && stood >= timeout/standstillPart {
		x.CatchUp = true
	}
}

// count counts an exchange that is over.
func (c *catchUp) count(x *ledger.Exchange, verdict ledger.Verdict, tried ledger.Attempts) {
	if !x.CatchUp {
		return
	}
	i := ledger.Index(x.Endpoint)
	c.exchanges[i].Add(1)
	if !verdict.Right() && (tried.ToRefuse() == 0 || !verdict.Busy()) {
		c.errors[i].Add(1)
	}
}

// at is what was counted at the endpoint with an index.
func (c *catchUp) at(i int) benchmark.CatchUp {
	return benchmark.CatchUp{Exchanges: c.exchanges[i].Load(), Errors: c.errors[i].Load()}
}
