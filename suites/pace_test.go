package suites

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// TestPace drives a pace with a simulated clock.
func TestPace(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	answer := func(status int, header http.Header) assay.Exchange {
		return assay.Exchange{Response: &assay.Response{Status: status, Header: header}}
	}
	limited := answer(http.StatusTooManyRequests, http.Header{"Retry-After": {"1"}})
	var p pace
	for range 1000 {
		if wait := p.reserve(now, 1); wait != 0 {
			t.Fatalf("waits %s before any limit is known", wait)
		}
	}
	p.saw(now.Add(-2*time.Second), answer(200, nil), false) // too long ago to count
	for range 50 {
		p.saw(now, answer(200, nil), false)
		p.saw(now, assay.Exchange{Failure: assay.Failure{Kind: assay.BrokenOff}}, false)
	}
	for range 20 { // simultaneous 429s count once
		p.saw(now, limited, false)
	}
	const gap = 25 * time.Millisecond // four fifths of 50 a second
	if p.gap != gap {
		t.Errorf("a gap of %s, want %s", p.gap, gap)
	}
	if first, second := p.reserve(now, 1), p.reserve(now, 1); first != time.Second || second != time.Second+gap {
		t.Errorf("waits %s and %s; Retry-After says 1s", first, second)
	}
	later := now.Add(3 * time.Second)
	if alone, crowd, after := p.reserve(later, 1), p.reserve(later, 8), p.reserve(later, 1); alone != 0 ||
		crowd != 8*gap || after != 8*gap+gap {
		t.Errorf("waits %s, %s for eight at once, and %s after them", alone, crowd, after)
	}
	later = later.Add(time.Minute)
	if crowd, after := p.reserve(later, 64), p.reserve(later, 1); crowd != 0 || after != 64*gap-time.Second+gap {
		t.Errorf("waits %s for sixty-four at once, and %s after them", crowd, after)
	}
	p.saw(later, limited, true)
	later = later.Add(time.Minute)
	if before, crowd := p.reserve(later, 1), p.reserve(later, 2); before != 0 || crowd != time.Second || p.gap != gap {
		t.Errorf("waits %s and, for two at once, %s after a crowd has been limited; the gap is %s", before, crowd, p.gap)
	}
	p.saw(later, limited, false)
	if p.gap != gap*5/4 {
		t.Errorf("a gap of %s after another limit", p.gap)
	}
	for range 50 {
		p.saw(later, answer(200, nil), false)
	}
	if p.gap != gap*5/4*9/10 {
		t.Errorf("a gap of %s after fifty answers without a limit", p.gap)
	}
	for range 100 {
		later = later.Add(2 * time.Second)
		p.saw(later, answer(http.StatusTooManyRequests, nil), false)
	}
	if p.gap != 5*time.Second {
		t.Errorf("a gap of %s in the end", p.gap)
	}
}

// TestPaceRestsWhileShut: while nothing but 429 comes, the run sends less and less, because a limiter may count what it refuses.
func TestPaceRestsWhileShut(t *testing.T) {
	began := time.Unix(1_000_000, 0)
	answer := func(status int) assay.Exchange { return assay.Exchange{Response: &assay.Response{Status: status}} }
	var p pace
	for range 1000 {
		p.saw(began, answer(http.StatusOK), false)
	}
	for _, step := range []struct{ at, wait time.Duration }{{0, 0}, {200 * time.Millisecond, 200 * time.Millisecond}, {time.Second, time.Second}, {10 * time.Second, 2 * time.Second}} {
		now := began.Add(step.at)
		p.saw(now, answer(http.StatusTooManyRequests), false)
		if wait := p.reserve(now, 1); wait < step.wait || wait > step.wait+10*time.Millisecond {
			t.Errorf("waits %s after %s without another answer, want %s", wait, step.at, step.wait)
		}
	}
	now := began.Add(20 * time.Second)
	p.saw(now, answer(http.StatusOK), false)
	p.saw(now, answer(http.StatusTooManyRequests), false)
	if wait := p.reserve(now, 1); wait > 10*time.Millisecond {
		t.Errorf("waits %s after an answer", wait)
	}
}

