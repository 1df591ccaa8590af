package suites

import (
	"cmp"
	"errors"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// Code issues a fresh code for a new user, of the endpoint's kind, for the first mini-program.
func (t *Trial) Code() assay.Code { return t.Codes(1)[0] }

// Codes issues n codes for the first mini-program, each for a new user: whatever a platform does with the other codes of a
// user, it is not confused with what a requirement is about. If the driver cannot inject users, it chooses them.
func (t *Trial) Codes(n int) []assay.Code { return t.CodesIn(t.App(0), n) }

// CodesIn is Codes for another mini-program.
func (t *Trial) CodesIn(app string, n int) []assay.Code {
	persons, codes := make([]people.Person, n), make([]assay.Code, n)
	for i := range persons {
		persons[i] = t.Person()
	}
	t.Each(n, func(i int) { codes[i] = t.codesAt(persons[i], app, 1)[0] })
	return codes
}

// CodesFor issues n codes for one person and mini-program.
func (t *Trial) CodesFor(person people.Person, app string, n int) []assay.Code {
	if person.Platform != "" {
		t.unscripted = true // assay mint injects on the usual platform
	}
	codes, err := t.session.mintFor(t.ctx, t.Endpoint, app, person, n)
	return t.issued(codes, err)
}

// CodeFor issues one code for a person, for the first mini-program.
func (t *Trial) CodeFor(person people.Person) assay.Code {
	return t.CodesFor(person, t.App(0), 1)[0]
}

// CodeOfKind issues a code for a person that is meant for the given endpoint.
func (t *Trial) CodeOfKind(kind assay.Endpoint, person people.Person) assay.Code {
	if person.Platform != "" {
		t.unscripted = true
	}
	codes, err := t.session.mintFor(t.ctx, kind, t.App(0), person, 1)
	return t.issued(codes, err)[0]
}

// codeUnlessRefused issues one code for a person whose id or phone a host app may refuse. It notes refused if it does;
// an error of a driver that is gone is not a refusal.
func (t *Trial) codeUnlessRefused(app string, person people.Person, refused phrase.Key) (code assay.Code, issued bool) {
	return t.kindUnlessRefused(t.Endpoint, app, person, refused)
}

// kindUnlessRefused does the same for a code of either kind.
func (t *Trial) kindUnlessRefused(kind assay.Endpoint, app string, person people.Person, refused phrase.Key) (code assay.Code, issued bool) {
	codes, err := t.session.mintFor(t.ctx, kind, app, person, 1)
	if failed, ok := errors.AsType[*assay.DriverError](err); ok && !failed.Gone && !repeats(err) || unsupported(err) {
		t.Note(refused)
		return assay.Code{}, false
	}
	t.unscripted = true
	return t.issued(codes, err)[0], true
}

func (t *Trial) issued(codes []assay.Code, err error) []assay.Code {
	if err != nil {
		t.driverFailed(err)
	}
	return codes
}

// Person is a new user.
func (t *Trial) Person() people.Person { return t.session.people.Any() }

// App is the i-th mini-program of the target, counted from the one that the trial is about.
func (t *Trial) App(i int) string {
	apps := t.session.config.Target.Apps
	return apps[(i+t.app)%len(apps)]
}

// PAT is the valid personal access token.
func (t *Trial) PAT() assay.Secret { return t.session.config.Target.PATs.Valid }

// Declares is what the implementation declares.
func (t *Trial) Declares() assay.Declarations { return t.session.config.Target.Declares }

// Exchange sends the code with the valid PAT, after bends. An altered request has a connection of its own: a target that
// mishandles it must not spoil the exchange of another requirement. A trial that has its own connections keeps them.
func (t *Trial) Exchange(code assay.Code, bends ...client.Bend) assay.Exchange {
	request := client.Exchange(code, t.PAT())
	request.Replica, request.Alone = t.replica, len(bends) > 0 && t.client == nil
	return t.Send(request.With(bends...))
}

// Send sends a request.
func (t *Trial) Send(request client.Request) assay.Exchange {
	return t.through(request, func(request client.Request) assay.Exchange {
		return cmp.Or(t.client, t.session.client).Do(t.ctx, request)
	})
}

// through sends a request as do does, and keeps the exchange.
func (t *Trial) through(request client.Request, do func(client.Request) assay.Exchange) assay.Exchange {
	request.Requirement, request.Situation = t.requirement.ID, t.situation
	if request.Chunked || request.HTTP10 || request.Absolute || request.Packed {
		t.mu.Lock()
		t.unscripted = true
		t.mu.Unlock()
	}
	if request.Barrier == nil {
		t.session.turn(t.ctx, 1)
		t.session.awaitTarget(t.ctx, request.Replica)
		if t.expired(request.Code) {
			panic(stop{retry: true, stale: true})
		}
	}
	x := do(request)
	if expect.TimedOut(x) && !isHostile(x) {
		t.session.suspectWidth()
	}
	t.session.learnPace(x, request.Barrier != nil)
	t.session.outage.saw(x, t.session.worked())
	if request.Barrier == nil {
		t.session.suspectLimit(x)
	}
	t.keep(x)
	if t.expired(request.Code) && !expect.Identified(x) { // it may have expired on its way
		panic(stop{retry: true, stale: true})
	}
	if t.overtaken(request.Code, x) {
		panic(stop{retry: true, moved: true, why: t.session.movedBecause(x)})
	}
	return x
}

// keep adds exchanges to those of the trial. Of all but the last, large bodies are dropped: the trial needs to know that
// there was an exchange, and a trial may have hundreds of them.
func (t *Trial) keep(exchanges ...assay.Exchange) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range exchanges {
		if last := len(t.exchanges) - 1; last >= 0 {
			t.exchanges[last] = light(t.exchanges[last])
		}
		t.exchanges = append(t.exchanges, x)
	}
}

