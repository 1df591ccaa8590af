package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/unified-login/assay/loadgen"
)

func gathered(t *testing.T, m *Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*dto.MetricFamily{}
	for _, family := range families {
		all[family.GetName()] = family
	}
	return all
}

// spread returns times from a nanosecond to ten minutes, with magnitudes evenly distributed, and HdrHistograms of a second each.
func spread(n int) (values []int64, seconds []*hdrhistogram.Histogram) {
	random := rand.New(rand.NewPCG(1, 2))
	var current *hdrhistogram.Histogram
	for i := range n {
		if i%1000 == 0 {
			current = hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 3)
			seconds = append(seconds, current)
		}
		value := int64(math.Exp(random.Float64() * math.Log(float64(10*time.Minute))))
		_ = current.RecordValue(value)
		values = append(values, value)
	}
	return values, seconds
}

// The library's histogram, which observes every exchange, has the same buckets.
func TestHistogramEqualsTheLibrarys(t *testing.T) {
	values, seconds := spread(4000)
	ours := newHistogram(responseDesc, timeBounds)
	theirs := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "x", Buckets: timeBounds,
		NativeHistogramBucketFactor: 1.1, NativeHistogramZeroThreshold: zeroThreshold})
	for _, second := range seconds {
		ours.add(second)
	}
	precise := hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 3)
	for _, value := range values {
		_ = precise.RecordValue(value)
	}
	for _, bar := range precise.Distribution() {
		for range bar.Count {
			theirs.Observe(float64(bar.From+bar.To+1) / 2e9)
		}
	}
	var got, want dto.Metric
	if err := ours.metric(time.Now()).Write(&got); err != nil {
		t.Fatal(err)
	}
	if err := theirs.Write(&want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, &got, protocmp.Transform(), cmpopts.EquateApprox(1e-9, 0),
		protocmp.IgnoreFields(&dto.Histogram{}, "created_timestamp")); diff != "" {
		t.Errorf("theirs, ours: %s", diff)
	}
}

// Counts are exact. Sums and bounds are as precise as the HdrHistogram: 0.05 % or 256 ns.
func TestHistogramIsPrecise(t *testing.T) {
	values, seconds := spread(4000)
	m := New("", nil)
	for _, second := range seconds {
		m.Watch(loadgen.Interval{Response: second, Service: second, Lateness: second})
	}
	near := func(value float64) float64 { return math.Max(value*0.0005, 256e-9) }
	for name, bounds := range map[string][]float64{
		"assay_exchange_response_seconds": timeBounds,
		"assay_exchange_service_seconds":  timeBounds,
		"assay_schedule_lateness_seconds": lateBounds,
	} {
		h := gathered(t, m)[name].Metric[0].Histogram
		sum, slack := 0.0, 0.0
		for _, value := range values {
			sum += float64(value) / 1e9
			slack += near(float64(value) / 1e9)
		}
		if h.GetSampleCount() != uint64(len(values)) || math.Abs(h.GetSampleSum()-sum) > slack {
			t.Errorf("%s: count %d of %d, sum %v of %v", name, h.GetSampleCount(), len(values), h.GetSampleSum(), sum)
		}
		for i, bound := range bounds {
			var least, most uint64
			for _, value := range values {
				if float64(value)/1e9 <= bound-near(bound) {
					least++
				}
				if float64(value)/1e9 <= bound+near(bound) {
					most++
				}
			}
			if got := h.Bucket[i]; got.GetUpperBound() != bound || got.GetCumulativeCount() < least || got.GetCumulativeCount() > most {
				t.Errorf("%s: %d up to %v, want %d to %d up to %v", name, got.GetCumulativeCount(), got.GetUpperBound(), least, most, bound)
			}
		}
	}
}

// BenchmarkWatch is the cost of one second at 50 000 exchanges per second.
func BenchmarkWatch(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	seen := interval(0, 0)
	for range 50_000 {
		_ = seen.Response.RecordValue(int64(random.ExpFloat64() * float64(2*time.Millisecond)))
	}
	m := New("", nil)
	b.ReportAllocs()
	for b.Loop() {
		m.Watch(seen)
	}
}

// BenchmarkObserve is the cost of observing the same exchanges one by one.
func BenchmarkObserve(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "x", Buckets: timeBounds, NativeHistogramBucketFactor: 1.1})
	values := make([]float64, 50_000)
	for i := range values {
		values[i] = random.ExpFloat64() * 0.002
	}
	for b.Loop() {
		for range 3 { // response, service, lateness
			for _, value := range values {
				h.Observe(value)
			}
		}
	}
}

func BenchmarkScrape(b *testing.B) {
	m := New("", nil)
	_, seconds := spread(5000)
	for _, second := range seconds {
		m.Watch(loadgen.Interval{Response: second, Service: second, Lateness: second})
	}
	for b.Loop() {
		if _, err := m.registry.Gather(); err != nil {
			b.Fatal(err)
		}
	}
}
