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
