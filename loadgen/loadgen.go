// Package loadgen measures how fast an implementation exchanges codes, and judges every answer: a code minted for every
// exchange, arrivals that follow a schedule whatever the target does, and times that count from the moment the schedule
// intended.
//
// Start with [Config] and [Run]. schedule.go says when exchanges are due, watch.go has the workers of crew.go wait for
// them, worker.go makes them on the lines of lean.go and general.go, settle.go says what each of them amounts to, and
// ledger.go counts. codes.go and minter.go keep fresh codes in stock, used.go those to replay; search.go looks for the
// limit.
package loadgen

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// A Config says what is measured and how.
type Config struct {
	Target assay.Target
	// Host is where codes come from; it has to offer mint.
	Host assay.Host
	// RootCAs replaces the system's roots; nil keeps them.
	RootCAs *x509.CertPool
	Plan    Plan
	// Search looks for the highest rate at which everything holds, beginning with the plan's.
	Search bool
	// InProcess says that the target runs in this process: CPU time and memory are then of both.
	InProcess bool
	// Version of the suite and Command line of the run, for the report.
	Version, Command string
	// Watch is told what was seen, once a second and at the end of every phase; nil for nobody.
	Watch func(Interval)
	// Checkpoint is given the report as it stands, every few seconds; nil for nobody. It says interrupted.
	Checkpoint func(benchmark.Report)
	// Redactor and Transcript take down the first failures; a nil Transcript takes down none.
	Redactor   *transcript.Redactor
	Transcript *transcript.Writer
	// Raw is given every exchange after the warm-up in vegeta's own encoding; nil for nobody.
	Raw io.Writer
}

// An Interval is what was seen in about a second of a run. Its histograms, of nanoseconds, are valid during the call only.
type Interval struct {
	Phase    string // "warm-up", "measured", or the step of a search
	Elapsed  time.Duration
	Duration time.Duration // of the phase, as planned
	Second   benchmark.Second
	// Counts are the exchanges by endpoint and verdict.
	Counts                      map[assay.Endpoint]map[ledger.Verdict]int64
	Response, Service, Lateness *hdrhistogram.Histogram
	OfferedRate                 float64 // as intended now, per second
	Minted                      int64   // codes, in this interval
	Sum                         benchmark.Exchanges
	Last                        bool // of the phase
}

// Histograms are the three of a run, in nanoseconds.
type Histograms struct {
	Response, Service, Lateness *hdrhistogram.Histogram
}

// run is a load run under way.
type run struct {
	config Config
	plan   Plan
	phones assay.PhoneTransform
	wires  engine.Engine
	line   func(server int) engine.Connection // a new one
	ways   [][2]*engine.Route
	bad    [][2]*engine.Route // with a PAT that was never issued
	dealer dealer
	users  *codes.Users
	mints  []*codes.Minter
	stocks [2]*codes.Buffer // nil of a kind that the plan does not need
	used   [2]*codes.Used
	crew   *crew
	sleep  waiter
	flying atomic.Int64 // exchanges under way
	clerk  *clerk
	hunt   *hunt // nil where no limit is looked for
	phases []*phase

	evidence *evidence
	raw      *raw
	lacked   atomic.Pointer[string] // why this machine had no connection to give; nil when it always had

	caller  context.Context
	ctx     context.Context // ends with the caller's, or when the run cannot go on
	stop    context.CancelCauseFunc
	minting sync.WaitGroup
	began   time.Time
}

// A waiter waits for moments, as punctually as it can.
type waiter interface {
	// until returns true at a moment or soon after, or false as soon as the run is over.
	Until(moment time.Time) bool
	Close()
}

// Run makes the run and returns its report, with the histograms of what was measured. The error is the caller's: a plan
// that cannot be. What goes wrong in the run is in the report.
func Run(ctx context.Context, config Config) (benchmark.Report, Histograms, error) {
	r, err := open(ctx, config)
	if err != nil {
		return benchmark.Report{}, Histograms{}, err
	}
	defer r.close()
	if config.Search {
		return r.search()
	}
	measured := r.whole(r.plan)
	return benchmark.Conclude(r.report(measured)), measured.histograms(), nil
}

