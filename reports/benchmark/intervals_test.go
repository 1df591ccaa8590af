package benchmark

import (
	"math"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

// The ends of a share are rounded away from what is certain of it.
func TestShareEnds(t *testing.T) {
	for want, i := range map[string]uncertain.Interval{
		"":            {Value: 0.5},
		"< 0.026%":    {High: 0.000251, Confidence: 0.95},
		"< 0.03%":     {High: 0.0003, Confidence: 0.95},
		"< 100%":      {High: 1, Confidence: 0.95},
		"0.12%–0.43%": {Value: 0.002, Low: 0.00123, High: 0.00421, Confidence: 0.95},
		"12%–17%":     {Value: 0.15, Low: 0.123, High: 0.1661, Confidence: 0.95},
	} {
		if got := ShareEnds(i); got != want {
			t.Errorf("%+v: %q, not %q", i, got, want)
		}
	}
}

// A run whose mean is too uncertain for its interval says so.
func TestRoughMean(t *testing.T) {
	times := Times{Intervals: &Intervals{Mean: uncertain.Interval{Value: 0.002, Low: 0.001, High: 0.003, Confidence: 0.95, Rough: true}}}
	if low, high := times.Ends(assay.MetricMean); low != "~1.00ms" || high != "3.00ms" {
		t.Errorf("%s to %s", low, high)
	}
}

// The seconds that an interrupted run measured are those in which something was due, or that a closed loop was answered in.
func TestMeasured(t *testing.T) {
	rows := []Second{{Second: 0, Offered: 5, Answered: 4}, {Second: 3, Offered: 5, Answered: 5}, {Second: 4, Answered: 1}}
	for _, test := range []struct {
		report Report
		want   float64
	}{
		{Report{Plan: Plan{Duration: 30}, Timeline: rows}, 30},
		{Report{Plan: Plan{Duration: 30}, Interrupted: true, Timeline: rows}, 4},
		{Report{Plan: Plan{Duration: 30, Shape: Closed}, Interrupted: true, Timeline: rows}, 5},
		{Report{Plan: Plan{Duration: 3.5}, Interrupted: true, Timeline: rows}, 3.5},
		{Report{Plan: Plan{Duration: 30}, Interrupted: true}, 0},
	} {
		if got := test.report.Measured(); math.Abs(got-test.want) > 0 {
			t.Errorf("%+v: %g", test.report.Plan, got)
		}
	}
}

// The ends of a throughput have as many digits as their distance needs.
func TestThroughputEnds(t *testing.T) {
	for want, i := range map[string]uncertain.Interval{
		"":                  {Value: 100},
		"99.62/s–100.00/s":  {Low: 99.6234, High: 100, Confidence: 0.95},
		"1970/s–2000/s":     {Low: 1970.2, High: 2000, Confidence: 0.95},
		"100/s–100/s":       {Low: 100, High: 100, Confidence: 0.95},
		"1999.7/s–2000.9/s": {Low: 1999.7, High: 2000.9, Confidence: 0.95},
	} {
		if got := (Throughput{Interval: i}).Ends(); got != want {
			t.Errorf("%+v: %q, not %q", i, got, want)
		}
	}
}
