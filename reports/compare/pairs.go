package compare

import (
	"slices"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// pairsOf returns the runs of B in the order of those of A that they were measured with: what differs between such pairs differs on both
// sides alike. mixed says that some runs were measured together and others were not, or that a side has both of a pair; partners is nil
// then, and where no two runs were measured together.
func pairsOf(a, b []benchmark.Report) (partners []benchmark.Report, mixed bool) {
	all := slices.Concat(a, b)
	together := func(run benchmark.Report, runs []benchmark.Report) int { return slices.IndexFunc(runs, run.PairedWith) }
	if !slices.ContainsFunc(all, func(run benchmark.Report) bool { return together(run, all) >= 0 }) {
		return nil, false
	}
	if len(a) != len(b) {
		return nil, true
	}
	for _, run := range a {
		i := together(run, b)
		if i < 0 {
			return nil, true
		}
		partners = append(partners, b[i])
	}
	return partners, false
}

// tooFewPairs says that figures have no interval, since the pairs are too few.
func (c *Comparison) tooFewPairs(names phrase.Phrase) phrase.Phrase {
	return phrase.Say(phrase.CompareFewPairs, names, uncertain.LeastRuns, c.Pairs)
}