// open makes everything ready to begin. Nothing is sent yet, but codes are minted.
func open(ctx context.Context, config Config) (*run, error) {
	target := config.Target
	if len(target.APIServers) == 0 || len(target.Apps) == 0 {
		return nil, errors.New("the target names no apiServer or no app")
	}
	plan, err := config.Plan.completed(target)
	if err != nil {
		return nil, err
	}
	if config.Redactor == nil {
		config.Redactor = transcript.NewRedactor(nil)
	}
	config.Redactor.Learn(transcript.KindPAT, target.PATs.Valid.Reveal())
	r := &run{config: config, plan: plan, phones: target.Declares.PhoneTransform, dealer: plan.Mix.dealer(plan.Seed),
		users: codes.NewUsers(), evidence: newEvidence(config.Redactor, config.Transcript), caller: ctx, began: time.Now()}
	if config.Raw != nil {
		r.raw = newRaw(config.Raw)
	}
	if err := r.wire(); err != nil {
		return nil, err
	}
	r.ctx, r.stop = context.WithCancelCause(ctx)
	r.crew = &crew{bound: plan.InFlight, keep: plan.connections(), hire: r.hire, shared: r.wires.SharedConnections,
		workers: map[*worker]struct{}{}}
	if err := r.wake(); err != nil {
		return nil, err
	}
	r.clerk = newClerk(r)
	r.mint()
	return r, nil
}

// wire prepares the requests, and how they travel.
func (r *run) wire() (err error) {
	target := r.config.Target
	if r.wires, err = engine.New(target.APIServers, r.config.RootCAs, r.plan.InFlight); err != nil {
		return err
	}
	r.line = r.wires.Connection
	if r.ways, err = engine.Routes(target.APIServers, target.Apps[0], target.PATs.Valid); err != nil {
		return err
	}
	r.bad, err = engine.Routes(target.APIServers, target.Apps[0], unknownPAT(target.PATs.Valid, r.plan.Seed))
	return err
}

// wake makes what is waited by: of the run itself, and of its workers.
func (r *run) wake() (err error) {
	if r.sleep, err = arrivals.NewSleeper(r.ctx); err != nil {
		return err
	}
	for range ahead {
		by, err := arrivals.NewSleeper(r.ctx)
		if err != nil {
			return err
		}
		r.crew.waiters = append(r.crew.waiters, by)
	}
	return nil
}

// mint starts the minters of the kinds that the plan needs.
func (r *run) mint() {
	for i, kind := range assay.Endpoints() {
		r.used[i] = codes.NewUsed(r.plan.reuseGrace)
		if !r.plan.Mix.Uses(kind) {
			continue
		}
		r.stocks[i] = codes.NewBuffer(r.plan.stock())
		m := &codes.Minter{Host: r.config.Host, Kind: kind, AppID: r.config.Target.Apps[0], UserCount: r.plan.Users,
			TTL: r.config.Target.Declares.CodeTTL, Users: r.users, Buffer: r.stocks[i]}
		r.mints = append(r.mints, m)
		r.minting.Go(func() { m.Run(r.ctx) })
	}
}

// stockUp makes room for as many codes as a faster plan than before needs.
func (r *run) stockUp(plan Plan) {
	for _, stock := range r.stocks {
		if stock != nil {
			stock.Grow(plan.stock())
		}
	}
}

func (r *run) close() {
	r.stop(nil)
	r.crew.disband()
	r.minting.Wait()
	r.sleep.Close()
	r.wires.Close()
}

// whole is one run: the warm-up, and then at once what is measured. Where the run is over before that, nothing was.
func (r *run) whole(plan Plan) *phase {
	measured := r.phase(Measured, plan)
	if err := r.ready(); err != nil {
		r.stop(err)
	}
	if plan.WarmUp > 0 {
		warm := r.phase(WarmUp, plan.warmUp())
		r.attack(warm)
		settled := r.settling(warm) // its last answers come while the first are measured
		defer func() {
			r.giveUp(warm)
			<-settled
		}()
	}
	if r.ctx.Err() != nil {
		measured.codes0 = r.codesNow()
		return measured
	}
	r.attack(measured)
	r.drain(measured)
	return measured
}

// phase is a phase of a plan. A schedule that cannot be ends the run: a phase without one would be a closed loop.
func (r *run) phase(name string, plan Plan) *phase {
	schedule, err := plan.schedule()
	if err != nil {
		r.stop(err)
	}
	return newPhase(r.ctx, name, schedule, plan.Duration)
}

// unknownPAT is of the valid one's length, and made of its characters: a refusal is then not about its form.
func unknownPAT(valid assay.Secret, seed uint64) assay.Secret {
	text := []byte(valid.Reveal())
	for i := range text {
		j := int(splitMix(seed+uint64(i)*goldenGamma) % uint64(len(text)))
		text[i], text[j] = text[j], text[i]
	}
	if string(text) == valid.Reveal() {
		text = append(text, 'x')
	}
	return assay.Secret(text)
}
