//go:build !race

package loadgen

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// A tally counts the answers of a target, with their times.
type tally struct {
	mu      sync.Mutex
	answers []time.Time
}

type talliedConnection struct {
	fakeConnection
	*tally
}

func (c *talliedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers = append(c.answers, a.Done)
	return a
}

// by is how many answers there were by some time.
func (y *tally) by(moment time.Time) (n int64) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for _, answer := range y.answers {
		if !answer.After(moment) {
			n++
		}
	}
	return n
}

// A run that is killed at any moment has lost no more than the last five seconds, in a search or not: that is how far apart the
// checkpoints are at most, with all that the target had answered by then. A row of the timeline is in every later one.
func TestCheckpointsLoseFiveSecondsAtMost(t *testing.T) {
	for _, search := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 20, Duration: 33 * time.Second, WarmUp: 6 * time.Second})
			defer r.close()
			truth := &tally{}
			r.connectBy(func() engine.Connection {
				return &talliedConnection{fakeConnection{wait: func(time.Time) time.Duration {
					if search && r.rate() > 50 {
						return time.Minute // more than the time-out
					}
					return time.Millisecond
				}}, truth}
			})
			last, longest, rows, checkpoints := time.Now(), time.Duration(0), 0, 0
			r.config.Checkpoint = func(report benchmark.Report, _ Histograms) {
				now := time.Now()
				longest, last = max(longest, now.Sub(last)), now
				checkpoints++
				if search || r.phases[len(r.phases)-1].name == WarmUp {
					return
				}
				sum := report.Exchanges
				if report.WarmUp != nil {
					sum = sum.Plus(report.WarmUp.Exchanges)
				}
				if got := sum.Sent; got != truth.by(now) || len(report.Timeline) < rows {
					t.Errorf("after %s: %d exchanges of %d, %d rows after %d", now.Sub(r.began), got, truth.by(now), len(report.Timeline), rows)
				}
				rows = len(report.Timeline)
			}
			r.monitor.checkpoint = r.checkpoint
			if search {
				findLimit(r)
			} else {
				r.measure(r.plan)
			}
			if longest = max(longest, time.Since(last)); longest > 5*time.Second || checkpoints < 8 {
				t.Errorf("%d checkpoints, up to %s apart", checkpoints, longest)
			}
		})
	}
}
