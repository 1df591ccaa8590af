package page

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/power"
)

// WritePower writes power.html: the faults by chapter, each under the requirements of its chapter.
func WritePower(w io.Writer, in messages.Printer, m power.Matrix) error {
	view := powerView{Title: in.Text("power.title"), matrixFrame: frameOf(in, m.Holds(), m.Summary(), m.Problems(), m.RequirementSet, m.Digest)}
	for _, column := range m.Requirements {
		if column.Exempt != "" {
			view.Exempt = append(view.Exempt, column)
		} else {
			chapter := view.chapter(in, column.ID)
			chapter.Columns = append(chapter.Columns, column)
		}
	}
	for _, row := range m.Faults {
		id := ""
		if len(row.Trips) > 0 {
			id = row.Trips[0]
		}
		chapter := view.chapter(in, id)
		chapter.add(in, row)
	}
	view.Chapters = slices.DeleteFunc(view.Chapters, func(c *powerChapter) bool { return len(c.Rows) == 0 })
	return write(w, in, "power", view)
}

// A matrixFrame is what stands above the tables of a matrix of assay power.
type matrixFrame struct {
	Icon             assay.Verdict
	Outcome, Summary string
	Problems         []string
	Set, SetName     string
}

func frameOf(in messages.Printer, holds bool, summary, problems []phrase.Phrase, set, digest string) matrixFrame {
	frame := matrixFrame{Icon: assay.Pass, Outcome: in.Text("power.holds"), Summary: in.SayAll(summary), Problems: in.SayEach(problems), Set: in.Text("power.set", set, digest), SetName: set}
	if !holds {
		frame.Icon, frame.Outcome = assay.Fail, in.Text("power.fails")
	}
	return frame
}

// A powerView is what the template shows.
type powerView struct {
	matrixFrame
	Title    string
	Chapters []*powerChapter
	Exempt   []power.Column
}

// A powerChapter has the requirements of a chapter, and the faults whose first requirement is one of them.
type powerChapter struct {
	Name, Label, Title string
	Columns            []power.Column
	Rows               []powerRow
	Detected           int
}

// chapter returns the chapter of a requirement, and adds it if it is new.
func (v *powerView) chapter(in messages.Printer, id string) *powerChapter {
	name, _, _ := strings.Cut(id, ".")
	label := name
	if name == "" { // of a fault that names no requirement
		name, label = "other", in.Text("power.other")
	}
	at := slices.IndexFunc(v.Chapters, func(c *powerChapter) bool { return c.Name == name })
	if at < 0 {
		v.Chapters, at = append(v.Chapters, &powerChapter{Name: name, Label: label, Title: chapterTitle(in, name)}), len(v.Chapters)
	}
	return v.Chapters[at]
}

// Found is the number of faults of the chapter that were detected.
func (c *powerChapter) Found() string { return strconv.Itoa(c.Detected) }

// All is the number of faults of the chapter.
func (c *powerChapter) All() string { return strconv.Itoa(len(c.Rows)) }

func (c *powerChapter) add(in messages.Printer, row power.Row) {
	shown := powerRow{Row: row}
	for _, column := range c.Columns {
		shown.Cells = append(shown.Cells, powerCellOf(in, row, column.ID))
	}
	of := func(id string) bool {
		return slices.ContainsFunc(c.Columns, func(c power.Column) bool { return c.ID == id })
	}
	for _, found := range row.Condemned {
		if !of(found.ID) {
			shown.Elsewhere = append(shown.Elsewhere, powerOther{found.ID, powerCellOf(in, row, found.ID)})
		}
	}
	for _, id := range row.Survived {
		if !of(id) {
			shown.Elsewhere = append(shown.Elsewhere, powerOther{id, powerCellOf(in, row, id)})
		}
	}
	if len(row.Survived) == 0 && len(row.Accused) == 0 && row.Error == "" {
		c.Detected++
	}
	c.Rows = append(c.Rows, shown)
}

type powerRow struct {
	power.Row
	Cells     []powerCell
	Elsewhere []powerOther
}

// A powerOther is a requirement of another chapter that condemned a fault, or had to.
type powerOther struct {
	ID string
	powerCell
}

// A powerCell is one fault under one requirement. Kind is its class: killed, also, survived, accused, untried, or empty.
type powerCell struct{ Kind, Mark, Title string }

func powerCellOf(in messages.Printer, row power.Row, id string) powerCell {
	at := slices.IndexFunc(row.Condemned, func(c power.Condemnation) bool { return c.ID == id })
	if at < 0 {
		if slices.Contains(row.Survived, id) {
			return powerCell{"survived", "!", in.Say(phrase.Say(phrase.PowerSurvived, row.Named(), id))}
		}
		if !row.TriedBy(id) {
			return powerCell{"untried", "", ""}
		}
		return powerCell{}
	}
	found := row.Condemned[at]
	title := in.Text("power.cell", row.Name(), in.Say(power.Said(found.Verdict)), id, found.Actual)
	switch {
	case slices.Contains(row.Trips, id):
		return powerCell{"killed", "●", title}
	case slices.Contains(row.Also, id):
		return powerCell{"also", "○", title}
	default:
		return powerCell{"accused", "×", title}
	}
}
