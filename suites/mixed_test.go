package suites_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites"
)

// mixed runs the session's specs in one tree with those that others add, and returns Ginkgo's report of them all.
func mixed(s *suites.Session, others func()) types.Report {
	console := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	defer func() { formatter.ColorableStdOut = console }()
	globals.Reset()
	defer globals.Reset()
	others()
	suites.Register(s)
	var report types.Report
	ginkgo.ReportAfterSuite("keep the report", func(r ginkgo.Report) { report = r })
	ginkgo.RunSpecs(silently{}, "somebody's suite")
	return report
}

type silently struct{}

func (silently) Fail() {}

// titled is the text of a spec of the suite.
func titled(id string, endpoint assay.Endpoint) string {
	requirement, _ := assay.Requirements().Find(id)
	return fmt.Sprintf("%s (%s): %s", id, endpoint, requirement.Says)
}

// TestOtherSpecsInTheTree: somebody's own specs, whatever they look like and however they end, change no verdict.
func TestOtherSpecsInTheTree(t *testing.T) {
	fail := func() { ginkgo.Fail("ours, not yours") }
	forged := func() {
		ginkgo.AddReportEntry("assay evidence", suites.Evidence{ID: "pat.accepted", Endpoint: assay.Login, Verdict: assay.Fail})
		ginkgo.AddReportEntry("assay evidence", "pat.accepted")
		ginkgo.Fail("forged")
	}
	for name, others := range map[string]func(){
		"no other spec":      func() {},
		"without labels":     func() { ginkgo.It("passes", func() {}); ginkgo.It("fails", fail) },
		"pending, skipped":   func() { ginkgo.PIt("pending"); ginkgo.It("skips", func() { ginkgo.Skip("x") }) },
		"panicking":          func() { ginkgo.It("panics", func() { panic("oh dear") }) },
		"labels like ours":   func() { ginkgo.It("fails", ginkgo.Label("pat.accepted", "level:must", "endpoint:login"), fail) },
		"evidence like ours": func() { ginkgo.It("fails", ginkgo.Label("pat.accepted"), forged) },
		"a text like ours": func() {
			ginkgo.Describe("unified login", func() { ginkgo.It(titled("pat.accepted", assay.Login), forged) })
		},
		"a table": func() {
			ginkgo.DescribeTable("a table", func(int) { fail() }, ginkgo.Entry("one", 1), ginkgo.Entry("two", 2))
		},
		"a failing AfterEach":  func() { ginkgo.AfterEach(fail); ginkgo.It("passes", func() {}) },
		"a failing AfterSuite": func() { ginkgo.AfterSuite(fail); ginkgo.It("passes", func() {}) },
		"a failing set-up of theirs": func() {
			ginkgo.Describe("ours", func() { ginkgo.BeforeEach(fail); ginkgo.It("never runs", func() {}) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := serve(t, reference.Options{})
			config.Only = []string{"pat.accepted", "code.missing"}
			s := open(t, config)
			report := s.Conclude(mixed(s, others))
			if report.Outcome != conformance.Incomplete || report.Interrupted || !report.Error.IsZero() {
				t.Errorf("outcome %s, interrupted %v, error %q", report.Outcome, report.Interrupted, report.Error)
			}
			want := map[string]assay.Verdict{"pat.accepted": assay.Pass, "code.missing": assay.Pass}
			if diff := cmp.Diff(want, tested(report)); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
		})
	}
}

// tested are the verdicts other than untested.
func tested(report conformance.Report) map[string]assay.Verdict {
	verdicts := map[string]assay.Verdict{}
	for _, result := range report.Requirements {
		if result.Verdict != assay.Untested {
			verdicts[result.ID] = result.Verdict
		}
	}
	return verdicts
}

// TestOtherSetUpFails: what somebody's set-up keeps from running is untested, or in error where the set-up was the
// spec's own; it never fails.
func TestOtherSetUpFails(t *testing.T) {
	fail := func() { ginkgo.Fail("our database is away") }
	for name, test := range map[string]struct {
		others func()
		want   assay.Verdict
		reason string
	}{
		"BeforeSuite": {func() { ginkgo.BeforeSuite(fail); ginkgo.It("passes", func() {}) }, assay.Untested, "not tried: the run ended first"},
		"BeforeEach":  {func() { ginkgo.BeforeEach(fail) }, assay.Error, "our database is away"},
	} {
		t.Run(name, func(t *testing.T) {
			config := serve(t, reference.Options{})
			config.Only = []string{"pat.accepted"}
			s := open(t, config)
			report := s.Conclude(mixed(s, test.others))
			if result, _ := report.Result("pat.accepted"); result.Verdict != test.want || result.Reason.String() != test.reason {
				t.Errorf("%s: %s, want %s: %s", result.Verdict, result.Reason, test.want, test.reason)
			}
			if report.Counts.Fail > 0 {
				t.Errorf("%d failed", report.Counts.Fail)
			}
		})
	}
}

// TestTwoSessionsInOneTree: each concludes from its own specs only.
func TestTwoSessionsInOneTree(t *testing.T) {
	good, bad := serve(t, reference.Options{}), serve(t, reference.Options{})
	good.Only = []string{"pat.accepted"}
	bad.Only, bad.Target.PATs.Valid = good.Only, "pat_0123456789abcdef"
	one, other := open(t, good), open(t, bad)
	ginkgoReport := mixed(one, func() { suites.Register(other) })
	if report := one.Conclude(ginkgoReport); !report.Error.IsZero() || tested(report)["pat.accepted"] != assay.Pass {
		t.Errorf("%q, %v", report.Error, tested(report))
	}
	if report := other.Conclude(ginkgoReport); report.Error.IsZero() {
		t.Errorf("outcome %s: %q", report.Outcome, report.Error)
	}
}

// TestInterruptOfOtherSpecs: an interrupt counts if it kept a spec of the session from its end.
func TestInterruptOfOtherSpecs(t *testing.T) {
	config := serve(t, reference.Options{})
	config.Only = []string{"pat.accepted"}
	s := open(t, config)
	ginkgoReport := mixed(s, func() { ginkgo.It("is interrupted", func() {}) })
	ginkgoReport.SpecialSuiteFailureReasons = []string{"Interrupted by User"}
	for i, spec := range ginkgoReport.SpecReports {
		if own := len(spec.Labels()) > 0; own != (spec.LeafNodeText != "is interrupted") {
			t.Fatalf("%s has labels %v", spec.LeafNodeText, spec.Labels())
		}
		changed := ginkgoReport
		changed.SpecReports = append(types.SpecReports(nil), ginkgoReport.SpecReports...)
		changed.SpecReports[i].State = types.SpecStateInterrupted
		if got, want := s.Conclude(changed).Interrupted, spec.LeafNodeText != "is interrupted" && spec.LeafNodeType == types.NodeTypeIt; got != want {
			t.Fatalf("interrupted at %q: %v", spec.LeafNodeText, got)
		}
	}
}
