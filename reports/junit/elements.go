package junit

import (
	"encoding/xml"
	"fmt"

	"github.com/unified-login/assay/internal/visible"
)

// The elements, in the order of their schema.
type (
	allSuites struct {
		XMLName  xml.Name       `xml:"testsuites"`
		Name     string         `xml:"name,attr"`
		Tests    int            `xml:"tests,attr"`
		Failures int            `xml:"failures,attr"`
		Errors   int            `xml:"errors,attr"`
		Skipped  int            `xml:"skipped,attr"`
		Time     string         `xml:"time,attr"`
		Suites   []suiteElement `xml:"testsuite"`
	}
	suiteElement struct {
		Name       string            `xml:"name,attr"`
		Tests      int               `xml:"tests,attr"`
		Failures   int               `xml:"failures,attr"`
		Errors     int               `xml:"errors,attr"`
		Skipped    int               `xml:"skipped,attr"`
		Time       string            `xml:"time,attr"`
		Timestamp  string            `xml:"timestamp,attr,omitempty"`
		Properties []propertyElement `xml:"properties>property"`
		Cases      []caseElement     `xml:"testcase"`
	}
	propertyElement struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	caseElement struct {
		Class      string            `xml:"classname,attr"`
		Name       string            `xml:"name,attr"`
		Time       string            `xml:"time,attr"`
		Properties []propertyElement `xml:"properties>property"`
		Failure    *remarkElement    `xml:"failure"`
		Error      *remarkElement    `xml:"error"`
		Skipped    *remarkElement    `xml:"skipped"`
		Out        string            `xml:"system-out,omitempty"`
	}
	remarkElement struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func elementOf(suite Suite) suiteElement {
	element := suiteElement{Name: line(suite.Name), Time: written(suite.Seconds), Properties: properties(suite.Properties)}
	if !suite.Started.IsZero() {
		element.Timestamp = suite.Started.UTC().Format("2006-01-02T15:04:05")
	}
	for _, c := range suite.Cases {
		element.Cases = append(element.Cases, caseElement{
			Class: line(c.Class), Name: line(c.Name), Time: written(c.Seconds), Properties: properties(c.Properties),
			Failure: remark(c.Failure), Error: remark(c.Error), Skipped: remark(c.Skipped), Out: c.Out,
		})
		element.Tests++
		switch {
		case c.Failure != nil:
			element.Failures++
		case c.Error != nil:
			element.Errors++
		case c.Skipped != nil:
			element.Skipped++
		}
	}
	return element
}

func properties(all []Property) []propertyElement {
	var elements []propertyElement
	for _, p := range all {
		elements = append(elements, propertyElement{line(p.Name), line(p.Value)})
	}
	return elements
}

func remark(r *Remark) *remarkElement {
	if r == nil {
		return nil
	}
	return &remarkElement{line(r.Message), line(r.Type), r.Text}
}

func line(s string) string { return visible.Line(s, lineLimit) }

func written(seconds float64) string { return fmt.Sprintf("%.3f", seconds) }
