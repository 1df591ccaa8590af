package page

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/power"
)

// WritePower writes power.html: the faults by chapter, each under the requirements of its chapter, in English.
func WritePower(w io.Writer, m power.Matrix) error {
	in := messages.For(messages.English)
	view := powerView{Matrix: m, Title: "What the suite catches", Icon: assay.Pass, Outcome: "The matrix holds"}
	if !m.Holds() {
		view.Icon, view.Outcome = assay.Fail, "The matrix does not hold"
	}
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
		chapter.add(row)
	}
	view.Chapters = slices.DeleteFunc(view.Chapters, func(c *powerChapter) bool { return len(c.Rows) == 0 })
	return write(w, in, "power", view)
}

// A powerView is what the template shows.
type powerView struct {
	power.Matrix
	Title, Outcome string
	Icon           assay.Verdict
	Chapters       []*powerChapter
	Exempt         []power.Column
}

// A powerChapter has the requirements of a chapter, and the faults whose first requirement is one of them.
type powerChapter struct {
	Name, Title string
	Columns     []power.Column
	Rows        []powerRow
	Detected    int
}

// chapter returns the chapter of a requirement, and adds it if it is new.
func (v *powerView) chapter(in messages.Printer, id string) *powerChapter {
	name, _, _ := strings.Cut(id, ".")
	name = cmp.Or(name, "other")
	at := slices.IndexFunc(v.Chapters, func(c *powerChapter) bool { return c.Name == name })
	if at < 0 {
		v.Chapters, at = append(v.Chapters, &powerChapter{Name: name, Title: chapterTitle(in, name)}), len(v.Chapters)
	}
	return v.Chapters[at]
}

func (c *powerChapter) add(row power.Row) {
	shown := powerRow{Row: row}
	for _, column := range c.Columns {
		shown.Cells = append(shown.Cells, powerCellOf(row, column.ID))
	}
	of := func(id string) bool {
		return slices.ContainsFunc(c.Columns, func(c power.Column) bool { return c.ID == id })
	}
	for _, found := range row.Condemned {
		if !of(found.ID) {
			shown.Elsewhere = append(shown.Elsewhere, powerOther{found.ID, powerCellOf(row, found.ID)})
		}
	}
	for _, id := range row.Survived {
		if !of(id) {
			shown.Elsewhere = append(shown.Elsewhere, powerOther{id, powerCellOf(row, id)})
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

func powerCellOf(row power.Row, id string) powerCell {
	at := slices.IndexFunc(row.Condemned, func(c power.Condemnation) bool { return c.ID == id })
	if at < 0 {
		if slices.Contains(row.Survived, id) {
			return powerCell{"survived", "!", row.Name() + " survived " + id}
		}
		if !row.TriedBy(id) {
			return powerCell{"untried", "", ""}
		}
		return powerCell{}
	}
	found := row.Condemned[at]
	title := fmt.Sprintf("%s: %s of %s. %s", row.Name(), found.Verdict, id, found.Actual)
	switch {
	case slices.Contains(row.Trips, id):
		return powerCell{"killed", "●", title}
	case slices.Contains(row.Also, id):
		return powerCell{"also", "○", title}
	default:
		return powerCell{"accused", "×", title}
	}
}
