package page

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
)

// WriteCompare writes comparison.html: the figures of both sides, each change with its interval as a whisker, and the first run of A and
// that of B over each other. sides are these runs; a zero one is not drawn.
func WriteCompare(w io.Writer, in messages.Printer, c compare.Comparison, sides [2]benchmark.Report) error {
	view := comparisonView{Title: in.Text("compare.title"), Outcome: in.Text("compared." + string(c.Outcome)), Icon: comparisonIcon(c.Outcome)}
	for _, reason := range c.Reasons {
		view.Reasons = append(view.Reasons, in.Say(reason))
	}
	for _, note := range c.Notes {
		view.Notes = append(view.Notes, in.Say(note))
	}
	for _, row := range c.Figures {
		tolerance := c.Tolerance
		if row.IsShare() {
			tolerance = c.ErrorTolerance
		}
		view.Rows = append(view.Rows, changeRow{Name: in.Say(compare.Named(row.Name)), A: row.ShowA(), B: row.ShowB(), Change: row.ShowDifference(), Seen: row.ShowDetectable(),
			Interval: interval(in, row), Verdict: in.Text("difference." + string(row.Verdict)), Decides: row.Decides, Icon: changeIcon(row), Whisker: whiskerOf(row, tolerance)})
	}
	if c.Interleaved {
		view.How = append(view.How, in.Text("compare.interleaved"))
	}
	if c.Pairs > 0 {
		view.How = append(view.How, in.Text("compare.pairs", c.Pairs))
	}
	if c.FalseAlarm != nil {
		view.How = append(view.How, in.Text("compare.false-alarm", fmt.Sprintf("%.2g%%", max(0.1, 100**c.FalseAlarm))))
	}
	view.How = append(view.How, in.Text("compare.picture", fmt.Sprintf("%g%%", 100*c.Tolerance), fmt.Sprintf("%g pt", 100*c.ErrorTolerance)))
	view.Charts, view.Machine = overlays(in, sides), machineOf(in, sides)
	return write(w, in, "comparison", view)
}

// A comparisonView is what the template comparison shows.
type comparisonView struct {
	Title, Outcome      string
	Icon                assay.Verdict
	Reasons, Notes, How []string
	Rows                []changeRow
	Charts              []chart
	Machine             string
}

type changeRow struct {
	Name, A, B, Change, Interval, Seen, Verdict string
	Decides                                     bool
	Icon                                        assay.Verdict
	Whisker                                     *whisker // nil without an interval
}

// A whisker is the interval of a change in pixels, with the place of no change and the ends of the tolerance.
type whisker struct {
	Width, Zero, From, Breadth string // of the picture, and of the tolerance
	Path, At                   string // of the interval, and of the change itself
}

// whiskerWidth is the width of the picture of an interval, and its height is whiskerHeight.
const whiskerWidth, whiskerHeight = 180.0, 18.0

// whiskerOf draws the interval of a row between the same distance on both sides of no change; nil without an interval.
func whiskerOf(row compare.Row, tolerance float64) *whisker {
	if row.Low == nil || row.High == nil || !finite(*row.Low) || !finite(*row.High) {
		return nil
	}
	const room, margin = 1.15, 4.0
	most := room * max(math.Abs(*row.Low), math.Abs(*row.High), 2*tolerance, 1e-9)
	at := func(change float64) float64 {
		part := max(0, min(1, (change+most)/(2*most)))
		return margin + part*(whiskerWidth-2*margin)
	}
	low, high, middle := coordinate(at(*row.Low)), coordinate(at(*row.High)), coordinate(whiskerHeight/2)
	return &whisker{Width: strconv.Itoa(whiskerWidth), Zero: coordinate(at(0)), From: coordinate(at(-tolerance)), Breadth: coordinate(at(tolerance) - at(-tolerance)),
		Path: "M" + low + " 5v8m0-4H" + high + "m0-4v8", At: coordinate(at(row.Change)) + " " + middle}
}

func interval(in messages.Printer, row compare.Row) string {
	if row.Low == nil || row.High == nil {
		return ""
	}
	return in.Text("compare.from-to", row.ShowChange(*row.Low), row.ShowChange(*row.High))
}

func comparisonIcon(outcome compare.Outcome) assay.Verdict {
	switch outcome {
	case compare.Held:
		return assay.Pass
	case compare.Regressed:
		return assay.Fail
	default:
		return assay.Untested
	}
}

func changeIcon(row compare.Row) assay.Verdict {
	switch row.Verdict {
	case compare.Worse:
		return assay.Fail
	case compare.Better, compare.Same:
		return assay.Pass
	default:
		return assay.Untested
	}
}
