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
		width := widthsOf(all.LowestTrackableValue, all.SignificantFigures)
		for i, count := range all.Counts {
			if count == 0 {
				continue
			}
			doubling, bar := i>>width.half-1, int64(i&(1<<width.half-1)+1<<width.half)
			if doubling < 0 {
				doubling, bar = 0, int64(i)
			}
			from := bar << (doubling + width.unit)
			if !yield(hdrhistogram.Bar{From: from, To: from + 1<<(doubling+width.unit) - 1, Count: count}) {
				return
			}
		}
	}
}

// Packed is [Of] of a histogram that keeps the bars alone that are not empty.
func Packed(h *hdrhistogram.PackedHistogram) iter.Seq[hdrhistogram.Bar] {
	return func(yield func(hdrhistogram.Bar) bool) {
		width := widthsOf(h.LowestTrackableValue(), h.SignificantFigures())
		for from, count := range h.ForEachBucket {
			if !yield(hdrhistogram.Bar{From: from, To: from + width.at(from) - 1, Count: count}) {
				return
			}
		}
	}
}

// Widths are those of the bars of a histogram: powers of two.
type widths struct {
	unit int // the binary logarithm of the narrowest
	half int // and of how many bars a doubling of the times has
}

func widthsOf(lowest, digits int64) widths {
	single := 2 * int64(math.Pow10(int(digits))) // values up to this have bars of one unit
	return widths{bits.Len64(uint64(max(1, lowest))) - 1, bits.Len64(uint64(single-1)) - 1}
}

// at is the width of the bar that begins with a value.
func (w widths) at(from int64) int64 {
	doubling := max(0, bits.Len64(uint64(from)>>w.unit)-w.half-1)
	return 1 << (doubling + w.unit)
}
