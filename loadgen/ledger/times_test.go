package ledger

import "testing"

// TestAddKeepsTheOther: a histogram that was added to another can be used again.
func TestAddKeepsTheOther(t *testing.T) {
	var sum, other Histogram
	other.record(40_000_000, digits, true)
	sum.add(&other)
	sum.record(2_000_000_000, digits, false)
	if other.Count() != 1 || other.Sum != 40_000_000 {
		t.Errorf("the other has %d times, of %d ns in all", other.Count(), other.Sum)
	}
	other.reset()
	other.record(10_000_000, digits, false)
	sum.add(&other)
	if sum.Count() != 3 || sum.Sum != 2_050_000_000 || sum.Censored != 1 || sum.Values().Min() < 9_000_000 {
		t.Errorf("the sum has %d times, of %d ns in all, from %d ns, %d of them lower bounds", sum.Count(), sum.Sum, sum.Values().Min(), sum.Censored)
	}
}
