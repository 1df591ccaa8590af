package benchmark

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

func TestConclude(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(*Report)
		outcome Outcome
		reasons string // joined by |
	}{
		"all well":     {func(*Report) {}, Passed, ""},
		"no level":     {func(r *Report) { r.SLO = nil }, Passed, ""},
		"too slow":     {func(r *Report) { r.Response.P99 = 0.05 }, Violated, "p99<50ms does not hold: 50.0ms"},
		"four samples": {func(r *Report) { r.Response.Samples = 4 }, Unknown, "it is not known whether p99<50ms holds: 4 exchanges are too few to judge p99, which takes 299; use a --duration of 42m or longer"},
		"298 samples":  {func(r *Report) { r.Response.Samples = 298 }, Unknown, "it is not known whether p99<50ms holds: 298 exchanges are too few to judge p99, which takes 299; use a --duration of 35s or longer"},
		"48 in a closed loop": {func(r *Report) { r.Response.Samples, r.Plan.Shape = 48, Closed }, Unknown,
			"it is not known whether p99<50ms holds: a closed loop does not send the exchanges that users would start while the target is slow; use a rate like --rate 500/s"},
		"299 samples":    {func(r *Report) { r.Response.Samples = 299 }, Passed, ""},
		"four slow ones": {func(r *Report) { r.Response.Samples, r.Response.P99 = 4, 0.05 }, Violated, "p99<50ms does not hold: 50.0ms"},
		"several":        {func(r *Report) { r.SLO = levels("p50<1ms", "max<1s", "throughput>3000/s") }, Violated, "p50<1ms does not hold: 1.20ms|throughput>3000/s does not hold: 2019/s"},
		"errors":         {func(r *Report) { r.Exchanges.Faults, r.Exchanges.Sent = 700, 61300 }, Violated, "errors<1% does not hold: 1.21%"},
		"few errors":     {func(r *Report) { r.Exchanges.Refused, r.Exchanges.Sent = 570, 61170 }, Passed, ""},
		"errors wanted":  {func(r *Report) { r.SLO, r.Exchanges.Faults = levels("errors<50%"), 20000 }, Passed, ""},
		"no error":       {func(r *Report) { r.SLO, r.Exchanges.InDoubt = levels("errors<=0"), 1 }, Violated, "errors<=0 does not hold: 0.00175%"},
		"wrong user":     {func(r *Report) { r.Exchanges.WrongIdentity = 1 }, Incorrect, "1 exchange gave somebody else's identity"},
		"wrong in the warm-up": {func(r *Report) { r.WarmUp.Exchanges.DoubleRedeemed = 2 }, Incorrect,
			"2 exchanges gave the identity of a used code, 2 of them in the warm-up"},
		"all wrong": {func(r *Report) {
			r.Exchanges.WrongIdentity, r.Exchanges.DoubleRedeemed, r.Exchanges.BadPATsAccepted = 1, 2, 3
		}, Incorrect, "1 exchange gave somebody else's identity|2 exchanges gave the identity of a used code|3 exchanges gave an identity for an unknown PAT"},
		"interrupted":  {func(r *Report) { r.Interrupted = true }, Stopped, "the run was stopped before its end"},
		"error":        {func(r *Report) { r.Error = phrase.Plain("no more login codes") }, Errored, "no more login codes"},
		"nothing sent": {func(r *Report) { r.Exchanges = Exchanges{} }, Errored, "nothing was sent"},

		// What outweighs what.
		"wrong and in error":          {func(r *Report) { r.Exchanges.WrongIdentity, r.Error, r.Interrupted = 1, phrase.Plain("x"), true }, Incorrect, "1 exchange gave somebody else's identity"},
		"in error and interrupted":    {func(r *Report) { r.Error, r.Interrupted = phrase.Plain("x"), true }, Errored, "x"},
		"interrupted, nothing sent":   {func(r *Report) { r.Interrupted, r.Exchanges = true, Exchanges{} }, Stopped, "the run was stopped before anything was measured"},
		"interrupted and too slow":    {func(r *Report) { r.Interrupted, r.Response.P99 = true, 1 }, Stopped, "the run was stopped before its end"},
		"saturated and too slow":      {func(r *Report) { r.Response.P99, r.Lateness.P99 = 1, 0.9 }, Saturated, "exchanges were sent 900ms late at p99: this machine is too busy for the rate; lower --rate, or stop other programs"},
		"too slow by itself":          {func(r *Report) { r.Response.P99, r.Service.P99, r.Lateness.P99 = 1, 0.06, 0.9 }, Violated, "p99<50ms does not hold: 1.00s"},
		"saturated, errors by faults": {func(r *Report) { r.Lateness.P99, r.Exchanges.Faults = 0.9, 30000 }, Violated, "errors<1% does not hold: 52.4%"},

		// The generator.
		"late":                        {func(r *Report) { r.Lateness.P99 = 0.0021 }, Passed, ""},
		"late, and nothing bounds it": {func(r *Report) { r.SLO, r.Lateness.P99 = nil, 0.0021 }, Passed, ""},
		"another load, and nothing bounds it": {func(r *Report) { r.SLO, r.Lateness.P99 = nil, 0.1 }, Saturated,
			"exchanges were sent 100ms late at p99: this machine is too busy for the rate; lower --rate, or stop other programs"},
		"late by few samples": {func(r *Report) { r.SLO, r.Lateness.P99, r.Lateness.Samples = nil, 1, 999 }, Passed, ""},
		"late by fewer still": {func(r *Report) { r.SLO, r.Lateness.P95, r.Lateness.Samples = nil, 1, 999 }, Saturated,
			"exchanges were sent 1.00s late at p95: this machine is too busy for the rate; lower --rate, or stop other programs"},
		"late by nearly none": {func(r *Report) { r.SLO, r.Lateness.P90, r.Lateness.P95, r.Lateness.Samples = nil, 1, 1, 99 }, Passed, ""},
		"late and too many errors": {func(r *Report) {
			r.SLO, r.Lateness.P99 = levels("p99<50ms", "errors<=0"), 0.0021
			r.Exchanges.InDoubt = 1
		}, Violated,
			"errors<=0 does not hold: 0.00175%"},
		"late and too little": {func(r *Report) { r.SLO, r.Lateness.P99 = levels("p99<50ms", "throughput>3000/s"), 0.0021 }, Violated,
			"throughput>3000/s does not hold: 2019/s"},
		"very late and too little": {func(r *Report) { r.SLO, r.Lateness.P99 = levels("throughput>3000/s"), 0.1 }, Saturated,
			"exchanges were sent 100ms late at p99: this machine is too busy for the rate; lower --rate, or stop other programs"},
		"just so":     {func(r *Report) { r.Lateness.P99 = 0.002 }, Passed, ""},
		"late enough": {func(r *Report) { r.Response.P99, r.Lateness.P99 = 0.04, 0.004 }, Passed, ""},
		"crowded": {func(r *Report) { r.SLO, r.Lateness.P99, r.Generator.Crowded = nil, 0.1, 70 }, Saturated,
			"exchanges were sent 100ms late at p99, 70 of them because all 24 workers were busy: raise --in-flight, or lower the rate"},
		"unsent":       {func(r *Report) { r.Generator.Unsent = 62 }, Saturated, "62 of 60662 exchanges that were due were never sent; lower the rate"},
		"a few unsent": {func(r *Report) { r.Generator.Unsent = 60 }, Passed, ""},
		"starved": {func(r *Report) {
			r.Generator.Codes.Starved, r.Generator.Codes.StarvedMean, r.Lateness.P99 = 607, 0.0025, 1
		}, Saturated,
			"607 exchanges waited for a code, 2.50ms on average: the driver mints too slowly for the rate; lower the rate, or make mint faster"},
		"starved for long by few": {func(r *Report) { r.Generator.Codes = Codes{Starved: 30, StarvedMean: 0.5} }, Saturated,
			"30 exchanges waited for a code, 500ms on average: the driver mints too slowly for the rate; lower the rate, or make mint faster"},
		"starved by many for a moment": {func(r *Report) { r.Generator.Codes = Codes{Starved: 60000, StarvedMean: 0.000_05} }, Passed, ""},
		"starved while it caught up": {func(r *Report) {
			r.SLO, r.Generator.Codes, r.Lateness.P99 = nil, Codes{Starved: 1009, StarvedMean: 0.42}, 5.9
			r.Generator.Delay.CatchUp = 1541
		}, Saturated, "exchanges were sent 5.90s late at p99: this machine is too busy for the rate; lower --rate, or stop other programs"},
		"codes too old": {func(r *Report) { r.Generator.Codes = Codes{Minted: 70000, Aged: 9000, Starved: 700, StarvedMean: 0.5} }, Saturated,
			"700 exchanges waited for a code, 500ms on average, because 9000 codes were older than half of their lifetime before they were due; give codes a longer lifetime, or raise the rate"},
		"starved and incorrect": {func(r *Report) {
			r.Exchanges.WrongIdentity, r.Response.P99, r.Generator.Unsent = 1, 1, 486
			r.Generator.Codes = Codes{Starved: 917, StarvedMean: 1.5}
		}, Incorrect, "1 exchange gave somebody else's identity|917 exchanges waited for a code, 1.50s on average: the driver mints too slowly for the rate; lower the rate, or make mint faster|486 of 61086 exchanges that were due were never sent; lower the rate"},
		"late without connections": {func(r *Report) { r.SLO, r.Lateness.P99, r.Generator.Short, r.Generator.Crowded = nil, 0.1, 70, 1 }, Saturated,
			"exchanges were sent 100ms late at p99, 70 of them because this machine could open no more connections: raise its limits (ulimit -n, ip_local_port_range), or lower the rate"},
		"hardly starved": {func(r *Report) { r.Generator.Codes.Starved, r.Generator.Codes.StarvedMean = 300, 0.0025 }, Passed, ""},
		"starved in a closed loop": {func(r *Report) {
			r.Plan.Shape, r.Generator.Codes.Starved, r.Generator.Codes.StarvedMean = Closed, 60000, 0.000_05
		}, Saturated, "60000 exchanges waited for a code, 50.0µs on average: the driver mints too slowly for the rate; lower the rate, or make mint faster"},
		"hardly starved in a closed loop": {func(r *Report) {
			r.SLO, r.Plan.Shape, r.Generator.Codes.Starved, r.Generator.Codes.StarvedMean = nil, Closed, 60000, 0.000_01
		}, Passed, ""},
		"unsent in a closed loop": {func(r *Report) { r.Plan.Shape, r.Generator.Unsent = Closed, 62 }, Saturated, "62 of 60662 exchanges that were due were never sent; lower the rate"},
		"late in a closed loop":   {func(r *Report) { r.SLO, r.Plan.Shape, r.Lateness.P99 = nil, Closed, 1 }, Passed, ""},
		"OK without an identity":  {func(r *Report) { r.Exchanges.WithoutIdentity = 2 }, Incorrect, "2 exchanges were answered OK without an identity"},
	} {
		report := ran()
		test.change(&report)
		got := Conclude(report)
		if got.Outcome != test.outcome || strings.Join(phrase.Strings(got.Reasons), "|") != test.reasons || got.Reasons == nil {
			t.Errorf("%s: %s, because %q", name, got.Outcome, got.Reasons)
		}
		if again := Conclude(got); cmp.Diff(got, again) != "" {
			t.Errorf("%s: concluded again, it says something else: %s", name, cmp.Diff(got, again))
		}
	}
}

