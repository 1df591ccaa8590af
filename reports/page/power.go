package page

import (
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"io"
	"slices"
	"sync"

	"github.com/unified-login/assay/reports/power"
)

//go:embed power.html.tmpl
var powerSource string

// The template is compiled in: one that does not parse fails every test. It is not among the shared templates, because the
// page is in English only and has its own style.
var powerTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("power").Parse(powerSource))
})

// WritePower writes power.html: a grid of faults and requirements, in English.
func WritePower(w io.Writer, m power.Matrix) error {
	busy := slices.DeleteFunc(slices.Clone(m.Requirements), func(c power.Column) bool { return c.Exempt != "" })
	view := powerView{Matrix: m, Columns: busy}
	for _, row := range m.Faults {
		view.Rows = append(view.Rows, powerRow{row, powerCells(row, view.Columns)})
	}
	if err := powerTemplate().Execute(w, view); err != nil {
		return fmt.Errorf("matrix page: %w", err)
	}
	return nil
}

// A powerView is what the template shows.
type powerView struct {
	power.Matrix
	Columns []power.Column
	Rows    []powerRow
}

type powerRow struct {
	power.Row
	Cells []powerCell
}

// A powerCell is one fault under one requirement. Kind is its class: killed, also, survived, accused, untried, or empty.
type powerCell struct{ Kind, Mark, Title string }

func powerCells(row power.Row, columns []power.Column) []powerCell {
	list := make([]powerCell, len(columns))
	for i, column := range columns {
		list[i] = powerCellOf(row, column.ID)
	}
	return list
}

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
