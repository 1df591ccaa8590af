package conformance

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"assay"
	"assay/reports/visible"
)

// The elements of a JUnit file, as far as its many readers agree.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr,omitempty"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		seconds    float64
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class      string          `xml:"classname,attr"`
		Name       string          `xml:"name,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Failure    *junitRemark    `xml:"failure"`
		Error      *junitRemark    `xml:"error"`
		Skipped    *junitRemark    `xml:"skipped"`
		Out        string          `xml:"system-out,omitempty"`
	}
	junitRemark struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes report as a JUnit file: a test suite for each chapter, a test case for each requirement, or for each
// endpoint that its findings name. A failure is what makes a declared profile nonconformant; any other warning passes
// with a remark, what is untested or waived is skipped.
func WriteJUnit(w io.Writer, report Report) error {
	all := junitSuites{Name: "unified login", Time: seconds(report.Seconds)}
	for _, result := range report.Requirements {
		chapter := result.requirement().Chapter()
		at := slices.IndexFunc(all.Suites, func(s junitSuite) bool { return s.Name == chapter })
		if at < 0 {
			at = len(all.Suites)
			all.Suites = append(all.Suites, newSuite(chapter, report))
		}
		suite := &all.Suites[at]
		suite.seconds += result.Seconds
		for _, group := range groups(result) {
			suite.add(newCase(result, group, report))
		}
	}
	for i := range all.Suites {
		suite := &all.Suites[i]
		suite.Time = seconds(suite.seconds)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	return nil
}

func newSuite(chapter string, report Report) junitSuite {
	suite := junitSuite{Name: visible.Line(chapter, textLimit)}
	if !report.Started.IsZero() {
		suite.Timestamp = report.Started.UTC().Format("2006-01-02T15:04:05")
	}
	suite.property("outcome", string(report.Outcome))
	suite.property("implementation", strings.TrimSpace(report.Implementation.Product+" "+report.Implementation.Version))
	suite.property("apiServer", strings.Join(report.Target.APIServers, " "))
	suite.property("requirementSet", report.Suite.RequirementSet)
	suite.property("profiles", strings.Join(report.Declared(), " "))
	suite.property("seed", fmt.Sprint(report.Seed))
	return suite
}

func (s *junitSuite) property(name, value string) {
	s.Properties = append(s.Properties, junitProperty{Name: name, Value: visible.Line(value, textLimit)})
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
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

func newCase(result Result, g group, report Report) junitCase {
	name := result.ID
	if g.endpoint != "" {
		name += " (" + string(g.endpoint) + ")"
	}
	c := junitCase{
		Class: visible.Line("unified-login."+result.requirement().Chapter(), textLimit), Name: visible.Line(name, textLimit),
		Time: seconds(g.seconds),
		Properties: []junitProperty{
			{"verdict", visible.Line(string(g.verdict), textLimit)}, {"level", visible.Line(string(result.Level), textLimit)},
			{"severity", visible.Line(result.Severity, textLimit)}, {"source", visible.Line(result.Source, textLimit)},
		},
	}
	remark := &junitRemark{Message: message(result, g), Type: visible.Line(string(result.Level), textLimit), Text: text(result, g)}
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
		return visible.Line(result.Reason, textLimit)
	}
	finding := g.findings[0]
	return visible.Line("expected "+finding.Expected+"; got "+finding.Actual, textLimit)
}

// text is everything there is to say.
func text(result Result, g group) string {
	var out strings.Builder
	show := func(label, value string, limit int) {
		if value != "" {
			fmt.Fprintf(&out, "%s: %s\n", label, visible.Line(value, limit))
		}
	}
	show("requirement", result.Says, textLimit)
	show("source", result.Source, textLimit)
	show("reason", result.Reason, textLimit)
	for _, finding := range g.findings {
		show("situation", finding.Situation, textLimit)
		show("expected", finding.Expected, textLimit)
		show("actual", finding.Actual, textLimit)
		show("exchanges", strings.Join(finding.Exchanges, " "), textLimit)
		show("reproduce", finding.Reproduce, commandLimit)
	}
	return out.String()
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
