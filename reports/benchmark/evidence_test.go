package benchmark

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// share is a judgement by the ends of a share.
func judgement(verdict uncertain.Verdict, low, high float64) uncertain.Judgement {
	j := uncertain.Judgement{Verdict: verdict, Allowed: 0.01, Share: uncertain.Interval{Low: low, High: high, Confidence: 0.9, Effective: 3400}}
	if verdict == uncertain.NotKnown {
		j.Reason, j.MoreSeconds = uncertain.Noise, math.Inf(1)
	} else {
		j.Confidence = 0.99
	}
	return j
}

// A level is judged by what the parts of the run tell, and never against what was observed.
func TestLevelsByEvidence(t *testing.T) {
	near := judgement(uncertain.NotKnown, 0.006, 0.013)
	soon, short, few, late := near, near, near, near
	soon.MoreSeconds = 23.4
	short.Reason, short.MoreSeconds, short.Share = uncertain.FewBlocks, 2, uncertain.Interval{High: math.Inf(1)}
	few.Reason, few.MoreSeconds, few.Share.Effective = uncertain.TooFew, 40, 200
	late.Reason = uncertain.TimedOut
	notOffered := uncertain.Judgement{Verdict: uncertain.NotKnown, Reason: uncertain.NotOffered, Allowed: 2100, MoreSeconds: math.Inf(1)}
	const notKnown = "it is not known whether p99<50ms holds: "
	for name, test := range map[string]struct {
		says    uncertain.Judgement
		change  func(*Report)
		outcome Outcome
		reasons string
	}{
		"holds":    {judgement(uncertain.Holds, 0.001, 0.0067), func(*Report) {}, Passed, ""},
		"violated": {judgement(uncertain.Violated, 0.013, 0.02), func(r *Report) { r.Response.P99 = 0.06 }, Violated, "p99<50ms does not hold: 60.0ms"},
		"near, observed below": {near, func(r *Report) { r.Response.P99 = 0.049 }, Unknown,
			notKnown + "between 0.6% and 1.3% of the exchanges may be beyond the bound, and 1% is allowed; no run of reasonable length would tell"},
		"near, observed above": {soon, func(r *Report) { r.Response.P99 = 0.051 }, Unknown,
			notKnown + "between 0.6% and 1.3% of the exchanges may be beyond the bound, and 1% is allowed; --duration 1m would tell"},
		"short": {short, func(r *Report) { r.Plan.Duration = 3 }, Unknown, notKnown + "the run is too short to tell how much its exchanges vary; --duration 6s would tell"},
		"few": {few, func(*Report) {}, Unknown,
			notKnown + "exchanges that are slow together count once, so the run is worth 200 independent ones, and p99 takes 299; --duration 1m20s would tell"},
		"timed out": {late, func(r *Report) { r.Response.Censored, r.Response.CensoredFrom = 3, 10 }, Unknown,
			notKnown + "3 exchanges got no answer within 10.0s, so their times are not known; use a longer --timeout"},
		"holds, against what was observed": {judgement(uncertain.Holds, 0.001, 0.0067), func(r *Report) { r.Response.P99 = 0.0501 }, Unknown,
			notKnown + "between 0.1% and 0.67% of the exchanges may be beyond the bound, and 1% is allowed; no run of reasonable length would tell"},
		"violated, against what was observed": {judgement(uncertain.Violated, 0.013, 0.02), func(*Report) {}, Unknown,
			notKnown + "between 1.3% and 2% of the exchanges may be beyond the bound, and 1% is allowed; no run of reasonable length would tell"},
		"too few to count": {judgement(uncertain.Holds, 0.001, 0.0067), func(r *Report) { r.Response.Samples = 298 }, Unknown,
			notKnown + "298 exchanges are too few to judge p99, which takes 299; use a --duration of 35s or longer"},

		"not offered": {notOffered, func(r *Report) { r.SLO = levels("throughput>=2100/s"); r.Exchanges.RacesSent = 0 }, Unknown,
			"it is not known whether throughput>=2100/s holds: the schedule offered only 2000/s, so that no target could hold it"},

		// What outweighs what.
		"near and incorrect":   {near, func(r *Report) { r.Exchanges.WrongIdentity = 1 }, Incorrect, "1 exchange gave somebody else's identity"},
		"near and interrupted": {near, func(r *Report) { r.Interrupted = true }, Stopped, "the run was stopped before its end"},
		"near and violated":    {near, func(r *Report) { r.SLO = append(r.SLO, levels("max<1ms")...) }, Violated, "max<1ms does not hold: 81.2ms"},
		"near and late": {near, func(r *Report) { r.Lateness.P99 = 0.9 }, Saturated,
			"exchanges were sent 900ms late at p99: this machine is too busy for the rate; lower --rate, or stop other programs"},
	} {
		report := ran()
		test.change(&report)
		report.Evidence = func(slo assay.SLO, counted uncertain.Part) uncertain.Judgement {
			if slo.Metric == assay.MetricErrors {
				if counted.Of != report.Exchanges.Judged() {
					t.Errorf("%s: %d exchanges counted", name, counted.Of)
				}
				return judgement(uncertain.Holds, 0, 0.00005)
			}
			return test.says
		}
		got := Conclude(report)
		if got.Outcome != test.outcome || strings.Join(phrase.Strings(got.Reasons), "|") != test.reasons {
			t.Errorf("%s: %s, because %q", name, got.Outcome, phrase.Strings(got.Reasons))
		}
		if (got.Outcome == Unknown) != (ExitCode(got.Outcome) == 3 && got.Requirements[2].Verdict == assay.Untested && got.Outcome == Unknown) {
			t.Errorf("%s: %s is %s, exit code %d", name, got.Requirements[2].ID, got.Requirements[2].Verdict, ExitCode(got.Outcome))
		}
		if again := Conclude(got); cmp.Diff(got, again) != "" {
			t.Errorf("%s: concluded again, it says something else: %s", name, cmp.Diff(got, again))
		}
		var file bytes.Buffer
		if err := WriteJSON(&file, got); err != nil {
			t.Fatal(err)
		}
		read, err := ReadJSON(&file)
		if err != nil || cmp.Diff(got.SLO, read.SLO) != "" {
			t.Errorf("%s: read again: %v %s", name, err, cmp.Diff(got.SLO, read.SLO))
		}
	}
}

