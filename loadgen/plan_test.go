package loadgen

import "testing"

// A code that waits for minutes may have expired when its turn comes, and the driver need not have said so.
func TestASlowRunKeepsFewCodes(t *testing.T) {
	for _, test := range []struct {
		plan Plan
		want int
	}{
		{Plan{Rate: 0.1}, 8}, {Plan{Rate: 1}, 20}, {Plan{Rate: 10}, 200}, {Plan{Rate: 100}, 256}, {Plan{Rate: 500}, 1000},
		{Plan{Rate: 1, To: 500}, 1000}, {Plan{Rate: 1e6}, 1 << 15}, {Plan{Closed: true}, 1 << 14},
	} {
		if got := test.plan.stock(); got != test.want {
			t.Errorf("at %g/s to %g/s %d codes are kept, want %d", test.plan.Rate, test.plan.To, got, test.want)
		}
	}
}
