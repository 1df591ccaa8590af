package suites

import (
	"net/http"
	"testing"
	"time"

	"assay"
)

// TestPace drives a pace with a clock of its own.
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
	p.saw(now.Add(-2*time.Second), answer(200, nil)) // too long ago to count
	for range 50 {
		p.saw(now, answer(200, nil))
		p.saw(now, assay.Exchange{Failure: "reset"})
	}
	for range 20 { // a crowd of them is one lesson
		p.saw(now, limited)
	}
	const gap = 25 * time.Millisecond // 50 a second, and four fifths of it
	if p.gap != gap {
		t.Errorf("a gap of %s, want %s", p.gap, gap)
	}
	if first, second := p.reserve(now, 1), p.reserve(now, 1); first != time.Second || second != time.Second+gap {
		t.Errorf("waits %s and %s; Retry-After says 1s", first, second)
	}
	later := now.Add(3 * time.Second)
	if alone, crowd, after := p.reserve(later, 1), p.reserve(later, 8), p.reserve(later, 1); alone != 0 ||
		crowd != gap+time.Second || after != gap+time.Second+8*gap {
		t.Errorf("waits %s, %s for eight at once, and %s after them", alone, crowd, after)
	}
	p.saw(later, limited)
	if p.gap != gap*5/4 {
		t.Errorf("a gap of %s after another limit", p.gap)
	}
	for range 50 {
		p.saw(later, answer(200, nil))
	}
	if p.gap != gap*5/4*9/10 {
		t.Errorf("a gap of %s after fifty answers without a limit", p.gap)
	}
	for range 100 {
		later = later.Add(2 * time.Second)
		p.saw(later, answer(http.StatusTooManyRequests, nil))
	}
	if p.gap != 5*time.Second {
		t.Errorf("a gap of %s in the end", p.gap)
	}
}
