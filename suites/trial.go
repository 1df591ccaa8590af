package suites

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A Trial is one attempt to violate one requirement on one endpoint. A spec is a function of a Trial: it arranges
// exchanges and states what it expects of them. The first expectation that does not hold ends it.
type Trial struct {
	session     *Session
	ctx         context.Context
	requirement assay.Requirement
	// Endpoint is the one under test; empty for requirements about the host app.
	Endpoint   assay.Endpoint
	situation  string
	replica    int            // index of the API server that exchanges go to
	app        int            // index of the mini-program that stands for the first
	few        *choice        // of its cases; nil for all of them
	final      bool           // a failure is never retried
	timed      bool           // it is about time
	aged       bool           // it may send expired codes
	solo       bool           // nothing else goes on: it is not tried alone once more
	unavailing bool           // its input gets 503 whenever it is sent, while valid exchanges are accepted
	unscripted bool           // a script cannot do the same: it depends on who signs in, or on the framing of a body
	sources    []string       // other requirements whose requests its next finding needs, beside those of the exchanges that it cites
	client     *client.Client // with connections of its own; nil for the session's
	siblings   *twins         // of the cases beside this one; nil for none
	twins      *twins         // of its own cases

	mu        sync.Mutex
	exchanges []assay.Exchange
	verdicts  []assay.Verdict
	findings  []conformance.Finding
	reasons   []phrase.Phrase
	cases     sync.WaitGroup
	failed    []failedCase
	refused   []refused // codes that were refused, perhaps because somebody else moved the clock
	retried   bool      // its failed cases have had their isolated retry
	unserved  int       // findings of a gateway's answer that its server gave none
	broken    int       // cases that failed or ended without a result
	leftOut   int       // cases that were not tried because of them
	// notApplicable is set where the contract leaves out what the requirement is about.
	notApplicable bool
}

// stop ends a trial from within. With retry, the trial is attempted again, not sooner than after.
type stop struct {
	retry bool
	stale bool // its codes expired before they could be sent
	cut   bool // nothing but ended connections kept it from being decided
	moved bool // somebody else moved the platform's clock
	away  bool // nothing but a 503 to what need not be accepted kept it from being decided
	why   phrase.Phrase
	after time.Duration
}

// Bounds of a trial.
const (
	// maxAttempts is how often an inconclusive case is attempted.
	maxAttempts = 6
	// maxCuts is how often a case is attempted, besides, whose connections end without an answer.
	maxCuts = 10
	// maxBroken is how many cases may fail or end without a result before the cases that have not begun are left out.
	maxBroken = 10
	// awayAttempts is how many attempts a 503 ends before a valid exchange shows whether the target or the input is the reason.
	awayAttempts = 3
	// enoughOutages is how many attempts may meet the end of the service before one is made alone, which is the last.
	enoughOutages = 2
	// maxRetries is how many failed cases of a trial are retried alone.
	maxRetries = 3
)

// run tries body until it is conclusive, then retries alone what failed.
func (t *Trial) run(body func(*Trial)) {
	t.settle(body)
	if t.violated() && !t.final && !t.retried {
		t.retryAlone(body, t)
	}
}

// settle repeats an inconclusive attempt, unless one of its cases has shown a violation: no further attempt could undo
// it.
func (t *Trial) settle(body func(*Trial)) {
	alone, downs := t.solo, 0
	steady := !t.solo // an isolated retry does not excuse what the first attempt has shown
	for attempt, cuts := 0, 0; ; attempt++ {
		began, outages := time.Now(), t.session.outage.count()
		stopped := t.attempt(body)
		if t.violated() && t.overtakenSince() {
			stopped = stop{retry: true, moved: true, why: t.session.movedBecause(assay.Exchange{ID: t.refused[0].id})}
			t.reset()
		}
		if stopped.stale && !t.solo { // others may have kept the driver busy
			stopped = t.attemptAlone(body)
		}
		if !stopped.retry || t.violated() {
			return
		}
		if stopped.stale { // the driver does not get faster
			t.tooSlow()
			return
		}
		if steady = steady && stopped.away; steady && attempt == awayAttempts-1 && t.acceptsOthers() {
			t.unavailing = true
			stopped = t.attempt(body)
			if !stopped.retry || t.violated() {
				return
			}
		}
		if t.session.outage.count() > outages {
			if downs++; downs >= enoughOutages && !alone { // other requests may have ended the service, or one of its own
				alone = true
				stopped = t.attemptAlone(func(t *Trial) {
					t.session.outage.expect() // another request may have ended it just now
					t.session.awaitTarget(t.ctx, t.replica)
					body(t)
				})
				if !stopped.retry || t.violated() {
					return
				}
			}
		}
		if downs >= enoughOutages {
			t.undecided(stopped)
			return
		}
		if stopped.cut && t.session.retries.cut(time.Since(began), t.session.silence.limit) {
			attempt, cuts = attempt-1, cuts+1 // the next connection may hold: it is cheap to find out
		}
		if attempt >= maxAttempts-1 || cuts == maxCuts || !t.pause(stopped.after, max(attempt, 0)) {
			t.undecided(stopped)
			return
		}
	}
}

// acceptsOthers reports whether the target accepts a valid exchange now.
func (t *Trial) acceptsOthers() (accepted bool) {
	if t.Endpoint == "" {
		return false
	}
	t.attempt(func(t *Trial) { accepted = expect.Identified(t.Exchange(t.Code())) })
	return accepted
}