// TestPaceHeedsA503: a 503 shows no rate limit, but nothing is sent before its Retry-After.
func TestPaceHeedsA503(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	var p pace
	unavailable := &assay.Response{Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"7"}}}
	p.saw(now, assay.Exchange{Response: unavailable}, false)
	if first, second := p.reserve(now, 1), p.reserve(now, 8); first != 7*time.Second || second != first || p.gap != 0 {
		t.Errorf("waits %s and %s, a gap of %s", first, second, p.gap)
	}
	if wait := p.reserve(now.Add(8*time.Second), 1); wait != 0 {
		t.Errorf("waits %s after it", wait)
	}
}

// TestPaceCountsWhileShut: it knows for how long a target has answered nothing else, but not of one that answers now and then.
func TestPaceCountsWhileShut(t *testing.T) {
	answered := &assay.Response{Status: http.StatusUnauthorized}
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		for between, want := range map[*assay.Response]time.Duration{nil: 9 * time.Minute, answered: 0} {
			var p pace
			now, shut := time.Unix(1_000_000, 0), assay.Exchange{ID: "x-7", Response: &assay.Response{Status: status}}
			p.saw(now, shut, false)
			for range 9 {
				now = now.Add(time.Minute)
				p.saw(now, assay.Exchange{Response: between}, false)
				p.saw(now, shut, false)
			}
			if got := p.shutFor(now); got != want || p.worked != (between != nil) {
				t.Errorf("status %d, something else between: %v: shut for %s, worked %v", status, between != nil, got, p.worked)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	const date = "Wed, 08 Jan 2025 10:00:00 GMT"
	for asked, want := range map[string]time.Duration{
		"": 0, "0": 0, "3": 3 * time.Second, " 2 ": 2 * time.Second, "0.5": time.Second / 2, "-1": 0, "soon": 0, "NaN": 0,
		"60": time.Minute, "61": time.Minute, "86400": time.Minute, strings.Repeat("9", 400): time.Minute,
		"Wed, 08 Jan 2025 10:00:04 GMT":     4 * time.Second, // by the target's clock
		"Wed, 08 Jan 2025 09:59:00 GMT":     0,
		"Fri, 31 Dec 9999 23:59:59 GMT":     time.Minute,
		"Wednesday, 08-Jan-25 10:00:05 GMT": 5 * time.Second,
	} {
		x := assay.Exchange{Response: &assay.Response{Header: http.Header{"Retry-After": {asked}, "Date": {date}}}}
		if got := retryAfter(x); got != want {
			t.Errorf("%q is %s, want %s", asked, got, want)
		}
	}
	ahead := time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat)
	undated := assay.Exchange{Response: &assay.Response{Header: http.Header{"Retry-After": {ahead}}}}
	if got := retryAfter(undated); got < 25*time.Second || got > 30*time.Second {
		t.Errorf("without a Date it is %s", got)
	}
	if got := retryAfter(assay.Exchange{}); got != 0 {
		t.Errorf("without an answer it is %s", got)
	}
}

// TestPaceKeepsAboveALimit: for a minute after a limit was met the run stays a little slower than it was then, and after that it tries.
func TestPaceKeepsAboveALimit(t *testing.T) {
	const met = 100 * time.Millisecond
	now := time.Unix(1_000_000, 0)
	p := pace{gap: met, slowed: now.Add(-time.Hour)}
	p.saw(now, assay.Exchange{Response: &assay.Response{Status: http.StatusTooManyRequests}}, false)
	for step, want := range []time.Duration{met * 11 / 10, met * 9 / 10} {
		for range 4 * untroubled {
			p.saw(now, assay.Exchange{Response: &assay.Response{Status: http.StatusOK}}, false)
		}
		if step == 0 && p.gap != want || step == 1 && p.gap > want {
			t.Errorf("step %d: a gap of %s, want %s", step, p.gap, want)
		}
		now = now.Add(time.Minute)
	}
}
