package uncertain

import (
	"math"
	"testing"
	"time"
)

func TestFitMean(t *testing.T) {
	var probes []MeanProbe
	for i, at := range around() {
		probes = append(probes, MeanProbe{Rate: 900 * at, Value: 0.02 + 0.1*math.Log(at) + 1e-4*float64(i%2*2-1)})
	}
	l, ok := FitMean(probes, 0.02, 880, 0.95)
	if !ok || math.Abs(l.Rate/900-1) > 0.001 || l.Low > 900 || l.High < 900 || l.Probes != 9 || math.Abs(l.Slope/0.1-1) > 0.1 {
		t.Errorf("%+v, %v", l, ok)
	}
	if l, ok := FitMean(probes[:2], 0.02, 880, 0.95); ok {
		t.Errorf("two probes: %+v", l)
	}
	if l, ok := FitMean([]MeanProbe{{880, 3}, {900, 2}, {920, 1}}, 2, 900, 0.95); ok {
		t.Errorf("a mean that falls: %+v", l)
	}
	if l, ok := FitMean([]MeanProbe{{900, 3}, {900, 2}, {900, 1}}, 2, 900, 0.95); ok {
		t.Errorf("one rate: %+v", l)
	}
}

// Upward and downward probes on curves of their own have the limits of these.
func TestFitBranches(t *testing.T) {
	up, down := onCurve(30, 1e5, 0.97, 1.03, 1, 0.97, 1.03), onCurve(30, 1e5, 0.97, 1.03, 1, 0.97, 1.03)
	for i := range down { // which end at 870/s
		down[i].Rate *= 870.0 / 900
	}
	b, differ := FitBranches(up, down, 0.01, 890, 0.95)
	if !differ || math.Abs(b.Up.Rate-900) > 1 || math.Abs(b.Down.Rate-870) > 1 || b.Up.Low < b.Down.High || b.Up.Probes != 5 {
		t.Errorf("%v: %+v", differ, b)
	}
	if b, differ := FitBranches(up, onCurve(30, 1e5, 0.97, 1.03, 1, 1.01), 0.01, 890, 0.95); differ {
		t.Errorf("the same curve: %+v", b)
	}
	if b, differ := FitBranches(up, down[:3], 0.01, 890, 0.95); differ {
		t.Errorf("three probes: %+v", b)
	}
	few := onCurve(30, 100, 0.97, 1.03, 1, 0.97, 1.03)
	for i := range few {
		few[i].Rate *= 870.0 / 900
	}
	if b, differ := FitBranches(onCurve(30, 100, 0.97, 1.03, 1, 0.97, 1.03), few, 0.01, 890, 0.95); differ {
		t.Errorf("too few exchanges to tell: %+v", b)
	}
}

func TestFitScaling(t *testing.T) {
	law := Scaling{Alone: 100, Contention: 0.05, Coherency: 0.001}
	var loads []Load
	for _, n := range []float64{1, 2, 5, 10, 20, 40} {
		loads = append(loads, Load{InFlight: n, Throughput: law.At(n)})
	}
	s, ok := FitScaling(loads)
	if !ok || math.Abs(s.Alone-100) > 1e-6 || math.Abs(s.Contention-0.05) > 1e-9 || math.Abs(s.Coherency-0.001) > 1e-9 || s.Off > 1e-9 {
		t.Errorf("%+v, %v", s, ok)
	}
	if knee := math.Sqrt(0.95 / 0.001); math.Abs(s.Knee-knee) > 1e-6 {
		t.Errorf("the knee is at %g, not %g", s.Knee, knee)
	}
	for i := range loads { // without contention or a knee
		loads[i].Throughput = 100 * loads[i].InFlight
	}
	if s, ok := FitScaling(loads); !ok || s.Contention > 1e-9 || s.Coherency > 1e-9 || s.Knee != 0 && s.Knee < 1e4 || s.Off > 1e-9 {
		t.Errorf("%+v, %v", s, ok)
	}
	for name, none := range map[string][]Load{"three": loads[:3], "nothing": nil, "one in flight": {{0.1, 10}, {0.2, 20}, {0.5, 40}, {1, 50}}, "no throughput": {{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, math.Inf(1)}}} {
		if s, ok := FitScaling(none); ok {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// A run from a moment on has what was due since.
func TestBlocksFrom(t *testing.T) {
	const length = 11 * time.Second
	b := Blocks{Every: SlotLength(length)}
	for ms := range 11000 {
		s := b.At(time.Duration(ms) * time.Millisecond)
		s.Sent++
		if ms < 1000 {
			s.Failed++
		}
	}
	whole, rest := b.Run(length), b.From(time.Second, length)
	if whole.Counts().Failed != 1000 || rest.Counts().Failed != 0 || rest.Counts().Sent != 10000 || rest.Measured() != 10*time.Second {
		t.Errorf("%+v of %+v in %s", rest.Counts(), whole.Counts(), rest.Measured())
	}
	if none := b.From(time.Minute, length); none.Counts().Sent != 0 {
		t.Errorf("%+v after the end", none.Counts())
	}
}

func TestLogitCurve(t *testing.T) {
	l, _ := Fit(onCurve(20, 1e6, around()...), 0.01, 900, 0.95)
	for _, rate := range []float64{850, l.Rate, 950} {
		wantNear(t, "the share", LogitCurve(l.Rate, 0.01, l.Slope, rate), l.Share(rate), 1e-9)
	}
	if LogitCurve(0, 0.01, 20, 900) != 0 || LogitCurve(900, 0, 20, 900) != 0 || LogitCurve(900, 0.01, 20, 0) != 0 {
		t.Error("no curve has a share")
	}
}