// isAway reports whether an exchange was answered 503.
func isAway(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Status == http.StatusServiceUnavailable
}

// limitMet reports whether the last answer shows a rate limit of the target.
func (t *Trial) limitMet() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.exchanges) > 0 && t.session.pace.showsLimit(t.exchanges[len(t.exchanges)-1])
}

// undecided concludes a trial without a conclusive attempt. Where the connection, another run or a rate limit was the trouble, nothing is
// wrong with what was to be tried; where the target's silence ended the run meanwhile, that is the reason.
func (t *Trial) undecided(stopped stop) {
	if silent := silenceOf(t.ctx); silent != nil {
		t.conclude(assay.Untested, silent.phrase())
		return
	}
	verdict := assay.Error
	if stopped.cut || stopped.moved || t.limitMet() {
		verdict = assay.Untested
	}
	t.conclude(verdict, cmp.Or(stopped.why, t.decisive()), phrase.Say(phrase.Undecided))
}

// attemptAlone is attempt while nothing else goes on.
func (t *Trial) attemptAlone(body func(*Trial)) stop {
	defer t.session.slots.alone()()
	t.solo = true
	defer func() { t.solo = false }()
	return t.attempt(body)
}

// attempt runs body once, with its cases, and reports how it stopped.
func (t *Trial) attempt(body func(*Trial)) (stopped stop) {
	t.reset()
	defer func() {
		t.cases.Wait() // they need the slot, which is free by now
		for i, failed := range t.failed {
			if i < maxRetries {
				t.retryAlone(failed.body, failed.trial)
			}
			t.absorb(failed.trial)
			t.retried = true
		}
		t.failed = nil
		if t.leftOut > 0 {
			t.Note(phrase.CasesLeftOut, t.leftOut)
		}
	}()
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case stop:
			stopped = cause
		default:
			t.conclude(assay.Error, phrase.Say(phrase.SuiteFailed, fmt.Sprintf("%v\n%s", cause, debug.Stack())))
		}
	}()
	if !t.solo {
		t.session.measureWidth(t.ctx)
		t.session.measureLimit(t.ctx)
	}
	t.session.slots.enter()
	defer t.session.slots.leave()
	body(t)
	t.choose()
	return stop{}
}

func (t *Trial) reset() {
	t.exchanges, t.verdicts, t.findings, t.reasons, t.failed, t.refused = nil, nil, nil, nil, nil, nil
	t.unserved, t.broken, t.leftOut, t.notApplicable, t.aged, t.twins = 0, 0, 0, false, false, new(twins)
}

// verdict is the verdict so far: Pass, or Observed for a may, if nothing was found.
func (t *Trial) verdict() assay.Verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.verdicts) > 0 {
		return t.requirement.Worst(t.verdicts...)
	}
	if t.requirement.Level == assay.May {
		return assay.Observed
	}
	return assay.Pass
}

// violated reports whether the requirement is violated. A may never is.
func (t *Trial) violated() bool {
	return t.requirement.Level != assay.May && t.verdict() == t.requirement.Violated()
}

// conclude records a verdict with its reasons, redacted. The body goes on.
func (t *Trial) conclude(verdict assay.Verdict, reasons ...phrase.Phrase) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.verdicts = append(t.verdicts, verdict)
	for _, reason := range reasons {
		if !reason.IsZero() {
			t.reasons = append(t.reasons, reason.Map(t.session.config.Redactor.Text))
		}
	}
}

// pause waits before another attempt: as long as the target asked for, or a little longer each time. It reports whether
// the run still goes on.
func (t *Trial) pause(after time.Duration, attempt int) bool {
	const most = 15 * time.Second
	wait := min(max(after, t.session.backoff<<attempt), most)
	defer t.wasted(time.Now())
	if t.limited() {
		t.session.rest(wait)
	}
	return sleep(t.ctx, wait)
}

// limited reports whether the last answer spoke of a limit.
func (t *Trial) limited() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.exchanges) > 0 && overloaded(t.exchanges[len(t.exchanges)-1])
}

// where names the situation, the mini-program unless it is the first, and the API server if there are several.
func (t *Trial) where() string {
	place := t.atApp(t.situation, t.app)
	if t.session.client.Replicas() > 1 {
		place = fmt.Sprintf("%s, API server %d", place, t.replica+1)
	}
	return strings.TrimPrefix(place, ", ")
}

// unsupportedBy says what the driver does not offer.
func unsupportedBy(err *assay.UnsupportedError) phrase.Phrase {
	if err.Why == "" {
		return phrase.Say(phrase.DriverWithout, err.Op)
	}
	return phrase.Say(phrase.DriverUnsupported, err.Op, err.Why)
}

// driverFailed ends the trial after an error of the driver. An operation that it does not offer leaves the requirement
// untested; any other error is the driver's own and no verdict on the target.
func (t *Trial) driverFailed(err error) {
	var unsupported *assay.UnsupportedError
	switch {
	case t.session.driverless():
		t.Untested(phrase.NoDriver)
	case errors.As(err, &unsupported):
		t.conclude(assay.Untested, unsupportedBy(unsupported))
		panic(stop{})
	}
	t.conclude(assay.Error, phrase.Of(err))
	panic(stop{})
}
