package power

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// A Pool is a number of worker processes. Runs that share one, by [Options.Pool], share the processors: while the jobs of
// one wait, those of another compute. A job that several of them have, as the run against the reference, runs once.
type Pool struct {
	start func() (*worker, error)
	kill  context.CancelFunc
	// computing and waiting have the idle workers for the two kinds of jobs. One that has not started yet is nil.
	computing, waiting chan *worker
	onces              onces
}

// NewPool is a pool of workers that the command starts: it runs [Work]. They start when there are jobs for them. Log receives
// their standard error; nil discards it. A canceled ctx kills them.
func NewPool(ctx context.Context, command []string, log io.Writer) *Pool {
	processors := runtime.GOMAXPROCS(0)
	ctx, kill := context.WithCancel(ctx)
	return &Pool{
		start:     func() (*worker, error) { return start(ctx, command, log) },
		kill:      kill,
		computing: idle(3 * processors), // a run waits for most of its time
		waiting:   idle(processors),
	}
}

func idle(workers int) chan *worker {
	slots := make(chan *worker, workers)
	for range workers {
		slots <- nil
	}
	return slots
}

// Close ends the workers. No job may be running.
func (p *Pool) Close() (err error) {
	defer p.kill()
	for _, slots := range []chan *worker{p.computing, p.waiting} {
		for range cap(slots) {
			if w := <-slots; w != nil {
				err = errors.Join(err, w.stop())
			}
		}
	}
	return err
}

// do runs a job in a worker that was taken from slots, and gives that back. In place of one that failed the next job gets
// another.
func (p *Pool) do(slots chan *worker, w *worker, next job) (r result, err error) {
	defer func() { slots <- w }()
	if w == nil {
		if w, err = p.start(); err != nil {
			return r, err
		}
	}
	if r, err = w.do(next); err != nil {
		err = errors.Join(fmt.Errorf("worker, on %s: %w", next, err), w.stop())
		w = nil
	}
	return r, err
}

// share distributes the jobs to the workers of a pool.
func (o Options) share(ctx context.Context, jobs []job, finish func(int, result)) error {
	pool, abandon := o.Pool, func() {}
	if pool == nil {
		pool = NewPool(ctx, o.Worker, o.Log)
		abandon = pool.kill
	}
	results := make(chan numbered, len(jobs))
	var failed error
	go func() {
		defer close(results)
		failed = pool.distribute(ctx, jobs, results, abandon)
		if o.Pool == nil {
			failed = errors.Join(failed, pool.Close())
		}
	}()
	for n := range results {
		finish(n.i, n.r)
	}
	if ctx.Err() != nil {
		return ctx.Err() // the error of a killed worker says less
	}
	return failed
}

// numbered is the result of the job with that index.
type numbered struct {
	i int
	r result
}

// distribute runs the jobs, those that wait beside those that compute. After a job that failed it starts no other, and calls
// abandon.
func (p *Pool) distribute(ctx context.Context, jobs []job, results chan<- numbered, abandon func()) error {
	group, within := errgroup.WithContext(ctx)
	lane := func(slots chan *worker, order []int) {
		group.Go(func() error {
			for _, i := range order {
				run, first := p.onces.of(jobs[i])
				if first {
					select {
					case w := <-slots:
						go func() { run.end(p.do(slots, w, jobs[i])) }()
					case <-within.Done():
						run.end(result{}, within.Err())
						return nil // another job has the cause, or ctx
					}
				}
				group.Go(func() error {
					r, err := run.wait()
					if err != nil {
						abandon()
						return err
					}
					results <- numbered{i, r}
					return nil
				})
			}
			return nil
		})
	}
	waiting, computing := lanes(jobs)
	lane(p.waiting, waiting)
	lane(p.computing, computing)
	return group.Wait()
}

// lanes tells the jobs that wait for most of their time, the longest first, from the others.
func lanes(jobs []job) (waiting, computing []int) {
	order := longest()
	place := func(j job) int { return slices.Index(order, cmp.Or(j.Fault, j.Legal)) }
	for i, j := range jobs {
		if place(j) < 0 {
			computing = append(computing, i)
		} else {
			waiting = append(waiting, i)
		}
	}
	slices.SortStableFunc(waiting, func(a, b int) int { return place(jobs[a]) - place(jobs[b]) })
	return waiting, computing
}

// longest are the variations and faults of which a run waits for most of its time, for seconds: the longest first.
func longest() []string {
	return []string{
		"limited", "busy", "jitter", "slow", "driver-mints-serially", "code-works-later-300ms", "503-now-and-then", "one-thread",
		"code-works-later-100ms", "replay-throttled", "crash-seventh-malformed", "crash-on-bare-authorization", "pat-first-only", "crowd-504", "pat-works-later-declared",
		"pat-revoked-later", "pat-works-later",
	}
}
