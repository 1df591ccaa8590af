package power

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
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

// score compares the verdicts of a trial with those that the fault must cause. What follows one of these is
// not an accusation of its own. Lists are in the set's order.
func score(t trial, r result) scored {
	row := report.Row{Fault: t.fault.Name, On: t.job.On, Breaks: t.fault.Breaks, Trips: list(t.job.Trips), Also: list(t.fault.Also),
		Condemned: []report.Condemnation{}, Survived: []string{}, Accused: []string{}, NotJudged: []report.NotJudged{},
		Seconds: r.Seconds, Error: r.Error}
	if !r.Whole {
		row.Tried = t.job.Only
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
// requirement must condemn something only if a fault in it names the requirement. The rows of the Node platform follow those of
// the reference, first the one without a fault; they do not count for a requirement, because a fault counts once.
func complete(m report.Matrix, rows []scored, set assay.RequirementSet, narrowed bool) report.Matrix {
	second := slices.IndexFunc(rows, func(r scored) bool { return r.On == report.OnNode })
	if second < 0 {
		second = len(rows)
	}
	own, nodes := rows[:second], rows[second:]
	for _, requirement := range set.Requirements {
		column := report.Column{ID: requirement.ID, Level: requirement.Level, Exempt: exempt(requirement)}
		expected := column.Exempt != "" && requirement.Level != assay.May
		noteUnjudged(own, column.ID, expected)
		noteUnjudged(nodes, column.ID, expected || slices.Contains(nodeUntested(), column.ID))
		count(&column, own[1:], narrowed)
		m.Requirements = append(m.Requirements, column)
	}
	m.Reference, m.Faults = own[0].Row, []report.Row{}
	if len(nodes) > 0 {
		m.Node = &nodes[0].Row
		own = append(own[:second:second], nodes[1:]...)
	}
	for _, row := range own[1:] {
		m.Faults = append(m.Faults, row.Row)
	}
	return m
}

// count counts the rows that name the requirement and that it condemns.
func count(column *report.Column, rows []scored, narrowed bool) {
	names := func(r scored) bool { return slices.Contains(r.Trips, column.ID) }
	if narrowed && column.Exempt == "" && !slices.ContainsFunc(rows, names) {
		column.Exempt = "none of its faults was tried"
	}
	for _, row := range rows {
		if names(row) && row.CondemnedBy(column.ID) {
			column.Kills++
			if len(row.Condemned) == 1 {
				column.Alone++
			}
		}
	}
}

// noteUnjudged notes where a requirement was not judged, of the rows of one implementation. The first row is without a fault, and
// expects that where told; the others expect it where the first row has it, or where it did not try them.
func noteUnjudged(rows []scored, id string, expected bool) {
	for i := range rows {
		row := &rows[i]
		row.noteNotJudged(id, i == 0 && expected || i > 0 && (rows[0].notJudged(id) || !row.TriedBy(id)))
	}
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
