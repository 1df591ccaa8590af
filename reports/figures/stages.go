package figures

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
)

// A StageRow is a stage: a value for each of [StageColumns].
type StageRow struct {
	Name   string
	Values []string
}

// StageColumns are the columns of [Stages] behind the name.
func StageColumns(in messages.Printer) []string {
	return []string{in.Text("ledger.sent"), in.Text("chart.offered"), in.Text("chart.achieved"), in.Text("chart.errors"), "p50", "p99",
		in.Text("times.service") + " p99", in.Text("times.lateness") + " p99"}
}

// Stages has a row for each stage of the plan that was begun, with the ends of the error bars behind the figures that have some.
func Stages(in messages.Printer, r benchmark.Report) (rows []StageRow) {
	for _, f := range r.ByStage {
		errors := benchmark.Percent(f.Exchanges.ErrorShare()) + inBrackets(benchmark.ShareEnds(f.ErrorShare))
		rows = append(rows, StageRow{f.Name, []string{in.Number(f.Exchanges.Sent), benchmark.Rate(f.Throughput.Offered), benchmark.Rate(f.Throughput.Achieved) + inBrackets(f.Throughput.Ends()), errors,
			withEnds(f.Response, assay.MetricP50), withEnds(f.Response, assay.MetricP99), withEnds(f.Service, assay.MetricP99), f.Lateness.Text(assay.MetricP99)}})
	}
	return rows
}

// withEnds is a time with the ends of its error bar: 41.2ms (39.8ms–43.5ms).
func withEnds(t benchmark.Times, metric assay.Metric) string {
	return t.Text(metric) + inBrackets(Ends(t, metric))
}

// inBrackets puts the ends of an error bar behind a figure; without one it is empty.
func inBrackets(ends string) string {
	if ends == "" {
		return ""
	}
	return " (" + ends + ")"
}

// Ends are the ends of the error bar of a time: 39.8ms–43.5ms, or > 39.8ms where the upper one is open; empty without one.
func Ends(t benchmark.Times, metric assay.Metric) string {
	low, high := t.Ends(metric)
	if low == "" || high == "" {
		return low
	}
	return low + "–" + high
}
