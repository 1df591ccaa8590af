package golden

import (
	"math"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// LoadBegun is a load report before the run.
func LoadBegun() benchmark.Report {
	return benchmark.Report{
		Schema: benchmark.SchemaName,
		Suite:  benchmark.Suite{Version: "1.2.3", RequirementSet: assay.Requirements().Name, Digest: assay.Requirements().Digest},
		Implementation: assay.Implementation{
			Organization: "Acme", Product: "Acme Mini-Platform", Version: "4.2.0", URL: "https://acme.example", Contact: "qa@acme.example",
		},
		Target:   benchmark.Target{APIServers: []string{"https://a.acme.example", "https://b.acme.example"}, Driver: "exec"},
		Started:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Finished: time.Date(2026, 3, 1, 12, 0, 35, 0, time.UTC),
		Command:  "assay load --target acme.yaml --seed 42",
		Plan: benchmark.Plan{Shape: "constant", Rate: 2000, Duration: 30, WarmUp: 5, Users: 1000, InFlight: 2048, Timeout: 10, Seed: 42,
			Mix: map[string]float64{"login": 0.9, "phone": 0.1, "replay": 0.05, "race": 0.01}, DeclaredRate: 2000},
		Distribution: benchmark.Distribution{Response: []benchmark.Point{}, Service: []benchmark.Point{}},
		SLO:          []benchmark.Level{{Expression: "p99<50ms"}},
		Timeline:     []benchmark.Second{}, Errors: []benchmark.ErrorCount{},
		Generator: benchmark.Generator{Shards: 1},
	}
}

func interval(value, low, high float64) uncertain.Interval {
	return uncertain.Interval{Value: value, Low: low, High: high, Confidence: uncertain.Confidence, Deff: 1.2, Effective: 47700}
}

// LoadRan is the report of a run without problems, before [benchmark.Conclude].
func LoadRan() benchmark.Report {
	report := LoadBegun()
	report.Exchanges = benchmark.Exchanges{Sent: 60600, Accepted: 57200, ReplaysSent: 3400, ReplaysRefused: 3400, RacesSent: 600}
	report.Throughput = benchmark.Throughput{Offered: 2000, Achieved: 2019.4}
	report.Response = benchmark.Times{P50: 0.0012, P90: 0.0031, P95: 0.0042, P99: 0.0121, P999: 0.0313, Max: 0.0812, Mean: 0.0017, Samples: 57200}
	report.Response.Intervals = &benchmark.Intervals{P50: interval(0.0012, 0.00118, 0.00122), P90: interval(0.0031, 0.0030, 0.0032), P95: interval(0.0042, 0.004, 0.0045),
		P99: interval(0.0121, 0.0113, 0.0133), P999: interval(0.0313, 0.0241, math.Inf(1)), Mean: interval(0.0017, 0.0016, 0.0018)}
	report.Service = benchmark.Times{P50: 0.0011, P90: 0.003, P95: 0.0041, P99: 0.012, P999: 0.0311, Max: 0.081, Mean: 0.0016, Samples: 57200}
	report.Lateness = benchmark.Times{P50: 0.00003, P90: 0.00006, P95: 0.00007, P99: 0.00011, P999: 0.00029, Max: 0.0011, Mean: 0.00003, Samples: 60600}
	report.Refusals = benchmark.Times{P50: 0.0004, P90: 0.0009, P95: 0.0011, P99: 0.0031, P999: 0.0072, Max: 0.0091, Mean: 0.0005, Samples: 3400}
	report.All = benchmark.Times{P50: 0.0011, P90: 0.003, P95: 0.0041, P99: 0.012, P999: 0.0311, Max: 0.0812, Mean: 0.0016, Samples: 60600}
	report.Distribution = benchmark.Distribution{Response: []benchmark.Point{{Percentile: 50, Seconds: 0.0012}, {Percentile: 100, Seconds: 0.0812}}, Service: []benchmark.Point{{Percentile: 50, Seconds: 0.0011}, {Percentile: 100, Seconds: 0.081}}}
	report.Timeline = []benchmark.Second{{Second: 0, Offered: 2000, Answered: 2010, Accepted: 1890, P50: new(0.0012), P90: new(0.003), P99: new(0.012), Max: new(0.02), Late: new(0.0001), InFlight: 3, Pool: 4000}}
	report.Generator = benchmark.Generator{CPUSeconds: 2.1, CPUPerExchange: 0.0000347, MaxRSSBytes: 43 << 20, Shards: 1, Workers: 24, Connections: 24,
		Protocol: "HTTP/1.1", Engine: "lean", Codes: benchmark.Codes{Minted: 64000, Minters: 2}}
	report.WarmUp = &benchmark.WarmUp{Seconds: 5, Exchanges: benchmark.Exchanges{Sent: 10000, Accepted: 10000}, Response: benchmark.Times{P50: 0.002, Samples: 10000}}
	return report
}

// LoadPassed is the concluded report of that run.
func LoadPassed() benchmark.Report {
	report := LoadRan()
	report.Throughput.Interval = interval(2019.4, 2018.9, 2019.4)
	report.ErrorShare = uncertain.Interval{High: 0.0000628, Confidence: uncertain.Confidence, Deff: 1.2, Effective: 47700, OneSided: true}
	report.SLO[0].Proof = benchmark.Proof{Low: 0.00021, High: 0.00067, Confidence: 0.999, Effective: 47700}
	return benchmark.Conclude(report)
}

// LoadBroken is the report of a run with wrong answers of every kind.
func LoadBroken() benchmark.Report {
	report := LoadRan()
	report.Exchanges = benchmark.Exchanges{Sent: 60600, Accepted: 50000, ReplaysSent: 3400, ReplaysRefused: 3390, RacesSent: 600,
		WrongIdentity: 3, DoubleRedeemed: 10, Refused: 4000, Overloaded: 3000, Faults: 100, InDoubt: 90, Unreachable: 7}
	report.SLO[0].Proof = benchmark.Proof{Low: 0.0213, High: 0.0262, Confidence: 0.999, Effective: 10300}
	report.Response.P99, report.Response.Max, report.Response.Censored, report.Response.CensoredFrom = 0.25, 10, 90, 10
	report.Generator.Delay = benchmark.Delay{Heartbeat: benchmark.Times{P99: 0.0121, Max: 0.0412, Samples: 3000}, QueueSeconds: 2.5,
		ThrottledSeconds: 1.2, ThrottledPeriods: 14}
	report.Errors = []benchmark.ErrorCount{
		{Endpoint: assay.Login, Verdict: "refused", Status: 400, Errcode: "CODE_INVALID", Count: 4000, Exchanges: []string{"x-000001", "x-000002", "x-000003"}},
		{Endpoint: assay.Phone, Verdict: "overloaded", Status: 429, Errcode: "SLOW_DOWN", Count: 3000, Exchanges: []string{"x-000004"}},
		{Endpoint: assay.Login, Verdict: "fault", Status: 500, Errcode: Hostile, Count: 100},
		{Endpoint: assay.Login, Verdict: "inDoubt", Reason: "no whole answer in time", Count: 90},
		{Endpoint: assay.Login, Verdict: "doubleRedeemed", Status: 200, Errcode: "OK", Count: 10, Exchanges: []string{"x-000009"}},
		{Verdict: "other", Reason: "of further kinds", Count: 7},
	}
	return benchmark.Conclude(report)
}

// LoadUnknown is the report of a run that is too near to its bound to tell.
func LoadUnknown() benchmark.Report {
	report := LoadRan()
	report.SLO[0].Proof = benchmark.Proof{Low: 0.0061, High: 0.0134, Effective: 3400, Cause: uncertain.Noise, NeedsSeconds: 23.4}
	report.Response.P99, report.Response.P999, report.Response.Intervals.P99 = 0.0481, 0.0613, interval(0.0481, 0.0431, 0.0562)
	return benchmark.Conclude(report)
}

// LoadSearched is the report of a search.
func LoadSearched() benchmark.Report {
	report := LoadRan()
	return benchmark.Conclude(Searched(report, 500, 8000))
}

// LoadClosed is the report of a closed loop.
func LoadClosed() benchmark.Report {
	report := LoadRan()
	report.Plan.Shape, report.Plan.Rate, report.Plan.InFlight = benchmark.Closed, 0, 64
	report.Lateness, report.Response = benchmark.Times{}, report.Service
	report.Generator.InProcess = true
	report.Notes = []phrase.Phrase{phrase.Plain("the remote write failed")}
	return benchmark.Conclude(report)
}

// LoadStaged is the report of a plan with stages, tags and a known machine.
func LoadStaged() benchmark.Report {
	report := LoadRan()
	report.Plan.Shape, report.Plan.Rate = benchmark.Staged, 1000
	report.Plan.Stages = []benchmark.PlanStage{{Name: "calm", Shape: "constant", Rate: 1000, Duration: 10}, {Name: "peak", Shape: "ramp", Rate: 1000, To: 4000, Duration: 20}}
	calm := benchmark.StageFigures{Name: "calm", Seconds: 10, Exchanges: benchmark.Exchanges{Sent: 10100, Accepted: 9500, ReplaysSent: 600, ReplaysRefused: 600},
		Throughput: benchmark.Throughput{Offered: 1000, Achieved: 1000}, Response: report.Response, Service: report.Service, Lateness: report.Lateness}
	peak := calm
	peak.Name, peak.Seconds, peak.Exchanges = "peak", 20, benchmark.Exchanges{Sent: 50500, Accepted: 47600, ReplaysSent: 2800, ReplaysRefused: 2800, Overloaded: 100}
	peak.Throughput = benchmark.Throughput{Offered: 2500, Achieved: 2495}
	peak.Response = benchmark.Times{P50: 0.0015, P90: 0.0131, P95: 0.0242, P99: 0.0621, P999: 0.0713, Max: 0.0812, Mean: 0.0027, Samples: 47600,
		Intervals: &benchmark.Intervals{P50: interval(0.0015, 0.0014, 0.0016), P99: interval(0.0621, 0.0513, math.Inf(1))}}
	peak.ErrorShare = uncertain.Interval{Value: 0.0021, Low: 0.0012, High: 0.0034, Confidence: uncertain.Confidence, Deff: 1.2, Effective: 40000}
	report.ByStage = []benchmark.StageFigures{calm, peak}
	report.SLO = append(report.SLO, benchmark.Level{Expression: "peak/p99<50ms", Proof: benchmark.Proof{Low: 0.0131, High: 0.0262, Confidence: 0.99, Effective: 9000}})
	report.SLO[0].Proof = benchmark.Proof{Low: 0.00021, High: 0.00067, Confidence: 0.999, Effective: 47700}
	report.Tags = map[string]string{"build": "1.4.2", "env": "staging"}
	report.Generator.Machine = &benchmark.Machine{CPU: "Some CPU @ 2.20GHz", Cores: 8, Quota: 1.5, MemoryBytes: 16 << 30, OS: "linux", Arch: "amd64", Kernel: "6.1.0", GoVersion: "go1.26.0"}
	return benchmark.Conclude(report)
}

// LoadUnreached is the report of a run that did not reach the target.
func LoadUnreached() benchmark.Report {
	report := LoadBegun()
	report.Error = phrase.Say(phrase.NotReached, "https://a.acme.example", "connection refused", phrase.Say(phrase.HintRunning))
	return benchmark.Conclude(report)
}

// Loads are all kinds of load reports, by name.
func Loads() map[string]benchmark.Report {
	floor := LoadRan()
	floor.NoiseFloor = &benchmark.NoiseFloor{Ceiling: 80000, Response: floor.Response, Service: floor.Service, Lateness: floor.Lateness}
	return map[string]benchmark.Report{"passed": LoadPassed(), "broken": LoadBroken(), "searched": LoadSearched(), "closed": LoadClosed(), "staged": LoadStaged(),
		"unknown": LoadUnknown(), "unreached": LoadUnreached(), "with a floor": benchmark.Conclude(floor)}
}

// LoadDocuments are the load reports that are rendered as documents, by the name of their golden files.
func LoadDocuments() map[string]benchmark.Report {
	floor := LoadSearched()
	floor.NoiseFloor = &benchmark.NoiseFloor{Ceiling: 80000, Response: floor.Service}
	return map[string]benchmark.Report{"passed": LoadPassed(), "broken": LoadBroken(), "searched": benchmark.Conclude(floor),
		"unknown": LoadUnknown(), "unreached": LoadUnreached(), "staged": LoadStaged()}
}
