package suites

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// Run runs the session's specs in a Ginkgo tree of their own, silently, and returns the concluded report. Ginkgo keeps
// its tree in package variables, so a process can have only one Run at a time; it can be called again and again.
func Run(ctx context.Context, s *Session) conformance.Report {
	console := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard // the caller has its own output
	defer func() { formatter.ColorableStdOut = console }()

	s.caller = ctx
	s.ctx, s.stop = context.WithCancelCause(ctx)
	globals.Reset()
	defer globals.Reset()                                                               // another tree may be built and run afterwards
	s.registerAll(s.plan(), func(e entry) bool { return s.selected[e.requirement.ID] }) // a skipped spec costs a stack trace
	var report types.Report
	ginkgo.ReportAfterSuite("keep the report", func(r ginkgo.Report) { report = r })
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.FailOnEmpty, suite.FailOnPending = true, true
	suite.RandomSeed = int64(s.config.Seed)
	suite.Timeout = 24 * time.Hour // the run is bounded by its parts and by ctx

	if _, err := os.Getwd(); err != nil { // Ginkgo would end the process, with the exit code of a nonconformant platform
		s.broken = phrase.Say(phrase.NoDirectory, err.Error())
		return s.Conclude(report)
	}
	ginkgo.RunSpecs(indifferent{}, "unified login", suite, reporter)
	return s.Conclude(report)
}

// indifferent is the testing.T of a run; the report says whether the run failed.
type indifferent struct{}

func (indifferent) Fail() {}

// Conclude makes the conformance report from the results of the session's specs. Ginkgo's report says what happened to
// specs without a result; specs that the session did not register are ignored.
func (s *Session) Conclude(from types.Report) conformance.Report {
	evidence, finished := map[string][]Evidence{}, true
	for _, own := range s.specs {
		found, ran := s.evidenceOf(own, from)
		evidence[own.key.id] = append(evidence[own.key.id], found)
		finished = finished && ran
	}
	report := s.Begin()
	report.Finished = report.Started.Add(time.Since(report.Started)) // whatever was done to the clock
	report.Notes = s.remarks()
	report.Seconds = report.Finished.Sub(report.Started).Seconds()
	silent := silenceOf(s.ctx)
	report.Interrupted = s.ctx.Err() != nil && silent == nil || !finished && interrupted(from)
	if silent != nil {
		report.CutShort = silent.phrase().Map(s.config.Redactor.Text) // it may quote the target
	}
	if report.Error = s.broken; !s.broken.IsZero() {
		return conformance.Conclude(s.set, report) // nothing was tried
	}
	for _, requirement := range s.set.Requirements {
		report.Requirements = append(report.Requirements, s.result(requirement, evidence[requirement.ID]))
	}
	report.FailureModes = s.failureModes()
	report = conformance.Conclude(s.set, report)
	if gone := s.driverGone(); gone != "" {
		report.Reasons = append(report.Reasons, phrase.Say(phrase.DriverLost, gone))
	}
	return report
}

func interrupted(report types.Report) bool {
	for _, reason := range report.SpecialSuiteFailureReasons {
		if strings.Contains(strings.ToLower(reason), "interrupt") {
			return true
		}
	}
	return false
}

// evidenceOf is the result of a spec, and whether the spec ran to its end. A spec without a result never ran, or failed
// outside its body.
func (s *Session) evidenceOf(own ownSpec, from types.Report) (found Evidence, ran bool) {
	spec, _ := own.in(from)
	s.mu.Lock()
	found, known := s.found[own.key]
	s.mu.Unlock()
	if known {
		return found, !spec.State.Is(types.SpecStateInterrupted | types.SpecStateAborted)
	}
	missing := Evidence{ID: own.key.id, Endpoint: own.key.endpoint, Verdict: assay.Untested, Reasons: []phrase.Phrase{phrase.Say(phrase.UntriedEnded)}}
	if spec.State.Is(types.SpecStatePanicked | types.SpecStateTimedout | types.SpecStateFailed) {
		missing.Verdict = assay.Error
		missing.Reasons = []phrase.Phrase{phrase.Plain(s.config.Redactor.Text(spec.Failure.Message))}
	}
	return missing, false
}

// result combines the evidence of a requirement's endpoints.
func (s *Session) result(requirement assay.Requirement, evidence []Evidence) conformance.Result {
	result := conformance.Result{ID: requirement.ID, Findings: []conformance.Finding{}}
	if len(evidence) == 0 {
		result.Verdict = assay.Untested
		result.Reason = s.untried(requirement)
		return result
	}
	var verdicts []assay.Verdict
	var reasons []phrase.Phrase
	applicable := slices.ContainsFunc(evidence, func(e Evidence) bool { return !e.NotApplicable })
	for _, found := range evidence {
		if found.NotApplicable && applicable {
			reasons = append(reasons, found.Reasons...)
			continue
		}
		if found.Endpoint != "" && len(evidence) > 1 && !slices.Contains(s.endpoints(), found.Endpoint) {
			continue // the implementation has only the other endpoint
		}
		verdicts = append(verdicts, found.Verdict)
		if found.Endpoint != "" {
			result.Endpoints = withVerdict(result.Endpoints, requirement, found)
		}
		result.Findings = append(result.Findings, found.Findings...)
		result.Seconds += found.Seconds
		reasons = append(reasons, found.Reasons...)
	}
	result.Verdict = requirement.Worst(verdicts...)
	result.Reason = phrase.Join(unique(reasons)...)
	if !applicable {
		result.Applicable = new(bool)
	}
	return result
}

// withVerdict adds the verdict on an endpoint; the worse of two, where two specs judged it.
func withVerdict(list []conformance.EndpointVerdict, requirement assay.Requirement, found Evidence) []conformance.EndpointVerdict {
	for i := range list {
		if list[i].Endpoint == found.Endpoint {
			list[i].Verdict = requirement.Worst(list[i].Verdict, found.Verdict)
			return list
		}
	}
	return append(list, conformance.EndpointVerdict{Endpoint: found.Endpoint, Verdict: found.Verdict})
}

// untried says why no spec tries a requirement.
func (s *Session) untried(requirement assay.Requirement) phrase.Phrase {
	if !s.selected[requirement.ID] {
		return phrase.Say(phrase.NotSelected)
	}
	if reason := s.undeclared(requirement, ""); !reason.IsZero() {
		return reason
	}
	return phrase.Say(phrase.UntriedLoad)
}

func unique(phrases []phrase.Phrase) []phrase.Phrase {
	seen := map[phrase.Phrase]bool{}
	var kept []phrase.Phrase
	for _, said := range phrases {
		if !seen[said] {
			seen[said] = true
			kept = append(kept, said)
		}
	}
	return kept
}
