package suites

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// A Trial is one attempt to violate one requirement on one endpoint. A spec is a function of a Trial: it arranges
// exchanges and says what it expects of them. The first expectation that does not hold ends it.
type Trial struct {
	session     *Session
	ctx         context.Context
	requirement assay.Requirement
	// Endpoint is the one under test; empty for requirements about the host app.
	Endpoint  assay.Endpoint
	situation string
	replica   int  // the API server that exchanges go to, by its place in the target's list
	final     bool // a failure is never looked at twice

	mu        sync.Mutex
	exchanges []assay.Exchange
	verdicts  []assay.Verdict
	findings  []conformance.Finding
	reasons   []phrase.Phrase
	cases     sync.WaitGroup
	failed    []failedCase
	looked    bool // its failed cases have had their second look
	broken    int  // cases that failed or came to nothing
	leftOut   int  // cases that were not tried for that
}

// A failedCase waits for its second look.
type failedCase struct {
	trial *Trial
	body  func(*Trial)
}

// stop ends a trial from within; retry asks for another attempt, not sooner than after.
type stop struct {
	retry bool
	after time.Duration
}

// Bounds of what a trial costs.
const (
	// maxAttempts is how often an inconclusive case is attempted before it is given up.
	maxAttempts = 6
	// maxBroken is how many cases may fail or come to nothing before those that have not begun are left out.
	maxBroken = 10
	// maxLooks is how many failed cases of a trial are looked at a second time.
	maxLooks = 3
)

// run tries body until it is conclusive, then looks a second time at what failed.
func (t *Trial) run(body func(*Trial)) {
	t.settle(body)
	if t.violated() && !t.final && !t.looked {
		t.secondLook(body, t)
	}
}

// settle repeats an inconclusive attempt, unless one of its cases has shown a violation: no attempt makes that undone.
func (t *Trial) settle(body func(*Trial)) {
	for attempt := range maxAttempts {
		t.reset()
		stopped := t.attempt(body)
		if !stopped.retry || t.violated() {
			return
		}
		if attempt == maxAttempts-1 || !t.pause(stopped.after, attempt) {
			break
		}
	}
	t.conclude(assay.Error, t.last(), phrase.Say(phrase.Undecided))
}

// attempt runs body once, with its cases, and reports how it stopped.
func (t *Trial) attempt(body func(*Trial)) (stopped stop) {
	defer func() {
		t.cases.Wait() // they need the slot that has been left by now
		for i, failed := range t.failed {
			if i < maxLooks {
				t.secondLook(failed.body, failed.trial)
			}
			t.absorb(failed.trial)
			t.looked = true
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
	t.session.slots.enter()
	defer t.session.slots.leave()
	body(t)
	return stop{}
}

// Case tries one of several ways to violate the requirement. Cases run together, each with its own exchanges and its
// own end; the worst counts.
func (t *Trial) Case(situation string, body func(*Trial)) {
	child := t.child(situation)
	t.cases.Go(func() {
		leftOut := false
		child.settle(func(child *Trial) {
			if leftOut = t.enough(); !leftOut { // asked when it is the case's turn
				body(child)
			}
		})
		if leftOut || t.broke(child, body) {
			return
		}
		t.absorb(child)
	})
}

// enough reports whether so many cases are broken that one more would tell nothing new, and counts it as left out.
func (t *Trial) enough() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken < maxBroken {
		return false
	}
	t.leftOut++
	return true
}

// broke counts a case that is broken, and reports whether it waits for a second look.
func (t *Trial) broke(child *Trial, body func(*Trial)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	violated := child.violated()
	if violated || child.verdict() == assay.Error {
		t.broken++
	}
	if violated && !t.final {
		t.failed = append(t.failed, failedCase{child, body})
		return true
	}
	return false
}

// await waits for the cases that have been begun. It lends them its slot.
func (t *Trial) await() {
	t.session.slots.leave()
	defer t.session.slots.enter()
	t.cases.Wait()
}

// Each does n pieces of work that do not depend on one another, as many at a time as may be in flight.
func (t *Trial) Each(n int, piece func(i int)) { t.session.slots.share(n, piece) }

func (t *Trial) child(situation string) *Trial {
	return &Trial{session: t.session, ctx: t.ctx, requirement: t.requirement, Endpoint: t.Endpoint,
		situation: situation, replica: t.replica, final: t.final}
}

// absorb takes over what a case came to.
func (t *Trial) absorb(child *Trial) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.exchanges = append(t.exchanges, child.exchanges...)
	t.verdicts = append(t.verdicts, child.verdict())
	t.findings = append(t.findings, child.findings...)
	for _, reason := range child.reasons {
		if reason.Key() != phrase.NoDriver { // it is the same in every situation
			reason = phrase.Say(phrase.InSituation, child.situation, reason)
		}
		t.reasons = append(t.reasons, reason)
	}
}

func (t *Trial) reset() {
	t.exchanges, t.verdicts, t.findings, t.reasons, t.failed = nil, nil, nil, nil, nil
	t.broken, t.leftOut = 0, 0
}

// verdict is the trial's so far: Pass, or Observed for a may, when nothing was held against it.
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

// violated reports whether the requirement is. A may never is.
func (t *Trial) violated() bool {
	return t.requirement.Level != assay.May && t.verdict() == t.requirement.Violated()
}

// conclude records a verdict with its reasons, redacted, and lets the body go on.
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

// pause waits before another attempt: as long as the target asked for, or a little longer each time.
func (t *Trial) pause(after time.Duration, attempt int) bool {
	const most = 15 * time.Second
	wait := min(max(after, t.session.backoff<<attempt), most)
	defer t.wasted(time.Now())
	select {
	case <-time.After(wait):
		return true
	case <-t.ctx.Done():
		return false
	}
}

// last describes the exchange that the trial stumbled over.
func (t *Trial) last() phrase.Phrase {
	if len(t.exchanges) == 0 {
		return phrase.Phrase{}
	}
	return phrase.Plain(expect.Summary(t.exchanges[len(t.exchanges)-1]))
}

// found records a finding about exchanges.
func (t *Trial) found(verdict assay.Verdict, expected, actual string, about ...assay.Exchange) {
	redact := t.session.config.Redactor.Text
	finding := conformance.Finding{Endpoint: t.Endpoint, Situation: t.where(), Expected: redact(expected),
		Actual: redact(actual), Exchanges: ids(about)}
	if verdict != t.requirement.Violated() {
		finding.Verdict = verdict
	}
	if len(about) > 0 {
		finding.Reproduce = t.session.config.Redactor.Reproduce(about[len(about)-1])
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.verdicts = append(t.verdicts, verdict)
	t.findings = append(t.findings, finding)
}

// where is the situation, and the API server where there are several.
func (t *Trial) where() string {
	if t.session.client.Replicas() < 2 {
		return t.situation
	}
	return strings.TrimPrefix(fmt.Sprintf("%s, API server %d", t.situation, t.replica+1), ", ")
}

// unsupportedBy says what the driver does not offer.
func unsupportedBy(err *assay.UnsupportedError) phrase.Phrase {
	if err.Why == "" {
		return phrase.Say(phrase.DriverWithout, err.Op)
	}
	return phrase.Say(phrase.DriverUnsupported, err.Op, err.Why)
}

// driverFailed ends the trial over what the driver said: what it does not offer is untested, everything else is its
// own fault and nobody's verdict.
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

func ids(exchanges []assay.Exchange) []string {
	const most = 12
	list := []string{}
	for _, x := range exchanges[:min(len(exchanges), most)] {
		list = append(list, x.ID)
	}
	return list
}
