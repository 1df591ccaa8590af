package loadgen

import (
	"context"
	"errors"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
)

// An Attack is a run whose exchanges somebody else's [vegeta.Attacker] sends: the run paces them, mints their codes, judges their
// results, and reports what [Run] reports.
//
//	for result := range attacker.Attack(attack.Targeter(), attack.Pacer(), 0, "") {
//		attack.Add(result)
//	}
//	report, times := attack.Report()
//
// The attacker must not follow redirects, by vegeta.Redirects(vegeta.NoFollow), must keep the bodies of answers, and its duration is 0:
// the pacer ends it. A race is two hits, one right after the other. A result has its failure as a text only, so that what does
// not say that there was no connection counts as in doubt; which address answered, how many connections there were, and what no request
// asked for, is not known.
type Attack struct {
	run    *run
	hits   *workers.Attack[*worker]
	cancel context.CancelFunc
	begin  func() // the run, once
	done   chan struct{}

	measured *phase
}

var (
	_ vegeta.Report = (*Attack)(nil)
	_ vegeta.Closer = (*Attack)(nil)
)

// NewAttack prepares an attack: codes are minted from now on. It has to be closed. The clock starts with the first call of the pacer.
// The configuration is as for [Run], with a schedule, and without Search, Until and AbortOnViolated.
func NewAttack(ctx context.Context, config Config) (*Attack, error) {
	if config.Search || config.Plan.Closed || len(config.Plan.Until) > 0 || config.Plan.AbortOnViolated {
		return nil, errors.New("an attacker of vegeta follows one schedule; use a plan without a closed loop, a search, until and abortOn")
	}
	config.Plan.Engine = engine.Vegeta
	ctx, cancel := context.WithCancel(ctx)
	r, err := openRun(ctx, config)
	if err != nil {
		cancel()
		return nil, err
	}
	a := &Attack{run: r, cancel: cancel, done: make(chan struct{})}
	if err := a.take(r); err != nil {
		r.close()
		cancel()
		return nil, err
	}
	a.begin = sync.OnceFunc(func() {
		go func() {
			defer close(a.done)
			a.measured = r.measure(r.plan)
			a.hits.End()
		}()
	})
	return a, nil
}

// take makes the run serve its arrivals by the attack.
func (a *Attack) take(r *run) error {
	r.pool.Close()
	waiters := make([]workers.Waiter, workers.MaxWaiting)
	for i := range waiters {
		sleeper, err := arrivals.NewSleeper(r.ctx)
		if err != nil {
			return err
		}
		waiters[i] = sleeper
	}
	a.hits = workers.NewForeignAttack(r.options(waiters))
	r.use(a.hits)
	r.foreign = true
	return nil
}

// Targeter returns the source of requests: every call mints a fresh code, or takes a used one, as the plan's mix says.
func (a *Attack) Targeter() vegeta.Targeter { return a.hits.Target }

// Pacer returns the plan's schedule, with its warm-up before. It ends the attack after the last arrival, when all results were added.
func (a *Attack) Pacer() vegeta.Pacer { return foreignPacer{a} }

// Add judges a result of the attacker. Its URL is then without the fragment by which it was known.
func (a *Attack) Add(result *vegeta.Result) { a.hits.Add(result) }

// Report ends the attack and returns the report, with the histograms of what was measured. If the attacker was stopped before its
// end, the report says that it was interrupted.
func (a *Attack) Report() (benchmark.Report, Histograms) {
	a.begin()
	a.stop()
	return benchmark.Conclude(a.run.report(a.measured)), a.measured.histograms()
}

// stop ends the run, whose attacker makes no more hits.
func (a *Attack) stop() {
	select {
	case <-a.done:
		return
	default:
	}
	if !a.hits.Ended() {
		a.cancel()
	}
	a.hits.Forget()
	<-a.done
}

// Close ends the attack. A second call does nothing.
func (a *Attack) Close() {
	a.begin()
	a.stop()
	a.run.close()
	a.cancel()
}

// A foreignPacer is the pacer of an attack. Its first call starts the clock.
type foreignPacer struct{ of *Attack }

// Pace implements [vegeta.Pacer].
func (p foreignPacer) Pace(elapsed time.Duration, hits uint64) (wait time.Duration, stop bool) {
	p.of.begin()
	return p.of.hits.Pace(elapsed, hits)
}

// Rate implements [vegeta.Pacer].
func (p foreignPacer) Rate(elapsed time.Duration) float64 { return p.of.hits.Rate(elapsed) }
