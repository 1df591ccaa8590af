package benchmark

import (
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// whole is a finished run whose members agree: of some seconds, with errors, refusals, both endpoints and two API servers.
func whole() Report {
	report := begun()
	report.Plan.Duration, report.Plan.Rate = 10, 110
	report.Exchanges = Exchanges{Sent: 1100, Accepted: 1000, Uncompared: 3, ReplaysSent: 90, ReplaysRefused: 90, Overloaded: 6, InDoubt: 4}
	report.ByEndpoint = []EndpointFigures{{Endpoint: "login", Exchanges: Exchanges{Sent: 1000, Accepted: 900, ReplaysSent: 90, ReplaysRefused: 90, Overloaded: 6, InDoubt: 4}},
		{Endpoint: "phone", Exchanges: Exchanges{Sent: 100, Accepted: 100}}}
	for second := range 10 {
		report.Timeline = append(report.Timeline, Second{Second: second, Offered: 110, Answered: 110, Accepted: 100, Failed: 1, Apart: 9})
	}
	for i := range report.Timeline {
		row := &report.Timeline[i]
		row.RefusedAsItShould = row.Answered - row.Accepted - row.Failed
	}
	report.Throughput = Throughput{Offered: 110, Achieved: 109}
	var both, login, phone, all, refusals, failures recorded
	for n := range int64(1004) {
		both.record(1_000_000+n*10_000, &all)
		if n%10 == 9 {
			phone.record(1_000_000 + n*10_000)
		} else {
			login.record(1_000_000 + n*10_000)
		}
	}
	for n := range int64(90) {
		refusals.record(200_000+n*1000, &all)
	}
	for n := range int64(6) {
		failures.record(300_000+n*1000, &all)
	}
	report.Response, report.Refusals, report.Failures, report.All = both.times(), refusals.times(), failures.times(), all.times()
	report.Response.Censored, report.Response.CensoredFrom = 4, 10
	report.ByEndpoint[0].Response, report.ByEndpoint[1].Response = login.times(), phone.times()
	report.ByEndpoint[0].Service, report.ByEndpoint[1].Service = login.times(), phone.times()
	report.ByServer = []ServerFigures{{"https://a.acme.example", login.times()}, {"https://b.acme.example", phone.times()}}
	report.Service, report.Distribution = report.Response, both.distribution()
	report.ByEndpoint[0].Distribution, report.ByEndpoint[1].Distribution = login.distribution(), phone.distribution()
	report.Silence = &Silence{}
	report.Timeline[3].P50, report.Timeline[3].P90, report.Timeline[3].P99, report.Timeline[3].Max = new(0.001), new(0.002), new(0.01), &report.Response.Max
	report.Timeline[3].Sum = new(report.Response.Mean * 1004)
	report.Lateness = Times{P50: 1e-6, P90: 1e-6, P95: 1e-6, P99: 1e-6, P999: 1e-6, Max: 1e-6, Mean: 1e-6, Samples: 1100}
	report.Errors = []ErrorCount{{Verdict: "overloaded", Status: 503, Count: 7, WarmUp: 1}, {Verdict: "inDoubt", Count: 4}}
	report.Compared = []Compared{{"openId", 1000, 997}}
	report.WarmUp = &WarmUp{Seconds: 5, Exchanges: Exchanges{Sent: 11, Accepted: 10, Overloaded: 1}, Response: Times{Samples: 10}}
	report.SLO = levels("p99<50ms")
	return Conclude(report)
}

// recorded are times in nanoseconds.
type recorded []int64

func (r *recorded) record(nanoseconds int64, also ...*recorded) {
	for _, one := range append(also, r) {
		*one = append(*one, nanoseconds)
	}
}

func (r *recorded) histogram() *hdrhistogram.Histogram {
	h := hdrhistogram.New(1000, 600e9, 3)
	for _, one := range *r {
		_ = h.RecordValue(one)
	}
	return h
}

func (r *recorded) distribution() (d Distribution) {
	for _, bracket := range r.histogram().CumulativeDistributionWithTicks(5) {
		d.Response = append(d.Response, Point{bracket.Quantile, float64(bracket.ValueAt) / 1e9})
	}
	d.Service = d.Response
	return d
}

func (r *recorded) times() Times {
	h := r.histogram()
	at := func(percentile float64) float64 { return float64(h.ValueAtQuantile(percentile)) / 1e9 }
	return Times{P50: at(50), P90: at(90), P95: at(95), P99: at(99), P999: at(99.9), Max: float64(h.Max()) / 1e9, Mean: h.Mean() / 1e9, Samples: h.TotalCount()}
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
		"exchanges.sent 1100 does not agree with the sum of its verdicts 1097":              func(r *Report) { r.Exchanges.Overloaded -= 3 },
		"exchanges does not agree with a count below 0":                                     func(r *Report) { r.Exchanges.Faults, r.Exchanges.Accepted = -1, 1001 },
		"warmUp.exchanges.sent 11 does not agree with the sum of its verdicts 12":           func(r *Report) { r.WarmUp.Exchanges.WrongIdentity = 1 },
		"exchanges does not agree with the sum of byEndpoint":                               func(r *Report) { r.ByEndpoint[0].Exchanges.Refused = 1 },
		"exchanges.sent 1100 does not agree with the sum of timeline answered 1099":         func(r *Report) { r.Timeline[3].Answered-- },
		"timeline answered 110 does not agree with its parts 109 in second 2":               func(r *Report) { r.Timeline[2].RefusedAsItShould-- },
		"timeline answered 110 does not agree with its parts 101 in second 4":               func(r *Report) { r.Timeline[4].RefusedAsItShould = 0 },
		"timeline sum in second 3 does not agree with its times":                            func(r *Report) { r.Timeline[3].Sum = new(0.001) },
		"timeline sum in second 4 does not agree with its times":                            func(r *Report) { r.Timeline[4].Sum = new(0.001) },
		"response.mean 6.02ms does not agree with the sum of timeline sum: 5.98ms for each": func(r *Report) { r.Timeline[3].Sum = new(6.0) },
		"timeline answered 100 does not agree with its parts in second 2":                   func(r *Report) { r.Timeline[2].Answered = 100 },
		"failed exchanges 10 does not agree with the sum of timeline failed 9":              func(r *Report) { r.Timeline[2].Failed = 0 },
		"exchanges.unaskedAnswers 1101 does not agree with sent 1100": func(r *Report) {
			r.Exchanges.UnaskedAnswers, r.ByEndpoint[0].Exchanges.UnaskedAnswers = 1101, 1101
		},
		"response does not agree with the order of its percentiles":                           func(r *Report) { r.Response.P90 = r.Response.P99 + 1 },
		"service.samples 1003 does not agree with the exchanges that it is of 1004":           func(r *Report) { r.Service.Samples-- },
		"response.p99 10.5ms does not agree with the distribution of response":                func(r *Report) { r.Response.P99 = r.Response.P95 },
		"response.max 20.0ms does not agree with the distribution of response":                func(r *Report) { r.Response.Max = 0.02 },
		"service does not agree with an empty distribution of it":                             func(r *Report) { r.Distribution.Service = nil },
		"p99<50ms: 1.00ms does not agree with the run's own figure":                           func(r *Report) { r.SLO[0].Observed = 0.001 },
		"p99<50ms: violated does not agree with ":                                             func(r *Report) { r.SLO[0].Verdict, r.SLO[0].Holds = DoesNotHold, false },
		"outcome incorrect does not agree with incorrect exchanges 0":                         func(r *Report) { r.Outcome = Incorrect },
		"outcome slo-violated does not agree with slo":                                        func(r *Report) { r.Outcome = Violated },
		"outcome pass does not agree with reasons 1":                                          func(r *Report) { r.Reasons = []phrase.Phrase{phrase.Plain("a reason")} },
		"outcome pass does not agree with 40 of 1140 exchanges that were due were never sent": func(r *Report) { r.Generator.Unsent = 40 },

		"load.single-use: pass does not agree with load.single-use: untested, no code was sent to phone again": func(r *Report) { r.Requirements[1].Verdict = "pass" },
		"load.identity: pass does not agree with load.identity: pass, ":                                        func(r *Report) { r.Requirements[0].Reason = phrase.Plain("all is well") },
		"requirements 2 does not agree with those about load 3":                                                func(r *Report) { r.Requirements = r.Requirements[:2] },
		"throughput.offered 111/s does not agree with the sum of timeline offered 1100":                        func(r *Report) { r.Throughput.Offered = 111 },
		"throughput.achieved 120/s does not agree with correct answers 1090 in 10s":                            func(r *Report) { r.Throughput.Achieved = 120 },
		"throughput.achieved 90.0/s does not agree with correct answers 1090 in 10s":                           func(r *Report) { r.Throughput.Achieved = 90 },
		"finished, 10s after started does not agree with a plan of 15s":                                        func(r *Report) { r.Finished = r.Started.Add(10 * time.Second) },
		"finished, -1h0m0s after started does not agree with":                                                  func(r *Report) { r.Finished = r.Started.Add(-time.Hour) },
		"finished, 48h0m0s after started does not agree with":                                                  func(r *Report) { r.Finished = r.Started.Add(48 * time.Hour) },
		"login.response.p99 10.6ms does not agree with the distribution of login.response":                     func(r *Report) { r.ByEndpoint[0].Response.P99 = 0.0106 },
		"service.p99 10.9ms does not agree with those of its parts": func(r *Report) {
			r.ByServer[0].Service.P99, r.ByServer[1].Service.P99 = 0.0104, 0.0104
			r.ByServer[0].Service.P95, r.ByServer[1].Service.P95 = 0.0104, 0.0104
		},
		"phone.response.max 20.0ms does not agree with the distribution of phone.response": func(r *Report) { r.ByEndpoint[1].Response.Max = 0.02 },
		"service.samples 1004 does not agree with the sum of its parts 1003":               func(r *Report) { r.ByEndpoint[1].Service.Samples-- },
		"service.mean 6.02ms does not agree with that of its parts: 5.4":                   func(r *Report) { r.ByServer[0].Service.Mean = 0.0054 },
		"phone.response.p50 1.00s does not agree with the distribution of phone.response":  func(r *Report) { r.ByEndpoint[1].Response.P50 = 1 },
		"all.mean 6.06ms does not agree with that of its parts: 5.5":                       func(r *Report) { r.All.Mean *= 1.1 },
		"plan.warmUp 5s does not agree with a report without warmUp":                       func(r *Report) { r.WarmUp = nil },
		"plan.warmUp 0s does not agree with warmUp.seconds 5s":                             func(r *Report) { r.Plan.WarmUp = 0 },
		"exchanges: overloaded 6 does not agree with the sum of errors 5":                  func(r *Report) { r.Errors[0].Count-- },
		"exchanges: inDoubt 4 does not agree with the sum of errors 0":                     func(r *Report) { r.Errors = r.Errors[:1] },
		"exchanges.replaysRefused 90 does not agree with replaysSent 80": func(r *Report) {
			r.Exchanges.ReplaysSent = 80
			r.ByEndpoint[0].Exchanges.ReplaysSent = 80
			*r = Conclude(*r)
		},
		"compared.openId 1001 does not agree with its answers 1000":                                         func(r *Report) { r.Compared[0].Compared = 1001 },
		"lateness.samples 1000 does not agree with exchanges.sent 1100":                                     func(r *Report) { r.Lateness.Samples = 1000 },
		"slo levels 1 does not agree with those that apply 2":                                               func(r *Report) { r.SLO = r.SLO[:1] },
		"refusals.samples 0 does not agree with the exchanges that it is of 90":                             func(r *Report) { r.Refusals = Times{} },
		"exchanges.sent 1100 does not agree with an empty timeline":                                         func(r *Report) { r.Timeline = nil; r.Throughput.Offered = 110 },
		"timeline, second 3 does not agree with itself or the row":                                          func(r *Report) { r.Timeline[4].Second = 3 },
		"timeline, second 3 does not agree with itself or the row before":                                   func(r *Report) { r.Timeline[3].P90 = new(0.02) },
		"response.max 11.0ms does not agree with the longest of timeline max 13.0ms":                        func(r *Report) { r.Timeline[3].Max = new(0.013) },
		"the sum of timeline apart 91 does not agree with what was to be refused":                           func(r *Report) { r.Timeline[3].Apart++ },
		"a report of the shape constant does not agree with whether it has silences":                        func(r *Report) { r.Silence = nil },
		"silence of 2.00s, 0 times does not agree with silent seconds in the timeline: 0":                   func(r *Report) { r.Silence.Seconds = 2 },
		"generator.delay.catchUp 0, catchUpErrors 0 does not agree with byEndpoint: 3, 0":                   func(r *Report) { r.ByEndpoint[0].CatchUp.Exchanges = 3 },
		"throughput.offered 110/s does not agree with plan.rate 2000/s":                                     func(r *Report) { r.Plan.Rate = 2000 },
		"the sum of timeline offered 1100 does not agree with arrivals that were sent, or never sent: 1105": func(r *Report) { r.Generator.Unsent = 5; *r = Conclude(*r) },
		"response.p99 10.9ms does not agree with its interval": func(r *Report) {
			r.Response.Intervals = &Intervals{P99: uncertain.Interval{Value: 0.005, Low: 0.004, High: 0.006, Confidence: 0.95}}
		},
		"search.limit 110/s does not agree with its steps": func(r *Report) { r.Search = &Search{Limit: 110, Confirmed: true} },
		"search: the step at 110/s does not agree with its outcome slo-violated": func(r *Report) {
			r.Search = &Search{Limit: 110, Confirmed: true, Steps: []Step{{Rate: 110, Phase: "confirm", Seconds: 10, Holds: true, Outcome: Violated}}}
		},
	} {
		report := whole()
		change(&report)
		if found := report.Contradiction().String(); !strings.HasPrefix(found, want) {
			t.Errorf("%q, not %q", found, want)
		}
	}
}

// A file of an earlier version, whose rules were others, is read as it is: it is not judged again.
func TestFilesOfEarlierVersions(t *testing.T) {
	report := whole()
	report.Suite.Rules, report.WarmUp, report.Compared, report.Errors = 0, nil, nil, nil
	report.Requirements = report.Requirements[:2]
	report.Requirements[1].Verdict = "pass"
	report.SLO[1].Observed = 10. / 1100 // of all exchanges
	for i := range report.Timeline {
		report.Timeline[i].RefusedAsItShould, report.Timeline[i].Sum = 0, nil
	}
	if found := report.Contradiction(); !found.IsZero() {
		t.Error(found)
	}
	report.Exchanges.DoubleRedeemed, report.Exchanges.Accepted = 1, 999
	report.ByEndpoint[1].Exchanges.DoubleRedeemed, report.ByEndpoint[1].Exchanges.Accepted = 1, 99
	if found := report.unproven().String(); found != "load.single-use: pass does not agree with what violates it: 1" {
		t.Error(found)
	}
}
