package suites

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// A throttle tells whether a target answers 503 because requests come too fast, as nginx's limit_req does by default. Such an answer
// does not say when to try again, and looks like that of a service that fails at random. It is measured, a few times at most, after
// several of them. The zero value is ready.
type throttle struct {
	mu        sync.Mutex // held while it is measured
	suspected atomic.Bool
	tried     int

	seen struct {
		sync.Mutex
		times []time.Time // of the last such answers
	}
}

// Bounds of the search for a limit that shows as 503.
const (
	// enoughPlain answers within a second are a suspicion.
	enoughPlain = 3
	// mostMeasured is how often the limit is measured: those answers may have had another reason.
	mostMeasured = 3
	// mostHasty is how many requests are sent without a pause, for hastyTime at most, until manyPlain of the last lately are refused.
	mostHasty, hastyTime, lately, manyPlain = 400, 3 * time.Second, 16, 5
	// steadily is how long, after that, the accepted ones are counted. One of leastRefused has to be refused.
	steadily, leastRefused = time.Second, 4
	// longestCalm is how long the target may take until it answers again, in units of ten times the session's backoff: 15 s.
	longestCalm = 15
	// mostCalm requests, leastCalm at least, are sent slowly, for longestSlow at most. None may be refused.
	mostCalm, leastCalm, longestSlow = 24, 6, 20 * time.Second
)

// plain503 reports whether an answer is a 503 that does not say when to try again.
func plain503(response *assay.Response) bool {
	return response != nil && response.Status == http.StatusServiceUnavailable && response.Header.Get("Retry-After") == ""
}

// suspectLimit notes a 503 without a word about when to try again. Several let the next attempt of a trial measure.
func (s *Session) suspectLimit(x assay.Exchange) {
	w := &s.throttle
	if !plain503(x.Response) || x.Failed() || s.pace.knowsPlain() {
		return
	}
	now := time.Now()
	w.seen.Lock()
	defer w.seen.Unlock()
	w.seen.times = append(w.seen.times, now)
	if n := len(w.seen.times); n >= enoughPlain {
		if now.Sub(w.seen.times[n-enoughPlain]) <= time.Second {
			w.suspected.Store(true)
		}
		w.seen.times = w.seen.times[n-enoughPlain+1:]
	}
}

// measureLimit measures a suspected limit while nothing else goes on. The caller holds no slot. Where 503 comes with haste alone, the
// run keeps to the pace from then on, and such a 503 is another 429.
func (s *Session) measureLimit(ctx context.Context) {
	w := &s.throttle
	if !w.suspected.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.suspected.Load() {
		return
	}
	end := s.slots.alone()
	defer end()
	s.slots.enter()
	defer s.slots.leave()
	defer w.suspected.Store(false)
	if w.tried++; w.tried > mostMeasured {
		return
	}
	for replica := range s.client.Replicas() {
		m := &limitMeter{session: s, ctx: ctx, replica: replica}
		if rate := m.measure(); rate > 0 {
			s.pace.learnPlain(rate)
			return
		}
	}
}

// A limitMeter measures the limit of an API server with requests that are not recorded: documented ones, with the guide's sample of
// a code.
type limitMeter struct {
	session *Session
	ctx     context.Context
	replica int
	lost    bool // a request got no answer
}

// measure returns how many requests a second are let through where more get 503; 0 where 503 has another reason.
func (m *limitMeter) measure() float64 {
	for atOnce := 1; atOnce <= m.session.config.InFlight; atOnce *= 4 {
		began := time.Now()
		accepted, limited := m.hasten(atOnce)
		if m.lost {
			return 0
		}
		if !limited {
			continue // one request after the other may be too slow to meet it
		}
		steady, sent, passed := m.keepOn(atOnce)
		if sent-passed < sent/leastRefused || !m.calmDown() {
			return 0
		}
		rate := float64(passed) / steady.Seconds()
		if passed < leastCalm { // a limit by windows of time: the next one has begun
			rate = float64(accepted+passed) / time.Since(began).Seconds()
		}
		if rate > 0 && m.unlimitedAt(rate/2) {
			return rate
		}
		return 0
	}
	return 0
}

// hasten sends requests without a pause. It returns how many were let through, and reports whether many of the last were not.
func (m *limitMeter) hasten(atOnce int) (accepted int, limited bool) {
	var last []bool
	began := time.Now()
	for sent := 0; sent < mostHasty && time.Since(began) < hastyTime && !m.lost; sent += atOnce {
		for _, refused := range m.send(atOnce) {
			if last = append(last, refused); len(last) > lately {
				last = last[1:]
			}
			if !refused {
				accepted++
			}
		}
		if count(last) >= manyPlain {
			return accepted, true
		}
	}
	return accepted, false
}

// keepOn goes on for a while, and counts what is let through.
func (m *limitMeter) keepOn(atOnce int) (took time.Duration, sent, passed int) {
	began := time.Now()
	for ; time.Since(began) < steadily && !m.lost && m.ctx.Err() == nil; sent += atOnce {
		passed += atOnce - count(m.send(atOnce))
	}
	return time.Since(began), sent, passed
}

// calmDown rests until the target answers again.
func (m *limitMeter) calmDown() bool {
	unit := 10 * m.session.backoff
	for range longestCalm {
		if !rest(m.ctx, unit) {
			return false
		}
		if count(m.send(1)) == 0 && !m.lost {
			return rest(m.ctx, unit)
		}
	}
	return false
}

// unlimitedAt sends requests at a rate, and reports whether none of them was refused.
func (m *limitMeter) unlimitedAt(rate float64) bool {
	gap, began := time.Duration(float64(time.Second)/rate), time.Now()
	for sent := 0; sent < mostCalm && (sent < leastCalm || time.Since(began) < longestSlow); sent++ {
		if !rest(m.ctx, gap) || count(m.send(1)) > 0 || m.lost {
			return false
		}
	}
	return true
}

// send sends so many requests at once, and says of each whether it was refused with a 503.
func (m *limitMeter) send(n int) []bool {
	refused := make([]bool, n)
	for i, response := range m.answers(n) {
		refused[i] = plain503(response)
	}
	return refused
}

// answers sends so many requests at once. Where one gets no answer, the meter is lost.
func (m *limitMeter) answers(n int) []*assay.Response {
	s := m.session
	endpoint := s.endpoints()[0]
	answers := make([]*assay.Response, n)
	var all sync.WaitGroup
	for i := range n {
		request := client.Exchange(assay.Code{Kind: endpoint, AppID: s.config.Target.Apps[0], Code: sampleCode}, s.config.Target.PATs.Valid)
		request.Replica = m.replica
		all.Go(func() { answers[i] = s.client.Unrecorded(m.ctx, request) })
	}
	all.Wait()
	m.lost = m.lost || slices.Contains(answers, nil)
	return answers
}

func count(list []bool) (n int) {
	for _, is := range list {
		if is {
			n++
		}
	}
	return n
}
