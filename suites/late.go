package suites

import (
	"fmt"
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
	late := make([]lateReplay, lateAges*len(apps))
	t.Each(len(late), func(i int) {
		app := apps[i%len(apps)]
		late[i].twin = t.codesAt(t.Person(), app, 1)[0]
		late[i].used = t.codesAt(t.Person(), app, 1)[0]
		t.Given(t.Exchange(late[i].used)).To(expect.BeExchanged())
	})
	return func(t *Trial) {
		alive := false
		for age := range lateAges {
			due := latest(t.session) * time.Duration(age+1) / lateAges
			if err := t.session.wait(t.ctx, t.requirement.ID, due); err != nil {
				t.driverFailed(err)
			}
			t.situation = fmt.Sprintf("%s after its use", due.Round(time.Second))
			for _, l := range late[age*len(apps) : (age+1)*len(apps)] {
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
