package arrivals

import (
	"math"
	"slices"
	"testing"
	"time"
)

// The two sides have every arrival of the whole, each once, in pairs; none of them is the first of a pair more often than a coin allows,
// nor in a pattern that goes on.
func TestPairsShareASchedule(t *testing.T) {
	for _, shape := range []Shape{Constant, Poisson, Ramp} {
		for _, duration := range []time.Duration{10 * time.Second, 10*time.Second + 20*time.Millisecond} {
			to := 0.0
			if shape == Ramp {
				to = 301
			}
			whole, err := New(shape, 101, to, duration, 7)
			if err != nil {
				t.Fatal(err)
			}
			a, b := Pair(whole, 3, false), Pair(whole, 3, true)
			var all []time.Duration
			for _, side := range []Schedule{a, b} {
				for n := range side.Len() {
					all = append(all, side.At(n))
				}
			}
			slices.Sort(all)
			if len(all) != whole.Len() || a.Len()-b.Len() > 1 || b.Len()-a.Len() > 1 {
				t.Fatalf("%s: %d and %d of %d arrivals", shape, a.Len(), b.Len(), whole.Len())
			}
			for n, at := range all {
				if at != whole.At(n) {
					t.Fatalf("%s: arrival %d is at %s, want %s", shape, n, at, whole.At(n))
				}
			}
			for n := range min(a.Len(), b.Len()) {
				if one, two := a.At(n), b.At(n); min(one, two) != whole.At(2*n) || max(one, two) != whole.At(2*n+1) {
					t.Fatalf("%s: pair %d is at %s and %s", shape, n, one, two)
				}
			}
			if rate := a.Rate(time.Second); rate != whole.Rate(time.Second)/2 {
				t.Errorf("%s: rate %g", shape, rate)
			}
		}
	}
}

// The coin is fair, has no memory, and differs between seeds.
func TestTheCoinOfPairs(t *testing.T) {
	const n = 100_000
	whole, err := New(Constant, 1000, 0, 2*n/1000*time.Second, 0)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		a, other := Pair(whole, seed, false), Pair(whole, seed+1000, false)
		heads, repeated, alike := 0, 0, 0
		first := func(s Schedule, i int) bool { return s.At(i) == whole.At(2*i) }
		for i := range n {
			if first(a, i) {
				heads++
			}
			if i > 0 && first(a, i) == first(a, i-1) {
				repeated++
			}
			if first(a, i) == first(other, i) {
				alike++
			}
		}
		for what, count := range map[string]int{"heads": heads, "repetitions": repeated, "as with another seed": alike} {
			if off := math.Abs(float64(count) - n/2); off > 4*math.Sqrt(n)/2 {
				t.Errorf("seed %d: %d of %d %s", seed, count, n, what)
			}
		}
	}
}
