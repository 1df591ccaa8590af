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

// WriteBenchmark writes benchmark.html: the page of a load run, with what its evidence shows.
func WriteBenchmark(w io.Writer, in messages.Printer, report benchmark.Report, evidence LoadEvidence) error {
	b := loadBuilder{in: in, report: report, evidence: evidence, linked: map[string]string{}}
	return write(w, in, "benchmark", b.view())
}

type loadBuilder struct {
	in       messages.Printer
	report   benchmark.Report
	evidence LoadEvidence
	linked   map[string]string // anchors of the exchanges on the page, by id
}

// A loadView is what the template benchmark shows.
type loadView struct {
	Title, Name, Outcome, Meaning, SetName string
	Command, CommandTitle                  string
	Icon                                   assay.Verdict
	Facts, Reasons, Notes                  []string
	Figures                                []figures.Fact
	Levels                                 []levelView
	Sections                               []section
	Machine                                string
	Steps                                  *stepsChart
	Heat                                   *heatChart
	Found, Charts                          []chart // of a search, and of the run
	Proofs                                 []proofView
	Broken                                 bool // some of them break correctness: they come first
	Times                                  []figures.TimesRow
	StageColumns                           []string
	Stages                                 []figures.StageRow
	Below                                  string // percentiles near the noise floor
	Ledger                                 []figures.ExchangesRow
	Errors                                 []errorView
	Requirements                           []loadRequirement
	Environment                            []fact
}

func (b *loadBuilder) view() loadView {
	report := b.report
	view := loadView{
		Name: report.Name(), Outcome: figures.Outcome(b.in, report.Outcome), Meaning: figures.Meaning(b.in, report), Icon: report.Outcome.Sign(),
		Command: report.NextRun(), CommandTitle: figures.RunTitle(report), Reasons: b.in.SayEach(report.Reasons), Notes: b.in.SayEach(report.Notes), Levels: b.levels(), Proofs: b.proofs(), Broken: slices.ContainsFunc(report.Errors[:min(len(report.Errors), errorLimit)], breaks),
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
	view.Errors = b.errors()
	if report.Generator.Machine != nil {
		view.Machine = figures.Machine(b.in, *report.Generator.Machine)
	}
	b.charts(&view)
	if report.NoiseFloor != nil {
		view.Below = strings.Join(report.NoiseFloor.Below, ", ")
	}
	view.Sections = b.sections(view)
	return view
}

// charts adds those that the report has figures for.
func (b *loadBuilder) charts(view *loadView) {
	report := b.report
	view.Found = b.searchCharts()
	if report.Search != nil && len(report.Search.Steps) > 0 {
		view.Steps = new(b.stepsChart(*report.Search))
	}
	if heat, ok := b.heatChart(); ok {
		view.Heat = &heat
	}
	if all := bucketsOf(report.Timeline); len(all) > 1 {
		view.Charts = append(view.Charts, b.rateChart(all), b.timeChart(all))
	}
	if len(report.Distribution.Response) > 1 {
		view.Charts = append(view.Charts, b.distributionChart(report.Distribution, report.Response))
	}
}

// sections are what the navigation lists.
func (b *loadBuilder) sections(v loadView) (all []section) {
	add := func(there bool, id, key string, count int) {
		if there {
			all = append(all, section{ID: id, Title: b.in.Text(key), Count: count})
		}
	}
	add(true, "verdict", "section.verdict", 0)
	add(v.Broken && len(v.Proofs) > 0, "proofs", "load.proofs-short", len(v.Proofs))
	for _, one := range v.Found {
		all = append(all, section{ID: one.ID, Title: one.Title})
	}
	add(v.Steps != nil, "limit", "chart.steps", 0)
	add(v.Heat != nil, "heat", "chart.heat", 0)
	for _, one := range v.Charts {
		all = append(all, section{ID: one.ID, Title: one.Title})
	}
	add(len(v.Stages) > 0, "stages", "load.stages", 0)
	add(len(v.Times) > 0, "times-table", "load.times", 0)
	add(len(v.Ledger) > 0, "ledger", "load.ledger", 0)
	add(!v.Broken && len(v.Proofs) > 0, "proofs", "load.proofs-short", len(v.Proofs))
	add(len(v.Requirements) > 0, "requirements", "section.requirements", 0)
	add(true, "environment", "section.environment", 0)
	return all
}

// An errorView is a kind of errors, in the reader's language, with the first of its exchanges.
type errorView struct {
	benchmark.ErrorCount
	Name  string
	First []firstExchange
}

// A firstExchange is one of the first exchanges of a kind of errors. Its anchors are empty where the page does not show it.
type firstExchange struct{ ID, Anchor, User, Other, OtherAnchor string }

func (b *loadBuilder) errors() (all []errorView) {
	for _, one := range b.report.Errors[:min(len(b.report.Errors), errorLimit)] {
		view := errorView{ErrorCount: one, Name: b.verdict(one.Verdict)}
		for i, id := range one.Exchanges[:min(len(one.Exchanges), errorLimit)] {
			first := firstExchange{ID: id, Anchor: b.linked[id]}
			if i < len(one.Users) {
				first.User = one.Users[i]
			}
			if i < len(one.Contradicts) {
				first.Other, first.OtherAnchor = one.Contradicts[i], b.linked[one.Contradicts[i]]
			}
			view.First = append(view.First, first)
		}
		all = append(all, view)
	}
	return all
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
	report, of := b.report, facts{in: b.in}
	of.add("implementation", strings.TrimSpace(report.Implementation.Product+" "+report.Implementation.Version))
	of.add("organization", report.Implementation.Organization)
	of.add("url", report.Implementation.URL)
	of.add("apiServer", report.Target.APIServers...)
	of.add("driver", report.Target.Driver)
	for _, f := range figures.Generator(b.in, report) {
		of.all = append(of.all, fact{f.Label, []value{{Text: f.Value}}})
	}
	if !report.Started.IsZero() {
		of.add("started", stamp(report.Started))
		of.add("took", b.in.Text("environment.seconds", fmt.Sprintf("%.1f", report.Finished.Sub(report.Started).Round(time.Millisecond).Seconds())))
	}
	of.add("seed", fmt.Sprint(report.Plan.Seed))
	of.add("suite", "assay "+report.Suite.Version)
	of.add("set", report.Suite.RequirementSet, report.Suite.Digest)
	return of.all
}
