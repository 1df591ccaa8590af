package loadgen

import (
	"context"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/workers"
)

// codeShare is the share of the arrivals that take a fresh code of a kind. Replays take none, except the first of a run.
func (m Mix) codeShare(kind assay.Endpoint) float64 {
	own, part, either := m.Login, 1-m.phoneShare(), m.Race+m.BadPAT
	if kind == assay.Phone {
		own, part = m.Phone, m.phoneShare()
	}
	return (own + either*part) / m.total()
}

// ahead is how far the buffers of codes look ahead of the schedule.
const ahead = 5 * time.Second

// soon is the highest rate that the schedule intends between elapsed and some seconds later, per second; 0 in a closed loop.
func (p *phase) soon(elapsed time.Duration) (rate float64) {
	for later := time.Duration(0); later <= ahead; later += time.Second {
		rate = max(rate, p.rate(elapsed+later))
	}
	return rate
}

// firstRate is the highest rate in the first seconds of a plan, per second; 0 in a closed loop.
func (p Plan) firstRate() float64 {
	schedule, err := p.schedule()
	if p.Closed || err != nil {
		return 0
	}
	first := phase{Job: workers.NewJob[*worker](context.Background(), schedule, nil)}
	first.lasts.Store(int64(p.Duration))
	return first.soon(0)
}

// expect tells the buffers how many arrivals there will be per second; 0 if that is not known, as in a closed loop.
func (t *traffic) expect(rate float64) {
	for i, kind := range assay.Endpoints() {
		if t.buffers[i] != nil {
			t.buffers[i].Expect(rate * t.mix.codeShare(kind))
		}
	}
}
