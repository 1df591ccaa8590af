package power

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/conformance"
	report "github.com/unified-login/assay/reports/power"
)

// exempt says why a requirement need not condemn a fault; "" if it must.
func exempt(requirement assay.Requirement) string {
	switch {
	case requirement.Level == assay.May:
		return "a may is observed and condemns nothing"
	case requirement.Chapter() == "load":
		return "judged from a load run"
	case requirement.ID == "http.tls":
		return "not judged on loopback, where faults are served; its own unit test shows it a service without TLS"
	default:
		return ""
	}
}

// A scored is the row of one fault and the result that it was made of.
type scored struct {
	report.Row
	result result
}

// score compares the verdicts of a run, which only narrowed, with those that the fault must cause. What follows one of these is
// not an accusation of its own. Lists are in the set's order.
func score(fault faults.Fault, r result, only []string) scored {
	row := report.Row{Fault: fault.Name, Breaks: fault.Breaks, Trips: list(fault.Trips), Also: list(fault.Also),
		Condemned: []report.Condemnation{}, Survived: []string{}, Accused: []string{}, NotJudged: []report.NotJudged{},
		Seconds: r.Seconds, Error: r.Error}
	if !r.Whole {
		row.Tried = only
	}
	for _, requirement := range assay.Requirements().Requirements {
		id, verdict := requirement.ID, r.Verdicts[requirement.ID]
		condemned := verdict == assay.Fail || verdict == assay.Warn
		switch named := slices.Contains(row.Trips, id); {
		case condemned && !named && !slices.Contains(row.Also, id) && !slices.Contains(row.Trips, r.Follows[id]):
			row.Accused = append(row.Accused, id)
		case !condemned && named:
			row.Survived = append(row.Survived, id)
		}
		if condemned {
			row.Condemned = append(row.Condemned, report.Condemnation{ID: id, Verdict: verdict, Actual: r.Reasons[id]})
		}
	}
	return scored{row, r}
}

func list(ids []string) []string { return append([]string{}, ids...) }

// complete adds to m the rows, of which the first is the reference's, and what follows from them. In a narrowed matrix a
// requirement must condemn something only if a fault in it names the requirement.
func complete(m report.Matrix, rows []scored, set assay.RequirementSet, narrowed bool) report.Matrix {
	reference, rest := &rows[0], rows[1:]
	for _, requirement := range set.Requirements {
		id := requirement.ID
		column := report.Column{ID: id, Level: requirement.Level, Exempt: exempt(requirement)}
		reference.noteNotJudged(id, column.Exempt != "" && requirement.Level != assay.May)
		names := func(r scored) bool { return slices.Contains(r.Trips, id) }
		if narrowed && column.Exempt == "" && !slices.ContainsFunc(rest, names) {
			column.Exempt = "none of its faults was tried"
		}
		for i := range rest {
			row := &rest[i]
			row.noteNotJudged(id, reference.notJudged(id) || !row.TriedBy(id))
			if slices.Contains(row.Trips, id) && row.CondemnedBy(id) {
				column.Kills++
				if len(row.Condemned) == 1 {
					column.Alone++
				}
			}
		}
		m.Requirements = append(m.Requirements, column)
	}
	m.Reference, m.Faults = reference.Row, make([]report.Row, len(rest))
	for i, row := range rest {
		m.Faults[i] = row.Row
	}
	return m
}

// noteNotJudged adds a requirement that was not judged to the row, unless that was expected.
func (r *scored) noteNotJudged(id string, expected bool) {
	if !expected && r.notJudged(id) {
		r.NotJudged = append(r.NotJudged, report.NotJudged{ID: id, Verdict: r.result.Verdicts[id], Reason: r.result.Reasons[id]})
	}
}

func (r *scored) notJudged(id string) bool {
	verdict := r.result.Verdicts[id]
	return verdict == assay.Untested || verdict == assay.Error
}

// reasonOf says in one line why a requirement got its verdict.
func reasonOf(r conformance.Result) string {
	const most = 300
	text := r.Reason.String()
	for _, finding := range r.Findings {
		if finding.Verdict == "" || finding.Verdict == r.Verdict {
			text = strings.TrimPrefix(string(finding.Endpoint)+": ", ": ") + strings.TrimSuffix(finding.Situation+": ", ": ") +
				" " + finding.Actual
			break
		}
	}
	return strings.TrimSpace(words.Shorten(text, most))
}
