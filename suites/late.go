package suites

import (
	"fmt"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// lateAges is at how many ages used codes are tried again, up to the latest. More would wait in front of code.lifetime.
const lateAges = 1

// latest is the age at which a used code is tried for the last time: shortly before the end of its lifetime, because a
// ledger must not forget a code before it expires, or as late as the run may wait.
func latest(s *Session) time.Duration {
	const unknown, least = time.Minute, 2 * time.Second
	life := s.config.Target.Declares.CodeTTL
	if _, known := s.speed(); life == 0 {
		life = known
	}
	late := unknown
	if life > 0 {
		late = life - max(least, life/10)
	}
	if s.config.Hello.Offers(assay.OpAdvance) {
		return max(late, 0)
	}
	return max(min(late, s.config.Patience), 0)
}

// firstReplay is the youngest of the ages.
func firstReplay(s *Session) time.Duration { return latest(s) / lateAges }

// A lateReplay is a used code and an unused one of the same age, of another user, which shows that such codes are alive.
type lateReplay struct{ used, twin assay.Code }

// singleUseLater uses codes now, and tries other ones of them again at each age, for each mini-program and API server.
func singleUseLater(t *Trial) func(*Trial) {
	apps := t.session.config.Target.Apps
	late := t.lateReplays(lateAges * len(apps))
	return func(t *Trial) {
		alive := false
		for age := range lateAges {
			due := latest(t.session) * time.Duration(age+1) / lateAges
			if err := t.session.wait(t.ctx, t.requirement.ID, due); err != nil {
				t.driverFailed(err)
			}
			t.situation = fmt.Sprintf("%s after its use", due.Round(time.Second))
			for _, l := range t.stillAlive(late[age*len(apps):(age+1)*len(apps)], due) {
				for replica := range t.session.client.Replicas() {
					t.Expect(t.Exchange(l.used, client.Replica(replica))).To(expect.GiveNoIdentity())
				}
				alive = expect.Identified(t.Exchange(l.twin)) || alive
			}
		}
		if !alive {
			t.Untested(phrase.TwinsExpired)
		}
	}
}

// lateReplays issues and uses n codes, for the mini-programs in turn.
func (t *Trial) lateReplays(n int) []lateReplay {
	apps := t.session.config.Target.Apps
	late := make([]lateReplay, n)
	t.Each(n, func(i int) {
		app := apps[i%len(apps)]
		late[i].twin = t.codesAt(t.Person(), app, 1)[0]
		late[i].used = t.codesAt(t.Person(), app, 1)[0]
		t.Given(t.Exchange(late[i].used)).To(expect.BeExchanged())
	})
	return late
}

// stillAlive returns the prepared codes. If the driver is so slow, or the run took so long, that their lifetime is over, it
// issues and uses others and waits until they are as old as they have to be.
func (t *Trial) stillAlive(prepared []lateReplay, due time.Duration) []lateReplay {
	const over = 0.95 // of a lifetime: they arrive a little later
	if !slices.ContainsFunc(prepared, func(l lateReplay) bool { return t.session.age(l.twin.Code) >= over }) {
		return prepared
	}
	others, life := t.lateReplays(len(prepared)), t.session.lifetime()
	left := func() time.Duration {
		oldest := 0.0
		for _, l := range others {
			oldest = max(oldest, t.session.age(l.twin.Code))
		}
		return due - time.Duration(oldest*float64(life))
	}
	if err := t.session.waitFor(t.ctx, t.requirement.ID, left); err != nil {
		t.driverFailed(err)
	}
	return others
}
