package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay/internal/schematest"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// made is a run of 60 seconds at 500/s with a p50; the other times are multiples of it. No two have the same n.
func made(n int, p50 float64) benchmark.Report {
	report := benchmark.Report{Outcome: benchmark.Passed, Started: time.Unix(int64(1000*n), 0), Finished: time.Unix(int64(1000*n+60), 0),
		Plan: benchmark.Plan{Shape: "constant", Rate: 500, Duration: 60, WarmUp: 5, Users: 1000, InFlight: 2048, Timeout: 10, Seed: int64(n),
			Mix: map[string]float64{"login": 0.9, "phone": 0.1}},
		Exchanges:  benchmark.Exchanges{Sent: 30000, Accepted: 30000},
		Throughput: benchmark.Throughput{Offered: 500, Achieved: 500},
		Response: benchmark.Times{P50: p50, P90: 2 * p50, P95: 3 * p50, P99: 5 * p50, P999: 6 * p50, Max: 7 * p50, Mean: 1.2 * p50,
			Samples: 30000},
		SLO: []benchmark.Level{{Expression: "p99<500ms", Observed: 5 * p50, Verdict: benchmark.Holds, Holds: true}},
	}
	report.Distribution.Response = distribution(report.Response)
	for second := range 60 {
		report.Timeline = append(report.Timeline, benchmark.Second{Second: second, Offered: 500, Answered: 500, Accepted: 500})
	}
	return report
}

// distribution has the points of some times.
func distribution(t benchmark.Times) []benchmark.Point {
	return []benchmark.Point{{Percentile: 50, Seconds: t.P50}, {Percentile: 90, Seconds: t.P90}, {Percentile: 99, Seconds: t.P99}, {Percentile: 100, Seconds: t.Max}}
}

// several are runs whose times are multiples of 10 ms.
func several(first int, factors ...float64) (runs []benchmark.Report) {
	for i, factor := range factors {
		runs = append(runs, made(first+i, 0.010*factor))
	}
	return runs
}

func tolerant() Options { return Options{Tolerance: 0.05, ErrorTolerance: 0.001} }

