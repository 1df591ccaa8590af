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

// Bounds of the exchanges without an answer. Thousands of exchanges that each wait for the whole time limit would take a
// day and prove nothing.
const (
	// maxSilence is how many exchanges in a row may stay without an answer before the run ends.
	maxSilence = 20
	// patientTimes the time limit of an exchange is how long a run may wait in all for exchanges without an answer.
	patientTimes = 3
	// One exchange in oneIn may stay without an answer, however long that takes.
	oneIn = 20
)

// A silence counts exchanges without a usable answer: no answer, one that broke off, or one without an end. Answers with
// 429 and 503 do not count: pace.go handles overload.
type silence struct {
	limit time.Duration // of one exchange

	inRow int
	began time.Time // when the first of the row was sent
	since time.Time // when the first of the row had ended

	total  int           // all exchanges
	lost   int           // exchanges without an answer
	waited time.Duration // time spent on those, overlapping times once
	until  time.Time     // the end of the time counted so far
	causes map[string]cause

	expected int // how many trials expect that nothing is answered for a while
}

// A cause is why exchanges got no answer.
type cause struct {
	why   phrase.Phrase
	count int
	id    string // of the last exchange
}

// mostCauses bounds the causes that are distinguished; those beyond it are counted nowhere.
const mostCauses = 50

// A silentError is why the run ended: the target stopped answering, or gave only useless answers.
type silentError struct {
	id      string // of the last exchange of that kind; empty where no transcript has it
	why     phrase.Phrase
	hostile bool // bad input was being sent
	limited bool // the target answers, and limits requests for longer than the run may wait
}

// Error implements error.
func (e *silentError) Error() string { return e.phrase().String() }

func (e *silentError) phrase() phrase.Phrase {
	if e.id == "" {
		return e.why
	}
	return phrase.Say(phrase.SilentLast, e.why, e.id)
}

// heard counts an exchange. An error means that the run should end.
func (s *silence) heard(x assay.Exchange) error {
	switch {
	case x.Failure.Kind == assay.Interrupted, isHostile(x) && expect.CutOff(x), s.expected > 0 && expect.TimedOut(x):
		return nil
	case overloaded(x):
		s.inRow = 0
		return nil
	}
	s.total++
	why, isVoid := void(x)
	if !isVoid {
		s.inRow = 0
		return nil
	}
	s.count(x, why)
	last := cause{why: why, id: x.ID}
	if why = s.over(x, &last); why.IsZero() {
		return nil
	}
	return &silentError{id: last.id, why: why, hostile: isHostile(x)}
}

func (s *silence) count(x assay.Exchange, why phrase.Phrase) {
	end := x.Sent.Add(x.Took)
	if s.inRow++; s.inRow == 1 {
		s.began, s.since = x.Sent, end
	}
	if !endless(x) {
		s.lost++
		s.waste(x.Sent, end)
		s.blame(x, why)
	}
}

// blame counts the cause of an exchange without an answer.
func (s *silence) blame(x assay.Exchange, why phrase.Phrase) {
	one, known := s.causes[why.String()]
	if !known && len(s.causes) == mostCauses {
		return
	}
	if s.causes == nil {
		s.causes = map[string]cause{}
	}
	s.causes[why.String()] = cause{why, one.count + 1, x.ID}
}

// usual is the most frequent cause, and of several the one whose last exchange was sent last.
func (s *silence) usual() (most cause) {
	for _, one := range s.causes {
		if one.count > most.count || one.count == most.count && one.id > most.id {
			most = one
		}
	}
	return most
}

// waste counts time spent waiting for nothing, overlapping times once.
func (s *silence) waste(from, to time.Time) {
	if from.Before(s.until) {
		from = s.until
	}
	if to.After(from) {
		s.waited += to.Sub(from)
		s.until = to
	}
}

// wasted counts the time since began as spent for nothing if the last exchange of the trial got no answer. A busy target
// did answer.
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

// over says why the run should end; zero if it should go on. Simultaneous requests alone are no reason: at least one
// more must be sent after the first of them got no answer. Nor is a short outage, since the target may be restarting,
// unless its answers have no end. The cause is that of the exchange, and becomes the usual one where all exchanges are the reason: causes may
// alternate.
func (s *silence) over(x assay.Exchange, of *cause) phrase.Phrase {
	why := of.why
	lasted := x.Sent.Add(x.Took).Sub(s.began)
	row := !x.Sent.Before(s.since) && s.inRow >= patientTimes
	short := x.Failure.Kind == assay.LocalShortage // which is not the target's fault
	switch {
	case row && s.inRow >= maxSilence && endless(x):
		return phrase.Say(phrase.SilentUseless, s.inRow, why)
	case row && s.inRow >= maxSilence && lasted >= s.limit/2, row && lasted >= patientTimes*s.limit:
		if short {
			return phrase.Say(phrase.ShortRow, s.inRow, why, phrase.Say(phrase.HintShortage))
		}
		return phrase.Say(phrase.SilentRow, s.inRow, why)
	case s.waited >= patientTimes*s.limit && s.lost*oneIn >= s.total:
		waited := s.waited.Round(time.Second)
		*of = s.usual()
		why = of.why
		if short {
			return phrase.Say(phrase.ShortShare, s.lost, s.total, waited, why, phrase.Say(phrase.HintShortage))
		}
		return phrase.Say(phrase.SilentShare, s.lost, s.total, waited, why)
	default:
		return phrase.Phrase{}
	}
}

// void reports whether an exchange proves nothing, and says why.
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

// endless reports whether an answer was longer than the client reads.
func endless(x assay.Exchange) bool {
	return x.Response != nil && x.Response.Truncated && !x.Failed()
}

// overloaded reports whether a whole answer says that the target is overloaded.
func overloaded(x assay.Exchange) bool {
	return x.Response != nil && !x.Failed() && (x.Response.Status == http.StatusTooManyRequests ||
		x.Response.Status == http.StatusServiceUnavailable)
}

// unanswered reports whether an exchange found no server, or got no whole answer in time.
func unanswered(x assay.Exchange) bool {
	return x.Failure.Kind.Unconnected() || expect.TimedOut(x)
}

// isHostile reports whether an exchange carries bad input, for which a target may close the connection.
func isHostile(x assay.Exchange) bool { return strings.HasPrefix(x.Requirement, "limits.") }

// silenceOf is the silence that ended ctx; nil if ctx has not ended, or ended for another reason.
func silenceOf(ctx context.Context) *silentError {
	silent, _ := errors.AsType[*silentError](context.Cause(ctx))
	return silent
}

// cutShort concludes a trial that was not tried before the end of the run. If the answers stopped during the bad input,
// the check that the target survived it is tried all the same; but not where the target limits requests, for which the check would wait
// again.
func (s *Session) cutShort(ctx context.Context, t *Trial, e entry) *Trial {
	silent := silenceOf(ctx)
	why := phrase.Say(phrase.Interrupted)
	if silent != nil {
		why = silent.phrase()
	}
	ended := e.stage == survival && s.outage.count() > 0
	if silent != nil && !silent.limited && (silent.hostile && e.stage == final || ended) && s.missing(e.requirement, t.Endpoint).IsZero() {
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