// A level on a figure is judged by the ends of the figure; one on the throughput of a schedule, by the share that was missed.
func TestFiguresByEvidence(t *testing.T) {
	of := func(verdict uncertain.Verdict, allowed, low, high float64) uncertain.Judgement {
		j := judgement(verdict, low, high)
		j.Allowed = allowed
		return j
	}
	const known, wrong, holds = uncertain.NotKnown, uncertain.Violated, uncertain.Holds
	for _, test := range []struct {
		level string
		says  uncertain.Judgement
		want  LevelVerdict
		sure  string
	}{
		{"mean<2ms", of(holds, 0.002, 0.0016, 0.0018), Holds, "it may be between 1.60ms and 1.80ms"},
		{"mean<1ms", of(wrong, 0.001, 0.0016, 0.0018), DoesNotHold, "it may be between 1.60ms and 1.80ms"},
		{"mean<1.75ms", of(known, 0.00175, 0.0016, 0.0018), NotKnown, ""},
		{"mean<1ms", of(wrong, 0.001, 0.0016, math.Inf(1)), DoesNotHold, ""},
		{"throughput>=1900/s", of(holds, 1-1900/2019.4, 0, 0.001), Holds, "it may be between 2017/s and 2019/s"},
		{"throughput>=2018/s", of(known, 1-2018/2019.4, 0, 0.001), NotKnown, ""},
		{"throughput>=2019.4/s", of(holds, 0, 0, 0.001), Holds, "it may be between 2017/s and 2019/s"},
		{"errors<=0", of(holds, 0, 0, 0.00005), Holds, "it may be between 0% and 0.005%"},
		{"p90<=5ms", of(holds, 0.1, 0.06, 0.1), Holds, "at most 10% beyond, 10% allowed"},
		{"p90<5ms", of(known, 0.1, 0.06, 0.1), NotKnown, ""},
		{"p90<3ms", of(wrong, 0.1, 0.12, 0.16), DoesNotHold, "at least 12% beyond, 10% allowed"},
		{"max<81.3ms", of(known, 0, 0, 0), Holds, ""}, // a fact of this run
	} {
		report := ran()
		report.SLO, report.Throughput.Offered = levels(test.level), 2019.4
		report.Evidence = func(slo assay.SLO, _ uncertain.Part) uncertain.Judgement {
			if slo.Expression != test.level {
				return judgement(uncertain.Holds, 0, 0.00005)
			}
			return test.says
		}
		got := Conclude(report)
		if level := got.SLO[0]; level.Verdict != test.want || level.Beyond().String() != test.sure {
			t.Errorf("%s: %s, %q: %+v", test.level, level.Verdict, level.Beyond(), level)
		}
		if again := Conclude(got); cmp.Diff(got, again) != "" {
			t.Errorf("%s: concluded again, it says something else: %s", test.level, cmp.Diff(got, again))
		}
	}
}

// The duration that is proposed is easy to type, and longer than what was computed.
func TestALongerRunIsProposed(t *testing.T) {
	for _, test := range []struct {
		duration, more float64
		want           string
	}{{1, 4, "6s"}, {3, 2, "6s"}, {5, 1.2, "7s"}, {8, 4, "15s"}, {30, 23.4, "1m"}, {30, 1, "35s"}, {60, 200, "4m40s"}, {600, 600, "21m"}, {7200, 7200, "4h20m"}} {
		report := Report{Plan: Plan{Duration: test.duration}}
		level := Level{Proof: Proof{NeedsSeconds: test.more}}
		if got := Span(report.longer(level)); got != test.want {
			t.Errorf("%g s and %g more: %s; want %s", test.duration, test.more, got, test.want)
		}
	}
}

// Where the exchanges are too few, the time that a run needs is that of enough exchanges, not that of enough parts.
func TestTheTimeThatTooFewExchangesNeed(t *testing.T) {
	report := begun()
	report.Plan.Duration, report.Plan.Rate = 10, 1
	report.Exchanges, report.Response = Exchanges{Sent: 10, Accepted: 10}, Times{P50: 0.001, P99: 0.001, Max: 0.001, Samples: 10}
	report.SLO = []Level{{Expression: "p99<50ms", Proof: Proof{Cause: uncertain.FewBlocks, NeedsSeconds: 4}}}
	level := Conclude(report).SLO[0]
	if level.Reason.Key() != phrase.LevelTooFewFor || level.NeedsSeconds != 289 {
		t.Errorf("needs %v s: %s", level.NeedsSeconds, level.Reason)
	}
}

// A share is written in digits, however small it is.
func TestASmallShareIsWrittenInDigits(t *testing.T) {
	for share, want := range map[float64]string{0: "0%", 1e-7: "0.00001%", 1.23456e-6: "0.000123%", 0.0003: "0.03%", 0.0979899: "9.8%", 1: "100%"} {
		if got := Percent(share); got != want {
			t.Errorf("%v: %s; want %s", share, got, want)
		}
	}
}
