package page

import (
	"io"
	"strconv"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/power"
)

// WriteLegal writes legal.html: the legal variations by implementation, those that are accused first.
func WriteLegal(w io.Writer, in messages.Printer, m power.LegalMatrix) error {
	view := legalView{Title: in.Text("legal.title"), matrixFrame: frameOf(in, m.Holds(), m.Summary(), m.Problems(), m.RequirementSet, m.Digest)}
	for _, part := range []struct{ on, key string }{{power.OnReference, "legal.reference"}, {power.OnNode, "legal.node"}} {
		group := legalGroup{ID: part.on, Title: in.Text(part.key)}
		for _, clean := range []bool{false, true} {
			for _, row := range m.Variations {
				if (row.On == power.OnNode) == (part.on == power.OnNode) && row.Clean() == clean {
					group.add(in, row)
				}
			}
		}
		if len(group.Rows) > 0 {
			group.Count = in.Text("legal.count", strconv.Itoa(group.clean), strconv.Itoa(len(group.Rows)))
			view.Groups = append(view.Groups, group)
		}
	}
	return write(w, in, "legal", view)
}

// A legalView is what the template legal shows.
type legalView struct {
	matrixFrame
	Title  string
	Groups []legalGroup
}

// A legalGroup has the variations of one implementation.
type legalGroup struct {
	ID, Title, Count string
	Rows             []legalRow
	clean            int
}

type legalRow struct {
	Name, Does, Legal, Only, Outcome string
	Icon                             assay.Verdict
}

func (g *legalGroup) add(in messages.Printer, row power.LegalRow) {
	shown := legalRow{Name: row.Name(), Does: row.Does, Legal: row.Legal, Outcome: in.Say(row.Outcome()), Icon: assay.Fail}
	if row.Clean() {
		shown.Icon, g.clean = assay.Pass, g.clean+1
	}
	if len(row.Only) > 0 {
		shown.Only = in.Text("legal.only", strings.Join(row.Only, " "), row.Narrowed)
	}
	g.Rows = append(g.Rows, shown)
}
