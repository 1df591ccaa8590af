package arrivals

import (
	"math"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func newTestPoisson(t testing.TB, rate float64, duration time.Duration, seed uint64) *poisson {
	t.Helper()
	p, err := newPoisson(rate, duration, seed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPoissonMoments compares the gaps with the exponential distribution, whose mean is its standard deviation, and the
// arrivals per second with Poisson's, whose mean is its variance. The seeds are fixed, so the result is always the same.
func TestPoissonMoments(t *testing.T) {
	const rate, seconds = 200, 1000
	for seed := range uint64(5) {
		p := newTestPoisson(t, rate, seconds*time.Second, seed)
		var gaps, perSecond []float64
		last := time.Duration(0)
		perSecond = make([]float64, seconds)
		for n := range p.Len() {
			at := p.At(n)
			gaps = append(gaps, (at-last).Seconds()*rate)
			perSecond[at/time.Second]++
			last = at
		}
		// Three standard errors of each estimate.
		mean, variance := moments(gaps)
		assertNear(t, "mean gap", mean, 1, 3/math.Sqrt(rate*seconds))
		assertNear(t, "variance of the gaps", variance, 1, 3*math.Sqrt(8.0/(rate*seconds)))
		mean, variance = moments(perSecond)
		assertNear(t, "mean of arrivals per second", mean, rate, 3*math.Sqrt(rate/float64(seconds)))
		assertNear(t, "variance of arrivals per second", variance/rate, 1, 3*math.Sqrt(2.0/seconds))
	}
}

func moments(xs []float64) (mean, variance float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		variance += (x - mean) * (x - mean) / float64(len(xs)-1)
	}
	return mean, variance
}

func assertNear(t *testing.T, what string, got, want, slack float64) {
	t.Helper()
	if math.Abs(got-want) > slack {
		t.Errorf("%s: %v, want %v ± %v", what, got, want, slack)
	}
}

func TestPoissonFollowsTheSeed(t *testing.T) {
	a, b, other := newTestPoisson(t, 500, time.Minute, 7), newTestPoisson(t, 500, time.Minute, 7), newTestPoisson(t, 500, time.Minute, 8)
	differ := false
	for n := range min(a.Len(), other.Len()) {
		if a.At(n) != b.At(n) {
			t.Fatalf("arrival %d is due at %v and at %v", n, a.At(n), b.At(n))
		}
		differ = differ || a.At(n) != other.At(n)
	}
	if a.Len() != b.Len() || !differ {
		t.Error("the schedule does not depend on the seed alone")
	}
	// A run can be repeated with a later version: every version has to draw these.
	for n, want := range map[int]time.Duration{0: 628131, 1: 1340675, 5000: 10160262786} {
		if got := a.At(n); got != want {
			t.Errorf("arrival %d is due at %d, want %d", n, got, want)
		}
	}
}

// TestPoissonInAnyOrder reads arrivals in any order, from several goroutines.
func TestPoissonInAnyOrder(t *testing.T) {
	p := newTestPoisson(t, 1000, 30*time.Second, 3)
	var inOrder []time.Duration
	for n := range p.Len() {
		inOrder = append(inOrder, p.At(n))
	}
	rapid.Check(t, func(t *rapid.T) {
		var readers sync.WaitGroup
		for _, ns := range rapid.SliceOfN(rapid.SliceOf(rapid.IntRange(0, p.Len()-1)), 1, 4).Draw(t, "ns") {
			readers.Go(func() {
				for _, n := range ns {
					if got := p.At(n); got != inOrder[n] {
						t.Errorf("arrival %d is due at %v, want %v as in order", n, got, inOrder[n])
					}
				}
			})
		}
		readers.Wait()
	})
}

// TestPoissonOfTheLongestRun draws gaps that overflow a duration.
func TestPoissonOfTheLongestRun(t *testing.T) {
	for seed := range uint64(30) {
		p, err := newPoisson(1.2e-10, math.MaxInt64, seed) // one arrival in 264 years
		if err != nil {
			continue // this seed draws no arrival
		}
		last := time.Duration(0)
		for n := range p.Len() {
			if p.At(n) < last {
				t.Fatalf("arrival %d is due at %v, after %v", n, p.At(n), last)
			}
			last = p.At(n)
		}
	}
}

// BenchmarkAt is the cost of one arrival.
func BenchmarkAt(b *testing.B) {
	for _, shape := range Shapes() {
		b.Run(string(shape), func(b *testing.B) {
			to := 0.0
			if shape != Constant && shape != Poisson {
				to = 5000
			}
			s, err := New(shape, 1000, to, time.Hour, 1)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				s.At(i % s.Len())
			}
		})
	}
}
