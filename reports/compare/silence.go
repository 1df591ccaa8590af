package compare

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

const (
	// stillAt is how long the generator stood still, in seconds, for a silence to be its own.
	stillAt = 0.5
	// chanceOfSilences is how likely at most, on targets that are alike, the silences are so many more on one side.
	chanceOfSilences = 0.05
)

// silent is the share of a run's time in which exchanges were due and nothing was answered.
func silent(run benchmark.Report) float64 {
	seconds, _ := silences(run)
	return min(1, seconds/run.Plan.Duration)
}

// silences are the seconds of a run in which exchanges were due and nothing was answered, and how many times that was. A report
// that has no silences counted has only whole seconds of its timeline.
func silences(run benchmark.Report) (seconds float64, times int64) {
	if s := run.Silence; s != nil {
		return s.Seconds, s.Times
	}
	last := -2
	for _, second := range run.Timeline {
		if float64(second.Second) >= run.Plan.Duration || second.Offered == 0 || second.Answered > 0 {
			continue
		}
		if second.Second != last+1 {
			times++
		}
		seconds, last = seconds+1, second.Second
	}
	return seconds, times
}

// bySeconds takes the silences of every run from its timeline if one run has no others: a timeline misses what begins and ends within
// a second, and that would be a difference.
func bySeconds(sides ...[]benchmark.Report) {
	if !slices.ContainsFunc(slices.Concat(sides...), func(run benchmark.Report) bool { return run.Silence == nil }) {
		return
	}
	for _, side := range sides {
		for i := range side {
			side[i].Silence = nil
		}
	}
}

// moreSilences reports whether every run of b has so many more silences than any of a that chance does not explain it. One
// silence is one event, however long: a restart or a hiccup of the network is no property of a build.
func moreSilences(a, b []benchmark.Report) bool {
	for _, one := range a {
		for _, two := range b {
			_, few := silences(one)
			_, many := silences(two)
			if uncertain.AtLeast(many, few+many, two.Plan.Duration/(one.Plan.Duration+two.Plan.Duration)) > chanceOfSilences {
				return false
			}
		}
	}
	return true
}

// stoodStill reports whether the generator itself stood still in a run for as long as a silence.
func stoodStill(runs []benchmark.Report) bool {
	return slices.ContainsFunc(runs, func(run benchmark.Report) bool { return run.OwnDelay(assay.MetricMax) >= stillAt })
}
