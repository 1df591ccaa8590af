package uncertain

import (
	"math"
	"testing"
)

// onCurve are probes that lie on a curve of a slope, which meets 1 % at 900/s.
func onCurve(slope, n float64, at ...float64) (probes []Probe) {
	const rate = 900
	for _, factor := range at {
		share := expit(logit(0.01) + slope*math.Log(factor))
		probes = append(probes, Probe{Rate: rate * factor, Counted: n * share, Of: n})
	}
	return probes
}

func around() []float64 { return []float64{0.97, 1.03, 1, 0.97, 1.03, 1, 0.97, 1.03, 1} }

func TestFit(t *testing.T) {
	for _, slope := range []float64{2, 10, 40} {
		l, ok := Fit(onCurve(slope, 1e6, around()...), 0.01, 880, 0.95)
		if !ok || l.Probes != 9 || l.Dispersion != 1 {
			t.Fatalf("slope %g: %+v, %v", slope, l, ok)
		}
		wantNear(t, "the limit", l.Rate, 900, 0.5)
		wantNear(t, "the slope", l.Slope, slope, 0.02*slope)
		wantNear(t, "the share at the limit", l.Share(l.Rate), 0.01, 1e-9)
		if !(l.Low < 900 && l.High > 900) || l.Confidence != 0.95 {
			t.Errorf("slope %g: %+v", slope, l)
		}
	}
}

// The delta method, by hand, at a limit beside the probes: their information about the line is Σ n·p·(1-p) times 1, x and x².
func TestFitError(t *testing.T) {
	const n, slope = 1e5, 20.0
	probes := onCurve(slope, n, 0.97, 1.03, 0.97, 1.03)
	at := math.Log(1.04)
	l, ok := Fit(probes, expit(logit(0.01)+slope*at), 900, 0.95)
	if !ok {
		t.Fatal("no fit")
	}
	var haa, hab, hbb float64
	for _, probe := range probes {
		x, p := math.Log(probe.Rate/900), probe.Counted/probe.Of
		haa, hab, hbb = haa+n*p*(1-p), hab+n*p*(1-p)*x, hbb+n*p*(1-p)*x*x
	}
	hbb += 1.0 / 900 // of the prior
	variance := (hbb + 2*at*-hab + at*at*haa) / (haa*hbb - hab*hab)
	want := student(0.975, 2) * math.Sqrt(variance) / slope
	wantNear(t, "the limit", l.Rate, 900*1.04, 1)
	wantNear(t, "the half-width", math.Log(l.High/l.Rate), want, 0.02*want)
	if l.Within(0.9*want) || !l.Within(1.2*want) {
		t.Errorf("%+v", l)
	}
}

// Few clusters of slow exchanges tell the dispersion worse than many.
func TestFitDegrees(t *testing.T) {
	for _, c := range []struct{ dispersion, counted, want float64 }{{1, 10, 10}, {51, 750, 5}, {1000, 100, 1}} {
		wantNear(t, "degrees", (&line{dispersion: c.dispersion, counted: c.counted}).degrees(12), c.want, 1e-9)
	}
}

// Probes that scatter more than independent exchanges widen the interval by as much.
func TestFitDispersion(t *testing.T) {
	clean := onCurve(20, 1e5, around()...)
	scattered := append([]Probe(nil), clean...)
	for i := range scattered {
		scattered[i].Counted *= 1 + 0.3*float64(i%2*2-1)
	}
	a, _ := Fit(clean, 0.01, 900, 0.95)
	b, _ := Fit(scattered, 0.01, 900, 0.95)
	if b.Dispersion < 30 {
		t.Errorf("the dispersion is %g", b.Dispersion)
	}
	wantNear(t, "the widths", math.Log(b.High/b.Low)/math.Log(a.High/a.Low), math.Sqrt(b.Dispersion), 0.2*math.Sqrt(b.Dispersion))
}

func TestNoFit(t *testing.T) {
	for name, probes := range map[string][]Probe{
		"no probe":        nil,
		"two probes":      onCurve(20, 1e5, 1, 1.03),
		"probes far away": onCurve(20, 1e5, 0.5, 0.6, 0.7, 1.3, 2),
		"nothing beyond":  {{Rate: 880, Of: 100}, {Rate: 900, Of: 100}, {Rate: 920, Of: 100}},
		"all beyond":      {{Rate: 880, Counted: 9, Of: 9}, {Rate: 900, Counted: 9, Of: 9}, {Rate: 920, Counted: 9, Of: 9}},
		"empty probes":    {{Rate: 880}, {Rate: 900}, {Rate: 920}},
		"no rate":         {{Counted: 1, Of: 9}, {Counted: 1, Of: 9}, {Counted: 1, Of: 9}},
	} {
		if l, ok := Fit(probes, 0.01, 900, 0.95); ok || l.Within(1) || l.Share(900) != 0 {
			t.Errorf("%s: %+v", name, l)
		}
	}
	if _, ok := Fit(onCurve(20, 1e5, around()...), 0, 900, 0.95); ok {
		t.Error("a level that allows nothing has a limit")
	}
}

// A curve that seems to fall has the least slope, and a limit far away.
func TestFitOfAFallingCurve(t *testing.T) {
	l, ok := Fit(onCurve(-5, 1e6, around()...), 0.01, 900, 0.95)
	if !ok || l.Slope != leastSlope || math.IsNaN(l.Low+l.High) || l.Within(0.03) && l.Dispersion > 100 {
		t.Errorf("%+v, %v", l, ok)
	}
	one, ok := Fit([]Probe{{880, 0, 1000}, {900, 1, 1000}, {920, 999, 1000}}, 0.01, 900, 0.95)
	if !ok || math.IsNaN(one.Rate+one.Low+one.High) || one.Slope <= 10 {
		t.Errorf("a step: %+v, %v", one, ok)
	}
}
