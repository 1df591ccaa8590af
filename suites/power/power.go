// Package power tests the suite itself: it runs it against every deliberately broken implementation and against the
// untouched reference, and says which requirement condemned which fault. A suite is worth what it catches.
//
// Start with [Run]; the matrix that it returns is reports/power's. The suite's specs live in package variables of Ginkgo's, so one
// process tries one fault at a time; with [Options.Worker] several processes share the work, each of which is [Work].
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
	report "github.com/unified-login/assay/reports/power"
)

// Options say what is tried and how.
type Options struct {
	// Faults of [faults.All] are tried beside the reference; nil for all of them.
	Faults []faults.Fault
	// Seed decides the users, the mutations and the order of the specs of every run.
	Seed uint64
	// Worker is a command whose process is [Work]; several are started. Empty: this process does it all, one fault after
	// the other.
	Worker []string
	// Workers is how many processes share the work; 0 for as many as there are processors.
	Workers int
	// Log gets the standard error of the workers; nil discards it.
	Log io.Writer
	// Progress is told of every run that is over, one at a time; nil for nobody.
	Progress func(done, total int, row report.Row)
}

// Run runs the suite against the reference and every fault. The error says what kept it from doing so; that a fault
// survived is in the matrix.
func Run(ctx context.Context, options Options) (report.Matrix, error) {
	list := options.Faults
	if list == nil {
		list = faults.All()
	}
	began := time.Now()
	jobs := []job{{Seed: options.Seed}} // the reference
	for _, fault := range list {
		jobs = append(jobs, job{Fault: fault.Name, Seed: options.Seed})
	}
	rows := make([]scored, len(jobs))
	done := 0
	finish := func(i int, r result) {
		if i == 0 {
			rows[i] = score(faults.Fault{}, r)
		} else {
			rows[i] = score(list[i-1], r)
		}
		done++
		if options.Progress != nil {
			options.Progress(done, len(jobs), rows[i].Row)
		}
	}
	if err := options.run(ctx, jobs, finish); err != nil {
		return report.Matrix{}, err
	}
	set := assay.Requirements()
	matrix := report.Matrix{
		Schema: report.SchemaName, RequirementSet: set.Name, Digest: set.Digest, Seed: options.Seed,
		Seconds: time.Since(began).Seconds(),
	}
	return complete(matrix, rows, set, options.Faults != nil), nil
}

// run does the jobs and hands every result to finish, one at a time.
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

// share deals the jobs out to worker processes.
func (o Options) share(ctx context.Context, jobs []job, finish func(int, result)) error {
	type numbered struct {
		i int
		r result
	}
	group, within := errgroup.WithContext(ctx)
	queue, results := make(chan int, len(jobs)), make(chan numbered, len(jobs))
	for i := range jobs {
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
		return ctx.Err() // says more than that a worker was killed
	}
	return failed
}

func (o Options) workers(jobs int) int {
	n := o.Workers
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return min(n, jobs)
}
