package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// The names of the figures that are not percentiles.
const (
	errorsFigure     = "errors"
	throughputFigure = "throughput"
	silentFigure     = "silent"
	gapFigure        = "gap"
)

// Named names figures in a reason, in the reader's language where their names are words.
func Named(names ...string) (all phrase.Phrase) {
	keys := map[string]phrase.Key{errorsFigure: phrase.FigureErrors, throughputFigure: phrase.FigureThroughput, silentFigure: phrase.FigureSilent,
		gapFigure: phrase.FigureGap, string(assay.MetricMean): phrase.FigureMean}
	for _, name := range names {
		one := phrase.Plain(name)
		if key, ok := keys[name]; ok {
			one = phrase.Say(key)
		}
		if all.IsZero() {
			all = one
		} else {
			all = phrase.Say(phrase.FigureMore, all, one)
		}
	}
	return all
}

// A figure is taken from every run.
type figure struct {
	name    string
	of      func(benchmark.Report) float64
	metric  assay.Metric // of a time of the response
	share   bool         // from 0 to 1, and 0 is possible: sides are subtracted, not divided
	higher  bool         // a higher value is better
	decides bool
}

// figures lists what is compared. Without a schedule, the throughput is what the runs were made for.
func figures(closed bool) []figure {
	time := func(metric assay.Metric, of func(benchmark.Times) float64, decides bool) figure {
		return figure{name: string(metric), of: func(r benchmark.Report) float64 { return of(r.Response) }, metric: metric, decides: decides}
	}
	return []figure{
		time(assay.MetricP50, func(t benchmark.Times) float64 { return t.P50 }, true),
		time(assay.MetricP90, func(t benchmark.Times) float64 { return t.P90 }, false),
		time(assay.MetricP99, func(t benchmark.Times) float64 { return t.P99 }, true),
		time(assay.MetricMean, func(t benchmark.Times) float64 { return t.Mean }, false),
		{name: errorsFigure, of: func(r benchmark.Report) float64 { return r.Exchanges.ErrorShare() }, share: true, decides: true},
		{name: throughputFigure, of: func(r benchmark.Report) float64 { return r.Throughput.Achieved }, higher: true, decides: closed},
		{name: silentFigure, of: silent, share: true},
		{name: gapFigure, of: func(r benchmark.Report) float64 { return r.Gap }},
	}
}

// compare compares one figure; false if a run does not have it.
func (f figure) compare(a, b []benchmark.Report, options Options) (Row, bool) {
	one, two := f.values(a), f.values(b)
	tolerance := options.Tolerance
	if f.share {
		tolerance = options.ErrorTolerance
	} else if slices.ContainsFunc(slices.Concat(one, two), func(value float64) bool { return !(value > 0) }) {
		return Row{}, false
	}
	change := f.change(one, two, options)
	row := Row{Name: f.name, Decides: f.decides, A: change.A, B: change.B, Change: change.Value}
	row.Verdict = f.few(row, a, b, tolerance)
	if change.Known() {
		if f.metric != "" || change.High-change.Low > dust { // a count that no part of a run differs in has no width, whatever chance does
			row.Low, row.High = &change.Low, &change.High
		}
		row.falseAlarm = change.FalseAlarm(tolerance)
		if least := change.Detectable(power); least > dust && !math.IsInf(least, 1) {
			row.Detectable = &least
		}
		if row.Verdict != Worse && row.Verdict != Better {
			row.Verdict = f.classify(change, row, a, b, options, tolerance)
		}
	}
	if f.name == errorsFigure && row.Verdict == Same {
		if hidden := mayHide(a, b); hidden > tolerance {
			row.Verdict, row.hidden = Unknown, hidden
		}
	}
	if !options.sameMoments() || f.share { // what delays both sides alike is no difference between them
		f.doubt(&row, a, b)
	}
	return row, true
}

// dust is what remains of a difference of floating-point numbers.
const dust = 1e-9

// power is how often a change that is as large as [Row.Detectable] is seen.
const power = 0.9

// change is how the figure of B differs from that of A.
func (f figure) change(a, b []float64, options Options) uncertain.Change {
	if options.paired {
		return uncertain.Paired(a, b, !f.share, uncertain.Confidence)
	}
	apart := uncertain.Apart(a, b, !f.share, uncertain.Confidence)
	of, ok := f.interleaved()
	if options.Interleaved == nil || !ok {
		return apart
	}
	change := uncertain.Interleaved(options.Interleaved[0], options.Interleaved[1], of, uncertain.Confidence)
	return change.Of(a[0], b[0])
}

