package suites

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// DefaultPatienceLimit is how long a run waits in all for a target that limits requests, if nothing else is said.
const DefaultPatienceLimit = 20 * time.Minute

// A patience counts how long a run waits because the target limits requests. The zero value is ready; a pace guards it.
type patience struct {
	sent   int           // requests that had their turn
	passed int           // answers other than 429 and 503
	waited time.Duration // until the turn of requests, overlapping times once
	until  time.Time     // the end of the time counted so far
	status int           // of the last answer that said to wait; 0 before the first
	asked  time.Duration // for how long it said to; 0 where it did not say
	id     string        // of its exchange
	ahead  forecast
}

// A forecast says how long a run takes that keeps to a pace. The zero value is ready.
type forecast struct {
	since  time.Time     // when the present measurement began; zero before the first
	before int           // requests that were let through by then
	gap    time.Duration // between two requests then
	rate   float64       // requests a second that the target let through in the last measurement; 0 before its end
	told   time.Duration // what was reported last; 0 before
}

// Bounds of a forecast: for how long and by how many requests each measurement lasts at least, and which time is worth a report. It is
// reported again when it has grown by half, or shrunk to a half.
const (
	forecastTime, forecastRequests = 15 * time.Second, 20
	leastForecast                  = time.Minute
)

// next is how long the rest of about so many requests takes, of which passed were let through; zero where there is nothing new to
// report. A run that has become much faster since the measurement began is still looking for the limit.
func (f *forecast) next(now time.Time, gap time.Duration, passed, about int) time.Duration {
	if f.since.IsZero() {
		f.since, f.before, f.gap = now, passed, gap
	}
	took := now.Sub(f.since)
	if took < forecastTime || passed-f.before < forecastRequests {
		return 0
	}
	faster := gap < f.gap*2/3
	f.rate = float64(passed-f.before) / took.Seconds()
	f.since, f.before, f.gap = now, passed, gap
	left := time.Duration(float64(max(0, about-passed)) / f.rate * float64(time.Second)).Round(time.Second)
	if faster {
		return 0
	}
	if left < leastForecast || left < f.told*3/2 && left > f.told/2 {
		return 0
	}
	f.told = left
	return left
}

// spend counts n requests, whose turn comes after now or is now.
func (p *patience) spend(now, turn time.Time, n int) {
	p.sent += n
	from := now
	if p.until.After(from) {
		from = p.until
	}
	if turn.After(from) {
		p.waited += turn.Sub(from)
		p.until = turn
	}
}

// heard remembers an answer that said to wait.
func (p *patience) heard(x assay.Exchange) {
	if x.Response == nil || x.Response.Status != http.StatusTooManyRequests && x.Response.Status != http.StatusServiceUnavailable {
		return
	}
	p.status, p.asked, p.id = x.Response.Status, askedFor(x), x.ID
}

// A limitProgress follows how the run waits for a target that limits requests.
type limitProgress interface {
	Limited(wait, asked time.Duration, status, sent, about int)
}

// A paceProgress learns how long the rest of a run takes at the pace that the target allows, and how long it may still wait.
type paceProgress interface {
	Paced(perSecond float64, left, bound time.Duration)
}

// turn waits for the turn of n requests. Where the run would wait longer in all than it may, it ends.
func (s *Session) turn(ctx context.Context, n int) {
	now := time.Now()
	wait := s.pace.reserve(now, n)
	s.tellPace(now)
	if wait <= 0 {
		return
	}
	s.tellLimit(wait, n)
	sleep(ctx, wait)
}

// rest counts and reports the time that a trial waits before it tries again, because its last answer named a limit.
func (s *Session) rest(wait time.Duration) {
	now := time.Now()
	s.pace.mu.Lock()
	s.pace.spend(now, now.Add(wait), 0)
	s.pace.mu.Unlock()
	s.tellLimit(wait, 0)
}

