package uncertain

import (
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// TestAddKeepsTheOther: a slot that was added to others stays as it is, and is counted each time, whatever its precision.
func TestAddKeepsTheOther(t *testing.T) {
	coarse := hdrhistogram.New(shortest, longest, 1)
	for name, other := range map[string]Slot{"empty": {}, "of a slot": {Accepted: newHistogram()}, "coarse": {Accepted: coarse}} {
		other.Accept(40 * time.Millisecond)
		var sum Slot
		sum.Add(other)
		sum.Accept(2 * time.Second)
		if n := other.Accepted.TotalCount(); n != 1 {
			t.Errorf("%s: the other slot has %d times", name, n)
		}
		sum.Add(other)
		if n, most := sum.Accepted.TotalCount(), sum.Accepted.Max(); n != 3 || most < int64(2*time.Second) || sum.Accepted.SignificantFigures() != digits {
			t.Errorf("%s: the sum has %d times of up to %d, with %d digits", name, n, most, sum.Accepted.SignificantFigures())
		}
		if want := newHistogram(); sum.Others != nil || sum.Accepted.LowestTrackableValue() != want.LowestTrackableValue() || sum.Accepted.HighestTrackableValue() != want.HighestTrackableValue() {
			t.Errorf("%s: the sum has another range", name)
		}
	}
}