func compared(t *testing.T, a, b []benchmark.Report) Comparison {
	t.Helper()
	c, err := New(a, b, tolerant())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// row is a figure of a comparison.
func row(t *testing.T, c Comparison, name string) Row {
	t.Helper()
	for _, row := range c.Figures {
		if row.Name == name {
			return row
		}
	}
	t.Fatalf("no figure %s in %+v", name, c)
	return Row{}
}

// Runs of one build differ by a few percent. Three a side show it, so that neither the same build is worse, nor a slower one
// unnoticed.
func TestTheNoiseBetweenRuns(t *testing.T) {
	for _, test := range []struct {
		name    string
		b       []float64
		verdict Verdict
		outcome Outcome
	}{
		{"the same build", []float64{1.03, 0.98, 1.00}, Unknown, Undecided},
		{"the same build, quiet machine", []float64{1.001, 1.002, 1.000}, Same, Held},
		{"half as slow again", []float64{1.48, 1.52, 1.50}, Worse, Regressed},
		{"a third faster", []float64{0.66, 0.67, 0.68}, Better, Held},
		{"slower by about the tolerance", []float64{1.049, 1.051, 1.053}, Differs, Held},
		{"slower, within the noise", []float64{1.00, 1.40, 1.10}, Unknown, Undecided},
	} {
		spread := []float64{1.00, 1.001, 0.999}
		if test.name == "the same build" {
			spread = []float64{1.02, 0.97, 1.01}
		}
		c := compared(t, several(1, spread...), several(11, test.b...))
		if got := row(t, c, "p50"); got.Verdict != test.verdict || got.Low == nil || c.Outcome != test.outcome {
			t.Errorf("%s: p50 %s from %+v, outcome %s %v", test.name, got.Verdict, got, c.Outcome, c.Reasons)
		}
	}
}

// A side that is incorrect is worse, whatever its times.
func TestIncorrectIsWorse(t *testing.T) {
	bad, right := wrong(made(2, 0.001), 21), made(1, 0.010)
	c := compared(t, []benchmark.Report{right}, []benchmark.Report{bad})
	if c.Outcome != Regressed || c.Reasons[0].String() != "B has 21 incorrect exchanges, A has none: no figure excuses them" || c.B.Incorrect != 21 {
		t.Errorf("%s %q", c.Outcome, c.Reasons)
	}
	inWarmUp := made(3, 0.001)
	inWarmUp.WarmUp = &benchmark.WarmUp{Exchanges: benchmark.Exchanges{Sent: 1, DoubleRedeemed: 1}}
	inWarmUp.Outcome, inWarmUp.Reasons = benchmark.Incorrect, []phrase.Phrase{phrase.Say(phrase.RedeemedTwice, 1)}
	if c = compared(t, []benchmark.Report{right}, []benchmark.Report{inWarmUp}); c.Outcome != Regressed {
		t.Errorf("in the warm-up: %s %q", c.Outcome, c.Reasons)
	}
}

// No figure excuses a side that is incorrect, so it is worse whether figures can be compared or not.
func TestIncorrectIsWorseWithoutFigures(t *testing.T) {
	interrupted := func(r benchmark.Report) benchmark.Report { r.Interrupted = true; return r }
	saturated := func(r benchmark.Report) benchmark.Report { r.Generator.Unsent = 9000; return r }
	ended := func(outcome benchmark.Outcome) func(benchmark.Report) benchmark.Report {
		return func(r benchmark.Report) benchmark.Report { r.Outcome = outcome; return r }
	}
	allWrong := func(r benchmark.Report) benchmark.Report {
		r = wrong(r, 30000)
		r.Response, r.Distribution, r.SLO = benchmark.Times{}, benchmark.Distribution{}, nil
		return r
	}
	otherRate := func(r benchmark.Report) benchmark.Report { r.Plan.Rate = 700; return r }
	right, bad := made(1, 0.010), wrong(made(2, 0.001), 21)
	const worse, mended = "B has 21 incorrect exchanges, A has none: no figure excuses them", "A has 21 incorrect exchanges, B has none"
	for name, test := range map[string]struct {
		a, b        benchmark.Report
		outcome     Outcome
		first, note string
		figures     bool
	}{
		"B, interrupted":            {right, interrupted(bad), Regressed, worse, "a run of side B (started 1970-01-01 00:33:20 UTC) ended interrupted: its figures say nothing of its target", false},
		"B, saturated":              {right, saturated(bad), Regressed, worse, "the figures of a run of side B (started 1970-01-01 00:33:20 UTC) say nothing of its target: 9000 of 39000 exchanges that were due were never sent; lower the rate", false},
		"B, and A interrupted":      {interrupted(right), bad, Regressed, worse, "a run of side A (started 1970-01-01 00:16:40 UTC) ended interrupted: its figures say nothing of its target", false},
		"B, and A saturated":        {ended(benchmark.Saturated)(right), bad, Regressed, worse, "a run of side A (started 1970-01-01 00:16:40 UTC) ended generator-saturated: its figures say nothing of its target", false},
		"B, and A not known":        {ended(benchmark.Unknown)(right), bad, Regressed, worse, "", true},
		"B, all of it":              {right, allWrong(made(2, 0.010)), Regressed, "B has 30000 incorrect exchanges, A has none: no figure excuses them", "a run of side B (started 1970-01-01 00:33:20 UTC) has no response times", false},
		"B, of another plan":        {right, otherRate(bad), Incomparable, otherPlan("rate 700/s instead of 500/s"), worse, false},
		"A, and B interrupted":      {wrong(right, 21), interrupted(made(2, 0.001)), Incomparable, "a run of side B (started 1970-01-01 00:33:20 UTC) ended interrupted: its figures say nothing of its target", mended, false},
		"A, interrupted":            {interrupted(wrong(right, 21)), made(2, 0.001), Incomparable, "a run of side A (started 1970-01-01 00:16:40 UTC) ended interrupted: its figures say nothing of its target", mended, false},
		"both":                      {wrong(right, 1), bad, Incomparable, "both sides are incorrect: fix that first", "", false},
		"both, and one interrupted": {wrong(right, 1), interrupted(bad), Incomparable, "a run of side B (started 1970-01-01 00:33:20 UTC) ended interrupted: its figures say nothing of its target", "", false},
	} {
		c := compared(t, []benchmark.Report{test.a}, []benchmark.Report{test.b})
		notes := strings.Join(phrase.Strings(c.Notes), "; ")
		if c.Outcome != test.outcome || c.Reasons[0].String() != test.first || notes != test.note || (len(c.Figures) > 0) != test.figures {
			t.Errorf("%s: %s %q, notes %q, %d figures", name, c.Outcome, c.Reasons, notes, len(c.Figures))
		}
	}
}

// A side that fails every exchange has no times to compare, and is worse by its errors: to fail is no way out of a comparison.
func TestFailingEverythingIsWorse(t *testing.T) {
	failing := func(n int) benchmark.Report {
		r := erring(made(n, 0.010), 30000, 0)
		r.Response, r.Distribution = benchmark.Times{}, benchmark.Distribution{}
		return r
	}
	saturated := failing(2)
	saturated.Outcome = benchmark.Saturated
	short := failing(2)
	short.Timeline = short.Timeline[:3] // which carry no interval
	const dead = "a run of side B (started 1970-01-01 00:33:20 UTC) has no response times"
	for name, test := range map[string]struct {
		a, b    []benchmark.Report
		outcome Outcome
		reason  string
		notes   int
	}{
		"B":             {several(1, 1), []benchmark.Report{failing(2)}, Regressed, "B is worse in errors: 0% in A, 100% in B", 1},
		"a run of B":    {several(1, 1), []benchmark.Report{failing(2), made(3, 0.010)}, Incomparable, dead, 0},
		"both":          {[]benchmark.Report{failing(1)}, []benchmark.Report{failing(2)}, Incomparable, "", 0},
		"A":             {[]benchmark.Report{failing(1)}, several(2, 1), Incomparable, "", 0},
		"B, saturated":  {several(1, 1), []benchmark.Report{saturated}, Incomparable, "", 0},
		"B, in seconds": {several(1, 1), []benchmark.Report{short}, Incomparable, dead, 0},
	} {
		c := compared(t, test.a, test.b)
		if c.Outcome != test.outcome || !strings.HasPrefix(c.Reasons[0].String(), test.reason) || len(c.Notes) != test.notes || len(c.Figures) > 0 {
			t.Errorf("%s: %s %q, notes %q", name, c.Outcome, c.Reasons, c.Notes)
		}
	}
}

// A run that is named twice is one run, and no run is compared with itself.
func TestTheSameRunIsOneRun(t *testing.T) {
	a, b := made(1, 0.010), made(2, 0.012)
	c := compared(t, []benchmark.Report{a, a, a}, []benchmark.Report{b, b, b})
	if c.A.Runs != 1 || c.B.Runs != 1 || c.Outcome != Undecided || len(c.Notes) != 2 || c.Notes[0].String() != "2 runs of side A were named again and count once" {
		t.Errorf("%+v", c)
	}
	moved, timed := a, made(3, 0.011)
	moved.Finished, moved.Command, moved.Response.P999 = moved.Finished.Add(time.Second), "assay load", 1 // the same start and seed
	timed.All, timed.Service = timed.Response, timed.Response
	again := timed
	again.Started, again.Plan.Seed = again.Started.Add(time.Hour), 77 // the same times
	if c = compared(t, []benchmark.Report{a, moved, timed, again}, []benchmark.Report{b}); c.A.Runs != 2 {
		t.Errorf("%+v", c)
	}
	if c = compared(t, []benchmark.Report{a, b}, []benchmark.Report{b}); c.Outcome != Incomparable || c.Reasons[0].String() != "both sides have the same run" {
		t.Errorf("%s %q", c.Outcome, c.Reasons)
	}
}

// otherPlan says that the second run that is made differs from the first.
func otherPlan(in string) string {
	return "B (started 1970-01-01 00:33:20 UTC) has another plan than the first run of A: " + in + "; make both sides with the same flags"
}

// Runs with the same differences are reported together, whichever side they are of, and so are all differences of a run.
func TestOtherPlansAreToldTogether(t *testing.T) {
	other := func(n int) benchmark.Report {
		report := made(n, 0.010)
		report.Plan.Rate, report.Plan.Users = 0.5/60, 10
		return report
	}
	c := compared(t, []benchmark.Report{made(1, 0.010), other(2)}, []benchmark.Report{other(3), made(4, 0.010), other(5)})
	const differ = " UTC) has another plan than the first run of A: rate 0.0083/s instead of 500/s and users 10 instead of 1000; make both sides with the same flags"
	want := []string{"A (started 1970-01-01 00:33:20" + differ, "B (started 1970-01-01 00:50:00 UTC; started 1970-01-01 01:23:20" + differ}
	var got []string
	for _, reason := range c.Reasons {
		got = append(got, reason.String())
	}
	if c.Outcome != Incomparable || !slices.Equal(got, want) {
		t.Errorf("%s %q", c.Outcome, got)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	for want, change := range map[string]func(*benchmark.Report){
		otherPlan("shape ramp instead of constant"):             func(r *benchmark.Report) { r.Plan.Shape = "ramp" },
		otherPlan("rate 700/s instead of 500/s"):                func(r *benchmark.Report) { r.Plan.Rate = 700 },
		otherPlan("to 700/s instead of 0/s"):                    func(r *benchmark.Report) { r.Plan.To = 700 },
		otherPlan("mix login=1 instead of login=0.9,phone=0.1"): func(r *benchmark.Report) { r.Plan.Mix = map[string]float64{"login": 1} },
		otherPlan("users 10 instead of 1000"):                   func(r *benchmark.Report) { r.Plan.Users = 10 },
		otherPlan("inFlight 8 instead of 2048"):                 func(r *benchmark.Report) { r.Plan.InFlight = 8 },
		otherPlan("warmUp 0s instead of 5s"):                    func(r *benchmark.Report) { r.Plan.WarmUp = 0 },
		otherPlan("timeout 5s instead of 10s"):                  func(r *benchmark.Report) { r.Plan.Timeout = 5 },
		otherPlan("duration 50s instead of 1m"):                 func(r *benchmark.Report) { r.Plan.Duration = 50 },
		otherPlan("protocol HTTP/2.0 instead of "):              func(r *benchmark.Report) { r.Generator.Protocol = "HTTP/2.0" },
		otherPlan("inProcess true instead of false"):            func(r *benchmark.Report) { r.Generator.InProcess = true },
		"a run of side B (started 1970-01-01 00:33:20 UTC) ended generator-saturated: its figures say nothing of its target": func(r *benchmark.Report) { r.Outcome = benchmark.Saturated },
		"a run of side B (started 1970-01-01 00:33:20 UTC) ended error: its figures say nothing of its target":               func(r *benchmark.Report) { r.Outcome = benchmark.Errored },
		"a run of side B (started 1970-01-01 00:33:20 UTC) ended interrupted: its figures say nothing of its target": func(r *benchmark.Report) {
			r.Outcome, r.Interrupted = benchmark.Incorrect, true
		},
		"a run of side B (started 1970-01-01 00:33:20 UTC) has no response times": func(r *benchmark.Report) {
			r.Response, r.Distribution, r.SLO = benchmark.Times{}, benchmark.Distribution{}, nil
		},
		"a run of side B (started 1970-01-01 00:33:20 UTC) measures the generator: its p99 was 30.0ms for a target that takes no time, and 50.0ms for its own": func(r *benchmark.Report) {
			r.NoiseFloor = &benchmark.NoiseFloor{Response: benchmark.Times{P50: 0.001, P99: 0.03}}
		},
		"the runs confirm the limits of two searches, which differ: 500/s and 700/s; compare runs at one --rate": func(r *benchmark.Report) {
			r.Plan.Rate, r.Search = 700, &benchmark.Search{Limit: 700}
		},
	} {
		a, b := made(1, 0.010), made(2, 0.010)
		if strings.HasPrefix(want, "the runs confirm") {
			a.Search = &benchmark.Search{Limit: 500}
		}
		change(&b)
		c := compared(t, []benchmark.Report{a}, []benchmark.Report{b})
		if c.Outcome != Incomparable || len(c.Reasons) != 1 || c.Reasons[0].String() != want || len(c.Figures) != 0 {
			t.Errorf("%s %q, not %q", c.Outcome, c.Reasons, want)
		}
	}
	a, b := wrong(made(1, 0.010), 1), wrong(made(2, 0.010), 1)
	if c := compared(t, []benchmark.Report{a}, []benchmark.Report{b}); c.Outcome != Incomparable {
		t.Errorf("both incorrect: %s %q", c.Outcome, c.Reasons)
	}
	options := tolerant()
	options.Files = [2][]string{{"a1", "a2"}, {"b1", "b2/benchmark.json"}}
	saturated := made(4, 0.010)
	saturated.Outcome = benchmark.Saturated
	if c, err := New([]benchmark.Report{made(1, 0.010), made(2, 0.010)}, []benchmark.Report{made(3, 0.010), saturated}, options); err != nil ||
		!strings.HasPrefix(c.Reasons[0].String(), "a run of side B (b2/benchmark.json, started 1970-01-01 01:06:40 UTC) ended ") {
		t.Errorf("%v %q", err, c.Reasons)
	}
	near := made(3, 0.010)
	near.Plan.Duration, near.Plan.Seed = 55, 77 // the twin of what differs too much
	if c := compared(t, []benchmark.Report{made(1, 0.010)}, []benchmark.Report{near}); c.Outcome == Incomparable {
		t.Errorf("a little shorter: %q", c.Reasons)
	}
	for _, options := range []Options{{Tolerance: math.NaN()}, {Tolerance: 5}, {ErrorTolerance: -0.1}} {
		if _, err := New([]benchmark.Report{a}, []benchmark.Report{b}, options); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v", options, err)
		}
	}
}

// In a closed loop the throughput decides: it is what the loop measures.
func TestThroughputOfClosedLoops(t *testing.T) {
	for _, shape := range []string{"constant", benchmark.Closed} {
		a, b := several(1, 1, 1, 1), several(11, 1, 1, 1)
		for i := range a {
			a[i].Plan.Shape, b[i].Plan.Shape = shape, shape
			b[i].Throughput.Achieved = 300
		}
		c := compared(t, a, b)
		if got := row(t, c, "throughput"); got.Verdict != Worse || got.Decides != (shape == benchmark.Closed) || (c.Outcome == Regressed) != got.Decides {
			t.Errorf("%s: %+v, %s", shape, got, c.Outcome)
		}
	}
}

func TestTheFileFollowsTheSchema(t *testing.T) {
	schema := schematest.Compile(t, Schema())
	broken := made(2, 0.010)
	broken.Outcome = benchmark.Saturated
	one, oneBlocks := sideOf(1, 0.010, weather)
	two, twoBlocks := sideOf(2, 0.012, steady)
	for name, c := range map[string]Comparison{
		"paired":  paired(t, one, two, oneBlocks, twoBlocks),
		"held":    compared(t, several(1, 1, 1.001, 1.002), several(11, 1, 1.001, 1.002)),
		"unknown": compared(t, several(1, 1, 1), several(2, 1.1)),
		"refused": compared(t, several(1, 1), []benchmark.Report{broken}),
	} {
		var file bytes.Buffer
		if err := WriteJSON(&file, c); err != nil {
			t.Fatal(err)
		}
		schematest.Follows(t, schema, name, file.Bytes())
		var read map[string]any
		if err := json.Unmarshal(file.Bytes(), &read); err != nil {
			t.Fatal(err)
		}
		if len(read["figures"].([]any)) != len(c.Figures) || fmt.Sprint(read["outcome"]) != string(c.Outcome) {
			t.Errorf("%s: %v", name, read)
		}
		if diff := cmp.Diff(phrase.Strings(c.Reasons), texts(read["reasons"].([]any))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func texts(values []any) []string {
	all := []string{}
	for _, value := range values {
		all = append(all, fmt.Sprint(value))
	}
	return all
}
