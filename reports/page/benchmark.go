package page

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"assay"
	"assay/reports/benchmark"
	"assay/reports/messages"
)

// WriteBenchmark writes the page of a load run.
func WriteBenchmark(w io.Writer, in messages.Printer, report benchmark.Report) error {
	b := loadBuilder{in: in, report: report}
	return write(w, in, "benchmark", b.view())
}

type loadBuilder struct {
	in     messages.Printer
	report benchmark.Report
}

// A loadView is what the template benchmark shows.
type loadView struct {
	Title, Name, Outcome, Meaning, Command, SetName string
	Icon                                            assay.Verdict
	Facts, Reasons, Notes                           []string
	Figures                                         []figure
	Levels                                          []benchmark.Level
	Charts                                          []chart
	Times                                           []timesRow
	Below                                           string // the percentiles that are near the noise floor
	Ledger                                          []ledgerRow
	Errors                                          []benchmark.ErrorCount
	Requirements                                    []benchmark.Requirement
	Environment                                     []fact
}

// A figure is one of the numbers that a reader wants first.
type figure struct{ Value, Label string }

// A timesRow is one of the histograms.
type timesRow struct {
	Name   string
	Values []string
}

// A ledgerRow is one thing that became of exchanges. Bad is set when there should be none.
type ledgerRow struct {
	Name, Count, Share string
	Bad                bool
}

func outcomeKey(outcome benchmark.Outcome) string {
	return map[benchmark.Outcome]string{
		benchmark.Passed: "load.pass", benchmark.Violated: "load.violated", benchmark.Incorrect: "load.incorrect",
		benchmark.Saturated: "load.saturated", benchmark.Stopped: "load.interrupted", benchmark.Errored: "load.error",
	}[outcome]
}

func meaningKey(outcome benchmark.Outcome) string {
	return map[benchmark.Outcome]string{
		benchmark.Passed: "load.pass-means", benchmark.Violated: "load.violated-means", benchmark.Incorrect: "load.incorrect-means",
		benchmark.Saturated: "load.saturated-means", benchmark.Stopped: "load.interrupted-means", benchmark.Errored: "load.error-means",
	}[outcome]
}

func (b *loadBuilder) view() loadView {
	report := b.report
	i := report.Implementation
	view := loadView{
		Name:    cmp.Or(strings.TrimSpace(i.Product+" "+i.Version), i.Organization, strings.Join(report.Target.APIServers, " "), "?"),
		Outcome: b.in.Text(outcomeKey(report.Outcome)), Meaning: b.in.Text(meaningKey(report.Outcome)), Command: report.Command,
		Icon: map[benchmark.Outcome]assay.Verdict{benchmark.Passed: assay.Pass, benchmark.Violated: assay.Fail, benchmark.Incorrect: assay.Fail,
			benchmark.Saturated: assay.Untested, benchmark.Stopped: assay.Untested, benchmark.Errored: assay.Error}[report.Outcome],
		Reasons: report.Reasons, Notes: report.Notes, Figures: b.figures(), Levels: report.SLO, Times: b.times(), Ledger: b.ledger(),
		Errors: report.Errors[:min(len(report.Errors), errorLimit)], Requirements: b.requirements(), Environment: b.environment(), SetName: report.Suite.RequirementSet,
		Facts: append([]string{report.Plan.String()}, report.Target.APIServers...),
	}
	if !report.Started.IsZero() {
		view.Facts = append(view.Facts, stamp(report.Started))
	}
	view.Title = line(view.Outcome + " · " + view.Name).Text
	if report.Search != nil && len(report.Search.Steps) > 0 {
		view.Charts = append(view.Charts, b.searchChart(*report.Search))
	}
	if all := bucketsOf(report.Timeline); len(all) > 1 {
		view.Charts = append(view.Charts, b.rateChart(all), b.timeChart(all))
	}
	if len(report.Distribution.Response) > 1 {
		view.Charts = append(view.Charts, b.distributionChart(report.Distribution))
	}
	if report.NoiseFloor != nil {
		view.Below = strings.Join(report.NoiseFloor.Below, ", ")
	}
	return view
}

// errorLimit is how many kinds of errors are shown at most; a run keeps fewer.
const errorLimit = 100

// requirements are the report's; a verdict that there is not is nobody's.
func (b *loadBuilder) requirements() []benchmark.Requirement {
	all := slices.Clone(b.report.Requirements)
	for i, requirement := range all {
		if !slices.Contains(assay.Verdicts(), requirement.Verdict) {
			all[i].Verdict = assay.Error
		}
		all[i].Says = b.in.Says(b.report.Suite.Digest, requirement.ID, requirement.Says)
	}
	return all
}

