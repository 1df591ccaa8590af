package uncertain

import (
	"math"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// Welch's t on an example that is published with t = -2.46 and 25.0 degrees of freedom for A - B.
func TestApart(t *testing.T) {
	a, b := []float64{27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4},
		[]float64{27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4}
	c := Apart(a, b, false, 0.95)
	wantNear(t, "A", c.A, 20.82, 0.005)
	wantNear(t, "the difference", c.Value, 22.9867-20.82, 0.001)
	wantNear(t, "degrees of freedom", c.Degrees, 24.99, 0.01)
	wantNear(t, "t", c.Value/c.error, 2.46, 0.005)
	half := student(0.975, c.Degrees) * c.error
	if c.Low != c.Value-half || c.High != c.Value+half || !c.Known() || c.Ratio {
		t.Errorf("%+v", c)
	}
	ratio := Apart(a, b, true, 0.95)
	wantNear(t, "the ratio", ratio.Value, ratio.B/ratio.A-1, 1e-12)
	if !(ratio.Low > 0 && ratio.Low < ratio.Value && ratio.Value < ratio.High) {
		t.Errorf("%+v", ratio)
	}
}

// Student's t on the differences of pairs, on the sleep of ten patients with two drugs (Student, Biometrika 6, 1908): t = 4.06 with 9 degrees.
func TestPaired(t *testing.T) {
	a, b := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2}, []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	c := Paired(a, b, false, 0.95)
	wantNear(t, "the difference", c.Value, 1.58, 1e-9)
	wantNear(t, "t", c.Value/c.error, 4.0621, 0.0001)
	wantNear(t, "degrees of freedom", c.Degrees, 9, 0)
	wantNear(t, "the low end", c.Low, 0.7001, 0.0001)
	wantNear(t, "the high end", c.High, 2.4599, 0.0001)
	ratio := Paired([]float64{1, 10, 100}, []float64{1.1, 11, 110}, true, 0.95)
	if math.Abs(ratio.Low-0.1) > 1e-9 || math.Abs(ratio.High-0.1) > 1e-9 || math.Abs(ratio.A-10) > 1e-9 {
		t.Errorf("the same ratio in every pair: %+v", ratio)
	}
	for _, c := range []Change{Paired(a[:2], b[:2], false, 0.95), Paired(a[:3], b[:4], false, 0.95), Paired([]float64{1, 1, 0}, []float64{2, 2, 2}, true, 0.95)} {
		if c.Known() {
			t.Errorf("%+v has an interval", c)
		}
	}
}

func TestFewRunsApart(t *testing.T) {
	for _, c := range []Change{
		Apart([]float64{1, 1}, []float64{2, 2, 2}, true, 0.95), Apart([]float64{1}, []float64{2}, false, 0.95),
		Apart([]float64{1, 1, 0}, []float64{2, 2, 2}, true, 0.95),
	} {
		if c.Known() || c.Classify(0.05, false) != Undetermined || !math.IsInf(c.Detectable(0.9), 1) {
			t.Errorf("%+v has an interval", c)
		}
	}
	if c := Apart([]float64{2, 2}, []float64{3}, true, 0.95); math.Abs(c.Value-0.5) > 1e-12 {
		t.Errorf("the difference of few runs is %+v; want it shown", c)
	}
	same := Apart([]float64{4, 4, 4}, []float64{4, 4, 4}, true, 0.95)
	if same.Low != 0 || same.High != 0 || same.Degrees != 2 || same.Classify(0.05, false) != Same {
		t.Errorf("equal runs: %+v", same)
	}
}

