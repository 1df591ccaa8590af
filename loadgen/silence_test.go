//go:build !race

package loadgen

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
)

// A silence counts with all of its time, wherever whole seconds begin, also before the first answer and after the last one. A slow
// target and a low rate make no silence.
func TestSilences(t *testing.T) {
	const quick = 10 * time.Millisecond
	type stall struct{ from, to time.Duration }
	for name, test := range map[string]struct {
		rate   float64
		usual  time.Duration
		stalls []stall
		closed bool
		want   *benchmark.Silence
	}{
		"none":                              {50, quick, nil, false, &benchmark.Silence{}},
		"1.9 seconds over one whole second": {50, quick, []stall{{3550 * time.Millisecond, 5450 * time.Millisecond}}, false, &benchmark.Silence{Seconds: 1.9, Times: 1}},
		"one second between whole ones, again and again": {50, quick, []stall{{1500 * time.Millisecond, 2500 * time.Millisecond},
			{4500 * time.Millisecond, 5500 * time.Millisecond}, {7500 * time.Millisecond, 8500 * time.Millisecond}}, false, &benchmark.Silence{Seconds: 3, Times: 3}},
		"from the start":       {50, quick, []stall{{0, 2 * time.Second}}, false, &benchmark.Silence{Seconds: 2, Times: 1}},
		"to the end":           {50, quick, []stall{{8 * time.Second, 12 * time.Second}}, false, &benchmark.Silence{Seconds: 2, Times: 1}},
		"all the time":         {50, quick, []stall{{0, 12 * time.Second}}, false, &benchmark.Silence{Seconds: 8, Times: 1}}, // an answer takes two seconds at least
		"too short":            {50, quick, []stall{{3 * time.Second, 3400 * time.Millisecond}}, false, &benchmark.Silence{}},
		"a slow target":        {50, 3 * time.Second, nil, false, &benchmark.Silence{}},
		"a low rate":           {1, quick, nil, false, &benchmark.Silence{}},
		"a closed loop has no": {0, quick, []stall{{3 * time.Second, 5 * time.Second}}, true, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := stage{wait: func(start, sent time.Time) time.Duration {
				since := sent.Sub(start) + test.usual
				for _, one := range test.stalls {
					if since > one.from && since < one.to {
						return one.to - sent.Sub(start)
					}
				}
				return test.usual
			}}
			plan := Plan{Rate: test.rate, Duration: 10 * time.Second}
			if test.closed {
				plan.Closed, plan.InFlight = true, 4
			}
			r := s.open(t, plan)
			defer r.close()
			got := r.report(r.measure(r.plan)).Silence
			if (got == nil) != (test.want == nil) {
				t.Fatalf("%s: %+v, not %+v", name, got, test.want)
			}
			const edges = 0.06 // an answer before, and one after
			if got != nil && (got.Times != test.want.Times || got.Seconds < test.want.Seconds-edges || got.Seconds > test.want.Seconds+edges) {
				t.Errorf("%s: %+v, not %+v", name, *got, *test.want)
			}
			if got == nil {
				return
			}
			if n := int64(len(got.Longest)); n != min(got.Times, benchmark.MostQuiet) {
				t.Errorf("%s: %d of %d are listed", name, n, got.Times)
			}
			for i, quiet := range got.Longest {
				if stall := test.stalls[i]; name != "all the time" && math.Abs(quiet.From-stall.from.Seconds()) > edges ||
					math.Abs(float64(quiet.Due)-test.rate*quiet.Seconds) > 1 {
					t.Errorf("%s: %+v is not %v", name, quiet, stall)
				}
			}
		})
	}
}

// Of many silences the longest are kept, in the order of time.
func TestTheLongestSilences(t *testing.T) {
	var longest []benchmark.Quiet
	for _, seconds := range []float64{1, 7, 2, 9, 3, 8, 0.5, 4} {
		longest = withLongest(longest, benchmark.Quiet{Seconds: seconds})
	}
	var got []float64
	for _, quiet := range longest {
		got = append(got, quiet.Seconds)
	}
	if want := []float64{7, 9, 3, 8, 4}; !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
