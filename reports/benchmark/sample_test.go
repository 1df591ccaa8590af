package benchmark

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// begun is a report as it is before the run.
func begun() Report {
	return Report{
		Schema: SchemaName,
		Suite:  Suite{Version: "1.2.3", RequirementSet: assay.Requirements().Name, Digest: assay.Requirements().Digest},
		Implementation: assay.Implementation{
			Organization: "Acme", Product: "Acme Mini-Platform", Version: "4.2.0", URL: "https://acme.example", Contact: "qa@acme.example",
		},
		Target:   Target{APIServers: []string{"https://a.acme.example", "https://b.acme.example"}, Driver: "exec"},
		Started:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Finished: time.Date(2026, 3, 1, 12, 0, 35, 0, time.UTC),
		Command:  "assay load --target acme.yaml --seed 42",
		Plan: Plan{Shape: "constant", Rate: 2000, Duration: 30, WarmUp: 5, Users: 1000, InFlight: 2048, Timeout: 10, Seed: 42,
			Mix: map[string]float64{"login": 0.9, "phone": 0.1, "replay": 0.05, "race": 0.01}, DeclaredRate: 2000},
		Distribution: Distribution{Response: []Point{}, Service: []Point{}},
		SLO:          []Level{{Expression: "p99<50ms"}},
		Timeline:     []Second{}, Errors: []ErrorCount{},
		Generator: Generator{Shards: 1},
	}
}

// ran is the report of a run in which everything went well, with nothing concluded from it yet.
func ran() Report {
	report := begun()
	report.Exchanges = Exchanges{Sent: 60600, Accepted: 57200, ReplaysSent: 3400, ReplaysRefused: 3400, RacesSent: 600}
	report.Throughput = Throughput{Offered: 2000, Achieved: 2019.4}
	report.Response = Times{P50: 0.0012, P90: 0.0031, P95: 0.0042, P99: 0.0121, P999: 0.0313, Max: 0.0812, Mean: 0.0017, Samples: 57200}
	report.Service = Times{P50: 0.0011, P90: 0.003, P95: 0.0041, P99: 0.012, P999: 0.0311, Max: 0.081, Mean: 0.0016, Samples: 57200}
	report.Lateness = Times{P50: 0.00003, P90: 0.00006, P95: 0.00007, P99: 0.00011, P999: 0.00029, Max: 0.0011, Mean: 0.00003, Samples: 60600}
	report.Refusals = Times{P50: 0.0004, P90: 0.0009, P95: 0.0011, P99: 0.0031, P999: 0.0072, Max: 0.0091, Mean: 0.0005, Samples: 3400}
	report.All = Times{P50: 0.0011, P90: 0.003, P95: 0.0041, P99: 0.012, P999: 0.0311, Max: 0.0812, Mean: 0.0016, Samples: 60600}
	report.Distribution = Distribution{Response: []Point{{50, 0.0012}, {100, 0.0812}}, Service: []Point{{50, 0.0011}, {100, 0.081}}}
	report.Timeline = []Second{{Second: 0, Offered: 2000, Answered: 2010, Accepted: 1890, P50: new(0.0012), P90: new(0.003), P99: new(0.012), Max: new(0.02), Late: new(0.0001), InFlight: 3, Pool: 4000}}
	report.Generator = Generator{CPUSeconds: 2.1, CPUPerExchange: 0.0000347, MaxRSSBytes: 43 << 20, Shards: 1, Workers: 24, Connections: 24,
		Protocol: "HTTP/1.1", Codes: Codes{Minted: 64000, Minters: 2}}
	report.WarmUp = &WarmUp{Seconds: 5, Exchanges: Exchanges{Sent: 10000, Accepted: 10000}, Response: Times{P50: 0.002, Samples: 10000}}
	return report
}

// passed is the report of that run.
func passed() Report { return Conclude(ran()) }

// hostile is what a target may put into any string of its answer.
const hostile = "\x1b[2J\x1b[31mPASS\x1b[0m\r\n\u202egnp.exe\u2066 ]]> <b>&amp;\" \x00\x07\xff\xfe \ufffe \U000e0041 名前の長い値 é"

// broken is the report of a run in which everything went wrong.
func broken() Report {
	report := ran()
	report.Exchanges = Exchanges{Sent: 60600, Accepted: 50000, ReplaysSent: 3400, ReplaysRefused: 3390, RacesSent: 600,
		WrongIdentity: 3, DoubleRedeemed: 10, Refused: 4000, Overloaded: 3000, Faults: 100, InDoubt: 90, Unreachable: 7}
	report.Response.P99, report.Response.Max, report.Response.Censored, report.Response.CensoredFrom = 0.25, 10, 90, 10
	report.Errors = []ErrorCount{
		{Endpoint: assay.Login, Verdict: "refused", Status: 400, Errcode: "CODE_INVALID", Count: 4000, Exchanges: []string{"x-000001", "x-000002", "x-000003"}},
		{Endpoint: assay.Phone, Verdict: "overloaded", Status: 429, Errcode: "SLOW_DOWN", Count: 3000, Exchanges: []string{"x-000004"}},
		{Endpoint: assay.Login, Verdict: "fault", Status: 500, Errcode: hostile, Count: 100},
		{Endpoint: assay.Login, Verdict: "inDoubt", Reason: "no whole answer in time", Count: 90},
		{Endpoint: assay.Login, Verdict: "doubleRedeemed", Status: 200, Errcode: "OK", Count: 10, Exchanges: []string{"x-000009"}},
		{Verdict: "other", Reason: "of further kinds", Count: 7},
	}
	return Conclude(report)
}

// searched is the report of a search.
func searched() Report {
	report := ran()
	report.Plan.Rate = 8000
	search := &Search{Limit: 8000, Confirmed: true, Saturated: 32000}
	for i, rate := range []float64{500, 1000, 2000, 4000, 8000, 16000, 32000, 12000, 10000, 9000, 8000} {
		step := Step{Phase: "climb", Rate: rate, Seconds: 5, Sent: int64(5 * rate), Achieved: rate, Response: Times{P99: 0.001 * float64(i+1)},
			Holds: rate <= 8000, Outcome: Passed}
		switch {
		case i == 10:
			step.Phase = "confirm"
		case i > 6:
			step.Phase = "narrow"
		}
		if !step.Holds {
			step.Outcome, step.Reasons, step.Errors = Violated, []phrase.Phrase{phrase.Say(phrase.LevelMissed, "p99<50ms", "51.0ms")}, 0.021
		}
		if rate == 32000 {
			step.Outcome = Saturated
		}
		search.Steps = append(search.Steps, step)
	}
	report.Search, report.Limit = search, limited(search)
	return Conclude(report)
}

// closed is the report of a closed loop.
func closed() Report {
	report := ran()
	report.Plan.Shape, report.Plan.Rate, report.Plan.InFlight = Closed, 0, 64
	report.Lateness, report.Response = Times{}, report.Service
	report.Generator.InProcess = true
	report.Notes = []phrase.Phrase{phrase.Plain("the remote write failed")}
	return Conclude(report)
}

// unreached is the report of a run that did not reach the target.
func unreached() Report {
	report := begun()
	report.Error = phrase.Say(phrase.NotReached, "https://a.acme.example", "connection refused", phrase.Say(phrase.HintRunning))
	return Conclude(report)
}
