package suites

import (
	"net/http"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/remarks"
	"github.com/unified-login/assay/suites/client"
)

// Time limits of an exchange if --timeout sets none: in the pre-flight, as long as a patient user waits; afterwards a
// multiple of the slowest exchange of the pre-flight, within bounds.
const (
	firstTimeout = 30 * time.Second
	shortTimeout = client.DefaultTimeout
	longTimeout  = time.Minute
	timesSlowest = 10
)

// measure sets the time limit of the pre-flight, before anything is known of the target.
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

// adapt adapts the run to the latency that the pre-flight showed, and notes what the reader has to know of latency and
// clocks.
func (s *Session) adapt(probes []*probe) {
	for _, p := range probes {
		s.slowest = max(s.slowest, p.exchange.Took)
		ahead, unsure := skew(p.exchange)
		if ahead.Abs() <= unsure+tolerable {
			continue
		}
		s.minter.tell(ahead)
		if p.endpoint == probes[0].endpoint && !s.config.Hello.Offers(assay.OpAdvance) {
			s.note(apart(ahead), p.server(), rounded(ahead))
		}
	}
	if s.config.Timeout != 0 {
		return
	}
	limit := min(max(timesSlowest*s.slowest.Round(100*time.Millisecond), shortTimeout), longTimeout)
	if s.limit(limit); limit > shortTimeout {
		s.note(phrase.SlowTarget, s.slowest.Round(100*time.Millisecond), limit)
	}
}

// Slowest is how long the slowest exchange of the pre-flight took.
func (s *Session) Slowest() time.Duration { return s.slowest }

// note adds a remark to the report.
func (s *Session) note(key phrase.Key, args ...any) {
	s.notes = append(s.notes, phrase.Say(key, args...).Map(s.config.Redactor.Text))
}

// remarks are the notes, and the rate limit that the run met.
func (s *Session) remarks() []phrase.Phrase {
	notes := slices.Clip(s.notes)
	for replica, server := range s.config.Target.APIServers {
		peer := s.client.Peer(replica)
		for _, note := range remarks.Server(server, s.client.Closing(replica), peer.Addresses(), peer.Certificates(), s.route.Way(server)) {
			notes = append(notes, note.Map(s.config.Redactor.Text))
		}
	}
	for _, note := range []phrase.Phrase{s.pace.remark(), s.ripeness(), s.narrowness()} {
		if !note.IsZero() {
			notes = append(notes, note)
		}
	}
	return notes
}

// tolerable is a difference between two clocks that is not worth a note. A difference beyond maxSkew is not a wrong time
// zone, so it is an error.
const (
	tolerable = 3 * time.Second
	maxSkew   = 24 * time.Hour
)

// skew is how far the platform's clock is ahead of this machine's by the Date of an answer, and the error of that
// estimate: a Date has no fractions, and was written at some time between the request and the answer. Both are 0 without
// a Date.
func skew(x assay.Exchange) (ahead, unsure time.Duration) {
	if x.Response == nil {
		return 0, 0
	}
	date, err := http.ParseTime(x.Response.Header.Get("Date"))
	if err != nil {
		return 0, 0
	}
	const fraction = time.Second / 2
	return date.Add(fraction).Sub(steady.At(x.Sent).Add(x.Took / 2)), x.Took/2 + fraction
}

// apart says how two clocks differ, and by which of them tokens are judged.
func apart(ahead time.Duration) phrase.Key {
	switch far := ahead.Abs() > maxSkew; {
	case far && ahead < 0:
		return phrase.ClockFarBehind
	case far:
		return phrase.ClockFarAhead
	case ahead < 0:
		return phrase.ClockBehind
	default:
		return phrase.ClockAhead
	}
}

// rounded is the size of a skew, rounded to its accuracy.
func rounded(ahead time.Duration) time.Duration {
	exact := time.Second
	if ahead.Abs() > time.Minute {
		exact *= 10
	}
	return ahead.Abs().Round(exact)
}

// dateFollows reports whether the Date of the answers moved with the platform's clock when the driver advanced it: then it tells the
// time by which tokens are issued. A gateway's own does not.
func (s *Session) dateFollows() bool {
	const far, near = 2 * time.Minute, time.Minute
	s.mu.Lock()
	exchanges := slices.Clip(s.exchanges)
	s.mu.Unlock()
	first := slices.IndexFunc(exchanges, hasDate)
	if first < 0 {
		return false
	}
	ahead, _ := skew(exchanges[first])
	before := s.movedBy(exchanges[first].Sent)
	for _, x := range slices.Backward(exchanges) {
		if !hasDate(x) {
			continue
		}
		by := s.movedBy(x.Sent) - before
		now, _ := skew(x)
		return by >= far && (now-ahead-by).Abs() <= near
	}
	return false
}

func hasDate(x assay.Exchange) bool {
	_, unsure := skew(x)
	return unsure > 0
}
