package loadgen

import (
	"testing"
	"testing/synctest"
	"time"
)

// A target that stands still for a second calls for hundreds of workers. When it has been well again for some time, as many
// are left as are needed, and the report still tells of the others.
func TestWhoIsNotNeededAnyMoreIsDismissed(t *testing.T) {
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
		measured := r.whole(r.plan)
		if got := len(r.crew.workers); got != r.crew.keep {
			t.Errorf("%d workers are left, and %d are to be", got, r.crew.keep)
		}
		workers, connections := r.crew.size()
		if sum := measured.sum(); workers < rate*9/10 || connections < rate*9/10 || sum.Accepted != 15*rate {
			t.Errorf("%d workers with %d connections made %+v", workers, connections, sum)
		}
	})
}
