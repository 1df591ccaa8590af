package suites

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// A race is exchanges of one code that start together, in several rounds with a code each. The rounds of a volley start
// together as well.
type race struct{ simultaneous, rounds, volley int }

// races: pairs alone find what takes two requests and no more. In volleys, many of them queue for the same locks, and the
// gap between a look at a ledger and the mark in it grows from microseconds to the time that others hold them. Large crowds
// find wide gaps, such as those between replicas.
func races() []race {
	return []race{{2, 1, 1}, {2, 60, 30}, {3, 12, 12}, {8, 10, 6}, {64, 2, 1}}
}

// largest is how many exchanges of one code start together at most.
const largest = 64

// unlimited is more exchanges than those of any volley.
const unlimited = 1 << 10

// Rounds beside those of known users: a user who is new may be created in the race, and another mini-program may have
// another ledger.
const newUserRounds, otherAppRounds = 1, 1

// A spare is what a trial has for further rounds, while the answers to losers leave doubt.
type spare struct {
	time   time.Duration
	rounds int
}

// moreRounds are those of a trial in all. Only a target that answers within milliseconds plays so many of them in the time.
func moreRounds() *spare { return &spare{time: 2 * time.Second, rounds: 2000} }

// A driver that takes long for a code issues no more than fewRounds codes for the rounds of one size.
const fewRounds = 24

func singleUseRace(t *Trial) {
	t.session.client.Warm(t.ctx, largest)
	spare, pats, room := moreRounds(), t.twoPATs(), t.session.atOnce(unlimited)
	if room < 2 {
		t.Untested(phrase.FewConnections, room)
	}
	for _, race := range races() {
		race.simultaneous = min(race.simultaneous, room)
		r := &rounds{trial: t, size: race.simultaneous, volley: max(1, min(race.volley, room/race.simultaneous)), pats: pats}
		if each, _ := t.session.speed(); each >= slowMint {
			race.rounds = min(race.rounds, fewRounds)
		}
		if r.run(race.rounds) || r.goOn(spare) {
			return
		}
		r.conclude(race.simultaneous)
		if r.slowed {
			const ahead = 2 // it may have been busy with others
			room = max(2, min(room, ahead*r.volley*r.size))
		}
	}
	raceSpellings(t)
}

// twoPATs are the valid PAT and another one of its developer, where the driver issues one that works: a lock that goes by the PAT
// lets both pass.
func (t *Trial) twoPATs() [2]assay.Secret {
	valid := t.PAT()
	if !t.session.config.Hello.Offers(assay.OpIssuePAT) {
		return [2]assay.Secret{valid, valid}
	}
	pat := t.issuePAT([]string{unifiedAuthScope}, "")
	if x, _ := t.fresh(pat, t.App(0), t.propagation()); !expect.Identified(x) {
		return [2]assay.Secret{valid, valid} // pat.accepted says so
	}
	return [2]assay.Secret{valid, assay.Secret(pat)}
}

// raceSpellings races for codes in the spellings that services are known to miss, the one that was issued among them: a lock on
// the text that was sent lets the others pass. The codes are raced for at the same moment.
func raceSpellings(t *Trial) {
	const codes, most = 3, 18 // spellings
	t.situation = "exchanges of one code at once, in several spellings"
	var requests []client.Request
	var ends []int // of the requests of each code
	for _, code := range t.Codes(max(1, t.session.fresh(codes))) {
		same, first := client.Exchange(code, t.PAT()), len(requests)
		requests = append(requests, same, same.With(client.Set("code", escaped(code.Code))))
		for _, spelling := range t.spellings(code.Code, 0) {
			if spelling.Always && len(requests)-first < most {
				requests = append(requests, same.With(t.otherCode(spelling.Code), client.Alone()))
			}
		}
		ends = append(ends, len(requests))
	}
	exchanges, first := t.raceIfAble(requests), 0
	for _, end := range ends {
		if t.excused(exchanges[first:end]) {
			return
		}
		t.Expect(exchanges[first:end]...).To(expect.AcceptAtMostOne())
		first = end
	}
}

