package suites

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// How long one exchange may take where --timeout does not say it: as long as a patient user waits in the pre-flight, and
// from then on many times what the slowest exchange of the pre-flight took, within bounds.
const (
	firstTimeout = 30 * time.Second
	shortTimeout = client.DefaultTimeout
	longTimeout  = time.Minute
	timesSlowest = 10
)

// measure has the client wait for the first exchanges as long as for any: nothing is known of the target yet.
func (s *Session) measure() {
	if s.config.Timeout == 0 {
		s.limit(firstTimeout)
	}
}

func (s *Session) limit(timeout time.Duration) {
	s.client.Close()
	s.client = s.client.Within(timeout)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silence.limit = s.client.Timeout()
}

// heed adapts the run to what the pre-flight showed of the target's latency, and notes what a reader has to know of that
// and of its clocks.
func (s *Session) heed(probes []*probe) {
	slowest := time.Duration(0)
	for _, p := range probes {
		slowest = max(slowest, p.exchange.Took)
		if ahead, unsure := skew(p.exchange); ahead.Abs() > unsure+tolerable && p.endpoint == probes[0].endpoint &&
			!s.config.Hello.Offers(assay.OpAdvance) {
			s.note("the clock of %s is %s this machine's, by the Date of its answers; its tokens are judged by %s",
				p.server(), apart(ahead), judging(ahead))
		}
	}
	if s.config.Timeout != 0 {
		return
	}
	limit := min(max(timesSlowest*slowest.Round(100*time.Millisecond), shortTimeout), longTimeout)
	if s.limit(limit); limit > shortTimeout {
		s.note("the target is slow: an exchange of the pre-flight took %s, so one may take %s here; --timeout sets another limit",
			slowest.Round(100*time.Millisecond), limit)
	}
}

// note keeps a remark for the report.
func (s *Session) note(format string, values ...any) {
	s.notes = append(s.notes, s.config.Redactor.Text(fmt.Sprintf(format, values...)))
}

// remarks are the notes, and what was learnt since of the target's limits.
func (s *Session) remarks() []string {
	if limited := s.pace.remark(); limited != "" {
		return append(slices.Clip(s.notes), limited)
	}
	return s.notes
}

// tolerable is a difference between two clocks that is not worth a word. Beyond maxSkew it is no clock that is wrong: a day
// is more than any time zone taken for another one.
const (
	tolerable = 3 * time.Second
	maxSkew   = 24 * time.Hour
)

// judging names the clocks that tokens are judged by.
func judging(ahead time.Duration) string {
	if ahead.Abs() > maxSkew {
		return "this machine's alone"
	}
	return "either clock"
}

// skew is how far the platform's clock is ahead of this machine's by the Date of an answer, and how far off that may be:
// a Date has no fractions, and was written at some time between the request and the answer. Both are 0 without a Date.
func skew(x assay.Exchange) (ahead, unsure time.Duration) {
	if x.Response == nil {
		return 0, 0
	}
	date, err := http.ParseTime(x.Response.Header.Get("Date"))
	if err != nil {
		return 0, 0
	}
	const fraction = time.Second / 2
	return date.Add(fraction).Sub(x.Sent.Add(x.Took / 2)), x.Took/2 + fraction
}

// apart is a skew in words, no more exact than it is known.
func apart(ahead time.Duration) string {
	exact := time.Second
	if ahead.Abs() > time.Minute {
		exact *= 10
	}
	if ahead < 0 {
		return fmt.Sprintf("%s behind", ahead.Abs().Round(exact))
	}
	return fmt.Sprintf("%s ahead of", ahead.Round(exact))
}
