package page

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/uncertain"
)

// A known interval is a whisker with two caps and a side of the band; an open one reaches the top and has one cap.
func TestIntervalsOfTheDistribution(t *testing.T) {
	times := benchmark.Times{P50: 0.01, P90: 0.02, P99: 0.05, Intervals: &benchmark.Intervals{
		P50: uncertain.Interval{Value: 0.01, Low: 0.008, High: 0.012, Confidence: 0.95},
		P90: uncertain.Interval{Value: 0.02, High: math.Inf(1)}, // not known
		P99: uncertain.Interval{Value: 0.05, Low: 0.04, High: math.Inf(1), Confidence: 0.95},
	}}
	all := intervals(times, nines(99.9))
	if len(all) != 2 || all[0] != (ends{nines(50), 0.008, 0.012, "p50 8.00ms–12.0ms"}) || !math.IsNaN(all[1].high) || all[1].title != "p99 > 40.0ms" {
		t.Fatalf("%+v", all)
	}
	if short := intervals(times, nines(90)); len(short) != 1 {
		t.Errorf("a percentile beyond the chart: %+v", short)
	}
	if none := intervals(benchmark.Times{}, 5); len(none) > 0 {
		t.Errorf("%+v", none)
	}
	p := &plot{Left: 0, Right: 100, Top: 10, Bottom: 110}
	p.band(scale{from: 0, to: 2, at0: 0, at1: 100}, scale{from: 0, to: 0.1, at0: 110, at1: 10}, []ends{{0, 0.02, 0.04, "a"}, {1, 0.05, math.NaN(), "b"}})
	want := []chartWhisker{{"M-3.5 90.0h7.0M0.0 90.0V70.0m-3.5 0h7.0", "a"}, {"M46.5 60.0h7.0M50.0 60.0V10.0", "b"}}
	if !slices.Equal(p.Whiskers, want) || !slices.Equal(p.Bands, []string{"M0.0 70.0L50.0 10.0L50.0 60.0L0.0 90.0Z"}) {
		t.Errorf("%q %q", p.Whiskers, p.Bands)
	}
}

// Where the timeline has no row, the lines are broken, and so they are where a row has no times.
func TestGapsOfTheTimeline(t *testing.T) {
	row := func(second int) benchmark.Second {
		return benchmark.Second{Second: second, Offered: 5, Answered: 5, P50: new(0.01), P90: new(0.01), P99: new(0.01), Max: new(0.01)}
	}
	all := bucketsOf([]benchmark.Second{row(0), row(1), {Second: 2, Offered: 5}, row(3), row(7)})
	var at []float64
	var known []bool
	for _, b := range all {
		at, known = append(at, b.second), append(known, !math.IsNaN(b.p99))
	}
	if !slices.Equal(at, []float64{0, 1, 2, 3, 4, 7}) || !slices.Equal(known, []bool{true, true, false, true, false, true}) || !math.IsNaN(all[4].offered) || all[2].offered != 5 {
		t.Errorf("%v %v", at, known)
	}
}

// Every service level has a lane of its own with its bound; a step is marked in the lane of the level that it broke, and one at which the
// generator was the bottleneck has a mark of its own everywhere.
func TestStepsOfASearch(t *testing.T) {
	search := benchmark.Search{Limit: 150, Steps: []benchmark.Step{
		{Rate: 100, Holds: true, Outcome: benchmark.Passed, Response: benchmark.Times{P99: 0.01}},
		{Rate: 200, Outcome: benchmark.Violated, Response: benchmark.Times{P99: 0.1}, Broke: []benchmark.Level{{Expression: "p99<50ms", Observed: 0.1}}},
		{Rate: 150, Outcome: benchmark.Violated, Response: benchmark.Times{P99: 0.02}, Errors: 0.05, Broke: []benchmark.Level{{Expression: "errors<1%", Observed: 0.05}}},
		{Rate: 400, Outcome: benchmark.Saturated, Response: benchmark.Times{P99: 0.2}},
	}}
	b := loadBuilder{in: messages.For(messages.English), report: benchmark.Report{Outcome: benchmark.Passed, Search: &search, Started: time.Unix(1, 0),
		SLO: []benchmark.Level{{Expression: "p99<50ms"}, {Expression: "errors<1%"}}}}
	c := b.stepsChart(search)
	for _, plot := range c.Plots {
		got := map[string]string{}
		for _, lane := range plot.Lanes {
			var classes []string
			for _, mark := range lane.Marks {
				classes = append(classes, mark.Class)
			}
			got[lane.Title] = strings.Join(classes, " ") + " " + lane.Bound.Label
		}
		for title, want := range map[string]string{"rate": "held broke broke saturated limit 150/s", "p99<50ms": "held broke held saturated 50.0ms", "errors<1%": "held held broke saturated 1%"} {
			if got[title] != want {
				t.Errorf("%s: %q, want %q", title, got[title], want)
			}
		}
	}
	const said = "4 steps, numbered in the order of the search; 1 met every service level; 1 broke p99<50ms; 1 broke errors<1%; in 1 the load generator was the bottleneck"
	if !strings.HasPrefix(c.Lead, said) || len(c.Rows) != 4 || c.Rows[2][0] != "3" || !c.Open {
		t.Errorf("%q, %q", c.Lead, c.Rows)
	}
}
