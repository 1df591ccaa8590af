package loadgen

import "testing"

// A code that waits in the buffer for minutes may have expired, and the driver need not say how long codes live.
func TestSlowRunBuffersFewCodes(t *testing.T) {
	for _, test := range []struct {
		plan Plan
		want int
	}{
		{Plan{Rate: 0.1}, 8}, {Plan{Rate: 1}, 20}, {Plan{Rate: 10}, 200}, {Plan{Rate: 100}, 256}, {Plan{Rate: 500}, 1000},
		{Plan{Rate: 1, To: 500}, 1000}, {Plan{Rate: 1e6}, 1 << 15}, {Plan{Closed: true}, 1 << 14},
	} {
		if got := test.plan.buffered(); got != test.want {
			t.Errorf("at %g/s to %g/s %d codes are buffered, want %d", test.plan.Rate, test.plan.To, got, test.want)
		}
	}
}
