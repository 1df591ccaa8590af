// Package matrix sets conformance reports side by side: many implementations, or versions of one, requirement by
// requirement.
//
// Start with [New]; [WriteMarkdown] writes a matrix as a table, and assay/reports/page as a page.
package matrix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// A Matrix is a set of reports, column by column, and what each says of every requirement that any of them has.
type Matrix struct {
	Columns []Column
	Rows    []Row
	// Sets are the requirement sets that the reports were judged by; with more than one, equal ids may ask different
	// things.
	Sets []string
}

// A Column is one report. Its name is the implementation's, and where several have the same, the file's as well.
type Column struct {
	Name   string
	Report conformance.Report
}

// A Row is one requirement. Verdicts has one for each column, empty where the report does not have the requirement.
type Row struct {
	ID, Says string
	Digest   string // of the set that Says is from
	Level    assay.Level
	Verdicts []assay.Verdict
	// Differs is set when not all verdicts are the same.
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

// New sets reports side by side, in the order given. Rows are in the order of the first report that has them.
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

// name is the implementation, or the file where it says nothing of itself or as much as another.
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
