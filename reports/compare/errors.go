package compare

import (
	"slices"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// moreErrors reports whether the share of errors in every run of b is higher than in any of a. Errors that only the generator's own
// bursts brought about do not count for b.
func moreErrors(a, b []benchmark.Report) bool {
	c, known := clusters(slices.Concat(a, b))
	if !known {
		return false
	}
	highest, lowest := 0.0, 1.0
	for _, run := range a {
		highest = max(highest, c.Share(run.Exchanges.ErrorShare(), run.Exchanges.Sent).High)
	}
	for _, run := range b {
		lowest = min(lowest, c.Share(run.OwnErrors(), run.Exchanges.Sent).Low)
	}
	return lowest > highest
}

// clusters say how errors come together: as they do in the run where they do so most, for one without errors does not show it. It is
// false if a run is too short.
func clusters(runs []benchmark.Report) (most uncertain.Clusters, known bool) {
	for _, run := range runs {
		c, known := uncertain.ClustersIn(benchmark.ErrorParts(run.Timeline))
		if !known {
			return c, false
		}
		if c.Effect > most.Effect {
			most = c
		}
	}
	return most, true
}
