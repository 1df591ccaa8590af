package suites

import (
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// rewordings returns x with every text that its failure could have, the empty one first.
func rewordings(x assay.Exchange) []assay.Exchange {
	var all []assay.Exchange
	for _, kind := range append([]assay.FailureKind{assay.NoFailure}, assay.FailureKinds()...) {
		x.Failure.Text = assay.Failure{Kind: kind}.String()
		x.Failure.Detail = x.Failure.Text
		all = append(all, x)
	}
	return all
}

// heardOf returns after how many exchanges like x a run ends, and whether a trial waits for an answer after it.
func heardOf(x assay.Exchange) (exchanges int, unansweredAtAll bool) {
	s := silence{limit: time.Second}
	for i := range 2 * maxSilence {
		x.Sent = time.Unix(int64(i), 0)
		if s.heard(x) != nil {
			return i, unanswered(x)
		}
	}
	return -1, unanswered(x)
}

// TestRewordingAFailureEndsNoRun: whether a run goes on, and what its user has to do, depends on the kind of a failure.
func TestRewordingAFailureEndsNoRun(t *testing.T) {
	p := &script{answer: always(accepted)}
	s := p.session(t)
	for _, response := range []*assay.Response{nil, {Status: 429}, {Status: 200, Truncated: true}} {
		for _, kind := range append(assay.FailureKinds(), assay.NoFailure) {
			for _, requirement := range []string{"code.used", "limits.fuzzed"} {
				x := assay.Exchange{Requirement: requirement, Response: response, Failure: assay.Failure{Kind: kind}, Took: time.Second}
				wantEnd, wantUnanswered := heardOf(x)
				wantAdvice := whatToDo(s, x)
				for _, reworded := range rewordings(x) {
					end, without := heardOf(reworded)
					if end != wantEnd || without != wantUnanswered {
						t.Errorf("%s, reworded %q: the run ends after %d exchanges, want %d; unanswered is %t", kind, reworded.Failure, end, wantEnd, without)
					}
					if got := whatToDo(s, reworded); got != wantAdvice {
						t.Errorf("%s, reworded %q: the advice is %q, want %q", kind, reworded.Failure, got, wantAdvice)
					}
				}
			}
		}
	}
}

// whatToDo returns the end of what the pre-flight says of x, behind the failure's text.
func whatToDo(s *Session, x assay.Exchange) string {
	err := (&probe{session: s, endpoint: assay.Login, exchange: x}).unreachable()
	if err == nil {
		return ""
	}
	message := err.Error()
	return message[strings.LastIndex(message, "; "):]
}
