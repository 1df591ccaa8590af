package sample

import (
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// Overlong is a report whose lists are far longer than any run makes them.
func Overlong() conformance.Report {
	run := Nonconformant()
	report, one := run.Report, run.finding(assay.Login, "", "x-000001")
	plain := report.Requirements[0]
	plain.Verdict = assay.Fail
	report.Requirements = repeat(plain, many)
	for i := range report.Requirements {
		report.Requirements[i].ID = fmt.Sprintf("chapter%d.x", i)
	}
	full := &report.Requirements[0]
	full.Endpoints = repeat(conformance.EndpointVerdict{Endpoint: assay.Login, Verdict: assay.Fail}, many)
	full.Profiles, full.Needs = repeat("profile", many), repeat("need", many)
	full.Findings = repeat(one, 2*many)
	for i := range full.Findings {
		full.Findings[i].Endpoint = assay.Endpoint(fmt.Sprint("e", i))
	}
	report.Reasons, report.Notes = repeat(phrase.Say(phrase.NoProfile), many), repeat(phrase.Plain("note"), many)
	report.Target.APIServers = repeat("https://a.acme.example", many)
	report.Profiles = repeat(report.Profiles[0], many)
	report.Waivers = repeat(conformance.Waiver{ID: "code.expiry"}, many)
	report.FailureModes = repeat(report.FailureModes[0], many)
	for i := range report.FailureModes {
		report.FailureModes[i].Situation = fmt.Sprintf("chapter%d.x: %d", i, i)
	}
	return report
}

// OverlongLoad is a load run of many hours whose lists are too long.
func OverlongLoad() benchmark.Report {
	report := Load()
	report.Outcome, report.Reasons = benchmark.Violated, repeat(phrase.Say(phrase.NothingSent), many)
	report.Notes, report.Target.APIServers = report.Reasons, repeat("https://a.acme.example", many)
	report.SLO, report.Requirements = repeat(report.SLO[0], many), repeat(report.Requirements[0], many)
	report.Errors = repeat(report.Errors[0], many)
	report.Errors[0].Exchanges = repeat("x-000001", many)
	report.Search.Steps = repeat(report.Search.Steps[0], many)
	report.Limit.Probes = repeat(report.Limit.Probes[0], many)
	report.Limit.Levels = repeat(report.Limit.Levels[0], many)
	report.Limit.Picture.Points = repeat(report.Limit.Picture.Points[0], many)
	report.Search.Steps[0].Reasons = report.Reasons
	report.Plan.Stages = repeat(benchmark.PlanStage{Name: "calm", Rate: 5, Duration: 5}, many)
	report.ByStage = repeat(benchmark.StageFigures{Name: "calm", Seconds: 5}, many)
	report.Tags = map[string]string{}
	for i := range many {
		report.Tags[fmt.Sprint("tag", i)] = "x"
	}
	report.NoiseFloor.Below = repeat("p50", many)
	report.Distribution.Response = repeat(report.Distribution.Response[1], many)
	report.Distribution.Service = report.Distribution.Response
	report.Timeline = repeat(report.Timeline[0], 20_000)
	for i := range report.Timeline {
		report.Timeline[i].Second = i
	}
	return report
}

// many is more items than any list of a run has.
const many = 6_000

func repeat[T any](one T, n int) []T { return slices.Repeat([]T{one}, n) }
