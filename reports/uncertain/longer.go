package uncertain

import (
	"math"
	"time"
)

// mostLonger is the longest run that is worth proposing, as a multiple of one that did not tell.
const mostLonger = 10

// Fewest is how many independent exchanges it takes to say with 95 % confidence that a percentile holds when none of them is
// beyond its bound: 5 for p50, 29 for p90, 59 for p95, 299 for p99 and 2995 for p999; 0 for anything else.
func Fewest(quantile float64) int64 {
	if quantile <= 0 || quantile >= 1 {
		return 0
	}
	return int64(math.Ceil(math.Log(alpha) / math.Log(quantile)))
}

// looks is how often a run with --until is judged at most.
const looks = 4

// LookAlpha is the Alpha of one of the [Looks] at a run: all of them together are wrong in at most 5 % of the runs.
const LookAlpha = alpha / looks

// Looks are the lengths at which a run that goes on until it tells is judged: once, twice, 4 and 8 times its duration.
func Looks(duration time.Duration) []time.Duration {
	var at []time.Duration
	for i := range looks {
		at = append(at, duration<<i)
	}
	return at
}

// more is how many more seconds make a run longer by a factor; +Inf where that is too long.
func (r Run) more(factor float64) float64 {
	if !(factor <= mostLonger) {
		return math.Inf(1)
	}
	return r.measured.Seconds() * max(0, factor-1)
}

// moreBlocks is how many more seconds a run with exchanges in only some blocks needs for five of them.
func (r Run) moreBlocks(some int) float64 {
	if r.measured.Seconds() < leastBlocks {
		return leastBlocks - r.measured.Seconds()
	}
	if some == 0 {
		return math.Inf(1)
	}
	return r.more(leastBlocks / float64(some))
}

// longer is the factor by which the run would have to be longer to answer the question, if the share and its design effect stayed the
// same; +Inf beyond [mostLonger]. Roughly it is the square of the distance from the share to its end, over that to what is
// allowed. The interval itself is computed, since that fails for the few that are beyond a high percentile.
func (q question) longer(i Interval) float64 {
	tells := func(factor float64) bool {
		c := cluster{deff: 1, degrees: math.Inf(1), blocks: wholeBlocks}
		return q.verdict(c.interval(i.Value, i.Effective*factor, i.Confidence)) != NotKnown
	}
	low, high := 1.0, float64(mostLonger)
	if !tells(high) {
		return math.Inf(1)
	}
	for range 30 {
		if middle := (low + high) / 2; tells(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
