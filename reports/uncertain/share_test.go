package uncertain

import (
	"math"
	"testing"
)

// The intervals, quantiles and probabilities are those of published tables.
func TestTables(t *testing.T) {
	for _, test := range []struct{ k, n, low, high float64 }{{0, 20, 0, 0.1684}, {3, 10, 0.0667, 0.6525}, {10, 10, 0.6915, 1}, {50, 100, 0.3983, 0.6017}, {1, 1000, 0.0000253, 0.00556}} {
		if got := shareOf(test.k/test.n, test.n); math.Abs(got.Low-test.low) > 1e-4 || math.Abs(got.High-test.high) > 1e-4 {
			t.Errorf("%g of %g: %+v", test.k, test.n, got)
		}
	}
	if got := AtLeast(5, 6, 0.5); math.Abs(got-7.0/64) > 1e-9 {
		t.Errorf("5 or more heads of 6: %g", got)
	}
	for degrees, want := range map[float64]float64{1: 12.706, 4: 2.776, 4.9: 2.776, 10: 2.228, 30: 2.042, 1000: 2.042} {
		if got := StudentT(degrees); got != want {
			t.Errorf("t with %g degrees is %g, want %g", degrees, got, want)
		}
	}
}

// What is counted all over a run is worth its number, and what comes in one block about one.
func TestClusters(t *testing.T) {
	run := func(counted func(second int) int64) (parts []Part) {
		for second := range 60 {
			parts = append(parts, Part{500, counted(second)})
		}
		return parts
	}
	for name, test := range map[string]struct {
		run         []Part
		known       bool
		least, most float64
	}{
		"all over":     {run(func(int) int64 { return 10 }), true, 1, 1},
		"nothing":      {run(func(int) int64 { return 0 }), true, 1, 1},
		"everything":   {run(func(int) int64 { return 500 }), true, 1, 1},
		"one second":   {run(func(second int) int64 { return map[bool]int64{second == 30: 300}[true] }), true, 250, 350},
		"half the run": {run(func(second int) int64 { return int64(second / 30 * 100) }), true, 1000, 1e6},
		"four seconds": {run(func(int) int64 { return 10 })[:4], false, 0, 0},
	} {
		if c, known := ClustersIn(test.run); known != test.known || c.Effect < test.least || c.Effect > test.most {
			t.Errorf("%s: %+v", name, c)
		}
	}
	even, _ := ClustersIn(run(func(int) int64 { return 10 }))
	once, _ := ClustersIn(run(func(second int) int64 { return map[bool]int64{second == 30: 300}[true] }))
	if a, b := even.Share(0.01, 30000), once.Share(0.01, 30000); a.Low < 0.008 || a.High > 0.012 || b.Low > 0.002 || b.High < 0.03 {
		t.Errorf("%+v, %+v", a, b)
	}
}