// rounds are the races of one size.
type rounds struct {
	trial     *Trial
	pats      [2]assay.Secret // the second one takes part in every other round; the first again where there is no other
	size      int             // halved where the target answers 503 even to a volley of one
	volley    int             // halved where the target answers 503 or 429
	slowed    bool            // one of them was halved
	played    int
	succeeded int
	raced     int  // rounds in which two exchanges or more were answered
	arrived   bool // there was a round in which no exchange was lost on its way
	doubtful  int
	doubt     phrase.Phrase // what left doubt, of the first such round
	widths    []time.Duration
}

// A bout is one race of several.
type bout struct {
	situation string
	issue     func() assay.Code
}

// run demands that each code of a race is exchanged once at most, in n rounds for a few users, and in some for others. It reports
// whether a declared grace excuses a result.
func (r *rounds) run(n int) (excused bool) {
	if r.size < 8 && r.volley > 1 {
		return r.several(r.among(n)) // pairs alone have had the others
	}
	return r.several(append(r.among(n), r.amongStrangers()...)) || r.several(r.elsewhere())
}

// among lists n races for codes of a few users.
func (r *rounds) among(n int) []bout {
	return slices.Repeat([]bout{{r.situation(), r.dealt(n)}}, n)
}

// amongStrangers lists the races for codes of users who are new.
func (r *rounds) amongStrangers() []bout {
	return slices.Repeat([]bout{{r.situation() + ", a new user each time", r.newUser}}, newUserRounds)
}

// elsewhere lists the races in other mini-programs. They have a volley of their own: users of two mini-programs who are mixed up
// are judged by concurrency.no-crosstalk.
func (r *rounds) elsewhere() (bouts []bout) {
	t := r.trial
	for i, app := range t.session.config.Target.Apps[1:] {
		there := bout{fmt.Sprintf("%s, mini-program %d", r.situation(), i+2), t.dealt(t.Person(), app, otherAppRounds)}
		bouts = append(bouts, slices.Repeat([]bout{there}, otherAppRounds)...)
	}
	return bouts
}

// newUser is a code of a user never seen, who has no phone in a crowd of eight, where such users can sign in.
func (r *rounds) newUser() assay.Code {
	t := r.trial
	if person := t.Person(); r.size == 8 && t.Endpoint == assay.Login {
		person.Phone = ""
		if code, issued := t.codeUnlessRefused(t.App(0), person, phrase.RefusesUser); issued {
			return code
		}
	}
	return t.Code()
}

func (r *rounds) situation() string { return fmt.Sprintf("%d exchanges of one code at once", r.size) }

// dealt returns n codes, one at a time, of as many users as there are rounds in a volley: a ledger that remembers the last
// code of a user does not need a race. Where a user has one good code at a time, each is of another user, who has signed in
// before.
func (r *rounds) dealt(n int) func() assay.Code {
	t := r.trial
	if t.session.oneOpen() {
		return func() assay.Code {
			next := t.dealt(t.Person(), t.App(0), 1)
			t.oneSignIn(next)
			return next()
		}
	}
	lanes := make([]func() assay.Code, r.volley)
	for i := range lanes {
		lanes[i] = t.dealt(t.Person(), t.App(0), (n+r.volley-1)/r.volley)
	}
	i := 0
	return func() assay.Code {
		i++
		return lanes[i%len(lanes)]()
	}
}

// goOn plays further rounds while the losers leave doubt and there are some to spare.
func (r *rounds) goOn(left *spare) (excused bool) {
	began := time.Now()
	defer func() { left.time -= time.Since(began) }()
	t := r.trial
	for r.doubtful > 0 && r.arrived && left.rounds > 0 && time.Since(began) < left.time && t.ctx.Err() == nil {
		left.rounds -= r.volley
		if r.several(r.among(r.volley)) {
			return true
		}
	}
	return false
}

