package uncertain

import (
	"iter"
	"sort"
	"sync"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/internal/bars"
)

// A bin holds count times from From to To, in nanoseconds, and upTo is how many are not above To.
type bin struct{ from, to, count, upTo int64 }

// A curve is the cumulative distribution of a histogram: its bins that are not empty.
type curve []bin

// withCurve calls do with the curve of a histogram, which is valid until do returns.
func withCurve(h *hdrhistogram.Histogram, do func(curve)) {
	c, _ := spareCurves.Get().(*curve)
	if c == nil {
		c = new(curve)
	}
	*c = curveIn((*c)[:0], bars.Of(h))
	do(*c)
	spareCurves.Put(c)
}

// spareCurves are the memory of curves that nobody uses: those of a whole run have thousands of bins.
var spareCurves sync.Pool

func curveOfPacked(h *hdrhistogram.PackedHistogram) curve {
	if h == nil {
		return nil
	}
	return curveIn(make(curve, 0, h.Populated()), bars.Packed(h))
}

func curveIn(c curve, all iter.Seq[hdrhistogram.Bar]) curve {
	for bar := range all {
		c = append(c, bin{bar.From, bar.To, bar.Count, c.count() + bar.Count})
	}
	return c
}

// count is the number of times.
func (c curve) count() int64 {
	if len(c) == 0 {
		return 0
	}
	return c[len(c)-1].upTo
}

// beyond is the number of times of t or longer. A bin that t divides counts by its middle.
func (c curve) beyond(t float64) int64 {
	i := sort.Search(len(c), func(i int) bool { return float64(c[i].from)+float64(c[i].to) >= 2*t })
	if i == 0 {
		return c.count()
	}
	return c.count() - c[i-1].upTo
}

// binOf is the bin of the time that a share of all times does not exceed; the curve is not empty.
func (c curve) binOf(share float64) bin {
	rank := share * float64(c.count())
	i := sort.Search(len(c), func(i int) bool { return float64(c[i].upTo) >= rank })
	return c[min(i, len(c)-1)]
}

// at is the time that a share of all times does not exceed, interpolated within its bin; 0 of an empty curve.
func (c curve) at(share float64) float64 {
	if len(c) == 0 {
		return 0
	}
	b := c.binOf(share)
	within := (share*float64(c.count()) - float64(b.upTo-b.count)) / float64(b.count)
	return float64(b.from) + float64(b.to-b.from)*max(0, min(within, 1))
}

// sum is the sum of the times.
func (c curve) sum() (sum float64) {
	for _, b := range c {
		sum += float64(b.count) * (float64(b.from) + float64(b.to)) / 2
	}
	return sum
}

// spread is the sum of the squares of the times' differences from their mean.
func (c curve) spread() (sum float64) {
	if len(c) == 0 {
		return 0
	}
	mean := c.sum() / float64(c.count())
	for _, b := range c {
		d := (float64(b.from)+float64(b.to))/2 - mean
		sum += float64(b.count) * d * d
	}
	return sum
}

// minus is the curve without a part of it.
func (c curve) minus(part curve) (left curve) {
	i := 0
	for _, b := range c {
		if i < len(part) && part[i].from == b.from {
			b.count -= part[i].count
			i++
		}
		if b.count > 0 {
			b.upTo = left.count() + b.count
			left = append(left, b)
		}
	}
	return left
}
