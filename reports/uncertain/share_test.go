package uncertain

import (
	"math"
	"testing"
)

// near reports a value that differs from what is wanted by more than a tolerance.
func wantNear(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v; want %v within %v", what, got, want, tolerance)
	}
}

// parts are blocks of n exchanges each.
func parts(n int64, counted ...int64) (all []Part) {
	for _, k := range counted {
		all = append(all, Part{Counted: k, Of: n})
	}
	return all
}

// same are blocks that all have k of n.
func same(blocks int, k, n int64) (all []Part) {
	for range blocks {
		all = append(all, Part{k, n})
	}
	return all
}

// The published tables: Clopper and Pearson's own chart, and those of Student's t.
func TestSpecialFunctions(t *testing.T) {
	for _, c := range []struct {
		k, n, confidence, low, high float64
	}{
		{0, 20, 0.95, 0, 0.1684}, {3, 10, 0.95, 0.0667, 0.6525}, {20, 20, 0.95, 0.8316, 1}, {1, 10, 0.95, 0.0025, 0.4450},
		{5, 10, 0.95, 0.1871, 0.8129}, {10, 1000, 0.95, 0.0048, 0.0183}, {5, 10, 0.99, 0.1283, 0.8717}, {0, 0, 0.95, 0, 1},
	} {
		low, high := ClopperPearson(c.k, c.n, c.confidence)
		wantNear(t, "low", low, c.low, 0.00005)
		wantNear(t, "high", high, c.high, 0.00005)
	}
	for _, c := range []struct{ p, degrees, want float64 }{
		{0.975, 1, 12.706}, {0.975, 3, 3.182}, {0.975, 19, 2.093}, {0.95, 19, 1.729}, {0.995, 4, 4.604}, {0.025, 19, -2.093}, {0.5, 7, 0},
		{0.9995, 2, 31.599},
	} {
		wantNear(t, "Student's t", student(c.p, c.degrees), c.want, 0.0006)
	}
	wantNear(t, "the normal quantile", normal(0.975), 1.959964, 1e-6)
}

// The inverse of the incomplete beta function stays usable for samples of any size that a run has.
func TestIntervalsNarrow(t *testing.T) {
	for _, p := range []float64{1e-6, 0.001, 0.01, 0.1, 0.5, 0.9} {
		wide := math.Inf(1)
		for _, n := range []float64{3.3, 40.7, 900, 2e4, 1e6, 3e7} {
			low, high := ClopperPearson(p*n, n, 0.95)
			if !(low <= p && p <= high && high-low < wide) {
				t.Errorf("the interval of %g of %g is %g to %g, %g before", p, n, low, high, wide)
			}
			wide = high - low
			if expected := math.Sqrt(p * (1 - p) / n); p*n > 1000 {
				wantNear(t, "the half-width in standard errors", (high-low)/2/expected, 1.96, 0.05)
			}
		}
	}
}

func TestDesignEffect(t *testing.T) {
	middle := make([]int64, 20)
	middle[9] = 50
	for _, c := range []struct {
		name          string
		parts         []Part
		deff, degrees float64
	}{
		{"all equal", same(20, 5, 100), 1, 19},
		{"all in one block", parts(1000, middle...), 50 / (1 - 50.0/20000), 19},
		{"nothing", same(20, 0, 100), 1, math.Inf(1)},
		{"everything", same(20, 100, 100), 1, math.Inf(1)},
		{"less than independent ones vary", parts(100, 50, 51, 49, 50, 51, 49, 50, 50, 50, 50), 1, 9},
		// halves: phi is (8/10 of neighbours agree, 1/10 not) + 1/10 = 0.8, so f = max(3, 9/9)
		{"two halves", parts(100, 90, 90, 90, 90, 90, 10, 10, 10, 10, 10), 160000 / 9.0 / 250 * 9, 3},
	} {
		cluster := clusterOf(c.parts)
		wantNear(t, c.name+": the design effect", cluster.deff, c.deff, 1e-9*c.deff)
		if cluster.degrees != c.degrees && math.Abs(cluster.degrees-c.degrees) > 1e-9 {
			t.Errorf("%s: %v degrees of freedom; want %v", c.name, cluster.degrees, c.degrees)
		}
	}
}

// Blocks in which nothing was due have no say.
func TestEmptyBlocks(t *testing.T) {
	full := parts(100, 3, 9, 4, 1, 7, 2)
	var gaps []Part
	for _, part := range full {
		gaps = append(gaps, part, Part{})
	}
	if got, want := Share(gaps, 0.95), Share(full, 0.95); got != want {
		t.Errorf("with empty blocks %+v; without %+v", got, want)
	}
}

func TestShare(t *testing.T) {
	t.Run("independent", func(t *testing.T) {
		i := Share(same(20, 5, 100), 0.95)
		z := 1.959964 / 2.093024
		wantNear(t, "the effective sample", i.Effective, 2000*z*z, 0.5)
		low, high := ClopperPearson(0.05*i.Effective, i.Effective, 0.95)
		if i.Low != low || i.High != high || i.Value != 0.05 || i.Deff != 1 || i.OneSided || i.Open() || !i.Holds(0.05) || i.Holds(0.07) {
			t.Errorf("%+v; want %g to %g", i, low, high)
		}
	})
	t.Run("none of 12 000", func(t *testing.T) {
		i := Share(same(20, 0, 600), 0.95)
		if !i.OneSided || i.Low != 0 || i.Effective != 12000 {
			t.Errorf("%+v; want one side of 12 000", i)
		}
		wantNear(t, "the upper end", i.High, 1-math.Pow(0.05, 1/12000.0), 1e-12)
	})
	t.Run("all of 12 000", func(t *testing.T) {
		none, all := Share(same(20, 0, 600), 0.95), Share(same(20, 600, 600), 0.95)
		if !all.OneSided || all.High != 1 || all.Value != 1 {
			t.Errorf("%+v; want one side", all)
		}
		wantNear(t, "the lower end", all.Low, 1-none.High, 1e-12)
	})
	t.Run("the bulk", func(t *testing.T) {
		middle := make([]int64, 20)
		middle[9] = 1000
		clustered := parts(1000, middle...)
		i := Share(same(20, 0, 1000), 0.95, clustered, same(20, 3, 1000))
		if deff := clusterOf(clustered).deff; i.Deff != deff || i.Effective > 20000/deff {
			t.Errorf("%+v; want the design effect %g of the bulk", i, deff)
		}
	})
	t.Run("few blocks", func(t *testing.T) {
		i := Share(same(4, 5, 100), 0.95)
		if i.Known() || i.Value != 0.05 || i.Holds(0.05) || i.Open() || !math.IsInf(i.HalfWidth(), 1) {
			t.Errorf("%+v; want no interval", i)
		}
		if i := Share(same(5, 5, 100), 0.95); !i.Known() {
			t.Errorf("%+v; want an interval", i)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		if i := Share(nil, 0.95); i.Known() || i.Value != 0 {
			t.Errorf("%+v; want none", i)
		}
		if i := Share(make([]Part, 20), 0.95); i.Known() {
			t.Errorf("%+v; want none", i)
		}
	})
}