// tellLimit tells the progress that n requests wait for the target, and ends the run where it would wait longer in all than it may.
func (s *Session) tellLimit(wait time.Duration, n int) {
	const worthTelling = 3 * time.Second
	s.pace.mu.Lock()
	spent := s.pace.patience
	s.pace.mu.Unlock()
	if spent.waited > s.patienceLimit() && spent.status != 0 {
		s.stop(s.limitedBy(s.patienceLimit()))
	} else if progress, follows := s.config.Progress.(limitProgress); follows && wait >= worthTelling {
		progress.Limited(wait, spent.asked, spent.status, spent.sent-n, max(spent.sent, s.aboutRequests()))
	}
}

// tellPace tells the progress how long the rest of the run takes, where a limit of the target decides that.
func (s *Session) tellPace(now time.Time) {
	if !s.config.Needs.IsZero() { // a load run has little to send here
		return
	}
	s.pace.mu.Lock()
	var left time.Duration
	if s.pace.gap > 0 {
		left = s.pace.ahead.next(now, s.pace.gap, s.pace.passed, s.aboutRequests())
	}
	rate, bound := s.pace.ahead.rate, max(0, s.patienceLimit()-s.pace.waited)
	s.pace.mu.Unlock()
	if progress, follows := s.config.Progress.(paceProgress); follows && left > 0 {
		progress.Paced(rate, left, bound)
	}
}

// requestsOfRun is how many requests a whole run on two endpoints sends.
const requestsOfRun = 5000

// aboutRequests is about how many requests this run sends.
func (s *Session) aboutRequests() int { return s.partOf(requestsOfRun) }

// patienceLimit is how long the run may wait in all for a target that limits requests: as configured, else twice what the declared
// limit makes necessary.
func (s *Session) patienceLimit() time.Duration {
	const spare = time.Minute
	switch limit := s.config.Target.Declares.RateLimit; {
	case s.config.PatienceLimit != 0:
		return max(s.config.PatienceLimit, 0)
	case limit > 0:
		return 2*s.needs(tolerated*limit) + spare
	default:
		return DefaultPatienceLimit
	}
}

// needs is how long the requests of this run take at a rate.
func (s *Session) needs(perSecond float64) time.Duration {
	return time.Duration(float64(s.aboutRequests()) / perSecond * float64(time.Second)).Round(time.Second)
}

// limitedBy ends a run that would wait longer for the target than a bound, and says how long one takes.
func (s *Session) limitedBy(bound time.Duration) *silentError {
	s.pace.mu.Lock()
	spent := s.pace.patience
	s.pace.mu.Unlock()
	if needs := s.config.Needs; !needs.IsZero() {
		return &silentError{limited: true, why: phrase.Say(phrase.LimitedPreload, spent.status, bound, spent.sent, needs)}
	}
	const tenths = 10
	rate := cmp.Or(s.config.Target.Declares.RateLimit, math.Ceil(tenths*spent.ahead.rate)/tenths, 20)
	return &silentError{id: spent.id, limited: true, why: phrase.Say(phrase.LimitedTooLong, spent.status, bound, spent.sent,
		max(spent.sent, s.aboutRequests()), s.needs(rate), rate)}
}

// learnPace learns from an answer how fast the target may be asked. A target that answers nothing but 429 and 503 for as long as
// the run may wait ends it.
func (s *Session) learnPace(x assay.Exchange, crowd bool) {
	now := time.Now()
	s.pace.saw(now, x, crowd)
	shut := s.pace.shutFor(now)
	if bound := min(maxShut, s.patienceLimit()); shut > 0 && shut >= bound {
		s.stop(s.limitedBy(bound))
	}
}

// asksToWait reports whether a target that works otherwise says that it limits requests.
func (s *Session) asksToWait(x assay.Exchange) bool {
	if !overloaded(x) || !s.pace.showsLimit(x) && askedFor(x) == 0 {
		return false
	}
	return s.worked()
}

// worked reports whether the target has given an answer other than 429 and 503.
func (s *Session) worked() bool {
	s.pace.mu.Lock()
	defer s.pace.mu.Unlock()
	return s.pace.worked
}
