package suites

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// Preflight checks the target as a run does at its start, for callers that send the exchanges themselves, such as a load
// run.
func (s *Session) Preflight(ctx context.Context) error {
	s.caller = ctx
	s.ctx, s.stop = context.WithCancelCause(ctx)
	if err := s.preflight(s.ctx); err != nil {
		return err
	}
	s.meetEnds(s.ctx)
	return endedBy(s.ctx)
}

// endedBy is the target's silence, or its limit, that ended ctx; nil if ctx has not ended, or ended for another reason.
func endedBy(ctx context.Context) error {
	silent := silenceOf(ctx)
	if silent == nil {
		return nil
	}
	return &phrase.Error{Phrase: silent.phrase(), Cause: silent}
}

// preflight makes one valid exchange per endpoint at every API server. An error says in one line why nothing can be
// tested and what to correct: the target cannot be reached, the driver gives no codes, or a fresh code is refused. A
// wrong answer is not an error, because specs judge it; an interrupt is not one, because the specs report it. The run adapts to
// the latency that the exchanges showed.
func (s *Session) preflight(ctx context.Context) error {
	s.measure()
	s.learnForms(ctx)
	var probes []*probe
	for _, endpoint := range s.endpoints() {
		for replica := range s.client.Replicas() {
			if s.concerns(endpoint) {
				probes = append(probes, &probe{session: s, endpoint: endpoint, replica: replica})
			}
		}
	}
	var all sync.WaitGroup
	for _, p := range probes {
		all.Go(func() {
			s.slots.enter()
			defer s.slots.leave()
			p.err = p.run(ctx)
		})
	}
	all.Wait()
	if err := endedBy(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return nil
	}
	for _, p := range probes {
		if p.err != nil {
			return p.err // the other errors are probably the same
		}
	}
	s.tellSupersession()
	s.adapt(probes)
	if len(probes) > 0 {
		s.calibrate(ctx, probes[0].endpoint)
	}
	return nil
}

// learnForms gets a code for a user id of each form, and leaves out the forms that the driver refuses: a host app may have numbers
// alone, or no more than 32 characters. What the driver replies otherwise is for the probes.
func (s *Session) learnForms(ctx context.Context) {
	hello := s.config.Hello
	kind := s.endpoints()[0]
	if s.config.Host == nil || !hello.Offers(assay.OpMint) && !hello.Offers(opOf(kind)) {
		return
	}
	forms := s.people.Forms()
	errs := make([]error, len(forms))
	s.slots.enter()
	defer s.slots.leave()
	s.slots.share(len(forms), func(i int) { _, errs[i] = s.mint(ctx, kind, s.config.Target.Apps[0], injected(forms[i]), 1) })
	var refused []int
	for i, err := range errs {
		if failed, ok := errors.AsType[*assay.DriverError](err); ok && failed.Said && !failed.Gone {
			refused = append(refused, i)
		}
	}
	if n := s.people.Drop(refused); n > 0 {
		s.note(phrase.FormsRefused, n, len(forms))
	}
}

// concerns reports whether a selected requirement is about the endpoint.
func (s *Session) concerns(endpoint assay.Endpoint) bool {
	return slices.ContainsFunc(s.set.Requirements, func(r assay.Requirement) bool {
		return s.selected[r.ID] && (len(r.On) == 0 || slices.Contains(r.On, endpoint))
	})
}

// A probe is the first exchange of an endpoint with one API server.
type probe struct {
	session  *Session
	endpoint assay.Endpoint
	replica  int
	exchange assay.Exchange
	err      error
}

func (p *probe) run(ctx context.Context) error {
	s := p.session
	t := &Trial{session: s, ctx: ctx, Endpoint: p.endpoint, situation: "pre-flight", replica: p.replica, aged: true}
	if !s.codesUnmet(p.endpoint).IsZero() {
		p.exchange = t.Exchange(assay.Code{Kind: p.endpoint, AppID: s.config.Target.Apps[0]})
		return cmp.Or(p.unreachable(), p.endless())
	}
	for attempt := 0; attempt < maxAttempts; attempt++ {
		code, err := s.anyCode(ctx, p.endpoint)
		if unsupported(err) {
			return nil // requirements that need such codes will be untested, with the driver's reason
		}
		if err != nil {
			return phrase.Failed(phrase.NoCode, p.endpoint, err)
		}
		p.exchange = t.Exchange(code)
		if (brokenOff(p.exchange) || stoodStill(p.exchange)) && attempt < idleAttempts {
			continue
		}
		if err := p.unreachable(); err != nil {
			return err
		}
		if !p.passing() || !t.pause(retryAfter(p.exchange), attempt) {
			break
		}
		if s.asksToWait(p.exchange) {
			attempt-- // the patience of the run ends it
		}
	}
	if err := p.ripen(ctx); err != nil {
		return err
	}
	if err := p.refused(); err != nil || p.replica > 0 {
		return err
	}
	p.pair(t)
	return nil
}

