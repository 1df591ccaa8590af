package compare

import (
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

func errorsIn(runs []benchmark.Report) (parts []uncertain.Part) {
	for _, run := range runs {
		parts = append(parts, uncertain.Cut(benchmark.ErrorParts(run.Timeline))...)
	}
	return parts
}
