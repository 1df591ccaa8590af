package workers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// A hit is an arrival on its way through the attacker. Its number is the fragment of its URL, which no client sends and every
// [vegeta.Result] has; secondMark stands behind that of a second request.
type hit[W Hitter] struct {
	number   uint64
	job      *Job[W]
	arrival  Arrival
	worker   W
	composed bool
	ready    chan struct{} // closed when it is known whether it was composed
	sent     [2]time.Time  // when the Targeter gave the requests away
	open     [2]bool       // it waits for the results of the first and the second request
	answered bool          // it waits for its verdict only
}

const secondMark = "b"

// A dueHit is a request of a hit that the attacker is to make.
type dueHit[W Hitter] struct {
	*hit[W]
	second bool
}

// errUnsent ends a hit for which nothing is sent.
var errUnsent = errors.New("nothing to send")

// Target is the [vegeta.Targeter]. The hit gets a worker, which composes its request.
func (a *Attack[W]) Target(t *vegeta.Target) error {
	a.mu.Lock()
	if len(a.due) == 0 { // the attack has ended
		a.mu.Unlock()
		return errUnsent
	}
	next := a.due[0]
	a.due = a.due[1:]
	a.mu.Unlock()
	h := next.hit
	if next.second {
		<-h.ready
	} else {
		h.composed = a.compose(h)
		close(h.ready)
	}
	switch {
	case h.composed:
		h.worker.Target(next.second, t)
		t.URL += "#" + h.fragment(next.second)
		h.sent[position(next.second)] = time.Now()
		return nil
	case a.foreign:
		return errUnsent
	default: // the attacker goes on
		*t = vegeta.Target{Method: http.MethodPost, URL: "http://unsent.invalid/"}
		return nil
	}
}

func position(second bool) int {
	if second {
		return 1
	}
	return 0
}

// fragment names a request of the hit.
func (h *hit[W]) fragment(second bool) string {
	text := strconv.FormatUint(h.number, 10)
	if second {
		text += secondMark
	}
	return text
}

// compose gives a hit a worker and makes it compose what is sent. It returns false if nothing is, and settles the arrival then.
func (a *Attack[W]) compose(h *hit[W]) bool {
	j := h.job
	until := a.give(h)
	if j.Closed() {
		if rest := time.Until(until); rest > 0 {
			j.pause(rest)
		}
		arrival, ok := j.next()
		if !ok {
			a.takeBack(h, time.Time{})
			return false
		}
		h.arrival = arrival
	}
	if j.ctx.Err() == nil && j.compose(h.worker, h.arrival) {
		return true
	}
	a.end(h, Unsent)
	return false
}

// give gives a hit a worker, one with a connection if there is one, and says until when it is to rest in a closed loop.
func (a *Attack[W]) give(h *hit[W]) (until time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hits[h.number] = h
	a.busy++
	a.peak = max(a.peak, a.busy)
	best := a.connected(h.arrival)
	if best < 0 {
		best = len(a.free) - 1
	}
	if best < 0 {
		h.worker = a.options.New(a.started)
		a.started++
		return time.Time{}
	}
	one := a.free[best]
	a.free = append(a.free[:best], a.free[best+1:]...)
	h.worker = one.worker
	return one.until
}

// answered notes that a hit waits for its verdict only. The lock is held.
func (a *Attack[W]) answered(h *hit[W]) {
	if !h.answered {
		h.answered = true
		a.busy--
	}
}

// takeBack takes the worker of a hit, which rests until a moment.
func (a *Attack[W]) takeBack(h *hit[W], until time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.hits, h.number)
	a.answered(h)
	a.free = append(a.free, resting[W]{h.worker, until})
	close(a.freed)
	a.freed = make(chan struct{})
}

// end settles a hit. A worker for which the target has no connection rests in a closed loop: otherwise it would take most of the
// arrivals, and fail all of them.
func (a *Attack[W]) end(h *hit[W], result Result) {
	var until time.Time
	if result == Unreachable && h.job.Closed() {
		until = time.Now().Add(reconnectAfter)
	}
	a.takeBack(h, until)
	h.job.settle(h.arrival, result)
}

// of is the hit that a fragment names; nil for none.
func (a *Attack[W]) of(fragment string) (h *hit[W], second bool) {
	text, second := strings.CutSuffix(fragment, secondMark)
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return nil, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.hits[number], second
}

// RoundTrip implements [http.RoundTripper]: the hit's worker sends, instead of the attacker's request. If this machine can open no more
// connections, the hit waits for another one to end.
func (a *Attack[W]) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close() // it was never read
	}
	h, _ := a.of(r.URL.Fragment)
	if h == nil {
		return nil, errUnsent
	}
	for short := false; ; short = true {
		freed := a.freedNext()
		if h.worker.Send() {
			break
		}
		if !short {
			h.job.short.Add(1)
		}
		if !a.awaitConnection(h, freed) {
			break
		}
	}
	response, err := h.worker.Response()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answered(h)
	return response, err
}

// freedNext is closed when the next hit ends.
func (a *Attack[W]) freedNext() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.freed
}

// awaitConnection waits until another hit has ended, whose connection may be free then. It returns false if no other could free one,
// or when the job's workers have to give up.
func (a *Attack[W]) awaitConnection(h *hit[W], freed <-chan struct{}) bool {
	a.mu.Lock()
	if a.options.Connections() == 0 || a.starved+1 >= len(a.hits) {
		a.mu.Unlock()
		return false
	}
	a.starved++
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.starved--
	}()
	select {
	case <-freed:
		return true
	case <-h.job.ctx.Done():
		return false
	}
}

// Add takes a result of the attacker. The hit that it is about is judged when it has its last result.
func (a *Attack[W]) Add(result *vegeta.Result) {
	_, fragment, _ := strings.Cut(result.URL, "#")
	h, second := a.of(fragment)
	if h == nil {
		return // nothing was sent
	}
	if a.foreign {
		if open := a.receive(h, second, result); open {
			return
		}
	}
	a.end(h, h.job.judge(h.worker))
}
