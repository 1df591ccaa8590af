package loadgen

import (
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// evidence judges service levels by the parts of a phase. The report has its plan and its throughput; the histograms are of the whole
// phase, and more precise than those of its parts.
func (p parts) evidence(report benchmark.Report, alpha float64, signIns ledger.SignIns, times *ledger.Times, all *ledger.Histogram) benchmark.Evidence {
	return func(slo assay.SLO, counted uncertain.Part) uncertain.Judgement {
		run, total := p.of(slo.Scope), &signIns.Response
		switch {
		case slo.Scope == assay.ScopeRefusals:
			total = &times.Refusals
		case slo.Scope == assay.ScopeAll:
			total = all
		case slo.Scope != "":
			total = &times.SignIns[ledger.Index(slo.Scope.Endpoint())].Response
		}
		conditions := conditionsOf(report)
		conditions.Alpha, conditions.Counted, conditions.Total = alpha, counted, precise(total)
		if slo.Metric == assay.MetricThroughput {
			conditions.Counted = missed(report.Throughput, run.Measured())
		}
		return run.Judge(slo, conditions)
	}
}

// of are the parts that a scope is about.
func (p parts) of(scope assay.Scope) uncertain.Run {
	switch scope {
	case "":
		return p.response
	case assay.ScopeRefusals:
		return p.refusals
	case assay.ScopeAll:
		return p.all
	default:
		return p.byEndpoint[ledger.Index(scope.Endpoint())].response
	}
}

// conditionsOf says how a run was made.
func conditionsOf(report benchmark.Report) uncertain.Conditions {
	return uncertain.Conditions{Timeout: time.Duration(report.Plan.Timeout * float64(time.Second)), Offered: report.Throughput.Offered,
		Closed: report.Plan.Shape == benchmark.Closed, Random: report.Plan.Shape == string(arrivals.Poisson)}
}

// precise are the values of a histogram; nil without any.
func precise(h *ledger.Histogram) *hdrhistogram.Histogram {
	if h.Count() == 0 {
		return nil
	}
	return h.Values()
}

// missed are the arrivals that were due in a time and did not get a correct answer.
func missed(throughput benchmark.Throughput, in time.Duration) uncertain.Part {
	due := math.Round(throughput.Offered * in.Seconds())
	return uncertain.Part{Counted: int64(max(0, due-math.Round(throughput.Achieved*in.Seconds()))), Of: int64(due)}
}
