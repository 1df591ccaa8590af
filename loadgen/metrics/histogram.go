package metrics

import (
	"math"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/unified-login/assay/internal/bars"
)

// The width of native buckets grows by the factor 2^(1/2^schema), 1.09. Values below the threshold, about the resolution of the
// HdrHistograms, count as zero.
const (
	schema        = 3
	zeroThreshold = 1.0 / (1 << 20) // seconds
)

// A histogram is the sum of HdrHistograms, with classic and native buckets. The library's own type would have to observe every
// exchange again, which costs three times as much, and a scrape in between would see counts that do not add up.
type histogram struct {
	desc    *prometheus.Desc
	bounds  []float64 // of the classic buckets, in seconds, ascending
	classic []uint64  // from the bound before to this one
	native  map[int]int64
	zero    uint64
	count   uint64
	sum     float64 // seconds
}

func newHistogram(desc *prometheus.Desc, bounds []float64) *histogram {
	return &histogram{desc: desc, bounds: bounds, classic: make([]uint64, len(bounds)), native: map[int]int64{}}
}

// add adds a histogram of nanoseconds. A bar counts with the value of its middle: exact to half its width, 0.05 %.
func (h *histogram) add(from *hdrhistogram.Histogram) {
	for bar := range bars.Of(from) {
		middle := bar.From + (bar.To-bar.From+1)/2
		h.observe(time.Duration(middle).Seconds(), uint64(bar.Count))
	}
}

func (h *histogram) observe(seconds float64, times uint64) {
	h.count += times
	h.sum += seconds * float64(times)
	if i, _ := slices.BinarySearch(h.bounds, seconds); i < len(h.bounds) {
		h.classic[i] += times
	}
	if seconds <= zeroThreshold {
		h.zero += times
		return
	}
	h.native[int(math.Ceil(math.Log2(seconds)*(1<<schema)))] += int64(times)
}

// metric returns the current state of the histogram.
func (h *histogram) metric(created time.Time) prometheus.Metric {
	native := prometheus.MustNewConstNativeHistogram(h.desc, h.count, h.sum, h.native, nil, h.zero, schema, zeroThreshold, created)
	return both{native, slices.Clone(h.classic), h.bounds}
}

// both is a histogram with native and classic buckets; a scraper reads those that it understands.
type both struct {
	prometheus.Metric
	classic []uint64
	bounds  []float64
}

// Write implements [prometheus.Metric].
func (b both) Write(to *dto.Metric) error {
	if err := b.Metric.Write(to); err != nil {
		return err
	}
	buckets, below := make([]*dto.Bucket, len(b.bounds)), uint64(0)
	for i, bound := range b.bounds {
		below += b.classic[i]
		buckets[i] = &dto.Bucket{UpperBound: &bound, CumulativeCount: new(below)}
	}
	to.Histogram.Bucket = buckets
	return nil
}
