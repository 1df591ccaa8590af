package benchmark

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/junit"
)

// WriteJUnit writes report as a JUnit file.
func WriteJUnit(w io.Writer, report Report) error {
	return junit.Write(w, report.Seconds(), JUnit(report))
}

// JUnit is report as a test suite: a test case for each service level and for each requirement about load, and one of the
// outcome where these do not show it. A failure is what the implementation fell short of; what the run could not tell is
// skipped.
func JUnit(report Report) []junit.Suite {
	suite := junit.Suite{Name: "load run", Started: report.Started, Seconds: report.Seconds(), Properties: []junit.Property{
		{Name: "outcome", Value: string(report.Outcome)},
		{Name: "implementation", Value: strings.TrimSpace(report.Implementation.Product + " " + report.Implementation.Version)},
		{Name: "apiServer", Value: strings.Join(report.Target.APIServers, " ")},
		{Name: "requirementSet", Value: report.Suite.RequirementSet},
		{Name: "plan", Value: report.Plan.String()},
		{Name: "offered", Value: Rate(report.Throughput.Offered)},
		{Name: "achieved", Value: Rate(report.Throughput.Achieved)},
		{Name: "seed", Value: fmt.Sprint(report.Plan.Seed)},
	}}
	for _, level := range report.SLO {
		suite.Cases = append(suite.Cases, report.levelCase(level))
	}
	for _, requirement := range report.Requirements {
		suite.Cases = append(suite.Cases, report.requirementCase(requirement))
	}
	suite.Cases = append(suite.Cases, report.outcomeCases()...)
	for i := range suite.Cases {
		suite.Cases[i].Seconds = suite.Seconds / float64(len(suite.Cases))
	}
	return []junit.Suite{suite}
}

// Seconds is how long the run took, all in all.
func (r Report) Seconds() float64 { return max(0, r.Finished.Sub(r.Started).Seconds()) }

func (r Report) levelCase(level Level) junit.Case {
	shown := r.Shown(level)
	var text junit.Text
	text.Line("service level", level.Expression)
	text.Line("observed", shown)
	text.Line("plan", r.Plan.String())
	if level.Needs > 0 {
		text.Line("samples", fmt.Sprintf("%d, and it takes %d to mean something", r.Response.Samples, level.Needs))
	}
	c := junit.Case{Class: "unified-login.service-level", Name: level.Expression, Properties: []junit.Property{
		{Name: "observed", Value: shown}, {Name: "default", Value: fmt.Sprint(level.Default)},
	}}
	switch r.Verdict(level) {
	case assay.Pass:
		c.Out = text.String()
	case assay.Fail:
		c.Failure = &junit.Remark{Message: "expected " + level.Expression + "; got " + shown, Type: "service level", Text: text.String()}
	default:
		text.Line("reason", r.untold())
		c.Skipped = &junit.Remark{Message: r.untold(), Type: "service level", Text: text.String()}
	}
	return c
}

func (r Report) requirementCase(requirement Requirement) junit.Case {
	known, _ := assay.Requirements().Find(requirement.ID)
	var text junit.Text
	text.Line("requirement", requirement.Says)
	text.Line("source", known.Source)
	text.Line("reason", requirement.Reason)
	c := junit.Case{Class: "unified-login.load-run", Name: requirement.ID, Properties: []junit.Property{
		{Name: "verdict", Value: string(requirement.Verdict)}, {Name: "level", Value: string(known.Level)},
		{Name: "source", Value: known.Source},
	}}
	remark := &junit.Remark{Message: requirement.Reason, Type: string(known.Level), Text: text.String()}
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

// outcomeCases is a test case of the outcome where no other tells of it: of a run that came to nothing, and of an unknown
// PAT that was accepted.
func (r Report) outcomeCases() []junit.Case {
	var text junit.Text
	for _, reason := range r.Reasons {
		text.Line("reason", reason)
	}
	c := junit.Case{Class: "unified-login.load-run", Name: "outcome", Properties: []junit.Property{
		{Name: "verdict", Value: string(r.Outcome.Sign())},
	}}
	remark := &junit.Remark{Message: strings.Join(r.Reasons, "; "), Type: string(r.Outcome), Text: text.String()}
	switch {
	case r.Outcome == Errored:
		c.Error = remark
	case r.Outcome == Incorrect && r.everything().BadPATsAccepted > 0:
		c.Failure = remark
	default:
		return nil
	}
	return []junit.Case{c}
}
