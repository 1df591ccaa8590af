package loadgen

import (
	"testing"
	"testing/synctest"
	"time"
)

// A target that stalls for a second needs hundreds of workers. The report has their peak.
func TestStallNeedsWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, stall = 500, time.Second
		s := stage{wait: func(start, sent time.Time) time.Duration {
			if since := sent.Sub(start); since < stall {
				return stall - since
			}
			return time.Millisecond
		}}
		r := s.open(t, Plan{Rate: rate, Duration: 15 * time.Second})
		defer r.close()
		measured := r.measure(r.plan)
		workers := r.pool.Peak()
		_, connections := r.traffic.engine.Connections()
		if sum := measured.total.Exchanges(); workers < rate*9/10 || connections < rate*9/10 || sum.Accepted != 15*rate {
			t.Errorf("%d workers with %d connections made %+v", workers, connections, sum)
		}
	})
}
