package power

import (
	"slices"
	"testing"

	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
)

// TestLanes: every job is in one of the lanes, once; the names of those that wait are those of faults and variations.
func TestLanes(t *testing.T) {
	var jobs []job
	for _, fault := range faults.All() {
		jobs = append(jobs, job{Fault: fault.Name})
	}
	for _, variation := range legal.All() {
		jobs = append(jobs, job{Legal: variation.Name})
	}
	waiting, computing := lanes(jobs)
	both := slices.Concat(waiting, computing)
	if got := slices.Compact(slices.Sorted(slices.Values(both))); len(both) != len(jobs) || len(got) != len(jobs) {
		t.Errorf("%d of %d jobs in the lanes, of %d", len(got), len(both), len(jobs))
	}
	var names []string
	for _, i := range waiting {
		names = append(names, jobs[i].String())
	}
	if !slices.Equal(names, longest()) {
		t.Errorf("%q wait, want %q", names, longest())
	}
	if !slices.IsSorted(computing) {
		t.Error("those that compute have another order than the jobs")
	}
}
