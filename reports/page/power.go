package power

import (
	_ "embed" // the page's template is part of the package
	"fmt"
	"html/template"
	"io"
	"slices"
	"sync"
)

//go:embed power.html.tmpl
var pageSource string

// The template is compiled in, so one that does not parse is a broken build.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("power").Parse(pageSource))
})

// WriteHTML writes a matrix as a page of its own: a grid of faults and requirements, light or dark as its reader's
// system is. It loads nothing.
func WriteHTML(w io.Writer, m Matrix) error {
	busy := slices.DeleteFunc(slices.Clone(m.Requirements), func(c Column) bool { return c.Exempt != "" })
	view := view{Matrix: m, Columns: busy}
	for _, row := range m.Faults {
		view.Rows = append(view.Rows, line{row, cells(row, view.Columns)})
	}
	if err := page().Execute(w, view); err != nil {
		return fmt.Errorf("matrix page: %w", err)
	}
	return nil
}

// A view is what the template shows.
type view struct {
	Matrix
	Columns []Column
	Rows    []line
}

type line struct {
	Row
	Cells []cell
}

// A cell is one fault under one requirement. Kind is its class: killed, also, survived, accused, or empty.
type cell struct{ Kind, Mark, Title string }

func cells(row Row, columns []Column) []cell {
	list := make([]cell, len(columns))
	for i, column := range columns {
		list[i] = cellOf(row, column.ID)
	}
	return list
}

func cellOf(row Row, id string) cell {
	at := slices.IndexFunc(row.Condemned, func(c Condemnation) bool { return c.ID == id })
	if at < 0 {
		if slices.Contains(row.Survived, id) {
			return cell{"survived", "!", row.Fault + " survived " + id}
		}
		return cell{}
	}
	found := row.Condemned[at]
	title := fmt.Sprintf("%s: %s of %s. %s", row.Fault, found.Verdict, id, found.Actual)
	switch {
	case slices.Contains(row.Trips, id):
		return cell{"killed", "●", title}
	case slices.Contains(row.Also, id):
		return cell{"also", "○", title}
	default:
		return cell{"accused", "×", title}
	}
}
