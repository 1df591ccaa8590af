package junit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// Benchmark converts a load run to a test suite: one test case for each service level and for each requirement about load,
// and one for the outcome if these do not show it. What the implementation failed is a failure; what the run could not
// decide is skipped.
func Benchmark(report benchmark.Report) []Suite {
	suite := Suite{Name: "load run", Started: report.Started, Seconds: report.Seconds(), Properties: []Property{
		{Name: "outcome", Value: string(report.Outcome)},
		{Name: "implementation", Value: strings.TrimSpace(report.Implementation.Product + " " + report.Implementation.Version)},
		{Name: "apiServer", Value: strings.Join(report.Target.APIServers, " ")},
		{Name: "requirementSet", Value: report.Suite.RequirementSet},
		{Name: "plan", Value: plan(report)},
		{Name: "offered", Value: benchmark.Rate(report.Throughput.Offered)},
		{Name: "seed", Value: fmt.Sprint(report.Plan.Seed)},
	}}
	suite.Properties = append(suite.Properties, measured(report)...)
	for _, name := range slices.Sorted(maps.Keys(report.Tags)) {
		suite.Properties = append(suite.Properties, Property{Name: "tag." + name, Value: report.Tags[name]})
	}
	if limit := report.Limit; limit != nil {
		suite.Properties = append(suite.Properties, Property{Name: "limit", Value: limit.Says().String()})
	}
	for _, level := range report.SLO {
		suite.Cases = append(suite.Cases, levelCase(report, level))
	}
	for _, requirement := range report.Requirements {
		suite.Cases = append(suite.Cases, requirementCase(requirement))
	}
	suite.Cases = append(suite.Cases, outcomeCases(report)...)
	for i := range suite.Cases {
		suite.Cases[i].Seconds = suite.Seconds / float64(len(suite.Cases))
	}
	return []Suite{suite}
}

// measured are the figures of a run, with the ends of their error bars: 41.2ms (39.8ms–43.5ms).
func measured(report benchmark.Report) (all []Property) {
	add := func(name, value, ends string) {
		if ends != "" {
			value += " (" + ends + ")"
		}
		all = append(all, Property{Name: name, Value: value})
	}
	add("achieved", benchmark.Rate(report.Throughput.Achieved), report.Throughput.Ends())
	if report.Exchanges.Sent > 0 {
		add("errors", benchmark.Percent(report.Exchanges.ErrorShare()), benchmark.ShareEnds(report.ErrorShare))
	}
	if report.Response.Samples == 0 {
		return all
	}
	for _, metric := range []assay.Metric{assay.MetricP50, assay.MetricP90, assay.MetricP95, assay.MetricP99, assay.MetricP999, assay.MetricMean} {
		add(string(metric), report.Response.Text(metric), figures.Ends(report.Response, metric))
	}
	return all
}

// plan is in English, as everything in a JUnit file is.
func plan(report benchmark.Report) string {
	return figures.Plan(messages.For(messages.English), report.Plan)
}

func levelCase(report benchmark.Report, level benchmark.Level) Case {
	shown := report.Shown(level)
	var text Text
	text.Line("service level", level.Expression)
	text.Line("observed", shown)
	text.Line("plan", plan(report))
	if sure := figures.Sure(messages.For(messages.English), report, level); sure != "" {
		text.Line("confidence", sure)
	}
	if level.Needs > 0 {
		text.Line("samples", fmt.Sprintf("%d; needs %d", report.Samples(level), level.Needs))
	}
	c := Case{Class: "unified-login.service-level", Name: level.Expression, Properties: []Property{
		{Name: "observed", Value: shown}, {Name: "default", Value: fmt.Sprint(level.Default)},
	}}
	switch report.Verdict(level) {
	case assay.Pass:
		c.Out = text.String()
	case assay.Fail:
		c.Failure = &Remark{Message: "expected " + level.Expression + "; got " + shown, Type: "service level", Text: text.String()}
	default:
		text.Line("reason", report.Untold(level).String())
		c.Skipped = &Remark{Message: report.Untold(level).String(), Type: "service level", Text: text.String()}
	}
	return c
}

func requirementCase(requirement benchmark.Requirement) Case {
	known, _ := assay.Requirements().Find(requirement.ID)
	var text Text
	text.Line("requirement", requirement.Says)
	text.Line("source", known.Source)
	text.Line("reason", requirement.Reason.String())
	c := Case{Class: "unified-login.load-run", Name: requirement.ID, Properties: []Property{
		{Name: "verdict", Value: string(requirement.Verdict)}, {Name: "level", Value: string(known.Level)},
		{Name: "source", Value: known.Source},
	}}
	remark := &Remark{Message: requirement.Reason.String(), Type: string(known.Level), Text: text.String()}
	switch requirement.Verdict {
	case assay.Fail:
		c.Failure = remark
	case assay.Error:
		c.Error = remark
	case assay.Untested, assay.Waived:
		c.Skipped = remark
	default:
		c.Out = remark.Text
	}
	return c
}

// outcomeCases has a test case for an outcome that no other test case shows: a run that measured nothing, and an unknown
// PAT that was accepted.
func outcomeCases(report benchmark.Report) []Case {
	var text Text
	for _, reason := range report.Reasons {
		text.Line("reason", reason.String())
	}
	c := Case{Class: "unified-login.load-run", Name: "outcome", Properties: []Property{
		{Name: "verdict", Value: string(report.Outcome.Sign())},
	}}
	remark := &Remark{Message: phrase.Join(report.Reasons...).String(), Type: string(report.Outcome), Text: text.String()}
	switch {
	case report.Outcome == benchmark.Errored:
		c.Error = remark
	case report.Outcome == benchmark.Incorrect && report.Everything().BadPATsAccepted > 0:
		c.Failure = remark
	default:
		return nil
	}
	return []Case{c}
}
