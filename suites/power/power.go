// Package power tests the suite itself: it runs the suite against every deliberately broken implementation and against
// the unchanged reference, and says which requirement failed on which fault. It also runs the suite against legal
// variations, and says which of them it accuses.
//
// Start with [Run] and [RunLegal]; they return a matrix of package reports/power. Ginkgo keeps its specs in package variables,
// so one process tries one implementation at a time. With [Options.Worker] several processes share the work, each of which is
// [Work]; with [Options.Pool] several runs share them.
package power

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
	report "github.com/unified-login/assay/reports/power"
)

// Options say which faults are tried, and how.
type Options struct {
	// Faults to try in addition to the reference; nil for all.
	Faults []faults.Fault
	// Seed decides the users, the mutations and the order of the specs of every run.
	Seed uint64
	// Worker is the command of a worker process, which runs [Work]. If it is empty, this process tries one fault after
	// the other.
	Worker []string
	// Pool has the workers, if not nil, and the caller closes it. Otherwise Worker starts them: on two processors three for what
	// computes, and two for what waits.
	Pool *Pool
	// Log receives the standard error of the workers; nil discards it.
	Log io.Writer
	// Progress is called after every run, one call at a time; nil for none.
	Progress func(done, total int, row report.Row)
	// Variations of [legal.All] are tried by [RunLegal]; nil for all of them, or for none if it is given Faults.
	Variations []legal.Variation
	// Thorough makes Run and RunLegal judge every fault and variation by all that it can matter to, instead of what it concerns and a
	// share of the rest. Faults that are named are judged by everything, except with Sparing.
	Thorough bool
	// Sparing makes Run judge faults that are named as it judges all of them.
	Sparing bool
	// LegalProgress is Progress for RunLegal.
	LegalProgress func(done, total int, row report.LegalRow)
}

// Run runs the suite against the reference and every fault. An error means that it could not; a fault that survived is
// no error, and shows in the matrix.
func Run(ctx context.Context, options Options) (report.Matrix, error) {
	list := options.Faults
	if list == nil {
		list = faults.All()
	}
	began, set := time.Now(), assay.Requirements()
	trials, noNode := options.trials(list, set)
	jobs := make([]job, len(trials))
	for i, t := range trials {
		jobs[i] = t.job
	}
	rows := make([]scored, len(jobs))
	done := 0
	finish := func(i int, r result) {
		rows[i] = score(trials[i], r)
		done++
		if options.Progress != nil {
			options.Progress(done, len(jobs), rows[i].Row)
		}
	}
	if err := options.run(ctx, jobs, finish); err != nil {
		return report.Matrix{}, err
	}
	matrix := report.Matrix{
		Schema: report.SchemaName, RequirementSet: set.Name, Digest: set.Digest, Seed: options.Seed,
		Seconds: time.Since(began).Seconds(), NoNode: noNode,
	}
	return complete(matrix, rows, set, options.Faults != nil), nil
}

// A trial is a fault of one implementation, and the job that tries it. Without a fault it is the implementation itself.
type trial struct {
	fault faults.Fault
	job   job
}

// trials are those of the reference, with no fault and each of the list, and then those of the Node platform. If it could have
// some but does not run here, noNode says why.
func (o Options) trials(list []faults.Fault, set assay.RequirementSet) (all []trial, noNode string) {
	add := func(on string, fault faults.Fault) {
		next := job{Fault: fault.Name, On: on, Trips: fault.Trips, Seed: o.Seed}
		if fault.Name != "" && (o.Faults == nil || o.Sparing) && !o.Thorough {
			next.Only = fault.Tried(set, o.Seed)
		}
		if on == report.OnNode {
			next.Only, next.Trips = without(next.Only, nodeUntested()), without(next.Trips, nodeUntested())
		}
		all = append(all, trial{fault, next})
	}
	add("", faults.Fault{})
	for _, fault := range list {
		add("", fault)
	}
	both := onNode(list)
	switch {
	case len(both) == 0:
	case !hasNode():
		return all, fmt.Sprintf("this machine has no node, which %d of them need", len(both))
	default:
		add(report.OnNode, faults.Fault{})
	}
	for _, fault := range both {
		add(report.OnNode, fault)
	}
	return all, ""
}

// run runs the jobs and passes every result to finish, one at a time.
func (o Options) run(ctx context.Context, jobs []job, finish func(int, result)) error {
	if o.Pool == nil && len(o.Worker) == 0 {
		bench, err := newBench()
		if err != nil {
			return err
		}
		for i, job := range jobs {
			r := bench.try(ctx, job)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			finish(i, r)
		}
		return nil
	}
	return o.share(ctx, jobs, finish)
}
