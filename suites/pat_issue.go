package suites

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// otherScope is the driver protocol's name of any scope of the developer centre but Unified Authentication.
const otherScope = "other"

// otherScopePAT is a PAT with other scopes only. A driver that refuses to issue one does not know such a scope.
func (t *Trial) otherScopePAT() string {
	if pat := t.session.config.Target.PATs.OtherScope; pat != "" {
		return pat.Reveal()
	}
	reply, err := t.session.issue(t.ctx, []string{otherScope}, "")
	if failed, ok := errors.AsType[*assay.DriverError](err); ok && !failed.Gone {
		t.Untested(phrase.NoOtherScope)
	}
	if err != nil {
		t.driverFailed(err)
	}
	return reply.PAT
}

// newlyIssued is such a PAT as the target's, issued just now, where the driver issues one: a cache that is filled at the issue may
// know less of it.
func (t *Trial) newlyIssued(situation, pat string, scopes []string, tenant string) (string, client.Bend) {
	if reply, err := t.session.issue(t.ctx, scopes, tenant); err == nil {
		return situation + ", issued just now", t.bearer(reply.PAT)
	}
	return situation, t.bearer(pat)
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
	x, late, err := t.newPAT("a new PAT", unifiedAuthScope)
	if err != nil {
		t.Note(phrase.NewPATUntried, err)
		return
	}
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
	if x, _, err := t.newPAT("a new PAT with a further scope", unifiedAuthScope, otherScope); err == nil {
		t.Expect(x).To(expect.BeExchanged())
	}
}

// newPAT issues a PAT and exchanges a code with it. A developer may have one PAT at a time, which ends with the next one: a PAT that
// is refused is followed by another, while no requirement issues one.
func (t *Trial) newPAT(situation string, scopes ...string) (x assay.Exchange, late time.Duration, err error) {
	t.situation = situation
	try := func(issue func(context.Context, []string, string) (assay.HostReply, error)) {
		var reply assay.HostReply
		if reply, err = issue(t.ctx, scopes, ""); err == nil {
			x, late = t.fresh(reply.PAT, t.App(0), t.propagation()+propagation)
		}
	}
	if try(t.session.issue); err != nil || expect.Identified(x) {
		return x, late, err
	}
	t.session.issuing.Lock()
	defer t.session.issuing.Unlock()
	try(t.session.issueAlone)
	return x, late, err
}

// issue asks the driver for a PAT.
func (s *Session) issue(ctx context.Context, scopes []string, tenant string) (assay.HostReply, error) {
	s.issuing.RLock()
	defer s.issuing.RUnlock()
	return s.issueAlone(ctx, scopes, tenant)
}

// issueAlone asks the driver for a PAT while issuing is locked.
func (s *Session) issueAlone(ctx context.Context, scopes []string, tenant string) (assay.HostReply, error) {
	reply, err := s.ask(ctx, assay.HostRequest{Op: assay.OpIssuePAT, Scopes: scopes, Tenant: tenant})
	if err == nil {
		err = s.issued.onePAT(reply.PAT, s.config.Target.PATs)
	}
	return reply, err
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
	apps := t.session.config.Target.Apps[:min(2, len(t.session.config.Target.Apps))]
	pat := t.usedAndRevoked(apps)
	refuse := func() {
		for _, app := range apps {
			t.Expect(t.Exchange(t.CodesIn(app, 1)[0], t.bearer(pat))).To(expect.BeRefused())
		}
	}
	t.awaitRevocation()
	t.situation = "a revoked PAT on the connection that carried it"
	refuse()
	drop()
	drop = t.apart()
	t.situation = "a revoked PAT on a new connection"
	refuse()
}

// usedAndRevoked is a PAT that was used for each mini-program and then revoked, while no other was issued: that might have ended it.
func (t *Trial) usedAndRevoked(apps []string) string {
	t.session.issuing.Lock()
	defer t.session.issuing.Unlock()
	reply, err := t.session.issueAlone(t.ctx, []string{unifiedAuthScope}, "")
	if err != nil {
		t.driverFailed(err)
	}
	for _, app := range apps {
		x, _ := t.fresh(reply.PAT, app, t.propagation())
		t.Given(x).To(expect.BeExchanged())
	}
	if _, err := t.session.ask(t.ctx, assay.HostRequest{Op: assay.OpRevokePAT, PAT: reply.PAT}); err != nil {
		t.driverFailed(err)
	}
	return reply.PAT
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
