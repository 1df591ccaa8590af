package loadgen

import (
	"testing"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// TestSecondsThatNobodyCounted: while the generator stands still nobody counts, and the timeline has these seconds all the same.
func TestSecondsThatNobodyCounted(t *testing.T) {
	schedule, err := arrivals.New(arrivals.Constant, 200, 0, 10*time.Second, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := newPhase(t.Context(), "measured", schedule, 10*time.Second)
	p.timeline, p.written = []benchmark.Second{{Second: 0, Offered: 200}, {Second: 1, Offered: 200}}, 400
	if p.skip(benchmark.Second{Second: 2}) || len(p.timeline) != 2 {
		t.Errorf("the next second: %+v", p.timeline)
	}
	if !p.skip(benchmark.Second{Second: 4, InFlight: 7}) || len(p.timeline) != 4 || p.written != 800 {
		t.Fatalf("%d arrivals, %+v", p.written, p.timeline)
	}
	for i, row := range p.timeline[2:] {
		if row.Second != 2+i || row.Offered != 200 || row.Answered != 0 || !row.Partial || row.P50 != nil || row.InFlight != 7 {
			t.Errorf("%+v", row)
		}
	}
	if p.timeline = p.timeline[:2]; p.skip(benchmark.Second{Second: 12}) && len(p.timeline) != 10 {
		t.Errorf("beyond the schedule: %+v", p.timeline)
	}
}
