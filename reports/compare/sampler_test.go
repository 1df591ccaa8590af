package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// drawn is a simple version of what a sampler draws.
func drawn(random *rand.Rand, runs [][]float64) (all []float64) {
	for range runs {
		run := runs[random.IntN(len(runs))]
		for n := 0; n < len(run); n += block {
			from := random.IntN(max(1, len(run)-block+1))
			all = append(all, run[from:min(len(run), from+min(block, len(run)-n))]...)
		}
	}
	return all
}

func TestASamplerReturnsTheMedian(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		runs := make([][]float64, 1+random.IntN(3))
		for i := range runs {
			for range random.IntN(13) {
				runs[i] = append(runs[i], float64(random.IntN(8))) // with ties
			}
		}
		sampler, seed := newSampler(runs), random.Uint64()
		got, want := sampler.median(rand.New(rand.NewPCG(seed, 3))), median(drawn(rand.New(rand.NewPCG(seed, 3)), runs))
		if got != want {
			t.Fatalf("the median of %v is %g, want %g", runs, got, want)
		}
	}
}

// A side of zeros has no relative change.
func TestTheIntervalOfZerosIsInfinite(t *testing.T) {
	zeros := [][]float64{slices.Repeat([]float64{0}, 20)}
	if low, high := interval(zeros, zeros); !math.IsInf(low, -1) || !math.IsInf(high, 1) {
		t.Errorf("%g to %g", low, high)
	}
}
