// Package bars reads histograms at a fraction of the cost of [hdrhistogram.Histogram.Distribution], which builds a list of every bar up to
// the highest value, most of them empty.
package bars

import (
	"iter"
	"math"
	"math/bits"
	"sync"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Of returns the bars of a histogram that are not empty, the lowest first. The histogram must not change meanwhile.
func Of(h *hdrhistogram.Histogram) iter.Seq[hdrhistogram.Bar] {
	return func(yield func(hdrhistogram.Bar) bool) {
		packed, _ := spare.Get().(*hdrhistogram.PackedHistogram)
		if packed == nil || ShapeOf(packed) != ShapeOf(h) {
			packed = hdrhistogram.NewPacked(h.LowestTrackableValue(), h.HighestTrackableValue(), int(h.SignificantFigures()))
		}
		packed.Reset()
		packed.MergeFrom(h) // an Export copies every bar, most of them empty
		Packed(packed)(yield)
		spare.Put(packed)
	}
}

// spare are packed histograms that nobody uses.
var spare sync.Pool

// Packed is [Of] of a histogram that keeps the bars alone that are not empty.
func Packed(h *hdrhistogram.PackedHistogram) iter.Seq[hdrhistogram.Bar] {
	return func(yield func(hdrhistogram.Bar) bool) {
		shape := ShapeOf(h)
		for from, count := range h.ForEachBucket {
			if !yield(hdrhistogram.Bar{From: from, To: from + shape.widthAt(from) - 1, Count: count}) {
				return
			}
		}
	}
}

// A Shape says which bars a histogram has. Their widths are powers of two.
type Shape struct {
	Lowest, Highest, Digits int64

	unit int // the binary logarithm of the narrowest
	half int // and of how many bars a doubling of the times has
}

// ShapeOf returns the shape of a histogram, packed or not.
func ShapeOf(h interface {
	LowestTrackableValue() int64
	HighestTrackableValue() int64
	SignificantFigures() int64
}) Shape {
	s := Shape{Lowest: h.LowestTrackableValue(), Highest: h.HighestTrackableValue(), Digits: h.SignificantFigures()}
	single := 2 * int64(math.Pow10(int(s.Digits))) // values up to this have bars of one unit
	s.unit, s.half = bits.Len64(uint64(max(1, s.Lowest)))-1, bits.Len64(uint64(single-1))-1
	return s
}

// doubling is how often the bar of a value is twice as wide as the narrowest.
func (s Shape) doubling(value int64) int {
	return max(0, bits.Len64(uint64(value)>>s.unit)-s.half-1)
}

// widthAt is the width of the bar that begins with a value.
func (s Shape) widthAt(from int64) int64 { return 1 << (s.doubling(from) + s.unit) }

// Index is the position of the bar of a value among all bars of the histogram, the empty ones included.
func (s Shape) Index(value int64) int {
	doubling := s.doubling(value)
	return doubling<<s.half + int(value>>(doubling+s.unit))
}
