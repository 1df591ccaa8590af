package suites

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A failedCase waits for its isolated retry.
type failedCase struct {
	trial *Trial
	body  func(*Trial)
}

// Case tries one of several ways to violate the requirement. Cases run together, each with its own exchanges and its
// own end; the worst counts.
func (t *Trial) Case(situation string, body func(*Trial)) {
	if t.few != nil {
		t.few.add(situation, body)
		return
	}
	child := t.child(situation)
	t.cases.Go(func() {
		leftOut := false
		child.settle(func(child *Trial) {
			if leftOut = t.enough(); !leftOut { // checked when the case gets its slot
				body(child)
			}
		})
		if leftOut || t.broke(child, body) {
			return
		}
		t.absorb(child)
	})
}

// enough reports whether enough cases have failed, so that another would show nothing new, and counts it as left out.
func (t *Trial) enough() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken < maxBroken {
		return false
	}
	t.leftOut++
	return true
}

// broke counts a case that failed or ended without a result, and reports whether the case waits for its isolated retry.
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

// await waits for the cases that have begun. It gives them its slot in the meantime.
func (t *Trial) await() {
	t.choose()
	t.session.slots.leave()
	defer t.session.slots.enter()
	t.cases.Wait()
}

// Each does n independent pieces of work, as many at a time as may be in flight.
func (t *Trial) Each(n int, piece func(i int)) { t.session.slots.share(n, piece) }

func (t *Trial) child(situation string) *Trial {
	return &Trial{session: t.session, ctx: t.ctx, requirement: t.requirement, Endpoint: t.Endpoint,
		situation: situation, replica: t.replica, app: t.app, final: t.final, timed: t.timed, aged: t.aged, solo: t.solo, client: t.client, siblings: t.twins, sources: t.sources}
}

// absorb adds the results of a case to the trial.
func (t *Trial) absorb(child *Trial) {
	t.keep(child.exchanges...)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.verdicts = append(t.verdicts, child.verdict())
	t.findings = append(t.findings, child.findings...)
	for _, reason := range child.reasons {
		if reason.Key() != phrase.NoDriver { // it is the same in every situation
			reason = phrase.Say(phrase.InSituation, child.inside(t), reason)
		}
		t.reasons = append(t.reasons, reason)
	}
}
