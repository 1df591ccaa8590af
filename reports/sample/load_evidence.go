package sample

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/hdrlog"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/transcript"
)

// LoadEvidence is what the page of a sample shows beside its report: a log of every second, and the exchanges that its errors name.
func LoadEvidence(report benchmark.Report) page.LoadEvidence {
	evidence, err := page.ReadLoadEvidence(report, strings.NewReader(Timeline(report)), strings.NewReader(LoadTranscript(report)))
	if err != nil {
		return page.LoadEvidence{} // of the hostile run
	}
	return evidence
}

// Timeline is the timeline.hdr of a run: in each second, times around those that its report has.
func Timeline(report benchmark.Report) string {
	var log strings.Builder
	from := report.Started.Add(time.Duration(report.Plan.WarmUp * float64(time.Second)))
	_ = hdrlog.Begin(&log, from) // a strings.Builder takes everything
	for _, row := range report.Timeline {
		if row.P50 == nil || row.Max == nil {
			continue
		}
		times := hdrlog.NewTimes()
		const many = 200
		for i := range many {
			part := math.Pow(float64(i)/(many-1), 6) // few are slow
			hdrlog.Record(times, int64(1e9**row.P50*math.Pow(*row.Max / *row.P50, part)*(0.8+0.4*math.Mod(float64(i)*0.618, 1))))
		}
		_ = hdrlog.Write(&log, from, row.Second, hdrlog.Accepted, times)
	}
	return log.String()
}

// LoadTranscript is the transcript.jsonl of a run: the exchanges that its errors name, two seconds apart.
func LoadTranscript(report benchmark.Report) string {
	var lines strings.Builder
	written := map[string]bool{}
	for _, one := range report.Errors {
		for i, id := range append(append([]string{}, one.Exchanges...), one.Contradicts...) {
			if id == "" || written[id] || len(written) > 100 {
				continue
			}
			written[id] = true
			made := record(i+1, "load.identity")
			made.Schema, made.ID, made.Sent = transcript.SchemaName, id, report.Started.Add(time.Duration(10+2*i)*time.Second)
			_ = json.NewEncoder(&lines).Encode(made)
		}
	}
	return lines.String()
}

// IncorrectLoad is a load run of a minute in which users got other users' identities, and that was silent for 1.6 s.
func IncorrectLoad() benchmark.Report {
	report := Load()
	report.Search, report.Limit = nil, nil
	report.Exchanges.Accepted, report.Exchanges.WrongIdentity = report.Exchanges.Accepted-78, 78
	report.Errors = append([]benchmark.ErrorCount{{Endpoint: "login", Verdict: "wrongIdentity", Status: 200, Errcode: "OK", Count: 78,
		Exchanges: []string{"x-000002", "x-000004", "x-000006"}, Users: []string{"u1", "u2", "u3"}, Contradicts: []string{"x-000003", "", "x-000007"}}}, report.Errors...)
	report.Silence = &benchmark.Silence{Seconds: 1.6, Times: 1, Longest: []benchmark.Quiet{{From: 36.9, Seconds: 1.6, Due: 5376}}}
	for i := range report.Timeline {
		if i%7 == 3 {
			report.Timeline[i].Wrong = 13
		}
	}
	return benchmark.Conclude(report)
}
