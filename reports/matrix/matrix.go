// Package matrix compares conformance reports side by side, of implementations or versions, requirement by requirement.
//
// Start with [New]. The packages markdown and page write a matrix.
package matrix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// A Matrix has a column for each report, and a row for each requirement of any of them.
type Matrix struct {
	Columns []Column
	Rows    []Row
	// Sets are the requirement sets by which the reports were judged; with more than one, equal ids may have different
	// meanings.
	Sets []string
}

// A Column is one report. Its name is that of the implementation, with the file if several reports have the same name.
type Column struct {
	Name   string
	Report conformance.Report
}

// A Row is one requirement. Verdicts has one for each column, empty if the report does not have the requirement.
type Row struct {
	ID, Says string
	Digest   string // of the set that Says is from
	Level    assay.Level
	Verdicts []assay.Verdict
	// Differs is set if the verdicts differ.
	Differs bool
}

// Chapter is the part of the id before the dot.
func (r Row) Chapter() string {
	chapter, _, _ := strings.Cut(r.ID, ".")
	return chapter
}

// A Source is a report and the name of the file it was read from.
type Source struct {
	File   string
	Report conformance.Report
}

// New makes a matrix with the reports in the order of sources. Rows are in the order of the first report that has them.
func New(sources []Source) Matrix {
	var m Matrix
	rows := map[string]int{}
	for column, source := range sources {
		m.Columns = append(m.Columns, Column{Name: name(source, sources), Report: source.Report})
		suite := source.Report.Suite
		if set := strings.TrimSpace(suite.RequirementSet + " " + suite.Digest); !slices.Contains(m.Sets, set) {
			m.Sets = append(m.Sets, set)
		}
		for _, result := range source.Report.Requirements {
			at, known := rows[result.ID]
			if !known {
				at = len(m.Rows)
				rows[result.ID] = at
				m.Rows = append(m.Rows, Row{ID: result.ID, Says: result.Says, Digest: suite.Digest, Level: result.Level,
					Verdicts: make([]assay.Verdict, len(sources))})
			}
			m.Rows[at].Verdicts[column] = result.Verdict
		}
	}
	for i, row := range m.Rows {
		m.Rows[i].Differs = len(slices.Compact(slices.Clone(row.Verdicts))) > 1
	}
	return m
}

// name is the name of the implementation, with the file if another has the same name; the file alone if it has no name.
func name(source Source, sources []Source) string {
	own := product(source.Report)
	alike := 0
	for _, other := range sources {
		if product(other.Report) == own {
			alike++
		}
	}
	switch {
	case own == "":
		return source.File
	case alike > 1:
		return fmt.Sprintf("%s (%s)", own, source.File)
	default:
		return own
	}
}

func product(report conformance.Report) string {
	implementation := report.Implementation
	return cmp.Or(strings.TrimSpace(implementation.Product+" "+implementation.Version), implementation.Organization)
}

// Differing counts the rows that differ.
func (m Matrix) Differing() int {
	n := 0
	for _, row := range m.Rows {
		if row.Differs {
			n++
		}
	}
	return n
}
