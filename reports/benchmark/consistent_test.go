package benchmark

import (
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/reports/phrase"
)

// whole is a finished run whose members agree: of some seconds, with errors, refusals and both endpoints.
func whole() Report {
	report := begun()
	report.Exchanges = Exchanges{Sent: 1100, Accepted: 1000, Uncompared: 3, ReplaysSent: 90, ReplaysRefused: 90, Overloaded: 6, InDoubt: 4}
	report.ByEndpoint = []EndpointFigures{{Endpoint: "login", Exchanges: Exchanges{Sent: 1000, Accepted: 900, ReplaysSent: 90, ReplaysRefused: 90, Overloaded: 6, InDoubt: 4}},
		{Endpoint: "phone", Exchanges: Exchanges{Sent: 100, Accepted: 100}}}
	for second := range 10 {
		report.Timeline = append(report.Timeline, Second{Second: second, Offered: 110, Answered: 110, Accepted: 100, Failed: 1})
	}
	recorded := hdrhistogram.New(1000, 600e9, 3)
	for n := range int64(1004) {
		_ = recorded.RecordValue(1_000_000 + n*10_000)
	}
	at := func(percentile float64) float64 { return float64(recorded.ValueAtQuantile(percentile)) / 1e9 }
	report.Response = Times{P50: at(50), P90: at(90), P95: at(95), P99: at(99), P999: at(99.9), Max: float64(recorded.Max()) / 1e9, Mean: recorded.Mean() / 1e9,
		Samples: 1004, Censored: 4, CensoredFrom: 10}
	for _, bracket := range recorded.CumulativeDistributionWithTicks(5) {
		report.Distribution.Response = append(report.Distribution.Response, Point{bracket.Quantile, float64(bracket.ValueAt) / 1e9})
	}
	report.Service, report.Distribution.Service = report.Response, report.Distribution.Response
	report.Refusals, report.Failures, report.All = report.Response, report.Response, report.Response
	report.Refusals.Samples, report.Failures.Samples, report.All.Samples = 90, 6, 1100
	report.WarmUp = &WarmUp{Exchanges: Exchanges{Sent: 10, Accepted: 10}}
	report.SLO = levels("p99<50ms")
	return Conclude(report)
}

// A file that was edited contradicts itself, and one that a run wrote does not.
func TestContradictions(t *testing.T) {
	if found := whole().Contradiction(); !found.IsZero() {
		t.Fatal(found)
	}
	if found := (Report{Outcome: Passed}).Contradiction(); !found.IsZero() {
		t.Fatalf("members of later versions: %s", found)
	}
	for want, change := range map[string]func(*Report){
		"exchanges.sent 1100 does not agree with the sum of its verdicts 1097":                func(r *Report) { r.Exchanges.Overloaded -= 3 },
		"exchanges does not agree with a count below 0":                                       func(r *Report) { r.Exchanges.Faults, r.Exchanges.Accepted = -1, 1001 },
		"warmUp.exchanges.sent 10 does not agree with the sum of its verdicts 11":             func(r *Report) { r.WarmUp.Exchanges.WrongIdentity = 1 },
		"exchanges does not agree with the sum of byEndpoint":                                 func(r *Report) { r.ByEndpoint[0].Exchanges.Refused = 1 },
		"exchanges.sent 1100 does not agree with the sum of timeline answered 1099":           func(r *Report) { r.Timeline[3].Answered-- },
		"timeline answered 100 does not agree with its parts in second 2":                     func(r *Report) { r.Timeline[2].Answered = 100 },
		"failed exchanges 10 does not agree with the sum of timeline failed 9":                func(r *Report) { r.Timeline[2].Failed = 0 },
		"response does not agree with the order of its percentiles":                           func(r *Report) { r.Response.P90 = r.Response.P99 + 1 },
		"service.samples 1003 does not agree with the exchanges that it is of 1004":           func(r *Report) { r.Service.Samples-- },
		"response.p99 10.5ms does not agree with distribution.response":                       func(r *Report) { r.Response.P99 = r.Response.P95 },
		"response.max 20.0ms does not agree with distribution.response":                       func(r *Report) { r.Response.Max = 0.02 },
		"service does not agree with an empty distribution.service":                           func(r *Report) { r.Distribution.Service = nil },
		"p99<50ms: 1.00ms does not agree with the run's own figure":                           func(r *Report) { r.SLO[0].Observed = 0.001 },
		"p99<50ms: violated does not agree with ":                                             func(r *Report) { r.SLO[0].Verdict, r.SLO[0].Holds = DoesNotHold, false },
		"outcome incorrect does not agree with incorrect exchanges 0":                         func(r *Report) { r.Outcome = Incorrect },
		"outcome slo-violated does not agree with slo":                                        func(r *Report) { r.Outcome = Violated },
		"outcome pass does not agree with reasons 1":                                          func(r *Report) { r.Reasons = []phrase.Phrase{phrase.Plain("a reason")} },
		"outcome pass does not agree with 40 of 1140 exchanges that were due were never sent": func(r *Report) { r.Generator.Unsent = 40 },
	} {
		report := whole()
		change(&report)
		if found := report.Contradiction().String(); !strings.HasPrefix(found, want) {
			t.Errorf("%q, not %q", found, want)
		}
	}
}
