package page

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

// WriteBenchmark writes benchmark.html: the page of a load run.
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
	Title, Name, Outcome, Meaning, SetName string
	Command, CommandTitle                  string
	Icon                                   assay.Verdict
	Facts, Reasons, Notes                  []string
	Figures                                []figures.Fact
	Levels                                 []levelView
	Charts                                 []chart
	Times                                  []figures.TimesRow
	StageColumns                           []string
	Stages                                 []figures.StageRow
	Below                                  string // percentiles near the noise floor
	Ledger                                 []figures.ExchangesRow
	Errors                                 []benchmark.ErrorCount
	Requirements                           []loadRequirement
	Environment                            []fact
}

func (b *loadBuilder) view() loadView {
	report := b.report
	view := loadView{
		Name: report.Name(), Outcome: figures.Outcome(b.in, report.Outcome), Meaning: figures.Meaning(b.in, report.Outcome), Icon: report.Outcome.Sign(),
		Command: report.NextRun(), CommandTitle: figures.RunTitle(report), Reasons: b.in.SayEach(report.Reasons), Notes: b.in.SayEach(report.Notes), Levels: b.levels(), Errors: report.Errors[:min(len(report.Errors), errorLimit)],
		Requirements: b.requirements(), Environment: b.environment(), SetName: report.Suite.RequirementSet,
		Facts: append([]string{figures.Plan(b.in, report.Plan)}, report.Target.APIServers...),
	}
	if report.Exchanges.Sent > 0 { // without exchanges there are no figures
		view.Figures, view.Times, view.Ledger = figures.Headline(b.in, report), figures.Times(b.in, report), figures.Exchanges(b.in, report.Exchanges)
	}
	view.StageColumns, view.Stages = figures.StageColumns(b.in), figures.Stages(b.in, report)
	if !report.Started.IsZero() {
		view.Facts = append(view.Facts, stamp(report.Started))
	}
	view.Title = line(view.Outcome + " · " + view.Name).Text
	view.Charts = b.searchCharts()
	if all := bucketsOf(report.Timeline); len(all) > 1 {
		view.Charts = append(view.Charts, b.rateChart(all), b.timeChart(all))
	}
	if len(report.Distribution.Response) > 1 {
		view.Charts = append(view.Charts, b.distributionChart(report.Distribution, report.Response))
	}
	if report.NoiseFloor != nil {
		view.Below = strings.Join(report.NoiseFloor.Below, ", ")
	}
	return view
}

// A levelView is a service level, what was observed, and whether it is met.
type levelView struct {
	benchmark.Level
	Shown   string
	Reason  string // why it is not known whether the level holds
	Verdict assay.Verdict
	Word    string // for Verdict
	Sure    string // how sure it is
}

func (b *loadBuilder) levels() []levelView {
	var all []levelView
	for _, level := range b.report.SLO {
		if b.report.Exchanges.Sent == 0 {
			level.Needs = 0 // an empty run always has too few samples
		}
		all = append(all, levelView{Level: level, Shown: b.report.Shown(level), Reason: b.in.Say(level.Reason), Verdict: b.report.Verdict(level),
			Word: figures.Level(b.in, b.report.Verdict(level)), Sure: figures.Sure(b.in, b.report, level)})
	}
	return all
}

// errorLimit is how many kinds of errors are shown; a run keeps fewer.
const errorLimit = 100

// A loadRequirement is a requirement about load, its verdict, and the reason for it.
type loadRequirement struct {
	ID, Says, Reason string
	Verdict          assay.Verdict
}

// requirements are the report's, in the reader's language; an unknown verdict is shown as an error.
func (b *loadBuilder) requirements() []loadRequirement {
	var all []loadRequirement
	for _, requirement := range b.report.Requirements {
		view := loadRequirement{ID: requirement.ID, Says: b.in.Says(b.report.Suite.Digest, requirement.ID, requirement.Says),
			Reason: b.in.Say(requirement.Reason), Verdict: requirement.Verdict}
		if !slices.Contains(assay.Verdicts(), view.Verdict) {
			view.Verdict = assay.Error
		}
		all = append(all, view)
	}
	return all
}

func (b *loadBuilder) environment() []fact {
	report := b.report
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
	for _, f := range figures.Generator(b.in, report) {
		all = append(all, fact{f.Label, []value{{Text: f.Value}}})
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
