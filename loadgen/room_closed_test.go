//go:build !race

package loadgen

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
)

// A closed loop keeps to the connections that there is room for. Workers that the target has no room for try again now and then,
// and do not fail most of the arrivals.
func TestClosedLoopKeepsToTheRoom(t *testing.T) {
	for _, full := range []assay.FailureKind{assay.NoConnection, assay.BrokenOff, assay.LocalShortage} {
		synctest.Test(t, func(t *testing.T) {
			o := &room{takes: 20 * time.Millisecond, places: 40, full: full}
			p := o.visit(t, Mix{Login: 1}, Plan{Closed: true, InFlight: 64, Duration: 17 * time.Second, Engine: engine.Lean}) // connections of a worker's own
			sum, seconds := p.total.Exchanges(), 17
			if o.maximum != 40 || int(sum.Accepted) != o.answered || o.answered < 40*15*50 {
				t.Errorf("%d connections in use, %+v, the target answered %d", o.maximum, sum, o.answered)
			}
			if failed := int(sum.Sent-sum.Accepted) + int(p.Unsent()); failed > (64-40)*seconds {
				t.Errorf("%s: %d failed", full, failed)
			}
		})
	}
}
