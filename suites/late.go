package suites

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// lateAges is at how many ages used codes are tried again, each ageGrowth times the one before, up to the latest: what remembers a code
// may hand it over to another memory soon after its use.
const lateAges, ageGrowth = 3, 6

// latest is the age at which a used code is tried for the last time: shortly before the end of its lifetime, because a
// ledger must not forget a code before it expires, or as late as the run may wait.
func latest(s *Session) time.Duration {
	const unknown, least = time.Minute, 2 * time.Second
	late := unknown
	if _, life := s.speed(); life > 0 {
		late = life - max(least, life/10)
	}
	if s.config.Hello.Offers(assay.OpAdvance) {
		return max(late, 0)
	}
	return max(min(late, s.config.Patience), 0)
}

// A lateReplay is a used code and an unused one of the same age, of another user, which shows that such codes are alive.
type lateReplay struct{ used, twin assay.Code }

// lateReplays are the codes for every age: one pair for each mini-program.
type lateReplays struct {
	ages  [][]lateReplay
	alive atomic.Bool // a twin was exchanged
}

// singleUseLater uses codes now, and tries other ones of them again at each age, for each mini-program and API server.
func singleUseLater(t *Trial) []moment {
	late := &lateReplays{ages: t.lateReplays(lateAges)}
	moments := make([]moment, lateAges)
	for i := range moments {
		due := ageOf(latest(t.session), i)
		moments[i] = moment{due: due - t.oldest(late.ages[i]), situation: fmt.Sprintf("the used code, %s after its use", due.Round(time.Second)), try: func(t *Trial) {
			t.replayLate(late, i, due)
			if i == lateAges-1 && !late.alive.Load() {
				t.Untested(phrase.TwinsExpired)
			}
		}}
	}
	return moments
}

// ageOf is the i-th age, up to the latest.
func ageOf(latest time.Duration, i int) time.Duration {
	for range lateAges - 1 - i {
		latest /= ageGrowth
	}
	return latest
}

// replayLate tries the used codes of an age again, and the unused ones for the first time.
func (t *Trial) replayLate(late *lateReplays, age int, due time.Duration) {
	t.situation = fmt.Sprintf("the used code, %s after its use", due.Round(time.Second))
	t.renew(late, age, due)
	t.aged = true
	codes, replicas := late.ages[age], t.session.client.Replicas()
	sentAgain, answers := fmt.Sprintf("a code used %s after its issue, and sent again at once", due.Round(time.Second)), make([]assay.Exchange, len(codes))
	t.Each(len(codes)*(replicas+1), func(i int) {
		pair, replica := i/(replicas+1), i%(replicas+1)
		if replica < replicas {
			t.Expect(t.Exchange(codes[pair].used, client.Replica(replica))).To(expect.GiveNoIdentity())
		} else if twin := codes[pair].twin; expect.Identified(t.Exchange(twin)) {
			late.alive.Store(true)
			if t.Declares().ReuseGrace == 0 {
				answers[pair] = t.child(sentAgain).Exchange(twin)
				t.keep(answers[pair])
			}
		}
	})
	t.situation = sentAgain
	for _, x := range answers {
		if x.ID != "" {
			t.Expect(x).To(expect.GiveNoIdentity())
		}
	}
}

// lateReplays issues and uses codes for n ages, for each mini-program.
func (t *Trial) lateReplays(n int) [][]lateReplay {
	apps := t.session.config.Target.Apps
	late := make([]lateReplay, n*len(apps))
	t.Each(len(late), func(i int) {
		app := apps[i%len(apps)]
		late[i].twin = t.codesAt(t.Person(), app, 1)[0]
		late[i].used = t.codesAt(t.Person(), app, 1)[0]
		t.Given(t.Exchange(late[i].used)).To(expect.BeExchanged())
	})
	return slices.Collect(slices.Chunk(late, len(apps)))
}

// renew replaces the codes of an age, and of those after it, where their lifetime is over: the driver may be slow, or the
// run may have taken long. It waits until they have the age.
func (t *Trial) renew(late *lateReplays, age int, due time.Duration) {
	const over = 0.95 // of a lifetime: they arrive a little later
	if slices.ContainsFunc(late.ages[age], func(l lateReplay) bool { return t.session.age(l.twin.Code) >= over }) {
		copy(late.ages[age:], t.lateReplays(lateAges-age))
	}
	left := func() time.Duration { return due - t.oldest(late.ages[age]) }
	if err := t.session.waitFor(t.ctx, t.requirement.ID, left); err != nil {
		t.driverFailed(err)
	}
}

// oldest is the age of the oldest unused code.
func (t *Trial) oldest(late []lateReplay) time.Duration {
	age := time.Duration(0)
	for _, l := range late {
		age = max(age, t.session.old(l.twin.Code))
	}
	return age
}
