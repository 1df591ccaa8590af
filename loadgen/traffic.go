package loadgen

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/benchmark"
)

// A traffic is what the workers of a run share: codes, routes to the API servers, and the results of the answers.
type traffic struct {
	route      *reach.Route
	engine     engine.Engine
	routes     [][2]*engine.Route // by server and endpoint
	badRoutes  [][2]*engine.Route // the same with a PAT that was never issued
	mix        Mix
	picker     picker
	timeout    time.Duration // of one exchange
	reuseGrace time.Duration // as declared
	keepUsed   bool          // the mix has replays
	supersedes bool          // a new code ends the older ones of its user, as declared

	buffers [2]*codes.Buffer // by endpoint; nil if the mix needs no codes of that kind
	used    [2]*codes.Used
	minters []*codes.Minter
	minting sync.WaitGroup

	clocks   []clock // by server
	reader   ledger.Reader
	evidence *ledger.Evidence
	raw      *ledger.Raw                         // nil for none
	each     func(vegeta.Result, ledger.Verdict) // of the configuration

	// borrow gives the second exchange of a race an idle worker with a connection for an arrival: see [workers.Pool.Borrow].
	borrow    func(workers.Arrival) (w *worker, giveBack func(), ok bool)
	inFlight  atomic.Int64
	exhausted atomic.Pointer[string]  // the first reason why this machine could not open a connection; nil for none
	stop      context.CancelCauseFunc // ends the run
}

// newTraffic prepares everything that a plan sends. Codes are minted after startMinting only.
func newTraffic(config Config, plan Plan, stop context.CancelCauseFunc) (t *traffic, err error) {
	target := config.Target
	t = &traffic{
		mix: plan.Mix, picker: plan.Mix.picker(plan.Seed), timeout: plan.Timeout, reuseGrace: plan.reuseGrace, keepUsed: plan.Mix.Replay > 0,
		reader: ledger.Reader{Users: codes.NewUsers(), Phones: target.Declares.PhoneTransform,
			PhoneInLogin: target.Declares.PhoneInLogin, Kept: ledger.NewBudget(), Latest: new(ledger.Latest)},
		evidence: ledger.NewEvidence(config.Redactor, config.Transcript), stop: stop, each: config.Each, clocks: make([]clock, len(target.APIServers)),
	}
	if config.Raw != nil {
		t.raw = ledger.NewRaw(config.Raw)
	}
	if t.route, err = reach.New(config.RootCAs, target.Transport); err != nil {
		return nil, err
	}
	if t.engine, err = engine.New(plan.Engine, target.APIServers, t.route, plan.InFlight, plan.Reuse); err != nil {
		return nil, err
	}
	for i, lost := range config.Closing {
		t.engine.Know(i, lost)
	}
	if t.routes, err = engine.Routes(target.APIServers, target.Apps[0], target.PATs.Valid, t.route.Header()); err != nil {
		return nil, err
	}
	t.badRoutes, err = engine.Routes(target.APIServers, target.Apps[0], unknownPAT(target.PATs.Valid, plan.Seed), t.route.Header())
	return t, err
}

// unknownPAT returns a PAT of the same length and characters as the valid one, so that it is not refused for its form.
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

// startMinting mints the kinds of codes that a plan needs, until ctx ends.
func (t *traffic) startMinting(ctx context.Context, config Config, plan Plan) {
	target := config.Target
	for i, kind := range assay.Endpoints() {
		t.used[i] = codes.NewUsed(plan.reuseGrace)
		if !plan.Mix.Uses(kind) {
			continue
		}
		t.buffers[i] = codes.NewBuffer(1)
		m := &codes.Minter{Host: config.Host, Kind: kind, AppID: target.Apps[0], UserCount: plan.Users, Growing: plan.Closed && !target.Declares.CodeSupersedes,
			TTL: target.Declares.CodeTTL, Users: t.reader.Users, Buffer: t.buffers[i]}
		if t.supersedes = target.Declares.CodeSupersedes; t.supersedes {
			m.Buffer.Newest(plan.Users)
		}
		t.minters = append(t.minters, m)
	}
	t.expect(plan.firstRate())
	for _, m := range t.minters {
		t.minting.Go(func() { m.Run(ctx) })
	}
}

// ready waits until the buffers are full. The error says why there will be no codes.
func (t *traffic) ready(ctx context.Context) error {
	for _, buffer := range t.buffers {
		if buffer == nil {
			continue
		}
		if err := buffer.WaitFull(ctx); err != nil {
			return err
		}
	}
	return nil
}

// buffered returns how many codes are in the buffers, and how many were minted so far.
func (t *traffic) buffered() (depth int, minted int64) {
	for _, buffer := range t.buffers {
		if buffer != nil {
			depth += buffer.Depth()
			minted += buffer.Stats().Minted
		}
	}
	return depth, minted
}

// excuses say which codes the target refuses because they were kept too long, by endpoint.
func (t *traffic) excuses() (all [2]ledger.Excuse) {
	for i, buffer := range t.buffers {
		if buffer != nil {
			all[i] = ledger.Excuse{Expiry: buffer.Expiry(), Supersedes: buffer.Supersedes(), Declared: t.supersedes}
		}
	}
	return all
}

// codes returns the statistics of minting so far.
func (t *traffic) codes() (sum benchmark.Codes) {
	waited := 0.0
	for _, buffer := range t.buffers {
		if buffer != nil {
			stats := buffer.Stats()
			sum.Minted += stats.Minted
			sum.Aged += stats.Aged
			sum.Starved += stats.Starved
			waited += stats.StarvedFor.Seconds()
			sum.Held, sum.UsersNeeded = sum.Held+stats.Held, max(sum.UsersNeeded, stats.UsersNeeded)
			sum.MintMean = rounded(max(sum.MintMean, stats.MintMean.Seconds()))
		}
	}
	sum.StarvedMean = mean(waited, sum.Starved)
	for _, m := range t.minters {
		sum.Minters += m.Parallel()
	}
	return sum
}

// close waits for the minters, whose context has to be over, and closes the engine. Workers have to be closed before.
func (t *traffic) close() {
	t.minting.Wait()
	t.engine.Close()
}
