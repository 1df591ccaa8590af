package loadgen

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/reports/benchmark"
)

// TestPercentilesAreOfTheSamples: a percentile is the shortest time that so many samples kept, and the points of a distribution rise,
// whatever the number of samples is.
func TestPercentilesAreOfTheSamples(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, samples := range []int{1, 2, 3, 7, 10, 99, 100, 101, 587, 680, 700, 791, 999, 1000, 1001, 2001} {
		h := hdrhistogram.New(1, 1e12, 3)
		var all []int64
		for range samples {
			all = append(all, 1+int64(1000*math.Exp(6*random.Float64())))
		}
		for _, one := range all {
			if err := h.RecordValue(one); err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(all)
		for _, percentile := range []float64{50, 90, 95, 99, 99.9, 100} {
			want := all[int(math.Ceil(percentile*float64(samples)/100-1e-9))-1]
			if got := valueAt(h, percentile); math.Abs(float64(got-want)) > 0.001*float64(want)+1 {
				t.Errorf("p%g of %d samples: %d, want %d", percentile, samples, got, want)
			}
		}
		points := percentiles(h)
		if !slices.IsSortedFunc(points, func(a, b benchmark.Point) int { return cmp.Compare(a.Seconds, b.Seconds) }) {
			t.Errorf("%d samples: %v", samples, points)
		}
	}
}
