package suites

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"assay"
)

// maxSilence is how many exchanges in a row may get no answer at all before the run ends: each of them may have waited
// for its whole timeout, and thousands of those would take a day to tell nothing.
const maxSilence = 20

// A silence is how many exchanges have got no answer since the last that got one. The zero value is ready.
type silence struct {
	inRow int
	since time.Time // when the first of them was over
}

// A silentError is why the run ended: the target stopped answering.
type silentError struct {
	id, failure string
	hostile     bool // it was while bad input was sent
}

// Error implements error.
func (e *silentError) Error() string {
	return fmt.Sprintf("the target stopped answering at %s: %s", e.id, e.failure)
}

// heard counts an exchange; an error says that there is no use in going on. A crowd of requests that left together is
// not enough: one more has to set out after the first of them had failed.
func (s *silence) heard(x assay.Exchange) error {
	switch {
	case x.Response != nil:
		*s = silence{}
		return nil
	case x.Failure == "interrupted", isHostile(x) && !unanswered(x):
		return nil
	}
	if s.inRow++; s.inRow == 1 {
		s.since = x.Sent.Add(x.Took)
	}
	if s.inRow < maxSilence || x.Sent.Before(s.since) {
		return nil
	}
	return &silentError{id: x.ID, failure: x.Failure, hostile: isHostile(x)}
}

// isHostile reports whether an exchange is one of those whose connection a target may well cut.
func isHostile(x assay.Exchange) bool { return strings.HasPrefix(x.Requirement, "limits.") }

// unanswered reports whether an exchange found nobody, or nobody who spoke in time.
func unanswered(x assay.Exchange) bool {
	return strings.HasPrefix(x.Failure, "no connection") || strings.HasPrefix(x.Failure, "no whole answer")
}

// silenceOf is the silence that ended ctx; nil when it has not ended, or for another reason.
func silenceOf(ctx context.Context) *silentError {
	silent, _ := errors.AsType[*silentError](context.Cause(ctx))
	return silent
}

// cutShort concludes a trial that the end of the run kept from being tried. Whether the target survived the bad input is
// tried all the same when it was during it that the answers stopped: that is the question.
func (s *Session) cutShort(ctx context.Context, t *Trial, e entry) *Trial {
	silent := silenceOf(ctx)
	why := "the run was interrupted"
	if silent != nil {
		why = silent.Error()
	}
	if silent != nil && silent.hostile && e.stage == final && s.missing(e.requirement, t.Endpoint) == "" {
		t = s.trial(s.caller, e, t.Endpoint)
		if t.run(s.onEveryReplica(e)); s.caller.Err() == nil || t.violated() {
			return t
		}
		why = "the run was interrupted"
	}
	t.reset()
	t.conclude(assay.Untested, why)
	return t
}
