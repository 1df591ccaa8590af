package page

import (
	"io"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
)

// WriteMatrix writes matrix.html.
func WriteMatrix(w io.Writer, in messages.Printer, m matrix.Matrix) error {
	view := matrixView{
		Title: in.Text("matrix.title"), Differ: in.Text("matrix.differ", m.Differing(), len(m.Rows)), Sets: m.Sets,
		Mixed: len(m.Sets) > 1,
	}
	for _, column := range m.Columns {
		view.Columns = append(view.Columns, columnOf(column))
	}
	for _, row := range m.Rows {
		if n := len(view.Chapters); n == 0 || view.Chapters[n-1].Name != row.Chapter() {
			view.Chapters = append(view.Chapters, matrixChapter{Name: row.Chapter(), Title: chapterTitle(in, row.Chapter()), Span: len(m.Columns) + 1})
		}
		last := &view.Chapters[len(view.Chapters)-1]
		shown := matrixRow{Row: row, Anchor: anchor(row.ID)}
		shown.Says = in.Says(row.Digest, row.ID, row.Says)
		last.Rows = append(last.Rows, shown)
		last.Differs = last.Differs || row.Differs
	}
	return write(w, in, "matrix", view)
}

// A matrixView is what the template matrix shows.
type matrixView struct {
	Title, Differ string
	Mixed         bool
	Sets          []string
	Columns       []matrixColumn
	Chapters      []matrixChapter
}

type matrixColumn struct {
	Name, Organization, Tested string
	Outcome                    conformance.Outcome
	Icon                       assay.Verdict
	Profiles                   []profileView
}

type matrixChapter struct {
	Name, Title string
	Span        int
	Differs     bool
	Rows        []matrixRow
}

type matrixRow struct {
	matrix.Row
	Anchor string
}

func columnOf(column matrix.Column) matrixColumn {
	report := column.Report
	view := matrixColumn{Name: column.Name, Outcome: report.Outcome, Icon: report.Outcome.Sign()}
	if organization := report.Implementation.Organization; !strings.Contains(column.Name, organization) {
		view.Organization = organization
	}
	if !report.Started.IsZero() {
		view.Tested = report.Started.UTC().Format("2006-01-02")
	}
	for _, profile := range report.Profiles {
		view.Profiles = append(view.Profiles, profileView{Name: profile.Name, Outcome: profile.Outcome, Icon: profile.Outcome.Sign()})
	}
	return view
}