// interleaved is the figure as the parts of a run have it; false for one that they do not have.
func (f figure) interleaved() (uncertain.Figure, bool) {
	switch {
	case f.metric != "":
		return uncertain.Figure{Metric: f.metric}, true
	case f.name == errorsFigure:
		return uncertain.Figure{Metric: assay.MetricErrors}, true
	case f.name == throughputFigure:
		return uncertain.Figure{Metric: assay.MetricThroughput}, true
	default:
		return uncertain.Figure{}, false
	}
}

// classify is the verdict on a change that has an interval. Errors of both sides of an interleaved run are worse only where chance does
// not explain their numbers, which few has found already.
func (f figure) classify(change uncertain.Change, row Row, a, b []benchmark.Report, options Options, tolerance float64) Verdict {
	verdict := Verdict(change.Classify(tolerance, f.higher))
	switch {
	case options.Interleaved == nil:
		return f.summed(verdict, row, a, b, tolerance)
	case f.share && (verdict == Worse || verdict == Better):
		return Unknown
	default:
		return verdict
	}
}

// doubt makes a difference not known that the generator's own delays may have brought about.
func (f figure) doubt(row *Row, a, b []benchmark.Report) {
	switch {
	case row.Verdict == Same || row.Verdict == Unknown:
	case f.name == silentFigure && (stoodStill(a) || stoodStill(b)):
		row.Verdict = Unknown
	case f.metric != "":
		own := func(run benchmark.Report) float64 { return run.OwnDelay(f.metric) }
		late := max(average(a, own), average(b, own))
		if late > math.Abs(row.B-row.A)/2 {
			row.Verdict, row.OwnDelay = Unknown, late
		}
	}
}

// average is the arithmetic mean of a figure over runs.
func average(runs []benchmark.Report, of func(benchmark.Report) float64) (sum float64) {
	for _, run := range runs {
		sum += of(run) / float64(len(runs))
	}
	return sum
}

func (f figure) values(runs []benchmark.Report) (values []float64) {
	for _, run := range runs {
		values = append(values, f.of(run))
	}
	return values
}

// summed decides a share that differs between runs, but perhaps within the tolerance, by the sums of all runs: more runs tell more.
func (f figure) summed(verdict Verdict, row Row, a, b []benchmark.Report, tolerance float64) Verdict {
	switch {
	case f.name != errorsFigure || verdict != Differs || math.Abs(row.Change) <= tolerance:
		return verdict
	case row.Change > 0 && moreErrorsInAll(a, b):
		return Worse
	case row.Change < 0 && moreErrorsInAll(b, a):
		return Better
	default:
		return verdict
	}
}

// few classifies a difference without the noise between runs, which it takes several to show. Times are then not known, however
// different they are. Shares differ where every run of one side is beyond every run of the other by more than chance.
func (f figure) few(row Row, a, b []benchmark.Report, tolerance float64) Verdict {
	beyond := map[string]func(a, b []benchmark.Report) bool{errorsFigure: moreErrors, silentFigure: moreSilences}[f.name]
	switch {
	case beyond == nil:
		return Unknown
	case math.Abs(row.Change) <= tolerance:
		return Same
	case row.Change > 0 && beyond(a, b):
		return Worse
	case row.Change < 0 && beyond(b, a):
		return Better
	default:
		return Unknown
	}
}

// IsShare reports whether the figure is a share, whose sides are subtracted.
func (r Row) IsShare() bool { return r.Name == errorsFigure || r.Name == silentFigure }

// show writes a value of the row's figure.
func (r Row) show(value float64) string {
	switch r.Name {
	case errorsFigure, silentFigure:
		return benchmark.Percent(value)
	case throughputFigure:
		return benchmark.Rate(value)
	default:
		return benchmark.Duration(value)
	}
}

// ShowA and ShowB write the two sides in the figure's unit.
func (r Row) ShowA() string { return r.show(r.A) }

// ShowB writes side B.
func (r Row) ShowB() string { return r.show(r.B) }

// ShowDifference writes how much B differs from A, in the figure's unit and as a share of A: +3.20ms (+8.0%). Of shares it is the difference
// in points.
func (r Row) ShowDifference() string {
	if r.IsShare() {
		return r.ShowChange(r.Change)
	}
	sign := "+"
	if r.B < r.A {
		sign = "-"
	}
	return fmt.Sprintf("%s%s (%s)", sign, r.show(math.Abs(r.B-r.A)), r.ShowChange(r.Change))
}

// ShowDetectable writes the smallest change that such comparisons see; empty without one.
func (r Row) ShowDetectable() string {
	if r.Detectable == nil {
		return ""
	}
	return strings.TrimPrefix(r.ShowChange(*r.Detectable), "+")
}

// ShowChange writes a change of the figure: a percentage, or of shares a difference in points.
func (r Row) ShowChange(change float64) string {
	switch r.Name {
	case errorsFigure, silentFigure:
		return fmt.Sprintf("%+.3g pt", 100*change)
	default:
		return fmt.Sprintf("%+.1f%%", 100*change)
	}
}
