// Package bars reads histograms at a fraction of the cost of [hdrhistogram.Histogram.Distribution], which builds a list of every bar up to
// the highest value, most of them empty.
package bars

import (
	"iter"
	"math"
	"math/bits"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Of returns the bars of a histogram that are not empty, the lowest first.
func Of(h *hdrhistogram.Histogram) iter.Seq[hdrhistogram.Bar] {
	return func(yield func(hdrhistogram.Bar) bool) {
		all := h.Export()
		unit := bits.Len64(uint64(max(1, all.LowestTrackableValue))) - 1
		single := 2 * int64(math.Pow10(int(all.SignificantFigures))) // values up to this have bars of one unit
		half := bits.Len64(uint64(single-1)) - 1                     // the binary logarithm of half the bars of a doubling
		for i, count := range all.Counts {
			if count == 0 {
				continue
			}
			doubling, bar := i>>half-1, int64(i&(1<<half-1)+1<<half)
			if doubling < 0 {
				doubling, bar = 0, int64(i)
			}
			from := bar << (doubling + unit)
			if !yield(hdrhistogram.Bar{From: from, To: from + 1<<(doubling+unit) - 1, Count: count}) {
				return
			}
		}
	}
}