// Both sides share what disturbs them: of a difference that is the same in every block, the interval is a point.
func TestInterleaved(t *testing.T) {
	side := func(slower float64, by func(block int) float64) Run {
		slots := make([]Slot, 20)
		for i := range slots {
			for _, of := range ramp(500, 10*ms, 30*ms) {
				slots[i].Accept(time.Duration(float64(of) * by(i) * slower))
			}
			slots[i].Sent, slots[i].Failed = 510, 10
			slots[i].Wanted, slots[i].Answered = 510, 500
			slots[i].Asked = 3
		}
		return NewRun(slots, 60*time.Second)
	}
	steady := func(int) float64 { return 1 }
	noisy := func(i int) float64 { return 1 + float64(i*7%20)/20 }
	for _, metric := range []assay.Metric{assay.MetricP50, assay.MetricP90, assay.MetricP99, assay.MetricMean} {
		for _, by := range []func(int) float64{steady, noisy} {
			c := Interleaved(side(1, by), side(1.1, by), Figure{Metric: metric}, 0.95)
			wantNear(t, string(metric)+" of B/A", c.Value, 0.1, 0.01)
			if !c.Known() || !c.Ratio || !(c.Low > 0.08 && c.High < 0.12) || c.Classify(0.05, false) != Worse {
				t.Errorf("%s: %+v; want worse by 10 %%", metric, c)
			}
		}
		if c := Interleaved(side(1, noisy), side(1, noisy), Figure{Metric: metric}, 0.95); c.Value != 0 || c.Low != 0 || c.High != 0 {
			t.Errorf("%s of one side twice: %+v", metric, c)
		}
		if c := Interleaved(side(1, steady), side(1, noisy), Figure{Metric: metric}, 0.95); c.High-c.Low < 0.05 {
			t.Errorf("%s with noise on one side: %+v", metric, c)
		}
	}
	a, b := side(1, steady), side(1, steady)
	for i := range b.blocks {
		b.blocks[i].Failed, b.blocks[i].Answered = 10+int64(i%2), 500-int64(i%2)
		b.blocks[i].Silent = int64(i % 2)
	}
	c := Interleaved(a, b, Figure{Metric: assay.MetricErrors}, 0.95)
	// the deviations of B alternate by ±0.5 of 510, in 20 blocks
	wantNear(t, "errors", c.Value, 0.5/510, 1e-12)
	wantNear(t, "the half-width", c.High-c.Value, student(0.975, 19)*0.5/510/math.Sqrt(19), 1e-6)
	if c.Ratio {
		t.Error("errors are compared as a ratio")
	}
	wantNear(t, "throughput", Interleaved(a, b, Figure{Metric: assay.MetricThroughput}, 0.95).Value, 499.5/500-1, 1e-9)
	wantNear(t, "silent seconds", Interleaved(a, b, Figure{Silent: true}, 0.95).Value, 1.0/6, 1e-9)
	for _, figure := range []Figure{{Metric: assay.MetricP99}, {Metric: assay.MetricErrors}, {Silent: true}, {Metric: assay.MetricThroughput}} {
		if c := Interleaved(Run{}, Run{}, figure, 0.95); c.Known() {
			t.Errorf("%+v of nothing: %+v", figure, c)
		}
		if c := Interleaved(a, NewRun(b.blocks[:10], 30*time.Second), figure, 0.95); c.Known() {
			t.Errorf("%+v of runs of different lengths: %+v", figure, c)
		}
		if c := Interleaved(NewRun(a.blocks[:4], 12*time.Second), NewRun(b.blocks[:4], 12*time.Second), figure, 0.95); c.Known() {
			t.Errorf("%+v of four blocks: %+v", figure, c)
		}
	}
}

func TestDetectable(t *testing.T) {
	c := Change{Confidence: 0.95, Degrees: 1e6, error: 0.01}
	wantNear(t, "the smallest difference", c.Detectable(0.9), 0.01*(1.960+1.2816), 1e-5)
	c.Ratio = true
	wantNear(t, "the smallest change", c.Detectable(0.9), math.Expm1(0.01*(1.960+1.2816)), 1e-5)
}

// A percentile that hardly anything is beyond has no interval, and the median of the same exchanges has one.
func TestInterleavedWithFewExchanges(t *testing.T) {
	for n, known := range map[int]bool{40: false, 50: true} {
		slots := make([]Slot, 20)
		for i := range slots {
			for _, of := range ramp(n, 10*ms, 30*ms) {
				slots[i].Accept(of)
			}
		}
		r := NewRun(slots, 20*time.Second)
		if c := Interleaved(r, r, Figure{Metric: assay.MetricP99}, 0.95); c.Known() != known {
			t.Errorf("p99 of %d exchanges: %+v", 20*n, c)
		}
		if c := Interleaved(r, r, Figure{Metric: assay.MetricP50}, 0.95); !c.Known() {
			t.Errorf("p50 of %d exchanges: %+v", 20*n, c)
		}
	}
}

