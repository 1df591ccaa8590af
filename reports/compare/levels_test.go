package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// level is a run that was judged by one level.
func level(run benchmark.Report, expression string, observed float64, verdict benchmark.LevelVerdict) benchmark.Report {
	run.SLO = []benchmark.Level{{Expression: expression, Observed: observed, Verdict: verdict, Holds: verdict == benchmark.Holds}}
	run.Outcome, run.Reasons = benchmark.Violated, []phrase.Phrase{phrase.Say(phrase.LevelMissed, expression, "")}
	if verdict == benchmark.Holds {
		run.Outcome, run.Reasons = benchmark.Passed, nil
	}
	return run
}

// endpoints is a run with a few phones, some of which failed.
func endpoints(run benchmark.Report, phones, failed int64) benchmark.Report {
	run = erring(run, failed, 0)
	phone := benchmark.Exchanges{Sent: phones, Accepted: phones - failed, Faults: failed}
	login := benchmark.Exchanges{Sent: 30000 - phones, Accepted: 30000 - phones}
	run.ByEndpoint = []benchmark.EndpointFigures{{Endpoint: "login", Exchanges: login}, {Endpoint: "phone", Exchanges: phone}}
	return run
}

// A level that A holds and B violates makes B worse, whichever side was judged by it.
func TestABrokenLevelIsWorse(t *testing.T) {
	const byFigures = "by the figures of runs that were not judged by it, B violates %s, and A holds it"
	slow, none := made(2, 0.12), made(1, 0.010)
	none.SLO = nil
	broken := level(slow, "p99<500ms", 0.6, benchmark.DoesNotHold)
	for name, test := range map[string]struct {
		a, b    benchmark.Report
		outcome Outcome
		reason  string
	}{
		"both judged":        {made(1, 0.010), broken, Regressed, "B violates p99<500ms, which A holds"},
		"violated by both":   {level(made(1, 0.12), "p99<500ms", 0.6, benchmark.DoesNotHold), broken, Undecided, "not known: p50, p99"},
		"B alone was judged": {none, broken, Regressed, fmt.Sprintf(byFigures, "p99<500ms")},
		"A alone was judged": {made(1, 0.010), level(slow, "p50<500ms", 0.12, benchmark.Holds), Regressed, fmt.Sprintf(byFigures, "p99<500ms")},
		"A's figures violate it": {level(made(1, 0.12), "p50<500ms", 0.12, benchmark.Holds), broken, Undecided,
			"not known: p50, p99"},
		"B's default level of an endpoint": {endpoints(made(1, 0.010), 300, 0),
			level(endpoints(made(2, 0.010), 300, 200), "phone.errors<1%", 2.0/3, benchmark.DoesNotHold), Regressed,
			fmt.Sprintf(byFigures, "phone.errors<1%")},
		"an endpoint that A did not try": {made(1, 0.010), level(endpoints(made(2, 0.010), 300, 25), "phone.errors<1%", 1.0/12, benchmark.DoesNotHold), Undecided,
			"B violates phone.errors<1%, and it is not known whether A holds it"},
	} {
		c := compared(t, []benchmark.Report{test.a}, []benchmark.Report{test.b})
		if c.Outcome != test.outcome || !strings.HasPrefix(c.Reasons[0].String(), test.reason) {
			t.Errorf("%s: %s %q", name, c.Outcome, c.Reasons)
		}
	}
}

// Figures that may be the generator's own violate nothing.
func TestALevelOfTheGenerators(t *testing.T) {
	b := made(2, 0.12)
	b.Service, b.Distribution.Service = b.Response, b.Distribution.Response
	b.Generator.Delay.Heartbeat = benchmark.Times{P50: 0.1, P90: 0.4, P95: 0.5, P99: 0.6, P999: 0.7, Max: 0.8, Mean: 0.2, Samples: 6000}
	c := compared(t, []benchmark.Report{made(1, 0.010)}, []benchmark.Report{level(b, "errors<1%", 0, benchmark.Holds)})
	if c.Outcome != Undecided || strings.Contains(fmt.Sprint(c.Reasons), "p99<500ms") {
		t.Errorf("%s %q", c.Outcome, c.Reasons)
	}
}

// A right side is not worse than one that is incorrect for its times, nor for a level on these: how fast the wrong answers were is no
// standard. Its errors are.
func TestMendedIsNotWorse(t *testing.T) {
	var bad, slow, failing []benchmark.Report
	for n := range 3 {
		b := made(20+n, 0.05+0.001*float64(n))
		bad, slow = append(bad, wrong(made(10+n, 0.001+0.00001*float64(n)), 21)), append(slow, level(b, "p99<200ms", b.Response.P99, benchmark.DoesNotHold))
		failing = append(failing, erring(made(30+n, 0.010), 1200, 0))
	}
	c := compared(t, bad, slow)
	if c.Outcome != Held || len(c.Notes) != 1 || row(t, c, "p99").Decides {
		t.Errorf("%s %q, %q", c.Outcome, c.Reasons, c.Notes)
	}
	if c = compared(t, bad[:1], slow[:1]); c.Outcome != Held {
		t.Errorf("one run: %s %q", c.Outcome, c.Reasons)
	}
	if c = compared(t, bad, failing); c.Outcome != Regressed {
		t.Errorf("more errors: %s %q", c.Outcome, c.Reasons)
	}
}
