package codes

import (
	"math"
	"time"
)

const (
	// longestSpan is how much time the codes of a buffer are for at most, and unknownSpan if their lifetime is not known: many
	// platforms let a code live for minutes, few for less than twice that.
	longestSpan, unknownSpan = 20 * time.Second, 5 * time.Second
	// spanShare is the part of their lifetime that the codes of a buffer are for: they also take time to mint, and may not be
	// older than half of it.
	spanShare = 4
	// unknownStale is when a code is dropped whose lifetime is not known.
	unknownStale = 30 * time.Second
	// fast is the span that is enough at any rate, and slow the number of codes up to which the span may be as long as their
	// lifetime allows: a slow run gets through a pause of the driver.
	fast, slow = 2 * time.Second, 256
	// fewest codes are buffered at any rate, and most. unknownRate of them are buffered where the rate is not known.
	fewest, most, unknownRate = 2, 1 << 15, 1 << 14
)

// capacity is how many codes are buffered for a rate, per second, so that the last of them is taken within span; the rate is 0 if
// it is not known.
func capacity(rate float64, span time.Duration) int {
	if rate == 0 {
		return unknownRate
	}
	within := func(d time.Duration) int { return int(math.Ceil(min(rate*d.Seconds(), most))) }
	return max(fewest, min(slow, within(span)), min(most, within(min(fast, span))))
}

// A demand is how many codes are taken in a span of time, which bounds how many are worth keeping.
type demand struct {
	span          time.Duration // 0 for no bound
	rate          float64       // as expected, per second; 0 if it is not known
	since         time.Time     // when the present span began; zero before the first code was taken
	taken, before int           // codes, in the present span and in the one before it; before is less than 0 in the first
}

// expect sets the expected rate. If it is not known, it is what was taken in the last span.
func (d *demand) expect(rate float64) {
	if d.span == 0 {
		d.span, d.before = unknownSpan, -1
	}
	d.rate = rate
}

// live sets the span by the lifetime of codes; 0 if it is not known.
func (d *demand) live(lifetime time.Duration) {
	if d.span > 0 && lifetime > 0 {
		d.span = min(longestSpan, lifetime/spanShare)
	}
}

// take counts a code that is taken.
func (d *demand) take(now time.Time) {
	switch past := now.Sub(d.since); {
	case d.since.IsZero():
		d.since = now
	case past >= 2*d.span:
		d.before, d.taken, d.since = 0, 0, now
	case past >= d.span:
		d.before, d.taken, d.since = d.taken, 0, d.since.Add(d.span)
	}
	d.taken++
}

// bound is how many codes are worth keeping, of those that there is space for.
func (d *demand) bound(space int) int {
	switch {
	case d.span == 0:
		return space
	case d.rate == 0 && d.before >= 0:
		return min(space, max(fewest, d.before, d.taken))
	default:
		return min(space, capacity(d.rate, d.span))
	}
}
