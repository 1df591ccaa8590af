package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

// short prints how often runs of a few seconds decide levels on p99 and on the mean, by the bound as a multiple of the true figure. A
// bound below the figure is violated.
func (b *bench) short() {
	factors := []float64{0.03, 0.1, 0.3, 0.9, 1.1, 3, 10, 30}
	columns := []string{"target, load, time"}
	for _, factor := range factors {
		columns = append(columns, fmt.Sprintf("%g times", factor))
	}
	for _, metric := range []assay.Metric{assay.MetricP99, assay.MetricP50, assay.MetricMean} {
		b.title(fmt.Sprintf("Short runs, levels on %s: %% decided rightly / %% wrong, by the bound as a multiple of the truth", metric), columns...)
		for _, c := range b.shortCells() {
			truth := c.target.mean
			if q := metric.Quantile(); q > 0 {
				truth = c.target.truth(q)
			}
			b.shortRow(c, metric, truth, factors)
		}
	}
}

func (b *bench) shortCells() (all []cell) {
	for _, t := range []target{independent(), mm1(0.5, 500), mm1(0.8, 500), mm1(0.9, 500), mm1(0.9, 100), changing(500, 0.5), stalls(500)} {
		for _, seconds := range []float64{1, 2, 4} {
			all = append(all, cell{t, seconds})
		}
	}
	return all
}

func (b *bench) shortRow(c cell, metric assay.Metric, truth float64, factors []float64) {
	runs := collect(b, func(random *rand.Rand) (all []uncertain.Verdict) {
		run := measure(c.target.start(random), c.seconds)
		for _, factor := range factors {
			level := assay.SLO{Metric: metric, Operator: "<", Bound: factor * truth}
			all = append(all, run.Judge(level, uncertain.Conditions{}).Verdict)
		}
		return all
	})
	var texts []string
	rare := c.target.name == stalls(c.target.rate).name
	for i, factor := range factors {
		deserved := uncertain.Holds
		if factor < 1 {
			deserved = uncertain.Violated
		}
		correct, wrong := 0, 0
		for _, run := range runs {
			switch run[i] {
			case deserved:
				correct++
			case uncertain.NotKnown:
			default:
				wrong++
			}
		}
		texts = append(texts, fmt.Sprintf("%s / %s", percent(correct, len(runs)), percent(wrong, len(runs))))
		if !rare { // a run that is shorter than the time between two stops speaks of the seconds that it measured
			b.atMost(fmt.Sprintf("%s, %s, %g times: wrong verdicts", c.name(), metric, factor), wrong, len(runs), 0.05)
		}
	}
	b.row(c.name(), texts...)
}
