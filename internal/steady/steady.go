// Package steady tells the time by a clock that nobody sets while the process runs. The machine's own may be set at any moment: by
// its synchronisation, by an administrator, or after the machine was suspended. How far another clock is ahead of that says nothing then.
package steady

import "time"

var began = time.Now()

// Now is the time by the machine's clock as it was when the process began, and what has passed since.
func Now() time.Time { return since(began, time.Now()) }

// At is what [Now] was at a time that was read from the machine's clock in this process. Another time, such as one that was read from
// text, is returned as it is.
func At(t time.Time) time.Time {
	if t == t.Round(0) { //nolint:staticcheck // Equal would not see a reading of the monotonic clock
		return t
	}
	return since(began, t)
}

// Set is how far the machine's clock has been set forward since the process began. While the machine is suspended, it is the other
// clock that stands still, so that this is how long that took.
func Set() time.Duration { return setBy(began, time.Now()) }

func setBy(began, now time.Time) time.Duration { return now.Round(0).Sub(since(began, now).Round(0)) }

// Left is how long it takes from a time that was read in this process to an end that somebody else named, whose clock may have been set
// together with the machine's or not: the shorter of both times that is not over.
func Left(end, from time.Time) time.Duration {
	set, kept := end.Sub(from.Round(0)), end.Sub(At(from))
	if min(set, kept) > 0 {
		return min(set, kept)
	}
	return max(set, kept)
}

// since is a time by the clock of another: both have readings of the monotonic clock, by which Sub goes.
func since(began, t time.Time) time.Time { return began.Add(t.Sub(began)) }
