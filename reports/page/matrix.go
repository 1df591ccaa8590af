package page

import (
	"cmp"
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
		Mixed: len(m.Sets) > 1, Changes: changes(in, m),
	}
	for _, column := range m.Columns {
		view.Columns = append(view.Columns, columnOf(column))
	}
	for _, row := range m.Rows {
		view.add(in, m, row)
	}
	return write(w, in, "matrix", view)
}

// A matrixView is what the template matrix shows.
type matrixView struct {
	Title, Differ string
	Mixed         bool
	Sets          []string
	Columns       []matrixColumn
	Changes       []changeView
	Map           []matrixDots
	Different     []matrixChapter
	Alike         []matrixChapter
	Same          int // rows in which all verdicts are equal
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
	Rows        []matrixRow
}

type matrixRow struct {
	matrix.Row
	Anchor string
}

// matrixDots are the dots of a chapter, of one column after the other.
type matrixDots struct {
	Name, Title string
	Columns     [][]dot
}

// A changeView is what differs between two runs of one implementation.
type changeView struct {
	New, Gone       string // the headings
	NewIDs, GoneIDs []string
}

// add adds a requirement to the map, and to the rows that differ or to those that do not.
func (v *matrixView) add(in messages.Printer, m matrix.Matrix, row matrix.Row) {
	title := chapterTitle(in, row.Chapter())
	if n := len(v.Map); n == 0 || v.Map[n-1].Name != row.Chapter() {
		v.Map = append(v.Map, matrixDots{Name: row.Chapter(), Title: title, Columns: make([][]dot, len(m.Columns))})
	}
	says := in.Says(row.Digest, row.ID, row.Says)
	dots := &v.Map[len(v.Map)-1]
	for i, verdict := range row.Verdicts {
		said := in.Text("matrix.none")
		if verdict != "" {
			said = in.Text("verdict." + string(verdict))
		}
		name := in.Text("map.dot", row.ID, said)
		dots.Columns[i] = append(dots.Columns[i], dot{Verdict: cmp.Or(verdict, "none"), Anchor: anchor(row.ID), Name: name, Says: name + "\n" + says, Differs: row.Differs})
	}
	into := &v.Alike
	if row.Differs {
		into = &v.Different
	} else {
		v.Same++
	}
	if n := len(*into); n == 0 || (*into)[n-1].Name != row.Chapter() {
		*into = append(*into, matrixChapter{Name: row.Chapter(), Title: title, Span: len(m.Columns) + 1})
	}
	shown := matrixRow{Row: row, Anchor: anchor(row.ID)}
	shown.Says = says
	last := &(*into)[len(*into)-1]
	last.Rows = append(last.Rows, shown)
}

// changes are what is new and what is gone between two runs of one implementation.
func changes(in messages.Printer, m matrix.Matrix) []changeView {
	var all []changeView
	for _, change := range m.Changes() {
		since := since(m.Columns[change.Before])
		all = append(all, changeView{New: in.Text("matrix.new", since), Gone: in.Text("matrix.gone", since), NewIDs: change.New, GoneIDs: change.Gone})
	}
	return all
}

// since names a run by its version and day.
func since(column matrix.Column) string {
	text := cut1(column.Name, headlineLimit)
	if started := column.Report.Started; !started.IsZero() {
		text += ", " + started.UTC().Format("2006-01-02")
	}
	return text
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
