package uncertain

import (
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// TestAddKeepsTheOther: a slot that was added to others stays as it is, and is counted each time.
func TestAddKeepsTheOther(t *testing.T) {
	for name, other := range map[string]Slot{"empty": {}, "without a time": {Accepted: hdrhistogram.NewPacked(shortest, longest, digits)}} {
		other.Accept(40 * time.Millisecond)
		var sum Slot
		sum.Add(other)
		sum.Accept(2 * time.Second)
		if n := timesIn(other.Accepted); n != 1 {
			t.Errorf("%s: the other slot has %d times", name, n)
		}
		sum.Add(other)
		if c := curveOfPacked(sum.Accepted); c.count() != 3 || c[len(c)-1].to < int64(2*time.Second) || sum.Others != nil {
			t.Errorf("%s: the sum has %v and %v", name, c, sum.Others)
		}
	}
}
