package sample

import (
	"math"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/sample/golden"
	"github.com/unified-login/assay/reports/uncertain"
)

// Load is a load run of a minute, after a search, with one second in which the platform stalled.
func Load() benchmark.Report {
	report := benchmark.Report{
		Schema:         benchmark.SchemaName,
		Suite:          benchmark.Suite{Version: "1.2.3", RequirementSet: assay.Requirements().Name, Digest: assay.Requirements().Digest},
		Implementation: assay.Implementation{Organization: "Acme", Product: "Acme Mini-Platform", Version: "4.2.0", URL: "https://acme.example"},
		Target:         benchmark.Target{APIServers: []string{"https://a.acme.example"}, Driver: "http"},
		Started:        started, Finished: started.Add(66 * time.Second), Command: "assay load --target acme.yaml --find-limit --seed 42",
		Plan: benchmark.Plan{Shape: "constant", Rate: 3200, Duration: 60, WarmUp: 5, Users: 1000, InFlight: 2048, Timeout: 10, Seed: 42,
			Mix: map[string]float64{"login": 0.9, "phone": 0.1, "replay": 0.05}},
		Exchanges:  benchmark.Exchanges{Sent: 201600, Accepted: 191940, ReplaysSent: 9600, ReplaysRefused: 9600, Overloaded: 60},
		Throughput: benchmark.Throughput{Offered: 3360, Achieved: 3359},
		Response:   benchmark.Times{P50: .0021, P90: .0052, P95: .0078, P99: .0246, P999: .4, Max: 1.04, Mean: .0049, Samples: 191940},
		Service:    benchmark.Times{P50: .002, P90: .005, P95: .0071, P99: .0188, P999: .11, Max: .31, Mean: .0033, Samples: 191940},
		Refusals:   benchmark.Times{P50: .0009, P90: .002, P95: .003, P99: .008, P999: .2, Max: .9, Mean: .0014, Samples: 9600},
		Failures:   benchmark.Times{P50: .0004, P90: .0009, P95: .001, P99: .0012, P999: .0012, Max: .0012, Mean: .0005, Samples: 60},
		All:        benchmark.Times{P50: .002, P90: .0051, P95: .0076, P99: .0241, P999: .39, Max: 1.04, Mean: .0047, Samples: 201600},
		Gap:        .03,
		ByEndpoint: []benchmark.EndpointFigures{
			{Endpoint: assay.Login, Exchanges: benchmark.Exchanges{Sent: 181440, Accepted: 172746, ReplaysSent: 8640, ReplaysRefused: 8640, Overloaded: 54},
				Response: benchmark.Times{P50: .0021, P90: .0053, P95: .0079, P99: .0249, P999: .41, Max: 1.04, Mean: .005, Samples: 172746},
				Service:  benchmark.Times{P50: .002, P90: .005, P95: .0071, P99: .0189, P999: .11, Max: .31, Mean: .0033, Samples: 172746}},
			{Endpoint: assay.Phone, Exchanges: benchmark.Exchanges{Sent: 20160, Accepted: 19194, ReplaysSent: 960, ReplaysRefused: 960, Overloaded: 6},
				Response: benchmark.Times{P50: .0018, P90: .0047, P95: .007, P99: .0221, P999: .35, Max: .98, Mean: .0043, Samples: 19194},
				Service:  benchmark.Times{P50: .0017, P90: .0046, P95: .0066, P99: .0172, P999: .1, Max: .29, Mean: .003, Samples: 19194}},
		},
		Lateness: benchmark.Times{P50: .00003, P90: .00007, P95: .00009, P99: .00021, P999: .0009, Max: .0031, Mean: .00004, Samples: 201600},
		SLO:      []benchmark.Level{{Expression: "p99<50ms"}},
		Errors:   []benchmark.ErrorCount{{Endpoint: assay.Login, Verdict: "overloaded", Status: 429, Errcode: "SLOW_DOWN", Count: 60, Exchanges: []string{"x-000001"}}},
		Generator: benchmark.Generator{CPUSeconds: 8.1, CPUPerExchange: 4e-5, MaxRSSBytes: 43 << 20, Shards: 1, Workers: 64, Connections: 64,
			Protocol: "HTTP/1.1", Engine: "lean", Codes: benchmark.Codes{Minted: 210000, Minters: 2}},
		NoiseFloor: &benchmark.NoiseFloor{Ceiling: 21000, Response: benchmark.Times{P50: .00009, P90: .00014, P95: .00018, P99: .0004, P999: .002, Max: .004, Mean: .0001, Samples: 50000}},
		Tags:       map[string]string{"build": "1.4.2"},
	}
	interval := func(value, low, high float64) uncertain.Interval {
		return uncertain.Interval{Value: value, Low: low, High: high, Confidence: uncertain.Confidence, Deff: 4.1, Effective: 46800}
	}
	report.Throughput.Interval, report.ErrorShare = interval(3359, 3358.2, 3359.4), interval(0.0003125, 0.00021, 0.00046)
	report.Response.Intervals = &benchmark.Intervals{P50: interval(.0021, .00208, .00212), P90: interval(.0052, .0051, .0053), P95: interval(.0078, .0075, .0082),
		P99: interval(.0246, .0229, .0271), P999: interval(.4, .31, math.Inf(1)), Mean: interval(.0049, .0047, .0051)}
	report.Generator.Machine = &benchmark.Machine{CPU: "Some CPU", Cores: 8, Quota: 1.5, MemoryBytes: 16 << 30, OS: "linux", Arch: "amd64", Kernel: "6.1.0", GoVersion: "go1.26.0"}
	for second := range 60 {
		stall := 1 + 160*math.Exp(-math.Pow(float64(second-38), 2))
		wave := 1 + .2*math.Sin(float64(second)/4)
		report.Timeline = append(report.Timeline, benchmark.Second{Second: second, Offered: 3360, Answered: 3360 - int64(8*stall),
			Accepted: 3200 - int64(8*stall), Failed: int64(stall / 3), P50: new(.0021 * wave), P90: new(.0052 * wave * math.Sqrt(stall)),
			P99: new(.012 * wave * math.Sqrt(stall)), Max: new(.02 * wave * math.Sqrt(stall) * 2.2), Late: new(.0002 * wave), InFlight: int64(7 * stall), Pool: 4000})
	}
	report.Distribution = benchmark.Distribution{Response: through(report.Response), Service: through(report.Service)}
	return benchmark.Conclude(golden.Searched(report, 500, 3200))
}

