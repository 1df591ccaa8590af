package suites

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A race is exchanges of one code that start together, in several rounds with a code each.
type race struct{ simultaneous, rounds int }

// races: small ones find wide gaps; large ones, often repeated, find those of microseconds.
var races = []race{{2, 24}, {8, 12}, {64, 6}}

// together is how many exchanges of small races are in flight: so many rounds of one size start side by side.
const together = 16

// Rounds beside those of one known user: a user who is new may be created in the race, and another mini-program may have
// another ledger.
const newUserRounds, otherAppRounds = 1, 1

// moreRounds is how long a race goes on while the answers to its losers leave doubt.
const moreRounds = 2 * time.Second

func singleUseRace(t *Trial) {
	t.session.client.Warm(t.ctx, races[len(races)-1].simultaneous)
	for _, race := range races {
		r := &rounds{trial: t, size: race.simultaneous}
		if r.run(race.rounds) {
			return
		}
	}
}

// rounds are the races of one size.
type rounds struct {
	trial *Trial

	mu        sync.Mutex
	size      int // halved where the target answers 503
	played    int
	succeeded int
	raced     int // rounds in which two exchanges or more were answered
	doubtful  int
	doubt     phrase.Phrase // what left doubt, of the first such round
	widths    []time.Duration
}

// run demands that each code of a race is exchanged once at most. It is no pass if no exchange succeeded, or if a rate
// limit let only one exchange of each code through, because then there was no race.
func (r *rounds) run(n int) (excused bool) {
	t, size := r.trial, r.size
	t.situation = fmt.Sprintf("%d at once", size)
	apps := t.session.config.Target.Apps
	plans := []struct {
		situation string
		rounds    int
		next      func() assay.Code
	}{
		{"", n, t.known(t.App(0), n)},
		{", a new user each time", newUserRounds, t.Code},
	}
	for i := range apps[1:] {
		app := apps[i+1]
		plans = append(plans, plans[0])
		plans[len(plans)-1].situation = fmt.Sprintf(", mini-program %d", i+2)
		plans[len(plans)-1].rounds, plans[len(plans)-1].next = otherAppRounds, t.dealt(t.Person(), app, otherAppRounds)
	}
	for _, plan := range plans {
		t.situation = fmt.Sprintf("%d at once%s", size, plan.situation)
		if r.several(plan.rounds, plan.next) {
			return true
		}
	}
	t.situation = fmt.Sprintf("%d at once", size)
	for began := time.Now(); r.doubtful > 0 && time.Since(began) < moreRounds; {
		if r.one(t.Code()) {
			return true
		}
	}
	r.conclude(size)
	return false
}

// known returns about n codes of a user who soon has signed in before. Where a user has one good code at a time, each is of
// another user who has: rounds run side by side.
func (t *Trial) known(app string, n int) func() assay.Code {
	if !t.session.oneOpen() {
		return t.dealt(t.Person(), app, n)
	}
	return func() assay.Code {
		next := t.dealt(t.Person(), app, 1)
		t.oneSignIn(next)
		return next()
	}
}

// several races for n codes, in rounds side by side as long as they are small, and reports whether a declared grace excuses
// a result.
func (r *rounds) several(n int, next func() assay.Code) bool {
	var excused atomic.Bool
	for n > 0 && !excused.Load() {
		codes := make([]assay.Code, min(n, max(1, together/r.size)))
		for i := range codes {
			codes[i] = next()
		}
		r.trial.Each(len(codes), func(i int) {
			if r.one(codes[i]) {
				excused.Store(true)
			}
		})
		n -= len(codes)
	}
	return excused.Load()
}

// one races for a code and reports whether a declared grace excuses the result.
func (r *rounds) one(code assay.Code) (excused bool) {
	t := r.trial
	r.mu.Lock()
	requests := make([]client.Request, r.size)
	r.mu.Unlock()
	for i := range requests {
		requests[i] = client.Exchange(code, t.PAT())
	}
	exchanges := t.Race(requests)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.played++
	r.succeeded += expect.Accepted(exchanges)
	if len(filter(exchanges, isDecided)) > 1 {
		r.raced++
	}
	r.widths = append(r.widths, expect.Width(exchanges))
	if t.excused(exchanges) {
		return true
	}
	t.Expect(exchanges...).To(expect.AcceptAtMostOne())
	if doubt := expect.Doubt(exchanges); !doubt.IsZero() {
		if r.doubtful++; r.doubt.IsZero() {
			r.doubt = doubt
		}
	}
	const smallest = 2
	if tooBusy(exchanges) && r.size > smallest {
		r.size /= 2
	}
	return false
}

// conclude says whether there was a race at all, how narrow it was, and what it leaves open.
func (r *rounds) conclude(size int) {
	t := r.trial
	switch {
	case r.succeeded == 0:
		t.conclude(assay.Error, phrase.Say(phrase.NoRaceWon, r.played, size))
		return
	case r.raced == 0:
		t.conclude(assay.Error, phrase.Say(phrase.NoRaceAnswered, r.played, size))
		return
	}
	if r.size < size {
		t.Note(phrase.RaceHalved, size, r.size)
	}
	if r.doubtful > 0 {
		t.Note(phrase.RaceDoubtful, r.doubtful, r.played, size, r.doubt)
	}
	slices.Sort(r.widths)
	t.Note(phrase.RaceWidth, size, r.widths[len(r.widths)/2].Round(10*time.Microsecond))
}

func isDecided(x assay.Exchange) bool { return assay.Judge(x).Result != assay.Inconclusive }

// excused reports whether a declared grace allows several successes of a race, with the same answer. They are a warning
// then.
func (t *Trial) excused(race []assay.Exchange) bool {
	grace := t.Declares().ReuseGrace
	if grace == 0 || expect.Accepted(race) < 2 || len(expect.Identities(race)) != 1 {
		return false
	}
	t.Warn("at most one accepted", fmt.Sprintf("the same answer to several, within the declared reuseGrace of %s", grace), race...)
	return true
}