// A pass that the generator was late for says so, once.
func TestALatePassSaysSo(t *testing.T) {
	report := ran()
	report.Notes, report.Lateness.P99 = []phrase.Phrase{phrase.Plain("another")}, 0.0021
	want := []string{"another", "exchanges were sent 2.10ms late at p99: this machine is too busy for the rate; lower --rate, or stop other programs; response times include the lateness, and still hold"}
	got := Conclude(Conclude(report))
	if got.Outcome != Passed || !slices.Equal(phrase.Strings(got.Notes), want) || len(report.Notes) != 1 {
		t.Errorf("%s, %q", got.Outcome, got.Notes)
	}
	for name, change := range map[string]func(*Report){
		"punctual": func(r *Report) { r.Lateness.P99 = 0.002 }, "closed": func(r *Report) { r.Plan.Shape = Closed },
		"no pass": func(r *Report) { r.Response.P99, r.Service.P99 = 1, 1 },
	} {
		other := report
		change(&other)
		if got := Conclude(other); len(got.Notes) != 1 {
			t.Errorf("%s: %q", name, got.Notes)
		}
	}
}

func levels(expressions ...string) (all []Level) {
	for _, expression := range expressions {
		all = append(all, Level{Expression: expression})
	}
	return all
}

func TestLevels(t *testing.T) {
	report := ran()
	report.SLO = levels("p50<2ms", "p90<2ms", "p95<5ms", "p99<20ms", "p999<20ms", "max<=81.2ms", "mean<1ms", "throughput>=2000/s")
	got := Conclude(report).SLO
	want := []Level{
		{Expression: "p50<2ms", Observed: 0.0012, Holds: true, Verdict: Holds}, {Expression: "p90<2ms", Observed: 0.0031, Verdict: DoesNotHold},
		{Expression: "p95<5ms", Observed: 0.0042, Holds: true, Verdict: Holds}, {Expression: "p99<20ms", Observed: 0.0121, Holds: true, Verdict: Holds},
		{Expression: "p999<20ms", Observed: 0.0313, Verdict: DoesNotHold}, {Expression: "max<=81.2ms", Observed: 0.0812, Holds: true, Verdict: Holds},
		{Expression: "mean<1ms", Observed: 0.0017, Verdict: DoesNotHold}, {Expression: "throughput>=2000/s", Observed: 2019.4, Holds: true, Verdict: Holds},
		{Expression: "errors<1%", Holds: true, Default: true, Verdict: Holds},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	report.Response.Samples = 999
	for i, needs := range []int{0, 0, 0, 1000, 10000, 0, 0, 0, 0} {
		if level := Conclude(report).SLO[i]; level.Needs != needs {
			t.Errorf("of 999 samples %s needs %d", level.Expression, level.Needs)
		}
	}
	report.Exchanges = Exchanges{}
	if level := Conclude(report).SLO[0]; level.Holds {
		t.Error("of nothing a level holds")
	}
}

func TestExitCodes(t *testing.T) {
	for outcome, want := range map[Outcome]int{Passed: 0, Violated: 1, Incorrect: 1, Saturated: 3, Stopped: 3, Errored: 3} {
		if got := ExitCode(outcome); got != want {
			t.Errorf("%s: %d", outcome, got)
		}
	}
}

func TestRequirements(t *testing.T) {
	for name, test := range map[string]struct {
		change                   func(*Report)
		identity, singleUse, slo assay.Verdict
	}{
		"all well":            {func(*Report) {}, assay.Pass, assay.Pass, assay.Pass},
		"wrong user":          {func(r *Report) { r.Exchanges.WrongIdentity = 1 }, assay.Fail, assay.Pass, assay.Pass},
		"wrong in warm-up":    {func(r *Report) { r.WarmUp.Exchanges.WrongIdentity = 1 }, assay.Fail, assay.Pass, assay.Pass},
		"twice":               {func(r *Report) { r.Exchanges.DoubleRedeemed = 1 }, assay.Pass, assay.Fail, assay.Pass},
		"no replays":          {func(r *Report) { r.Exchanges.ReplaysSent = 0 }, assay.Pass, assay.Untested, assay.Pass},
		"no answer to them":   {func(r *Report) { r.Exchanges.ReplaysRefused = 0 }, assay.Pass, assay.Untested, assay.Pass},
		"none accepted":       {func(r *Report) { r.Exchanges.Accepted, r.WarmUp = 0, nil }, assay.Untested, assay.Pass, assay.Pass},
		"too slow":            {func(r *Report) { r.Response.P99 = 1 }, assay.Pass, assay.Pass, assay.Fail},
		"no level":            {func(r *Report) { r.SLO = nil }, assay.Pass, assay.Pass, assay.Untested},
		"below the rate":      {func(r *Report) { r.Plan.Rate = 1999 }, assay.Pass, assay.Pass, assay.Untested},
		"no declared rate":    {func(r *Report) { r.Plan.Rate, r.Plan.DeclaredRate = 1, 0 }, assay.Pass, assay.Pass, assay.Pass},
		"saturated":           {func(r *Report) { r.Response.P99, r.Lateness.P99 = 1, 1 }, assay.Pass, assay.Pass, assay.Untested},
		"interrupted":         {func(r *Report) { r.Interrupted = true }, assay.Pass, assay.Pass, assay.Untested},
		"nothing measured":    {func(r *Report) { r.Error, r.Exchanges, r.WarmUp = phrase.Plain("x"), Exchanges{}, nil }, assay.Untested, assay.Untested, assay.Untested},
		"slow below the rate": {func(r *Report) { r.Plan.Rate, r.Response.P99 = 1999, 1 }, assay.Pass, assay.Pass, assay.Fail},
	} {
		report := ran()
		test.change(&report)
		want := []assay.Verdict{test.identity, test.singleUse, test.slo}
		var got []assay.Verdict
		for _, requirement := range Conclude(report).Requirements {
			got = append(got, requirement.Verdict)
			if requirement.Says == "" || requirement.Reason.IsZero() {
				t.Errorf("%s: %s has no words", name, requirement.ID)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

func TestPlannedRate(t *testing.T) {
	for rate, want := range map[float64]string{50.0 / 60: "0.8333/s", 500: "500/s", 12345678: "12345678/s", 1234.5: "1234.5/s", 0.001: "0.001/s", 0: "0/s"} {
		if got := PlannedRate(rate); got != want {
			t.Errorf("%g is %s, want %s", rate, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0µs", 0.0000004: "0.40µs", 0.0000312: "31.2µs", 0.0009999: "1000µs", 0.0012: "1.20ms", 0.25: "250ms", 0.99999: "1000ms",
		1.5: "1.50s", 99: "99.0s", 100: "1m40s", 3600: "1h", 1e9: "1e+09s", 1e300: "1e+300s",
	} {
		if got := Duration(seconds); got != want {
			t.Errorf("%gs is %s, not %s", seconds, got, want)
		}
	}
	for perSecond, want := range map[float64]string{0: "0/s", 0.5: "0.50/s", 12.34: "12.3/s", 1999.9: "2000/s", 123456: "123456/s"} {
		if got := Rate(perSecond); got != want {
			t.Errorf("%g/s is %s, not %s", perSecond, got, want)
		}
	}
}

// What a run could not decide is not known in its file either: no level holds, or is violated, in figures that are not the target's alone.
func TestLevelsOfAnUndecidedRun(t *testing.T) {
	for name, change := range map[string]func(*Report){
		"saturated":   func(r *Report) { r.Generator.Unsent = 9000 },
		"interrupted": func(r *Report) { r.Interrupted = true },
		"failed":      func(r *Report) { r.Error = phrase.Say(phrase.NothingSent) },
		"unconfirmed": func(r *Report) { r.Search = &Search{Steps: []Step{}} },
	} {
		report := ran()
		report.SLO = levels("p99<50ms", "max<1h", "errors<=0")
		report.Evidence = func(assay.SLO, uncertain.Part) uncertain.Judgement { return judgement(uncertain.Holds, 0, 0.00005) }
		change(&report)
		got := Conclude(report)
		for _, level := range got.SLO {
			if level.Verdict != NotKnown || level.Holds || level.Confidence != 0 || level.Reason.IsZero() || got.Verdict(level) != assay.Untested {
				t.Errorf("%s, %s: %+v", name, got.Outcome, level)
			}
		}
		if again := Conclude(got); cmp.Diff(got, again) != "" {
			t.Errorf("%s: concluded again, it says something else: %s", name, cmp.Diff(got, again))
		}
	}
}
