package arrivals

import (
	"errors"
	"fmt"
	"math/big"
	"sort"
	"time"
)

// A Part is a schedule and how long it lasts.
type Part struct {
	Schedule Schedule
	Duration time.Duration
}

// Sequence returns the schedule of several parts, one after another without a gap. Each part has the arrivals of its own schedule,
// counted from its own start: what becomes due at the moment at which one ends belongs to the next one.
func Sequence(parts ...Part) (Schedule, error) {
	if len(parts) == 0 {
		return nil, errors.New("a sequence of no schedules has no arrivals; use at least one")
	}
	s := &sequence{}
	var start time.Duration
	arrivals := 0
	for _, p := range parts {
		if p.Duration <= 0 {
			return nil, fmt.Errorf("duration %v is not positive; use one like 30s", p.Duration)
		}
		s.parts = append(s.parts, sequencePart{Part: p, start: start, first: arrivals})
		start, arrivals = start+p.Duration, arrivals+p.Schedule.Len()
		if arrivals < 0 || arrivals > maxArrivals || start < 0 {
			return nil, checkArrivals(new(big.Rat).SetInt64(maxArrivals+1), maxArrivals, start)
		}
	}
	s.len = arrivals
	return s, nil
}

// A sequence is the schedule of several parts.
type sequence struct {
	parts []sequencePart
	len   int
}

// A sequencePart is a part in its place.
type sequencePart struct {
	Part
	start time.Duration
	first int // number of its first arrival
}

// At implements [Schedule].
func (s *sequence) At(n int) time.Duration {
	i := sort.Search(len(s.parts), func(i int) bool { return s.parts[i].first > n }) - 1
	return s.parts[i].start + s.parts[i].Schedule.At(n-s.parts[i].first)
}

// Len implements [Schedule].
func (s *sequence) Len() int { return s.len }

// Rate implements [Schedule].
func (s *sequence) Rate(t time.Duration) float64 {
	i := sort.Search(len(s.parts), func(i int) bool { return s.parts[i].start > t }) - 1
	if i < 0 || t-s.parts[i].start >= s.parts[i].Duration {
		return 0
	}
	return s.parts[i].Schedule.Rate(t - s.parts[i].start)
}
