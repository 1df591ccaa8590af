package matrix

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// A Change is what differs between two runs of one implementation: New are the requirements that held and are violated since, Gone
// those that were violated and hold since. What one of the runs did not judge is in neither.
type Change struct {
	Before, After int // columns
	New, Gone     []string
}

// Changes compares each run with the run before it of the same implementation, if the matrix has one; only those with a difference.
func (m Matrix) Changes() []Change {
	var all []Change
	for after := range m.Columns {
		before, known := m.before(after)
		if !known {
			continue
		}
		change := Change{Before: before, After: after}
		for _, row := range m.Rows {
			was, is := row.Verdicts[before], row.Verdicts[after]
			switch {
			case held(was) && violated(is):
				change.New = append(change.New, row.ID)
			case violated(was) && held(is):
				change.Gone = append(change.Gone, row.ID)
			}
		}
		if len(change.New)+len(change.Gone) > 0 {
			all = append(all, change)
		}
	}
	return all
}

// before is the latest run of the same implementation that started before the run of the column, or, of those that started at the
// same time or do not say when, the column before it.
func (m Matrix) before(after int) (before int, known bool) {
	is := m.Columns[after].Report
	for i, column := range m.Columns {
		was := column.Report
		if i == after || !same(was, is) || was.Started.After(is.Started) || was.Started.Equal(is.Started) && i > after {
			continue
		}
		if !known || !was.Started.Before(m.Columns[before].Report.Started) {
			before, known = i, true
		}
	}
	return before, known
}

// same reports whether two runs are of one implementation, of any versions.
func same(a, b conformance.Report) bool {
	one, other := a.Implementation, b.Implementation
	return one.Product != "" && one.Product == other.Product && one.Organization == other.Organization
}

func held(verdict assay.Verdict) bool { return verdict == assay.Pass || verdict == assay.Observed }

func violated(verdict assay.Verdict) bool {
	return slices.Contains([]assay.Verdict{assay.Fail, assay.Warn, assay.Waived}, verdict)
}
