package suites

import (
	"errors"
	"fmt"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// otherScope is the driver protocol's name of any scope of the developer centre but Unified Authentication.
const otherScope = "other"

// otherScopePAT is a PAT with other scopes only. A driver that refuses to issue one does not know such a scope.
func (t *Trial) otherScopePAT() string {
	if pat := t.session.config.Target.PATs.OtherScope; pat != "" {
		return pat.Reveal()
	}
	reply, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpIssuePAT, Scopes: []string{otherScope}})
	if failed, ok := errors.AsType[*assay.DriverError](err); ok && !failed.Gone {
		t.Untested(phrase.NoOtherScope)
	}
	if err != nil {
		t.driverFailed(err)
	}
	return reply.PAT
}

// propagation is how long a new PAT may be refused, unless the target declares more.
const propagation = 5 * time.Second

func (t *Trial) propagation() time.Duration { return max(propagation, t.Declares().PATPropagation) }

// fresh exchanges codes with a new PAT until one is accepted, for as long as the PAT may take to reach every part of the
// platform. It returns the last exchange and for how long the PAT was refused: 0 if it was not. A run waits without
// success only once.
func (t *Trial) fresh(pat, app string, most time.Duration) (last assay.Exchange, late time.Duration) {
	issued := time.Now()
	for attempt := 0; ; attempt++ {
		last = t.Exchange(t.CodesIn(app, 1)[0], t.bearer(pat))
		switch {
		case expect.Identified(last) || !isDecided(last):
			return last, late
		case late >= most || t.session.patsRefused.Load():
			t.session.patsRefused.Store(true)
			return last, late
		case !t.pause(0, attempt):
			return last, late
		}
		late = time.Since(issued)
	}
}

// acceptedPAT tries the target's PAT and, if the driver issues PATs, a new one. One that works late is late, not refused.
func acceptedPAT(t *Trial) {
	t.Expect(t.Exchange(t.Code())).To(expect.BeExchanged())
	issue := assay.HostRequest{Op: assay.OpIssuePAT, Scopes: []string{unifiedAuthScope}}
	reply, err := t.session.ask(t.ctx, issue)
	if err != nil {
		t.Note(phrase.NewPATUntried, err)
		return
	}
	t.situation = "a new PAT"
	x, late := t.fresh(reply.PAT, t.App(0), t.propagation()+propagation)
	t.Expect(x).To(expect.BeExchanged())
	t.scopesTogether()
	late = late.Round(time.Millisecond)
	switch {
	case late > t.propagation():
		t.Warn(fmt.Sprintf("a new PAT that works within %s", t.propagation()), fmt.Sprintf("it was refused for %s", late), x)
	case late > 0:
		t.Note(phrase.NewPATLate, late)
	}
}

// scopesTogether tries a PAT that has another scope beside Unified Authentication, as most PATs of a developer centre have. A
// driver that knows no other scope refuses to issue one.
func (t *Trial) scopesTogether() {
	reply, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpIssuePAT, Scopes: []string{unifiedAuthScope, otherScope}})
	if err != nil {
		return
	}
	t.situation = "a new PAT with a further scope"
	x, _ := t.fresh(reply.PAT, t.App(0), t.propagation()+propagation)
	t.Expect(x).To(expect.BeExchanged())
}

// revokedPAT uses a PAT for each mini-program, revokes it and uses it again, over the connection that carried it and over
// a new one; without a driver that can, it uses one that was revoked before.
func revokedPAT(t *Trial) {
	hello := t.session.config.Hello
	if !hello.Offers(assay.OpIssuePAT) || !hello.Offers(assay.OpRevokePAT) {
		if t.session.config.Target.PATs.Revoked == "" {
			t.Untested(phrase.RevocationMissing, assay.OpRevokePAT, assay.OpIssuePAT)
		}
		t.NegativeInEachApp("a revoked PAT", t.bearer(t.session.config.Target.PATs.Revoked.Reveal()))
		return
	}
	drop := t.apart()
	defer func() { drop() }()
	pat := t.issuePAT([]string{unifiedAuthScope}, "")
	apps := t.session.config.Target.Apps[:min(2, len(t.session.config.Target.Apps))]
	for _, app := range apps {
		x, _ := t.fresh(pat, app, t.propagation())
		t.Given(x).To(expect.BeExchanged())
	}
	refuse := func() {
		for _, app := range apps {
			t.Expect(t.Exchange(t.CodesIn(app, 1)[0], t.bearer(pat))).To(expect.BeRefused())
		}
	}
	if _, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpRevokePAT, PAT: pat}); err != nil {
		t.driverFailed(err)
	}
	t.awaitRevocation()
	t.situation = "a revoked PAT on the connection that carried it"
	refuse()
	drop()
	drop = t.apart()
	t.situation = "a revoked PAT on a new connection"
	refuse()
}

// awaitRevocation waits as long as a revoked PAT may still work by the implementation's own declaration.
func (t *Trial) awaitRevocation() {
	delay := t.Declares().PATRevocationDelay
	if delay > t.session.config.Patience {
		t.Untested(phrase.ImpatientForPAT, delay, t.session.config.Patience)
	}
	select {
	case <-time.After(delay):
	case <-t.ctx.Done():
	}
}
