package compare

import (
	"math"
	"slices"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// moreErrors reports whether the share of errors in every run of b is higher than in any of a. Errors that only the generator's own
// bursts brought about do not count for b. Errors are taken to come together as they do in the run where they do so most, for one
// without errors does not show it.
func moreErrors(a, b []benchmark.Report) bool {
	var all [][]uncertain.Part
	for _, run := range slices.Concat(a, b) {
		all = append(all, uncertain.Cut(benchmark.ErrorParts(run.Timeline)))
	}
	highest, lowest := 0.0, 1.0
	for i, run := range slices.Concat(a, b) {
		errors := uncertain.Share(all[i], uncertain.Confidence, all...)
		switch {
		case !errors.Known():
			return false
		case i < len(a):
			highest = max(highest, errors.High)
		default:
			low, _ := uncertain.ClopperPearson(run.OwnErrors()*errors.Effective, errors.Effective, uncertain.Confidence)
			lowest = min(lowest, low)
		}
	}
	return lowest > highest
}

// moreErrorsInAll reports whether the share of errors in all runs of b together is higher than in all of a, errors of the generator's
// own bursts left out.
func moreErrorsInAll(a, b []benchmark.Report) bool {
	one, two := errorsIn(a), errorsIn(b)
	first, second := uncertain.Share(one, uncertain.Confidence, two), uncertain.Share(two, uncertain.Confidence, one)
	if !first.Known() || !second.Known() {
		return false
	}
	own := 0.0
	for _, run := range b {
		own += run.OwnErrors() / float64(len(b))
	}
	low, _ := uncertain.ClopperPearson(min(own, second.Value)*second.Effective, second.Effective, uncertain.Confidence)
	return low > first.High
}

// mayHide is by how much more than was observed the share of errors of b may truly exceed that of a, where so few exchanges tell: a smaller
// difference was not to be seen. It is 1 where the runs have too few parts to tell.
func mayHide(a, b []benchmark.Report) float64 {
	first, second := errorShare(a), errorShare(b)
	if !first.Known() || !second.Known() {
		return 1
	}
	return second.High - second.Value + first.Value - first.Low
}

// errorShare is the share of errors in all runs of a side. Where nothing failed, no part of a run is unlike another, and the number of exchanges
// tells, also that of a run with too few parts.
func errorShare(runs []benchmark.Report) uncertain.Interval {
	var failed, judged int64
	for _, run := range runs {
		failed, judged = failed+run.Exchanges.Errors(), judged+run.Exchanges.Judged()
	}
	if failed == 0 && judged > 0 {
		return uncertain.Interval{High: 1 - math.Pow(1-uncertain.Confidence, 1/float64(judged)), Confidence: uncertain.Confidence}
	}
	return uncertain.Share(errorsIn(runs), uncertain.Confidence)
}

func errorsIn(runs []benchmark.Report) (parts []uncertain.Part) {
	for _, run := range runs {
		parts = append(parts, uncertain.Cut(benchmark.ErrorParts(run.Timeline))...)
	}
	return parts
}
