package power

import (
	"slices"
	"testing"

	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
)

// TestLongestFirst: the order has every job once, and the names in it are those of faults and variations.
func TestLongestFirst(t *testing.T) {
	var jobs []job
	for _, fault := range faults.All() {
		jobs = append(jobs, job{Fault: fault.Name})
	}
	for _, variation := range legal.All() {
		jobs = append(jobs, job{Legal: variation.Name})
	}
	order := longestFirst(jobs)
	if got := slices.Compact(slices.Sorted(slices.Values(order))); len(order) != len(jobs) || len(got) != len(jobs) {
		t.Errorf("%d of %d jobs in the order", len(got), len(jobs))
	}
	moved := 0
	for place, i := range order[:20] {
		if place != i {
			moved++
		}
	}
	if first := jobs[order[0]]; moved == 0 || first.Fault != "replay-throttled" && first.Fault != "pat-first-only" {
		t.Errorf("%s comes first, and %d jobs moved", first, moved)
	}
	const named = 7
	if order[named] != 0 {
		t.Errorf("the first of the others is at another place than %d", named)
	}
}
