package compare

import (
	"math"
	"slices"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// erring is a run in which n exchanges failed, evenly over all of its seconds or in some of them.
func erring(run benchmark.Report, n int64, seconds int) benchmark.Report {
	if seconds == 0 {
		seconds = len(run.Timeline)
	}
	every := int64(len(run.Timeline) / seconds)
	for i := range int64(seconds) {
		second := &run.Timeline[i*every]
		second.Failed = n*(i+1)/int64(seconds) - n*i/int64(seconds)
		second.Accepted -= second.Failed
	}
	run.Exchanges.Faults, run.Exchanges.Accepted, run.Response.Samples = n, run.Exchanges.Accepted-n, run.Response.Samples-n
	return judgedErrors(run)
}

// wrong is a run in which n exchanges gave another user.
func wrong(run benchmark.Report, n int64) benchmark.Report {
	run = erring(run, n, 1)
	run.Exchanges.WrongIdentity, run.Exchanges.Faults = n, 0
	run.Timeline[0].Wrong, run.Timeline[0].Failed = n, 0
	run.Outcome, run.Reasons = benchmark.Incorrect, []phrase.Phrase{phrase.Say(phrase.WrongIdentity, n)}
	return run
}

// judgedErrors is a run with the outcome that its errors give it.
func judgedErrors(run benchmark.Report) benchmark.Report {
	run.SLO = run.SLO[:1:1]
	run.SLO = append(run.SLO, run.Level(benchmark.DefaultErrors))
	if run.Outcome, run.Reasons = benchmark.Passed, nil; !run.SLO[1].Holds {
		run.Outcome, run.Reasons = benchmark.Violated, []phrase.Phrase{phrase.Say(phrase.LevelMissed, benchmark.DefaultErrors, run.SLO[1].Shown())}
	}
	return run
}

// One run a side does not show the noise between runs, however different its times are: the same build compared with itself said
// "B is worse in p99: 4.18ms in A, 9.86ms in B". Three runs against one do not show it either.
func TestFewRunsDoNotTellTimes(t *testing.T) {
	a, b := made(1, 0.00418/5), made(2, 0.00986/5)
	slow := made(3, 0.05)
	for name, sides := range map[string][2][]benchmark.Report{"1 of A and 1 of B": {{a}, {b}}, "3 of A and 1 of B": {several(11, 1, 1, 1), {slow}},
		"2 of A and 2 of B": {several(11, 1, 1), several(21, 9, 9)}, "1 of A and 3 of B": {{slow}, several(11, 1, 1, 1)}} {
		c := compared(t, sides[0], sides[1])
		want := "not known: p50, p99; make 3 runs a side, alternately: " + name + " do not show how much runs of one build differ"
		if c.Outcome != Undecided || len(c.Reasons) != 1 || c.Reasons[0].String() != want {
			t.Errorf("%s: %s %q", name, c.Outcome, c.Reasons)
		}
		for _, figure := range []string{"p50", "p90", "p99", "mean", "throughput"} {
			if got := row(t, c, figure); got.Verdict != Unknown || got.Low != nil {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}

// A target that stops one second in five is worse, also by one run, and so is one that stops between whole seconds. One stop may be a
// hiccup of anything, and so may the stops of a generator that stood still.
func TestSilence(t *testing.T) {
	stops := func(n int, every int) benchmark.Report {
		run := made(n, 0.010)
		for i := range run.Timeline {
			if i%every == every-1 {
				run.Timeline[i].Answered, run.Timeline[i].Accepted = 0, 0
				run.Timeline[i-1].Answered, run.Timeline[i-1].Accepted = 1000, 1000
			}
		}
		return run
	}
	between := made(3, 0.010)
	between.Silence, between.Gap = &benchmark.Silence{Seconds: 11, Times: 12}, 0.95
	counted := made(4, 0.010)
	counted.Silence, counted.Gap = &benchmark.Silence{}, 0.02
	late := between
	late.Generator.Delay.Heartbeat = benchmark.Times{Max: 0.9, Samples: 6000}
	for name, test := range map[string]struct {
		a, b    benchmark.Report
		silent  float64
		verdict Verdict
	}{
		"one second in five":       {made(1, 0.010), stops(2, 5), 0.2, Worse},
		"one second in all":        {made(1, 0.010), stops(2, 60), 1.0 / 60, Unknown},
		"as many on both sides":    {stops(1, 5), stops(2, 5), 0.2, Same},
		"no more":                  {stops(1, 5), made(2, 0.010), 0, Better},
		"between whole seconds":    {counted, between, 11.0 / 60, Worse},
		"a generator that stopped": {counted, late, 11.0 / 60, Unknown},
		"not counted on one side":  {made(1, 0.010), between, 0, Same},
	} {
		c := compared(t, []benchmark.Report{test.a}, []benchmark.Report{test.b})
		got := row(t, c, "silent")
		if got.Verdict != test.verdict || got.B != test.silent || got.Decides != (test.verdict == Worse) || (c.Outcome == Regressed) != (test.verdict == Worse) {
			t.Errorf("%s: %+v, %s %q", name, got, c.Outcome, c.Reasons)
		}
	}
	if got := row(t, compared(t, []benchmark.Report{counted}, []benchmark.Report{between}), "gap"); math.Abs(got.B-0.95) > 1e-9 || got.Decides {
		t.Errorf("%+v", got)
	}
}

// Errors are compared, however fast the answers are: by intervals that know that errors come together.
func TestErrors(t *testing.T) {
	for _, test := range []struct {
		a, b    int64 // of 30 000
		seconds int   // in which those of b come; 0 for all
		verdict Verdict
	}{{0, 0, 0, Same}, {0, 1260, 0, Worse}, {1260, 0, 0, Better}, {3, 20, 0, Same}, {0, 29, 0, Same}, {300, 400, 0, Worse}, {300, 340, 0, Unknown},
		{0, 290, 1, Unknown}, {0, 12000, 30, Worse}} {
		a, b := erring(made(1, 0.010), test.a, 0), erring(made(2, 0.001), test.b, test.seconds)
		c := compared(t, []benchmark.Report{a}, []benchmark.Report{b})
		if got := row(t, c, "errors"); got.Verdict != test.verdict || (test.verdict == Worse) != (c.Outcome == Regressed) {
			t.Errorf("from %d to %d: %s, %s %v", test.a, test.b, got.Verdict, c.Outcome, c.Reasons)
		}
	}
	together := compared(t, []benchmark.Report{made(1, 0.010)}, []benchmark.Report{erring(made(2, 0.010), 290, 1)})
	const want = "not known: errors; they are 0% in A and 0.967% in B, but errors come together, so that runs of one build may differ as much; " +
		"make 3 runs a side, alternately: there are 1 of A and 1 of B"
	if !slices.Contains(phrase.Strings(together.Reasons), want) {
		t.Errorf("%q", together.Reasons)
	}
	var few, more []benchmark.Report
	for n, errors := range []int64{150, 240, 330} { // so unlike that the interval reaches below the tolerance, and together
		few, more = append(few, made(30+n, 0.010)), append(more, erring(made(40+n, 0.010), errors, 6))
	}
	if got := row(t, compared(t, few, more), "errors"); got.Verdict != Worse {
		t.Errorf("three runs of a side, with errors on one: %+v", got)
	}
	var a, b []benchmark.Report
	for n := range 3 {
		// Each run has about as many.
		a, b = append(a, erring(made(n, 0.010), int64(310+30*n), 0)), append(b, erring(made(10+n, 0.010), int64(340+30*n), 0))
	}
	if got := row(t, compared(t, a, b), "errors"); got.Verdict != Unknown {
		t.Errorf("within the noise between runs: %+v", got)
	}
	for n, failed := range []int64{1500, 300, 2400} { // however much they differ, every run has some
		a[n], b[n] = made(n, 0.010), erring(made(10+n, 0.010), failed, 0)
	}
	if got := row(t, compared(t, a, b), "errors"); got.Verdict != Worse {
		t.Errorf("in every run of one side alone: %+v", got)
	}
}

// Errors that the generator brought about by sending in bursts are not those of B.
func TestErrorsOfBursts(t *testing.T) {
	bursts := made(2, 0.010)
	bursts.Generator.Delay.CatchUp, bursts.Generator.Delay.CatchUpErrors = 1500, 1260
	bursts = erring(bursts, 1260, 0)
	bursts.Exchanges.Faults, bursts.Exchanges.Overloaded = 0, 1260
	bursts = judgedErrors(bursts)
	if got := row(t, compared(t, []benchmark.Report{made(1, 0.010)}, []benchmark.Report{bursts}), "errors"); got.Verdict != Unknown {
		t.Errorf("%+v", got)
	}
}

// The generator's own delay is no change of the target: above half of the difference, it makes it not known.
func TestTheGeneratorsOwnDelay(t *testing.T) {
	for delay, verdict := range map[float64]Verdict{0: Worse, 0.0024: Worse, 0.0027: Unknown} {
		a, b := several(1, 1, 1.001, 0.999), several(11, 1.5, 1.502, 1.498) // p50 differs by 5 ms
		for i := range b {
			b[i].Generator.Delay.Heartbeat = benchmark.Times{P50: delay, Samples: 6000}
		}
		c := compared(t, a, b)
		if got := row(t, c, "p50"); got.Verdict != verdict || got.Low == nil || (got.OwnDelay > 0) != (verdict == Unknown) || row(t, c, "p99").Verdict != Worse {
			t.Errorf("%g: %+v, %s %q", delay, got, c.Outcome, c.Reasons)
		}
		for i := range b {
			b[i].Response, b[i].Distribution, b[i].SLO = a[i].Response, a[i].Distribution, a[i].SLO // nothing to explain
		}
		if got := row(t, compared(t, a, b), "p50"); got.Verdict != Same {
			t.Errorf("%g: %+v", delay, got)
		}
	}
	a, b := several(1, 1, 1, 1), several(11, 1.5, 1.5, 1.5)
	for i := range b {
		b[i].Generator.Delay.Heartbeat = benchmark.Times{P50: 0.03, P99: 0.2, Samples: 6000}
	}
	if c := compared(t, a, b); c.Outcome != Undecided || c.Reasons[0].String() != "not known: p50; it is 10.0ms in A and 15.0ms in B, and the generator itself was 30.0ms late, more than half of the difference" {
		t.Errorf("%s %q", c.Outcome, c.Reasons)
	}
}

// No errors on both sides show only that there are few: in a short run, as many as one would not accept may have been left to chance.
func TestNoErrorsInAShortRunAreNotTheSame(t *testing.T) {
	short := func(run benchmark.Report) benchmark.Report {
		run.Timeline = slices.Clone(run.Timeline)
		for i := range run.Timeline {
			run.Timeline[i].Offered, run.Timeline[i].Answered, run.Timeline[i].Accepted = 1, 1, 1
		}
		run.Exchanges.Sent, run.Exchanges.Accepted, run.Response.Samples = 60, 60, 60
		return run
	}
	const want = "not known: errors; they are 0% in A and 0% in B, and so few exchanges may hide a difference of 4.87 pt; " +
		"use a longer --duration, or a higher --tolerance-errors than 0.001"
	a, one := sideOf(1, 0.010, steady)
	b, two := sideOf(2, 0.010, steady)
	c := paired(t, short(a), short(b), one, two)
	if got := row(t, c, "errors"); got.Verdict != Unknown || c.Outcome != Undecided || !slices.Contains(phrase.Strings(c.Reasons), want) {
		t.Errorf("%+v, %s %q", got, c.Outcome, c.Reasons)
	}
	if c = paired(t, a, b, one, two); row(t, c, "errors").Verdict != Same || c.Outcome != Held {
		t.Errorf("a longer run: %s %q", c.Outcome, c.Reasons)
	}
	var few, more []benchmark.Report
	for n := range 3 {
		few, more = append(few, short(made(30+n, 0.010))), append(more, short(made(40+n, 0.010)))
	}
	if c = compared(t, few, more); row(t, c, "errors").Verdict != Unknown || c.Outcome != Undecided {
		t.Errorf("three short runs: %s %q", c.Outcome, c.Reasons)
	}
	if c = compared(t, several(50, 1, 1.001, 0.999), several(60, 1, 1.001, 0.999)); row(t, c, "errors").Verdict != Same || c.Outcome != Held {
		t.Errorf("three longer runs: %s %q", c.Outcome, c.Reasons)
	}
}