// idleAttempts is how often a probe is sent again at once where a server ended the idle connection that it went out on,
// which may cross with the request.
const idleAttempts = 3

// stoodStill reports whether this process stood still during an exchange, whose time limit passed.
func stoodStill(x assay.Exchange) bool {
	return x.Response == nil && x.Failure.Kind == assay.Interrupted
}

// passing reports whether another attempt may get another answer.
func (p *probe) passing() bool {
	outcome := assay.Judge(p.exchange)
	return outcome.Result == assay.Inconclusive || p.exchange.Response.Status/100 == 5 && !expect.Identified(p.exchange)
}

// refused is an error if the answer to a fresh code shows that no code will be exchanged.
func (p *probe) refused() error {
	x, where := p.exchange, p.where()
	switch outcome := assay.Judge(x); {
	case x.Response.Status/100 == 3:
		return phrase.Failed(phrase.Redirected, where, x.Response.Status, strconv.Quote(x.Response.Header.Get("Location")))
	case x.Response.Truncated:
		return p.endless()
	case outcome.Result == assay.Refused:
		return phrase.Failed(phrase.Refused, where, expect.Summary(x), p.hint())
	case outcome.Result == assay.Inconclusive:
		return phrase.Failed(phrase.Unanswered, where, expect.Summary(x), p.hint())
	case p.passing():
		return phrase.Failed(phrase.Failing, where, expect.Summary(x), p.hint())
	default:
		return nil
	}
}

// where names the endpoint, and the API server if there are several.
func (p *probe) where() phrase.Phrase {
	if p.session.client.Replicas() < 2 {
		return phrase.Plain(string(p.endpoint))
	}
	return phrase.Say(phrase.AtServer, p.endpoint, p.server())
}

func (p *probe) server() string { return p.session.config.Target.APIServers[p.replica] }

// anyCode issues one code for a new user, or for one that the driver chooses.
func (s *Session) anyCode(ctx context.Context, endpoint assay.Endpoint) (assay.Code, error) {
	app := s.config.Target.Apps[0]
	codes, err := s.mint(ctx, endpoint, app, injected(s.people.Any()), 1)
	if unsupported(err) {
		codes, err = s.mintAnyone(ctx, endpoint, app, 1)
	}
	if err != nil {
		return assay.Code{}, err
	}
	return codes[0], nil
}

// endless is an error if the answer was longer than the client reads: a run with thousands of those would prove nothing.
func (p *probe) endless() error {
	x := p.exchange
	if x.Response == nil || !x.Response.Truncated {
		return nil
	}
	key := phrase.Endless
	if x.Code != nil && x.Code.Code != "" {
		key = phrase.EndlessFresh
	}
	return phrase.Failed(key, p.where(), client.MaxBody>>10)
}

// unreachable is an error that names the API server if it gave no answer, or no whole answer in time. It tells apart a server
// that cannot be reached and one that was reached.
func (p *probe) unreachable() error {
	x := p.exchange
	switch {
	case x.Response == nil && (x.Failure.Kind == assay.BrokenOff || x.Failure.Kind == assay.TimedOut):
		return phrase.Failed(phrase.NotHandled, p.server(), assay.Judge(x).Explain(), p.advice())
	case x.Response == nil && !x.Failure.Kind.Unconnected():
		return phrase.Failed(phrase.NotUsable, p.server(), assay.Judge(x).Explain(), p.advice())
	case x.Response == nil:
		return phrase.Failed(phrase.NotReached, p.server(), assay.Judge(x).Explain(), p.advice())
	case unanswered(x):
		return phrase.Failed(phrase.Unfinished, p.endpoint, p.server(), x.Failure)
	default:
		return nil
	}
}