func TestOfMorePreciseFigures(t *testing.T) {
	ratio := Change{A: 1, B: 1.1, Ratio: true}.ends(math.Log(1.1), 0.01, 19, 0.95)
	of := ratio.Of(0.2, 0.221) // in another unit
	wantNear(t, "the ratio", of.Value, 0.105, 1e-9)
	wantNear(t, "the width", math.Log1p(of.High)-math.Log1p(of.Low), math.Log1p(ratio.High)-math.Log1p(ratio.Low), 1e-9)
	if far := ratio.Of(0.2, 0.4); far.Value != ratio.Value || far.Low != ratio.Low || far.A != 0.2 {
		t.Errorf("%+v", far)
	}
	share := Change{A: 0.01, B: 0.02}.ends(0.01, 0.001, 19, 0.95)
	if of := share.Of(0.0101, 0.0201); !of.Known() || math.Abs(of.Value-0.01) > 1e-9 {
		t.Errorf("%+v", of)
	}
	if of := share.Of(0, 0.02); of.Known() || of.Value != 0.02 {
		t.Errorf("%+v has an interval, and its errors are excused", of)
	}
	if of := (Change{Ratio: true}).Of(1, 2); of.Known() || of.Value != 1 {
		t.Errorf("%+v", of)
	}
}

// Without a tolerance, an interval of 95 % is above 0 in 2.5 % of the cases without a difference, and below it in as many.
func TestFalseAlarm(t *testing.T) {
	for _, degrees := range []float64{2, 4, 19, 1e6} {
		c := Change{Confidence: 0.95, Degrees: degrees, error: 0.01}
		wantNear(t, "without a tolerance", c.FalseAlarm(0), 0.025, 1e-9)
		if with := c.FalseAlarm(0.05); !(with > 0 && with < c.FalseAlarm(0.01)) {
			t.Errorf("%g degrees: %g with a tolerance of 5 %%", degrees, with)
		}
	}
	c := Change{Confidence: 0.95, Degrees: 1e6, error: 0.01}
	wantNear(t, "a tolerance of one standard error", c.FalseAlarm(0.01), 0.00154, 2e-5) // of the normal distribution, beyond 2.96
	c.Ratio = true
	wantNear(t, "a ratio", c.FalseAlarm(math.Expm1(0.01)), 0.00154, 2e-5)
	if none := (Change{}).FalseAlarm(0); none != 0 {
		t.Errorf("%g without an interval", none)
	}
}

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      Class
		higher    Class // where a higher figure is better
	}{
		{0.06, 0.1, Worse, Better}, {-0.1, -0.06, Better, Worse}, {-0.05, 0.05, Same, Same}, {0.01, 0.04, Same, Same}, {0.01, 0.1, Differs, Differs},
		{-0.1, -0.01, Differs, Differs}, {-0.01, 0.1, Undetermined, Undetermined}, {-0.1, 0.1, Undetermined, Undetermined},
	} {
		change := Change{Low: c.low, High: c.high, Confidence: 0.95}
		if got, higher := change.Classify(0.05, false), change.Classify(0.05, true); got != c.want || higher != c.higher {
			t.Errorf("%g to %g: %s, and %s; want %s, and %s", c.low, c.high, got, higher, c.want, c.higher)
		}
	}
	share := func(k int64) Interval { return Share(same(20, k, 1000), 0.95) }
	for _, c := range []struct {
		a, b Interval
		want Class
	}{
		{share(0), share(42), Worse}, {share(42), share(0), Better}, {share(0), share(0), Same}, {share(42), share(43), Undetermined},
		{Share(same(20, 1000, 1_000_000), 0.95), Share(same(20, 1500, 1_000_000), 0.95), Same},
		{Share(same(20, 100_000, 1_000_000), 0.95), Share(same(20, 100_900, 1_000_000), 0.95), Differs},
		{unknown(0), share(42), Undetermined},
	} {
		if got := ClassifyShares(c.a, c.b, 0.001); got != c.want {
			t.Errorf("%g and %g: %s; want %s", c.a.Value, c.b.Value, got, c.want)
		}
	}
}
