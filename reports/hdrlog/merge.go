package hdrlog

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/internal/hdrtext"
)

// Merge writes the sum of the logs of shards, which started at the same time, up to half a second: the histograms of the same second
// after the earliest start are added, so that the sum is the log of the union. Its memory does not grow with the logs. What is wrong with
// a log is a [*LogError].
func Merge(w io.Writer, logs ...io.Reader) error {
	var shards []*shard
	for i, log := range logs {
		s := &shard{log: Read(log), number: i + 1, second: -1}
		if err := s.advance(time.Time{}); err != nil {
			return err
		}
		shards = append(shards, s)
	}
	start, err := earliest(shards)
	if err != nil {
		return err
	}
	for _, s := range shards {
		if err := s.count(start); err != nil {
			return err
		}
	}
	if err := Begin(w, start); err != nil {
		return err
	}
	for {
		second, any := first(shards)
		if !any {
			return nil
		}
		if err := add(w, start, second, shards); err != nil {
			return err
		}
	}
}

// A LogError says what is wrong with one of several logs, whose position is Number, from 1 on.
type LogError struct {
	Number int
	Err    error
}

func (e *LogError) Error() string { return fmt.Sprintf("log %d: %v", e.Number, e.Err) }

func (e *LogError) Unwrap() error { return e.Err }

// A shard is a log with its next interval.
type shard struct {
	log    *Log
	number int
	next   Interval
	more   bool
	second int // of next
}

// advance reads the next interval, and counts its second from start unless that is zero.
func (s *shard) advance(start time.Time) error {
	s.next, s.more = s.log.next()
	if err := s.log.Err(); err != nil {
		return &LogError{s.number, err}
	}
	if !start.IsZero() {
		return s.count(start)
	}
	return nil
}

// count finds the second of the next interval.
func (s *shard) count(start time.Time) error {
	if !s.more {
		return nil
	}
	const most = 366 * 24 * 3600 // seconds: no run is longer
	before := s.second
	s.second = int(math.Round(s.next.Start.Sub(start).Seconds()))
	if s.second < 0 || s.second < before || s.second > most || s.next.Length != time.Second {
		return &LogError{s.number, fmt.Errorf("line %d: the intervals are not seconds in the order of time", s.log.at)}
	}
	return nil
}

// earliest is the start of the shard that started first.
func earliest(shards []*shard) (start time.Time, err error) {
	const apart = time.Second / 2
	for _, s := range shards {
		switch at := s.log.Start(); {
		case at.IsZero():
			return start, &LogError{s.number, errors.New("no start time; use a timeline.hdr as a run wrote it")}
		case start.IsZero() || at.Before(start):
			start = at
		}
	}
	for _, s := range shards {
		if late := s.log.Start().Sub(start); late > apart {
			return start, &LogError{s.number, fmt.Errorf("it starts %s after another one; add up runs that start together", late)}
		}
	}
	return start, nil
}

// first is the earliest second that a shard has not added; false after the last.
func first(shards []*shard) (second int, any bool) {
	for _, s := range shards {
		if s.more && (!any || s.second < second) {
			second, any = s.second, true
		}
	}
	return second, any
}

// add writes the sums of a second.
func add(w io.Writer, start time.Time, second int, shards []*shard) error {
	sums := map[string]*hdrhistogram.Histogram{}
	for _, s := range shards {
		for s.more && s.second == second {
			if sum := sums[s.next.Tag]; sum == nil {
				sums[s.next.Tag] = s.next.Times
			} else if lost := sum.Merge(s.next.Times); lost > 0 {
				return &LogError{s.number, fmt.Errorf("line %d: %d times are out of range", s.log.at, lost)}
			}
			if err := s.advance(start); err != nil {
				return err
			}
		}
	}
	for _, tag := range []string{Accepted, Others} {
		sum := sums[tag]
		if sum == nil || sum.TotalCount() == 0 {
			continue
		}
		if err := line(w, start, second, tag, sum.Max(), hdrtext.Append(nil, sum)); err != nil {
			return err
		}
	}
	return nil
}