// light is an exchange without large bodies.
func light(x assay.Exchange) assay.Exchange {
	if len(x.Request.Body) > keptAlways {
		x.Request.Body = nil
	}
	if x.Response != nil && len(x.Response.Body) > keptAlways {
		response := *x.Response
		response.Body = nil
		x.Response = &response
	}
	return x
}

// again starts a case over, as late as all of the inconclusive exchanges ask for.
func again(inconclusive []assay.Exchange) stop {
	s := stop{retry: true, cut: true}
	for _, x := range inconclusive {
		s.cut = s.cut && lostOnWay(x)
		s.after = max(s.after, retryAfter(x))
	}
	return s
}

// lostOnWay reports whether the connection was the trouble: it ended without a byte of an answer, or led to another server.
func lostOnWay(x assay.Exchange) bool { return brokenOff(x) || x.Failure.Kind == assay.Elsewhere }

// brokenOff reports whether the connection ended without a byte of an answer.
func brokenOff(x assay.Exchange) bool {
	return x.Response == nil && x.Failure.Kind == assay.BrokenOff
}

// Race sends n exchanges at the same moment, spread over the replicas, or as many of them as the target has connections for, and then
// the next.
func (t *Trial) Race(requests []client.Request) (exchanges []assay.Exchange) {
	for some := range slices.Chunk(requests, t.session.atOnce(len(requests))) {
		exchanges = append(exchanges, t.atOnce(some)...)
	}
	return exchanges
}

// atOnce sends exchanges at the same moment.
func (t *Trial) atOnce(requests []client.Request) []assay.Exchange {
	t.session.turn(t.ctx, len(requests))
	t.session.awaitTarget(t.ctx, 0)
	for _, request := range requests {
		if t.expired(request.Code) {
			panic(stop{retry: true, stale: true})
		}
	}
	barrier := client.NewBarrier(len(requests))
	exchanges := make([]assay.Exchange, len(requests))
	done := make(chan any)
	for i, request := range requests {
		request.Barrier, request.Replica = barrier, i
		go func() {
			defer func() { done <- recover() }()
			exchanges[i] = t.Send(request)
		}()
	}
	var broken any
	for range requests {
		if cause := <-done; cause != nil {
			broken = cause
		}
	}
	if broken != nil {
		panic(broken) // the trial reports it as the suite's own error
	}
	return exchanges
}

// traceless reports whether identities cannot be compared: phone/get may be declared to give a token, which may be new
// every time.
func (t *Trial) traceless() bool {
	return t.Endpoint == assay.Phone && t.Declares().PhoneTransform == assay.PhoneToken
}

// Negative is the pattern of most failure modes: a valid exchange is accepted, and the same one with one change and a
// fresh code of another user is refused. Without its positive twin, a refusal would prove nothing; a few cases share one.
func (t *Trial) Negative(situation string, bends ...client.Bend) {
	t.Case(situation, func(t *Trial) { t.negative(t.App(0), bends...) })
}

// NegativeInEachApp is Negative for the first mini-program and, if the target has one, for the second as well: a check may
// look at the first alone. Where the run's requests travel over HTTP/2, it is tried in HTTP/1.1 too, which a server may handle
// apart.
func (t *Trial) NegativeInEachApp(situation string, bends ...client.Bend) {
	t.Negative(situation, bends...)
	if t.app == 0 && len(t.session.config.Target.Apps) > 1 {
		t.Case(situation+", second mini-program", func(t *Trial) { t.negative(t.App(1), bends...) })
	}
	if t.overHTTP2() {
		t.Case(situation+", "+situationHTTP11, func(t *Trial) {
			codes := t.Codes(2)
			t.Given(t.Exchange(codes[0])).To(expect.BeExchanged())
			if x, able := t.inHTTP1(codes[1], bends...); able {
				t.Expect(x).To(expect.BeRefused())
			}
		})
	}
}

func (t *Trial) negative(app string, bends ...client.Bend) {
	t.twin(app)
	t.Expect(t.Exchange(t.CodesIn(app, 1)[0], bends...)).To(expect.BeRefused())
}

// apart gives the trial connections of its own, one at a time as long as it sends one request at a time. The result
// drops them.
func (t *Trial) apart() (drop func()) {
	own := t.session.client.Within(t.session.client.Timeout())
	t.client = own
	return func() { own.Close(); t.client = nil }
}

// NotExchanged is Negative where any answer without an identity will do, and a closed connection.
func (t *Trial) NotExchanged(situation string, bends ...client.Bend) {
	t.Case(situation, func(t *Trial) {
		t.twin(t.App(0))
		t.Expect(t.Exchange(t.Code(), bends...)).To(expect.GiveNoIdentity())
	})
}

// Note adds a remark to the verdict; for a may, it is what was observed.
func (t *Trial) Note(key phrase.Key, args ...any) {
	remark := phrase.Say(key, args...).Map(t.session.config.Redactor.Text)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reasons = append(t.reasons, remark)
}

// NotApplicable ends the trial, because the contract leaves out what the requirement is about and the platform has none. A
// profile is complete without it.
func (t *Trial) NotApplicable(key phrase.Key, args ...any) {
	t.mu.Lock()
	t.notApplicable = true
	t.mu.Unlock()
	t.Untested(phrase.NotApplicable, phrase.Say(key, args...))
}

// Untested ends the trial, because it cannot be tried.
func (t *Trial) Untested(key phrase.Key, args ...any) {
	t.conclude(assay.Untested, phrase.Say(key, args...))
	panic(stop{})
}
