package ledger

import (
	"cmp"
	"slices"

	"github.com/unified-login/assay/reports/benchmark"
)

// Reset sets all counts to 0. Exchanges that were kept stay with their kind.
func (e *Evidence) Reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, count := range e.kinds {
		count.Count, count.WarmUp = 0, 0
	}
	for _, one := range e.suspects {
		one.count.Count, one.count.WarmUp = 0, 0
	}
	e.other = 0
}

// List returns what was counted, the most frequent kind first. aged refusals, by endpoint, are of codes that were too old: they are
// kinds of their own.
func (e *Evidence) List(aged [2]int64) []benchmark.ErrorCount {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := []benchmark.ErrorCount{}
	for _, count := range e.kinds {
		if count.Count == 0 {
			continue
		}
		one := *count
		one.Exchanges, one.Users, one.Contradicts = slices.Clone(one.Exchanges), slices.Clone(one.Users), slices.Clone(one.Contradicts)
		list = append(list, one)
	}
	list = e.withProven(list)
	slices.SortFunc(list, func(a, b benchmark.ErrorCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Endpoint, b.Endpoint),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.Errcode, b.Errcode), cmp.Compare(a.Reason, b.Reason))
	})
	list = excused(list, aged)
	if e.other > 0 {
		list = append(list, benchmark.ErrorCount{Verdict: "other", Reason: "of further kinds", Count: e.other})
	}
	return list
}
