package bars_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/internal/bars"
)

func TestTheSameBarsAsTheLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, digits := range []int{1, 2, 3} {
		for _, lowest := range []int64{1, 1000, 1024} {
			h := hdrhistogram.New(lowest, int64(10*time.Minute), digits)
			check(t, h, lowest, digits)
			for range 10_000 {
				_ = h.RecordValue(random.Int64N(1 << (1 + random.IntN(39))))
			}
			_ = h.RecordValue(0)
			_ = h.RecordValue(int64(10 * time.Minute))
			check(t, h, lowest, digits)
		}
	}
}

func check(t *testing.T, h *hdrhistogram.Histogram, lowest int64, digits int) {
	t.Helper()
	want := slices.DeleteFunc(h.Distribution(), func(bar hdrhistogram.Bar) bool { return bar.Count == 0 })
	if got := slices.Collect(bars.Of(h)); !slices.Equal(got, want) {
		t.Errorf("from %d, %d digits: %d bars, want %d", lowest, digits, len(got), len(want))
	}
	packed := hdrhistogram.NewPacked(lowest, int64(10*time.Minute), digits)
	packed.MergeFrom(h)
	if got := slices.Collect(bars.Packed(packed)); !slices.Equal(got, want) {
		t.Errorf("from %d, %d digits, packed: %d bars, want %d", lowest, digits, len(got), len(want))
	}
}

func BenchmarkOf(b *testing.B) {
	h := hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 2)
	for i := range int64(1000) {
		_ = h.RecordValue(i * i * 1000)
	}
	b.Run("bars", func(b *testing.B) {
		for b.Loop() {
			for range bars.Of(h) {
				continue
			}
		}
	})
	b.Run("library", func(b *testing.B) {
		for b.Loop() {
			_ = h.Distribution()
		}
	})
}
