// Package loadgen measures how fast an implementation exchanges codes, and judges every answer.
//
// Every exchange gets a freshly minted code. Arrivals follow a schedule, whatever the target does, and times count from the
// moment that the schedule intended: a slow target cannot hide how long its users wait.
//
// Start with [Config] and [Run]:
//
//	report, times, err := loadgen.Run(ctx, loadgen.Config{
//		Target: target, // API servers, app and PATs
//		Host:   host,   // mints codes: a driver, or any assay.Host
//		Plan:   loadgen.Plan{Rate: 500, Duration: time.Minute},
//	})
//
// The report has the outcome, the counts by verdict, percentiles and a timeline; package
// [github.com/unified-login/assay/reports/benchmark] describes it.
//
// The parts are packages of their own. Package arrivals says when exchanges are due, and workers has the pool that follows
// such a schedule; codes mints in advance, engine sends requests and reads answers, and ledger judges and counts. Here a
// [Plan] says what is sent, with a [Mix] of kinds of exchanges, and a run goes through the plan's phases.
package loadgen

import (
	"context"

	"github.com/unified-login/assay/reports/benchmark"
)

// Run makes a run and returns its report, with the histograms of what was measured. It ends with the plan's duration, or
// when ctx ends; the report then says that it was interrupted. The error is for a configuration that is not possible:
// whatever fails during the run is in the report.
func Run(ctx context.Context, config Config) (benchmark.Report, Histograms, error) {
	r, err := openRun(ctx, config)
	if err != nil {
		return benchmark.Report{}, Histograms{}, err
	}
	defer r.close()
	if config.Checkpoint != nil {
		r.monitor.checkpoint = r.checkpoint
	}
	if config.Search {
		report, times := findLimit(r)
		return report, times, nil
	}
	measured := r.measure(r.plan)
	return benchmark.Conclude(r.report(measured)), measured.histograms(), nil
}
