// Package power tests the suite itself: it runs the suite against every deliberately broken implementation and against
// the unchanged reference, and says which requirement failed on which fault. It also runs the suite against legal
// variations, and says which of them it accuses.
//
// Start with [Run] and [RunLegal]; they return a matrix of package reports/power. Ginkgo keeps its specs in package variables,
// so one process tries one implementation at a time. With [Options.Worker] several processes share the work, each of which is
// [Work].
package power

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

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
	// Workers is the number of worker processes; 0 for three on two processors, and four in RunLegal.
	Workers int
	// Log receives the standard error of the workers; nil discards it.
	Log io.Writer
	// Progress is called after every run, one call at a time; nil for none.
	Progress func(done, total int, row report.Row)
	// Variations of [legal.All] are tried by [RunLegal]; nil for all of them, or for none if it is given Faults.
	Variations []legal.Variation
	// Thorough makes Run and RunLegal judge every fault and variation by all that it can matter to, instead of what it concerns and a
	// share of the rest. Faults that are named are judged by everything in any case.
	Thorough bool
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
		if fault.Name != "" && o.Faults == nil && !o.Thorough {
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
	if len(o.Worker) == 0 {
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

// share distributes the jobs to worker processes.
func (o Options) share(ctx context.Context, jobs []job, finish func(int, result)) error {
	type numbered struct {
		i int
		r result
	}
	group, within := errgroup.WithContext(ctx)
	queue, results := make(chan int, len(jobs)), make(chan numbered, len(jobs))
	for _, i := range longestFirst(jobs) {
		queue <- i
	}
	close(queue)
	for range o.workers(len(jobs)) {
		group.Go(func() error {
			w, err := o.start(within)
			if err != nil {
				return err
			}
			for i := range queue {
				r, err := w.do(jobs[i])
				if err != nil {
					return errors.Join(fmt.Errorf("worker, on %s: %w", jobs[i], err), w.stop())
				}
				results <- numbered{i, r}
			}
			return w.stop()
		})
	}
	var failed error
	go func() {
		failed = group.Wait()
		close(results)
	}()
	for n := range results {
		finish(n.i, n.r)
	}
	if ctx.Err() != nil {
		return ctx.Err() // the error of a killed worker says less
	}
	return failed
}

// longestFirst is an order of the jobs in which those that wait for many seconds come first: at the end, the others would
// wait for them.
func longestFirst(jobs []job) []int {
	long := map[string]bool{}
	for _, name := range []string{"busy", "503-now-and-then", "limited", "driver-mints-serially", "replay-throttled", "crash-seventh-malformed",
		"pat-first-only"} {
		long[name] = true
	}
	var first, rest []int
	for i, j := range jobs {
		if long[j.Fault] || long[j.Legal] {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

func (o Options) workers(jobs int) int {
	n := o.Workers
	if n == 0 {
		n = (3*runtime.GOMAXPROCS(0) + 1) / 2 // a run waits for a third of its time
	}
	return min(n, jobs)
}
