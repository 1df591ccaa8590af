package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

// beyond are the shares that are truly beyond the bound of a level on p99, which allows 1 %.
func beyond() []float64 { return []float64{0.005, 0.008, 0.0095, 0.0105, 0.012, 0.02} }

// right is the verdict that a level on p99 deserves.
func right(share float64) uncertain.Verdict {
	if share < 0.01 {
		return uncertain.Holds
	}
	return uncertain.Violated
}

func levelOn(t target, share float64) assay.SLO {
	return assay.SLO{Metric: assay.MetricP99, Operator: "<", Bound: t.truth(1 - share)}
}

func (b *bench) verdictCells() []cell {
	return []cell{
		{independent(), 30}, {mm1(0.5, 500), 30}, {mm1(0.8, 500), 30}, {mm1(0.8, 500), 120}, {mm1(0.9, 500), 30}, {mm1(0.9, 500), 120},
		{mm1(0.9, 100), 30}, {stalls(500), 120}, {mg1(0.5, longRun(b.long, b.seed)), 30}, {mg1(0.8, longRun(b.long, b.seed)), 30},
	}
}

// An answer is what a run says of a level: by its interval, and by the observed share alone.
type answer struct{ interval, figure uncertain.Verdict }

func answerOf(run uncertain.Run, slo assay.SLO) answer {
	a := answer{run.Judge(slo, uncertain.Conditions{}).Verdict, uncertain.Violated}
	beyond := uncertain.Sum(run.Beyond(time.Duration(slo.Bound * float64(time.Second))))
	if beyond.Value() < 1-slo.Metric.Quantile() {
		a.figure = uncertain.Holds
	}
	return a
}

// verdicts prints how often a level would get a wrong verdict by the figure alone, how often it gets one, and how often none.
func (b *bench) verdicts() {
	b.title("Levels on p99: % wrong by the figure alone: % wrong / % not known by the interval, by the share that is truly beyond the bound",
		append([]string{"target, load, time"}, percents(beyond())...)...)
	for _, c := range b.verdictCells() {
		runs := collect(b, func(random *rand.Rand) []answer {
			run := measure(c.target.start(random), c.seconds)
			var all []answer
			for _, share := range beyond() {
				all = append(all, answerOf(run, levelOn(c.target, share)))
			}
			return all
		})
		var texts []string
		for i, share := range beyond() {
			byFigure, wrong, unknown := 0, 0, 0
			for _, run := range runs {
				if run[i].figure != right(share) {
					byFigure++
				}
				switch run[i].interval {
				case right(share):
				case uncertain.NotKnown:
					unknown++
				default:
					wrong++
				}
			}
			texts = append(texts, fmt.Sprintf("%s: %s / %s", percent(byFigure, len(runs)), percent(wrong, len(runs)), percent(unknown, len(runs))))
			b.atMost(fmt.Sprintf("%s, %g %% beyond: wrong verdicts", c.name(), 100*share), wrong, len(runs), 0.05)
		}
		b.row(c.name(), texts...)
	}
}

// far prints how often a run decides a level whose bound is far from what the target does. The speed of the last targets changes
// for about 10 s at a time, by a factor whose logarithm has the standard deviation that is given.
func (b *bench) far() {
	factors := []float64{2, 3, 5, 10}
	columns := []string{"target, load, time"}
	for _, factor := range factors {
		columns = append(columns, fmt.Sprintf("%g times p99", factor))
	}
	b.title("Levels on p99 far above it: % decided, all of them rightly", columns...)
	for _, c := range []cell{{independent(), 30}, {mm1(0.5, 500), 30}, {mm1(0.8, 500), 30}, {mm1(0.9, 500), 30}, {mm1(0.9, 100), 30},
		{changing(500, 0.2), 30}, {changing(500, 0.5), 30}, {changing(50, 0.5), 30}, {changing(500, 0.5), 10}} {
		runs := collect(b, func(random *rand.Rand) []uncertain.Verdict {
			run := measure(c.target.start(random), c.seconds)
			var all []uncertain.Verdict
			for _, factor := range factors {
				level := assay.SLO{Metric: assay.MetricP99, Operator: "<", Bound: factor * c.target.truth(0.99)}
				all = append(all, run.Judge(level, uncertain.Conditions{}).Verdict)
			}
			return all
		})
		var texts []string
		for i, factor := range factors {
			decided, wrong := 0, 0
			for _, run := range runs {
				switch run[i] {
				case uncertain.Holds:
					decided++
				case uncertain.Violated:
					wrong++
				}
			}
			texts = append(texts, percent(decided, len(runs)))
			what := fmt.Sprintf("%s, %g times p99: ", c.name(), factor)
			b.atMost(what+"violated", wrong, len(runs), 0.05)
			if factor == 10 {
				b.atLeast(what+"decided", decided, len(runs), 0.90)
			}
		}
		b.row(c.name(), texts...)
	}
}
