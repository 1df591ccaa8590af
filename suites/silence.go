package suites

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// Bounds of what a run puts up with. Thousands of exchanges that each wait for their whole time limit would take a day,
// and tell nothing.
const (
	// maxSilence is how many exchanges in a row may come to nothing before the run ends.
	maxSilence = 20
	// patientTimes the time limit of an exchange is how long it may take in all that exchanges come to nothing.
	patientTimes = 3
	// oneIn so many exchanges may come to nothing, however long it takes.
	oneIn = 20
)

// A silence is what has come to nothing lately, and in all: no answer, one that broke off without telling anything or
// one without an end. A 429 and a 503 are none of these: they ask for patience, which pace.go has.
type silence struct {
	limit time.Duration // of one exchange

	inRow int
	began time.Time // when the first in the row was sent
	since time.Time // and when it was over

	heardOf int           // exchanges in all
	lost    int           // those of them that got no answer
	waited  time.Duration // for those, counting once what was waited for together
	until   time.Time     // the end of what has been counted
}

// A silentError is why the run ended: the target stopped answering, or might as well have.
type silentError struct {
	id      string
	why     phrase.Phrase
	hostile bool // it was while bad input was sent
}

// Error implements error.
func (e *silentError) Error() string { return e.phrase().String() }

func (e *silentError) phrase() phrase.Phrase { return phrase.Say(phrase.SilentLast, e.why, e.id) }

// heard counts an exchange; an error says that there is no use in going on.
func (s *silence) heard(x assay.Exchange) error {
	switch {
	case x.Failure.Kind == assay.Interrupted, isHostile(x) && expect.CutOff(x):
		return nil
	case overloaded(x):
		s.inRow = 0
		return nil
	}
	s.heardOf++
	why, isVoid := void(x)
	if !isVoid {
		s.inRow = 0
		return nil
	}
	s.count(x)
	if why = s.over(x, why); why.IsZero() {
		return nil
	}
	return &silentError{id: x.ID, why: why, hostile: isHostile(x)}
}

func (s *silence) count(x assay.Exchange) {
	end := x.Sent.Add(x.Took)
	if s.inRow++; s.inRow == 1 {
		s.began, s.since = x.Sent, end
	}
	if !endless(x) {
		s.lost++
		s.waste(x.Sent, end)
	}
}

// waste counts time that was spent for nothing.
func (s *silence) waste(from, to time.Time) {
	if from.Before(s.until) {
		from = s.until
	}
	if to.After(from) {
		s.waited += to.Sub(from)
		s.until = to
	}
}

// wasted counts the time since began as spent for nothing, where it was spent on a target that had not answered. One that
// was busy had.
func (t *Trial) wasted(began time.Time) {
	t.mu.Lock()
	busy := len(t.exchanges) == 0 || !t.exchanges[len(t.exchanges)-1].Failed()
	t.mu.Unlock()
	if !busy {
		t.session.mu.Lock()
		defer t.session.mu.Unlock()
		t.session.silence.waste(began, time.Now())
	}
}

// over says why it is no use to go on; zero as long as it is. A crowd of requests that left together is not enough for a
// row: one more has to set out after the first of them had come to nothing. Nor is a short outage: a target may be
// starting anew. Whoever answers without an end is not.
func (s *silence) over(x assay.Exchange, why phrase.Phrase) phrase.Phrase {
	lasted := x.Sent.Add(x.Took).Sub(s.began)
	row := !x.Sent.Before(s.since) && s.inRow >= patientTimes
	switch {
	case row && s.inRow >= maxSilence && endless(x):
		return phrase.Say(phrase.SilentUseless, s.inRow, why)
	case row && s.inRow >= maxSilence && lasted >= s.limit/2, row && lasted >= patientTimes*s.limit:
		return phrase.Say(phrase.SilentRow, s.inRow, why)
	case s.waited >= patientTimes*s.limit && s.lost*oneIn >= s.heardOf:
		return phrase.Say(phrase.SilentShare, s.lost, s.heardOf, s.waited.Round(time.Second), why)
	default:
		return phrase.Phrase{}
	}
}

// void reports whether an exchange told nothing, and says why.
func void(x assay.Exchange) (why phrase.Phrase, isVoid bool) {
	outcome := assay.Judge(x)
	switch nothing := outcome.Result == assay.Inconclusive || expect.TimedOut(x); {
	case nothing && x.Failed():
		return phrase.Plain(x.Failure.String()), true
	case nothing:
		return phrase.Plain(outcome.Reason), true
	case endless(x):
		return phrase.Say(phrase.Oversized, client.MaxBody>>10), true
	default:
		return phrase.Phrase{}, false
	}
}

// endless reports whether an answer had no end, as far as the client has read it in time.
func endless(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Truncated && !x.Failed()
}

// overloaded reports whether the target asks for patience, in a whole answer.
func overloaded(x assay.Exchange) bool {
	return x.Response != nil && !x.Failed() && (x.Response.Status == http.StatusTooManyRequests ||
		x.Response.Status == http.StatusServiceUnavailable)
}

// unanswered reports whether an exchange found nobody, or nobody who spoke to the end in time.
func unanswered(x assay.Exchange) bool {
	return x.Failure.Kind.Unconnected() || expect.TimedOut(x)
}

// isHostile reports whether an exchange is one of those whose connection a target may well cut.
func isHostile(x assay.Exchange) bool { return strings.HasPrefix(x.Requirement, "limits.") }

// silenceOf is the silence that ended ctx; nil when it has not ended, or for another reason.
func silenceOf(ctx context.Context) *silentError {
	silent, _ := errors.AsType[*silentError](context.Cause(ctx))
	return silent
}

// cutShort concludes a trial that the end of the run kept from being tried. Whether the target survived the bad input is
// tried all the same when it was during it that the answers stopped: that is the question.
func (s *Session) cutShort(ctx context.Context, t *Trial, e entry) *Trial {
	silent := silenceOf(ctx)
	why := phrase.Say(phrase.Interrupted)
	if silent != nil {
		why = silent.phrase()
	}
	if silent != nil && silent.hostile && e.stage == final && s.missing(e.requirement, t.Endpoint).IsZero() {
		t = s.trial(s.caller, e, t.Endpoint)
		if t.run(s.onEveryReplica(e)); s.caller.Err() == nil || t.violated() {
			return t
		}
		why = phrase.Say(phrase.Interrupted)
	}
	t.reset()
	t.conclude(assay.Untested, why)
	return t
}