func (b *loadBuilder) figures() []figure {
	report := b.report
	all := []figure{
		{benchmark.Rate(report.Throughput.Achieved), b.in.Text("figure.achieved", benchmark.Rate(report.Throughput.Offered))},
		{benchmark.Duration(report.Response.P50), b.in.Text("figure.p50")},
		{benchmark.Duration(report.Response.P99), b.in.Text("figure.p99")},
		{fmt.Sprintf("%.3g%%", 100*report.Exchanges.ErrorShare()), b.in.Text("figure.errors", report.Exchanges.Sent)},
	}
	if report.Search != nil {
		limit := "—"
		if report.Search.Limit > 0 {
			limit = benchmark.Rate(report.Search.Limit)
		}
		all = append([]figure{{limit, b.in.Text("figure.limit")}}, all...)
	}
	return all
}

func (b *loadBuilder) times() []timesRow {
	row := func(key string, t benchmark.Times) timesRow {
		values := make([]string, 0, 8)
		for _, seconds := range []float64{t.P50, t.P90, t.P95, t.P99, t.P999, t.Max, t.Mean} {
			values = append(values, benchmark.Duration(seconds))
		}
		return timesRow{b.in.Text(key), append(values, fmt.Sprint(t.Samples))}
	}
	rows := []timesRow{row("times.response", b.report.Response), row("times.service", b.report.Service), row("times.lateness", b.report.Lateness)}
	if floor := b.report.NoiseFloor; floor != nil {
		rows = append(rows, row("times.floor", floor.Response))
	}
	return rows
}

func (b *loadBuilder) ledger() []ledgerRow {
	e := b.report.Exchanges
	var rows []ledgerRow
	add := func(key string, count int64, bad, always bool) {
		if count == 0 && !always {
			return
		}
		share := ""
		if e.Sent > 0 {
			share = fmt.Sprintf("%.3g%%", 100*float64(count)/float64(e.Sent))
		}
		rows = append(rows, ledgerRow{b.in.Text(key), fmt.Sprint(count), share, bad && count > 0})
	}
	add("ledger.sent", e.Sent, false, true)
	add("ledger.accepted", e.Accepted, false, true)
	add("ledger.wrong-identity", e.WrongIdentity, true, true)
	add("ledger.double-redeemed", e.DoubleRedeemed, true, true)
	add("ledger.replays-sent", e.ReplaysSent, false, false)
	add("ledger.replays-refused", e.ReplaysRefused, false, false)
	add("ledger.replays-excused", e.ReplaysExcused, false, false)
	add("ledger.races-sent", e.RacesSent, false, false)
	add("ledger.races-refused", e.RacesRefused, false, false)
	add("ledger.bad-pats-sent", e.BadPATsSent, false, false)
	add("ledger.bad-pats-refused", e.BadPATsRefused, false, false)
	add("ledger.bad-pats-accepted", e.BadPATsAccepted, true, false)
	add("ledger.refused", e.Refused, true, true)
	add("ledger.overloaded", e.Overloaded, true, true)
	add("ledger.faults", e.Faults, true, true)
	add("ledger.in-doubt", e.InDoubt, true, true)
	add("ledger.unreachable", e.Unreachable, true, false)
	return rows
}

func (b *loadBuilder) environment() []fact {
	report := b.report
	g := report.Generator
	var all []fact
	row := func(key string, values ...string) {
		f := fact{Label: b.in.Text(key)}
		for _, text := range values {
			if text != "" {
				f.Values = append(f.Values, value{text, key == "environment.url" && isWeb(text)})
			}
		}
		if len(f.Values) > 0 {
			all = append(all, f)
		}
	}
	row("environment.implementation", strings.TrimSpace(report.Implementation.Product+" "+report.Implementation.Version))
	row("environment.organization", report.Implementation.Organization)
	row("environment.url", report.Implementation.URL)
	row("environment.apiServer", report.Target.APIServers...)
	row("environment.driver", report.Target.Driver)
	row("generator.plan", report.Plan.String())
	row("generator.users", fmt.Sprint(report.Plan.Users))
	row("generator.workers", fmt.Sprintf("%d, %d, %s", g.Workers, g.Connections, cmp.Or(g.Protocol, "—")))
	row("generator.cost", fmt.Sprintf("%.1f s, %s, %d MiB", g.CPUSeconds, benchmark.Duration(g.CPUPerExchange), g.MaxRSSBytes>>20))
	row("generator.codes", fmt.Sprintf("%d, %d, %d", g.Codes.Minted, g.Codes.Aged, g.Codes.Starved))
	row("generator.unsent", fmt.Sprintf("%d, %d", g.Unsent, g.Crowded))
	if report.NoiseFloor != nil {
		row("generator.ceiling", benchmark.Rate(report.NoiseFloor.Ceiling))
	}
	if !report.Started.IsZero() {
		row("environment.started", stamp(report.Started))
		row("environment.took", b.in.Text("environment.seconds", fmt.Sprintf("%.1f", report.Finished.Sub(report.Started).Round(time.Millisecond).Seconds())))
	}
	row("environment.seed", fmt.Sprint(report.Plan.Seed))
	row("environment.suite", "assay "+report.Suite.Version)
	row("environment.set", report.Suite.RequirementSet, report.Suite.Digest)
	return all
}
