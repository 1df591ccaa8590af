package junit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// commandLimit keeps a command line whole, so that it can be copied.
const commandLimit = 1 << 14

// Conformance converts report to one test suite a chapter, with one test case a requirement, or one for each endpoint that
// its findings name. A result that makes a declared profile nonconformant is a failure; any other warning passes with a
// text, and an untested or waived requirement is skipped.
func Conformance(report conformance.Report) []Suite {
	var all []Suite
	for _, result := range report.Requirements {
		chapter := result.Requirement().Chapter()
		at := slices.IndexFunc(all, func(s Suite) bool { return s.Name == chapter })
		if at < 0 {
			at = len(all)
			all = append(all, chapterSuite(chapter, report))
		}
		suite := &all[at]
		suite.Seconds += result.Seconds
		for _, group := range groups(result) {
			suite.Cases = append(suite.Cases, resultCase(result, group, report))
		}
	}
	return all
}

func chapterSuite(chapter string, report conformance.Report) Suite {
	return Suite{Name: chapter, Started: report.Started, Properties: []Property{
		{Name: "outcome", Value: string(report.Outcome)},
		{Name: "implementation", Value: strings.TrimSpace(report.Implementation.Product + " " + report.Implementation.Version)},
		{Name: "apiServer", Value: strings.Join(report.Target.APIServers, " ")},
		{Name: "requirementSet", Value: report.Suite.RequirementSet},
		{Name: "profiles", Value: strings.Join(report.Declared(), " ")},
		{Name: "seed", Value: fmt.Sprint(report.Seed)},
	}}
}

// A group is the content of a test case: one endpoint of a requirement, and the verdict there.
type group struct {
	endpoint assay.Endpoint
	verdict  assay.Verdict
	findings []conformance.Finding
	seconds  float64
}

// groups sorts a result's findings by endpoint. An endpoint without findings has its own verdict. A verdict that no
// endpoint has gets a group of its own, so that it is in the file.
func groups(result conformance.Result) []group {
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
			all[at].verdict = result.Requirement().Worst(all[at].verdict, cmp.Or(finding.Verdict, result.Verdict))
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

func resultCase(result conformance.Result, g group, report conformance.Report) Case {
	name := result.ID
	if g.endpoint != "" {
		name += " (" + string(g.endpoint) + ")"
	}
	c := Case{
		Class: "unified-login." + result.Requirement().Chapter(), Name: name, Seconds: g.seconds,
		Properties: []Property{
			{Name: "verdict", Value: string(g.verdict)}, {Name: "level", Value: string(result.Level)},
			{Name: "severity", Value: result.Severity}, {Name: "source", Value: result.Source},
		},
	}
	if result.Follows != "" {
		c.Properties = append(c.Properties, Property{Name: "follows", Value: result.Follows})
	}
	remark := &Remark{Message: message(result, g), Type: string(result.Level), Text: text(result, g)}
	shown := result
	shown.Verdict = g.verdict
	switch {
	case shown.Violates(report):
		c.Failure = remark
	case g.verdict == assay.Error:
		c.Error = remark
	case g.verdict == assay.Untested || g.verdict == assay.Waived:
		c.Skipped = remark
	case g.verdict != assay.Pass || len(g.findings) > 0 || !result.Reason.IsZero():
		c.Out = strings.ToUpper(string(g.verdict)) + "\n" + remark.Text
	}
	return c
}

// message is the one line that most readers show.
func message(result conformance.Result, g group) string {
	if result.Follows != "" {
		return "follows " + result.Follows + ": " + finding(result, g)
	}
	return finding(result, g)
}

// finding is the first finding of the group, or the reason.
func finding(result conformance.Result, g group) string {
	if len(g.findings) == 0 {
		return result.Reason.String()
	}
	return "expected " + g.findings[0].Expected + "; got " + g.findings[0].Actual
}

// text has all details of a test case.
func text(result conformance.Result, g group) string {
	var out Text
	out.Line("requirement", result.Says)
	out.Line("harm", result.Harms())
	out.Line("source", result.Source)
	out.Line("follows", result.Follows)
	out.Line("reason", result.Reason.String())
	for _, finding := range g.findings {
		out.Line("situation", finding.Situation)
		out.Line("expected", finding.Expected)
		out.Line("actual", finding.Actual)
		out.Line("reused", finding.Reuse.Said().String())
		out.Line("exchanges", strings.Join(finding.Listed(), ", "))
		out.Block("reproduce", finding.Reproduce, commandLimit)
	}
	return out.String()
}
