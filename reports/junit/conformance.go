package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/junit"
)

// WriteJUnit writes report as a JUnit file.
func WriteJUnit(w io.Writer, report Report) error {
	return junit.Write(w, report.Seconds, JUnit(report))
}

// JUnit is report as test suites: one for each chapter, with a test case for each requirement, or for each endpoint that
// its findings name. A failure is what makes a declared profile nonconformant; any other warning passes with a remark,
// what is untested or waived is skipped.
func JUnit(report Report) []junit.Suite {
	var all []junit.Suite
	for _, result := range report.Requirements {
		chapter := result.requirement().Chapter()
		at := slices.IndexFunc(all, func(s junit.Suite) bool { return s.Name == chapter })
		if at < 0 {
			at = len(all)
			all = append(all, newSuite(chapter, report))
		}
		suite := &all[at]
		suite.Seconds += result.Seconds
		for _, group := range groups(result) {
			suite.Cases = append(suite.Cases, newCase(result, group, report))
		}
	}
	return all
}

func newSuite(chapter string, report Report) junit.Suite {
	return junit.Suite{Name: chapter, Started: report.Started, Properties: []junit.Property{
		{Name: "outcome", Value: string(report.Outcome)},
		{Name: "implementation", Value: strings.TrimSpace(report.Implementation.Product + " " + report.Implementation.Version)},
		{Name: "apiServer", Value: strings.Join(report.Target.APIServers, " ")},
		{Name: "requirementSet", Value: report.Suite.RequirementSet},
		{Name: "profiles", Value: strings.Join(report.Declared(), " ")},
		{Name: "seed", Value: fmt.Sprint(report.Seed)},
	}}
}

// A group is what a test case is about: one endpoint of a requirement, and the verdict there.
type group struct {
	endpoint assay.Endpoint
	verdict  assay.Verdict
	findings []Finding
	seconds  float64
}

// groups sorts a result's findings by endpoint; an endpoint that there is nothing to be said of has its verdict. A verdict
// that none of them shows gets a group of its own, so that nothing that was found out is lost.
func groups(result Result) []group {
	var all []group
	for _, judged := range result.Endpoints {
		all = append(all, group{endpoint: judged.Endpoint, verdict: judged.Verdict})
	}
	for _, finding := range result.Findings {
		at := slices.IndexFunc(all, func(g group) bool { return g.endpoint == finding.Endpoint })
		if at < 0 {
			at = len(all)
			all = append(all, group{endpoint: finding.Endpoint, verdict: assay.Pass})
		}
		if at >= len(result.Endpoints) { // its verdict is that of its findings
			all[at].verdict = result.requirement().Worst(all[at].verdict, cmp.Or(finding.Verdict, result.Verdict))
		}
		all[at].findings = append(all[at].findings, finding)
	}
	if !slices.ContainsFunc(all, func(g group) bool { return g.verdict == result.Verdict }) {
		all = append(all, group{verdict: result.Verdict})
	}
	for i := range all {
		all[i].seconds = result.Seconds / float64(len(all))
	}
	return all
}

func newCase(result Result, g group, report Report) junit.Case {
	name := result.ID
	if g.endpoint != "" {
		name += " (" + string(g.endpoint) + ")"
	}
	c := junit.Case{
		Class: "unified-login." + result.requirement().Chapter(), Name: name, Seconds: g.seconds,
		Properties: []junit.Property{
			{Name: "verdict", Value: string(g.verdict)}, {Name: "level", Value: string(result.Level)},
			{Name: "severity", Value: result.Severity}, {Name: "source", Value: result.Source},
		},
	}
	remark := &junit.Remark{Message: message(result, g), Type: string(result.Level), Text: text(result, g)}
	shown := result
	shown.Verdict = g.verdict
	switch {
	case shown.violated() && slices.ContainsFunc(report.Declared(), result.requirement().Binding):
		c.Failure = remark
	case g.verdict == assay.Error:
		c.Error = remark
	case g.verdict == assay.Untested || g.verdict == assay.Waived:
		c.Skipped = remark
	case g.verdict != assay.Pass || len(g.findings) > 0 || result.Reason != "":
		c.Out = strings.ToUpper(string(g.verdict)) + "\n" + remark.Text
	}
	return c
}

// message is the one line that most readers show.
func message(result Result, g group) string {
	if len(g.findings) == 0 {
		return result.Reason
	}
	return "expected " + g.findings[0].Expected + "; got " + g.findings[0].Actual
}

// text is everything there is to say.
func text(result Result, g group) string {
	var out junit.Text
	out.Line("requirement", result.Says)
	out.Line("source", result.Source)
	out.Line("reason", result.Reason)
	for _, finding := range g.findings {
		out.Line("situation", finding.Situation)
		out.Line("expected", finding.Expected)
		out.Line("actual", finding.Actual)
		out.Line("exchanges", strings.Join(finding.Exchanges, " "))
		out.Cut("reproduce", finding.Reproduce, commandLimit)
	}
	return out.String()
}
