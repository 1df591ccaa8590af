package golden

import (
	"math"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// Searched makes a report that of a search whose limit by p99<50ms is a rate: every probe is a little off the curve. The generator is the
// bottleneck at four times that rate.
func Searched(report benchmark.Report, from, truth float64) benchmark.Report {
	levels := []limit.Level{{Allowed: 0.01}, {Allowed: 0.01, Errors: true}}
	s := limit.New(limit.Options{Rate: from, Levels: levels, Duration: report.Plan.Duration})
	search := benchmark.Search{Saturated: 4 * truth, Steps: []benchmark.Step{}}
	for {
		ask, more := s.Next()
		if !more {
			break
		}
		off := 1 + 0.2*math.Sin(float64(7*len(search.Steps)))
		share := off / (off + 99*math.Exp(-30*math.Log(ask.Rate/truth)))
		of := math.Floor(ask.Rate * (ask.Seconds - ask.From))
		answered := min(ask.Rate, 1.1*truth)
		step := benchmark.Step{Phase: string(ask.Kind), Rate: ask.Rate, Seconds: ask.Seconds, Sent: int64(ask.Rate * ask.Seconds), Achieved: answered,
			Response: benchmark.Times{P99: 0.01 + 0.04*math.Pow(min(ask.Rate/truth, 1.2), 6), Mean: 0.002 * off / (1.2 - answered/truth)},
			Lateness: benchmark.Times{P99: 0.0002}, Holds: share < 0.01, Outcome: benchmark.Passed}
		if !step.Holds {
			step.Outcome, step.Errors = benchmark.Violated, 0.002
			step.Reasons = []phrase.Phrase{phrase.Say(phrase.LevelMissed, "p99<50ms", benchmark.Duration(step.Response.P99))}
		}
		search.Steps = append(search.Steps, step)
		s.Saw(limit.Seen{Holds: step.Holds, Took: ask.Seconds + 1, Levels: []limit.Observed{
			{Counted: math.Floor(share * of), Of: of, Missed: !step.Holds}, {Of: of}}})
	}
	found := s.Result()
	search.Limit, search.Confirmed = found.Confirmed, found.Confirmed > 0
	report.Plan.Rate = search.Limit
	report.Search, report.Limit = &search, benchmark.LimitOf(found, levels, []string{"p99<50ms", "errors<1%"}, report.Plan.Duration, limit.DefaultWithin)
	report.Limit.Draw(search.Steps)
	return report
}
