package benchmark

import (
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// starved is the report of a generator with a twentieth of a CPU, whose target answered in 4 ms: what was measured of such a run.
func starved() Report {
	report := ran()
	report.Lateness = Times{P50: 0.02, P90: 0.07, P95: 0.076, P99: 0.082, P999: 0.094, Max: 0.097, Mean: 0.03, Samples: 6000}
	report.Service = Times{P50: 0.0048, P90: 0.082, P95: 0.091, P99: 0.1, P999: 0.103, Max: 0.104, Mean: 0.02, Samples: 6000}
	report.Response = Times{P50: 0.04, P90: 0.12, P95: 0.15, P99: 0.18, P999: 0.19, Max: 0.2, Mean: 0.05, Samples: 6000}
	report.Distribution.Service = []Point{{0, 0.0041}, {50, 0.0048}, {75, 0.03}, {90, 0.082}, {97.5, 0.096}, {100, 0.104}}
	report.Exchanges = Exchanges{Sent: 6000, Accepted: 6000}
	report.Generator.Delay = Delay{Heartbeat: Times{P50: 0.03, P90: 0.08, P95: 0.085, P99: 0.092, P999: 0.096, Max: 0.098, Mean: 0.04, Samples: 3000},
		QueueSeconds: 110, ThrottledSeconds: 27, ThrottledPeriods: 290}
	return report
}

// A target is blamed for what it certainly did, and for nothing that the generator may have added.
func TestWhoseFaultItIs(t *testing.T) {
	const errorsMissed = "errors<1% does not hold: "
	for name, test := range map[string]struct {
		change  func(*Report)
		outcome Outcome
		reasons string // a part of them, joined by |
	}{
		"a starved generator": {func(*Report) {}, Saturated, "exchanges were sent 82.0ms late at p99: this machine is too busy for the rate; lower --rate, or stop other programs|" +
			"p99<50ms does not hold, but the generator itself ran up to 92.0ms late at p99: the delay may be its own|" +
			"a heartbeat beside the exchanges was 92.0ms late at p99|" +
			"the CPU quota of its cgroup stopped the generator for 27.0s, in 290 periods: raise the quota|" +
			"its threads waited 1m50s for a CPU in total: stop other programs, or lower --rate"},
		"before heartbeats":             {func(r *Report) { r.Generator.Delay = Delay{} }, Violated, "p99<50ms does not hold: 180ms"},
		"too few beats to tell":         {func(r *Report) { r.Generator.Delay.Heartbeat.Samples = 99 }, Violated, "p99<50ms does not hold: 180ms"},
		"slow beyond any delay":         {func(r *Report) { r.Service.P99 = 0.05 + 2*0.0981 }, Violated, "p99<50ms"},
		"slow as its worst delay":       {func(r *Report) { r.Service.P99 = 0.05 + 2*0.0979 }, Saturated, "p99<50ms does not hold, but"},
		"slow beside a rare delay":      {func(r *Report) { r.Generator.Delay.Heartbeat = Times{P99: 0.02, Max: 0.2, Samples: 3000} }, Violated, "p99<50ms"},
		"a level that nothing can keep": {func(r *Report) { r.SLO = levels("p50<1us") }, Violated, "p50<1us does not hold"},
		"one by itself, one not": {func(r *Report) {
			r.SLO = levels("p99<50ms", "p50<2ms", "max<1ms", "errors<=0")
			r.Exchanges.Refused = 1
		}, Violated, ""},
		"a closed loop": {func(r *Report) { r.Plan.Shape, r.Lateness, r.Response = Closed, Times{}, r.Service }, Saturated,
			"p99<50ms does not hold, but the generator itself ran up to 92.0ms late at p99: the delay may be its own|a heartbeat"},
		"the mean and the maximum": {func(r *Report) { r.SLO = levels("mean<20ms", "max<50ms") }, Saturated,
			"mean<20ms does not hold, but the generator itself ran up to 40.0ms late at mean: the delay may be its own|max<50ms does not hold, but"},
		"the noise floor": {func(r *Report) {
			r.Generator.Delay, r.NoiseFloor = Delay{}, &NoiseFloor{Service: Times{P50: 0.02, P90: 0.08, P95: 0.08, P99: 0.09, P999: 0.09, Max: 0.09}}
		}, Saturated, "|p99<50ms does not hold, but the generator itself ran up to 90.0ms late at p99"},
		"a low noise floor": {func(r *Report) {
			r.Generator.Delay, r.NoiseFloor = Delay{}, &NoiseFloor{Service: Times{P50: 0.0001, P99: 0.0004, Max: 0.001}}
		}, Violated, "p99<50ms"},

		// Levels on errors alone: some lateness ends nothing.
		"errors alone": {func(r *Report) { r.SLO = levels("errors<1%") }, Passed, ""},
		"errors alone, another load": {func(r *Report) { r.SLO, r.Lateness.P99 = levels("errors<1%"), 0.11 }, Saturated,
			"exchanges were sent 110ms late at p99"},
		"errors of catch-ups": {func(r *Report) {
			r.SLO, r.Exchanges.Overloaded, r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors = levels("errors<1%"), 120, 500, 110
		}, Passed, ""},
		"errors of catch-ups, most of the time": {func(r *Report) {
			r.SLO, r.Exchanges.Overloaded, r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors = levels("errors<1%"), 120, 5950, 120
		}, Saturated, "errors<1% does not hold, but 120 of the errors are among 5950 exchanges that the generator sent in bursts, to catch up with its schedule, or that ran out of time while it stood still"},
		"errors of catch-ups, too much of the time": {func(r *Report) {
			r.SLO, r.Exchanges.Overloaded, r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors = levels("errors<1%"), 120, 601, 120
		}, Saturated, "errors<1% does not hold, but 120 of the errors are among 601 exchanges"},
		"errors at all times": {func(r *Report) {
			r.SLO, r.Exchanges.Overloaded, r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors = levels("errors<1%"), 170, 500, 110
		}, Violated, errorsMissed + "2.83%"},
		"faults that no burst brings about": {func(r *Report) {
			r.SLO, r.Exchanges.Faults, r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors = levels("errors<1%"), 120, 5950, 120
		}, Violated, errorsMissed + "2%"},
		"a target that kept the workers busy": {func(r *Report) {
			r.SLO, r.Exchanges.Overloaded, r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors = levels("errors<1%"), 120, 500, 110
			r.Generator.Crowded = 1
		}, Violated, errorsMissed + "2%"},

		// The levels on the errors of one endpoint, those by default too.
		"an endpoint that a burst overloaded": {func(r *Report) { r.SLO, r.ByEndpoint = levels("p99<1s"), phones(20, 12, CatchUp{12, 12}) }, Saturated,
			"phone.errors<1% does not hold, but 12 of the errors are among 12 exchanges that the generator sent in bursts"},
		"an endpoint that fails outside of bursts": {func(r *Report) { r.SLO, r.ByEndpoint = levels("p99<1s"), phones(60, 60, CatchUp{5, 5}) }, Violated,
			"phone.errors<1% does not hold: 100%"},
		"a level on an endpoint, and a burst": {func(r *Report) {
			r.SLO, r.ByEndpoint = levels("errors<10%", "phone.errors<1%"), phones(2000, 100, CatchUp{150, 95})
		}, Passed, ""},
		"a level on an endpoint, and no burst": {func(r *Report) { r.SLO, r.ByEndpoint = levels("phone.errors<1%"), phones(2000, 100, CatchUp{}) }, Violated,
			"phone.errors<1% does not hold: 5%"},
	} {
		report := starved()
		test.change(&report)
		got := Conclude(report)
		if reasons := strings.Join(phrase.Strings(got.Reasons), "|"); got.Outcome != test.outcome || !strings.Contains(reasons, test.reasons) {
			t.Errorf("%s: %s, because %q", name, got.Outcome, reasons)
		}
		slo := got.Requirements[slices.IndexFunc(got.Requirements, func(r Requirement) bool { return r.ID == loadSLO })]
		want := map[Outcome]assay.Verdict{Passed: assay.Pass, Violated: assay.Fail, Saturated: assay.Untested}[test.outcome]
		if slo.Verdict != want {
			t.Errorf("%s: load.slo is %s, not %s: %s", name, slo.Verdict, want, slo.Reason)
		}
	}
}

// TestALevelThatTheGeneratorBrokeIsNotKnown: a target that violates one level by itself is not blamed for another, which the
// generator's own delay explains.
func TestALevelThatTheGeneratorBrokeIsNotKnown(t *testing.T) {
	report := starved()
	report.SLO, report.Exchanges.Accepted, report.Exchanges.Faults = levels("p99<50ms", "errors<1%"), 5000, 1000
	got := Conclude(report)
	if got.Outcome != Violated || len(got.Reasons) != 1 || !strings.HasPrefix(got.Reasons[0].String(), "errors<1% does not hold") {
		t.Errorf("%s: %q", got.Outcome, phrase.Strings(got.Reasons))
	}
	if times := got.SLO[0]; times.Verdict != NotKnown || times.Reason.Key() != phrase.OwnDelay || got.SLO[1].Verdict != DoesNotHold {
		t.Errorf("levels %+v", got.SLO)
	}
	if again := Conclude(got); !slices.Equal(phrase.Strings(again.Reasons), phrase.Strings(got.Reasons)) || again.SLO[0].Verdict != NotKnown {
		t.Errorf("concluded again: %+v", again.SLO)
	}
}

// phones are the figures of an endpoint with some errors of overload.
func phones(sent, overloaded int64, burst CatchUp) []EndpointFigures {
	return []EndpointFigures{{Endpoint: assay.Phone, Exchanges: Exchanges{Sent: sent, Accepted: sent - overloaded, Overloaded: overloaded},
		Response: Times{Samples: sent - overloaded}, CatchUp: burst}}
}

// A pass says how much of its figures is the generator's, and which errors were not counted.
func TestAPassSaysWhatIsTheGenerators(t *testing.T) {
	const late = "exchanges were sent 82.0ms late at p99: this machine is too busy for the rate; lower --rate, or stop other programs"
	const quota = "the CPU quota of its cgroup stopped the generator for 27.0s, in 290 periods: raise the quota"
	for name, test := range map[string]struct {
		change func(*Report)
		notes  []string
	}{
		"errors alone":    {func(r *Report) { r.SLO = levels("errors<1%") }, []string{late + "; response times include the lateness, and no service level is about them", quota}},
		"without a quota": {func(r *Report) { r.SLO, r.Generator.Delay.ThrottledSeconds = levels("errors<1%"), 0 }, []string{late + "; response times include the lateness, and no service level is about them"}},
		"times that hold": {func(r *Report) { r.SLO = levels("p99<1s") }, []string{late + "; response times include the lateness, and still hold", quota}},
		"a closed loop":   {func(r *Report) { r.SLO, r.Plan.Shape = levels("errors<1%"), Closed }, []string{"a heartbeat beside the exchanges was 92.0ms late at p99; service times include this delay of the generator", quota}},
		"a punctual one": {func(r *Report) {
			r.SLO, r.Plan.Shape, r.Generator.Delay.Heartbeat.P99 = levels("errors<1%"), Closed, 0.01
		}, nil},
		"burst of its own": {func(r *Report) {
			r.SLO, r.Lateness, r.Exchanges.Overloaded = levels("errors<1%", "p99<1s"), Times{}, 120
			r.Generator.Delay = Delay{CatchUp: 500, CatchUpErrors: 110}
		}, []string{"110 errors among 500 exchanges that the generator sent in bursts, to catch up with its schedule, or that ran out of time while it stood still, are not counted against the target; with them, the share of errors is 2%"}},
	} {
		report := starved()
		test.change(&report)
		got := Conclude(Conclude(report))
		if got.Outcome != Passed || !slices.Equal(phrase.Strings(got.Notes), test.notes) && len(got.Notes)+len(test.notes) > 0 {
			t.Errorf("%s: %s, %q", name, got.Outcome, got.Notes)
		}
	}
}

// A run that cannot tell says so if a CPU quota slowed the generator, also where the exchanges are too few for a p99 of their lateness. A
// generator that stood still once is not named.
func TestAnUnknownOutcomeNamesASlowGenerator(t *testing.T) {
	const named = "a heartbeat beside the exchanges was 14.0ms late at p99; the CPU quota of its cgroup stopped the generator for 1.60s, in 40 periods: " +
		"raise the quota; service times include this delay of the generator"
	for name, test := range map[string]struct {
		change func(*Report)
		want   string
	}{
		"a fifth of a CPU":      {func(*Report) {}, named},
		"one hiccup":            {func(r *Report) { r.Generator.Delay.ThrottledSeconds, r.Generator.Delay.ThrottledPeriods = 0, 0 }, ""},
		"one of a quota":        {func(r *Report) { r.Generator.Delay.ThrottledSeconds, r.Generator.Delay.ThrottledPeriods = 0.4, 1 }, ""},
		"a quota without delay": {func(r *Report) { r.Generator.Delay.Heartbeat.P99 = 0.0015 }, ""},
		"a slow target":         {func(r *Report) { r.Service.P99 = 0.15 }, ""},
		"errors alone":          {func(r *Report) { r.SLO = levels("errors<0.1%") }, ""},
	} {
		report := ran()
		report.SLO, report.Plan.Duration = levels("p99<100ms"), 8
		report.Exchanges = Exchanges{Sent: 807, Accepted: 807}
		report.Lateness = Times{P50: 0.0001, P90: 0.0005, P95: 0.001, P99: 0.029, P999: 0.04, Max: 0.04, Samples: 807}
		report.Service = Times{P50: 0.001, P90: 0.005, P95: 0.01, P99: 0.03, P999: 0.05, Max: 0.05, Samples: 807}
		report.Response = Times{P50: 0.001, P90: 0.006, P95: 0.012, P99: 0.06, P999: 0.07, Max: 0.07, Samples: 807}
		report.Generator.Delay = Delay{Heartbeat: Times{P99: 0.014, Max: 0.05, Samples: 800}, ThrottledSeconds: 1.6, ThrottledPeriods: 40}
		report.Evidence = func(assay.SLO, uncertain.Part) uncertain.Judgement {
			return uncertain.Judgement{Verdict: uncertain.NotKnown, Reason: uncertain.Noise, Share: uncertain.Interval{Low: 0.001, High: 0.03, Effective: 500}}
		}
		test.change(&report)
		got := Conclude(Conclude(report))
		if notes := strings.Join(phrase.Strings(got.Notes), "|"); got.Outcome != Unknown || notes != test.want {
			t.Errorf("%s: %s, %q of %q", name, got.Outcome, notes, phrase.Strings(got.Reasons))
		}
	}
}