// through is a distribution with the percentiles of some times, and half of the median for the shortest one.
func through(times benchmark.Times) (points []benchmark.Point) {
	nines := func(percentile float64) float64 { return -math.Log10(1 - percentile/100) }
	known := []benchmark.Point{{Seconds: times.P50 / 2}, {Percentile: 50, Seconds: times.P50}, {Percentile: 90, Seconds: times.P90}, {Percentile: 95, Seconds: times.P95},
		{Percentile: 99, Seconds: times.P99}, {Percentile: 99.9, Seconds: times.P999}, {Percentile: 99.999, Seconds: times.Max}}
	for i, to := range known[1:] {
		const steps = 8
		from := known[i]
		for step := range steps {
			part := float64(step) / steps
			at := (1-part)*nines(from.Percentile) + part*nines(to.Percentile)
			points = append(points, benchmark.Point{Percentile: 100 - 100/math.Pow(10, at), Seconds: math.Pow(from.Seconds, 1-part) * math.Pow(to.Seconds, part)})
		}
	}
	return append(points, benchmark.Point{Percentile: 100, Seconds: times.Max})
}

// LongLoad is a load run of an hour with a million exchanges.
func LongLoad() benchmark.Report {
	report := Load()
	report.Search, report.Limit = nil, nil
	report.Plan.Duration, report.Finished = 3600, started.Add(time.Hour)
	report.Exchanges = benchmark.Exchanges{Sent: 1_000_000, Accepted: 952_381, ReplaysSent: 47_619, ReplaysRefused: 47_619}
	minute := report.Timeline
	report.Timeline = nil
	for second := range 3600 {
		row := minute[second%len(minute)]
		row.Second = second
		report.Timeline = append(report.Timeline, row)
	}
	return benchmark.Conclude(report)
}