// several races, in volleys, and reports whether a declared grace excuses a result. Where the target was too busy for a volley
// and the next one is smaller, the bouts that were no race are tried again.
func (r *rounds) several(bouts []bout) (excused bool) {
	for len(bouts) > 0 {
		n := min(len(bouts), max(1, r.trial.session.fresh(r.volley)))
		volley, rest := bouts[:n], bouts[n:]
		unraced, excused := r.fire(volley)
		if excused {
			return true
		}
		bouts = slices.Concat(unraced, rest)
	}
	return false
}

// otherLibrary makes a request that of another client library: a lock that goes by its fields lets both pass.
func otherLibrary() []client.Bend {
	return []client.Bend{client.Header("User-Agent", "okhttp/4.12.0"), client.Header("Content-Type", "application/json; charset=utf-8")}
}

// fire sends the exchanges of all codes at the same moment, and judges those of each code. Unraced are the bouts that a smaller
// volley may make a race of.
func (r *rounds) fire(volley []bout) (unraced []bout, excused bool) {
	t, size := r.trial, r.size
	var requests []client.Request
	for i, b := range volley {
		code := b.issue()
		for j := range size {
			pat := r.pats[0]
			if (r.played+i)%2 == 1 {
				pat = r.pats[j%2]
			}
			request := client.Exchange(code, pat)
			if (r.played+i)%3 == 2 && j%2 == 1 {
				request = request.With(otherLibrary()...)
			}
			requests = append(requests, request)
		}
	}
	t.situation = r.situation()
	if len(volley) == 1 {
		t.situation = volley[0].situation
	}
	exchanges := t.raceIfAble(requests)
	for i, b := range volley {
		t.situation = b.situation
		raced := r.raced
		if r.judge(exchanges[i*size : (i+1)*size]) {
			return nil, true
		}
		if r.raced == raced {
			unraced = append(unraced, b)
		}
	}
	if !r.slowDown(exchanges) {
		return nil, false
	}
	return unraced, false
}

// judge judges the exchanges of one code, and reports whether a declared grace excuses the result.
func (r *rounds) judge(exchanges []assay.Exchange) (excused bool) {
	t := r.trial
	r.played++
	r.succeeded += expect.Accepted(exchanges)
	if len(filter(exchanges, isDecided)) > 1 {
		r.raced++
	}
	r.arrived = r.arrived || !slices.ContainsFunc(exchanges, lostOnWay)
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
	return false
}

// slowDown halves the volley where the target is too busy for it or limits it, and then, where it is too busy, the crowd. It
// reports whether it did.
func (r *rounds) slowDown(exchanges []assay.Exchange) bool {
	const smallest = 2
	limited := slices.ContainsFunc(exchanges, func(x assay.Exchange) bool {
		return x.Response != nil && x.Response.Status == http.StatusTooManyRequests
	})
	switch busy := tooBusy(exchanges); {
	case (busy || limited) && r.volley > 1:
		r.volley /= 2
	case busy && r.size > smallest:
		r.size = max(r.size/2, smallest)
	default:
		return false
	}
	r.slowed = true
	return true
}

// conclude says whether there was a race at all, how narrow it was, and what it leaves open. It is no pass if no exchange
// succeeded, or if a rate limit let only one exchange of each code through, because then there was no race.
func (r *rounds) conclude(size int) {
	t := r.trial
	switch {
	case r.succeeded == 0 && !r.arrived:
		t.conclude(assay.Untested, phrase.Say(phrase.NoRaceWon, r.played, size), t.decisive())
		return
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
	t.Note(phrase.RaceWidth, t.Endpoint, size, r.played, r.widths[len(r.widths)/2].Round(time.Microsecond))
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
