package power

import (
	"testing"

	"github.com/unified-login/assay"
)

// TestAWholeRunDecides: a fault that a narrowed run cannot show is tried again by all requirements, and the row says so.
func TestAWholeRunDecides(t *testing.T) {
	bench, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	const judge = "envelope.no-identity" // of the exchanges of others
	r := bench.try(t.Context(), job{Fault: "refusal-cookie", Only: []string{judge}, Trips: []string{judge}, Seed: 1})
	if r.Error != "" || !r.Whole || r.missed(judge) || r.Verdicts["code.unknown"] != assay.Pass {
		t.Errorf("whole %v, %s %s, %s", r.Whole, judge, r.Verdicts[judge], r.Error)
	}
	r = bench.try(t.Context(), job{Fault: "refusal-cookie", Only: []string{judge, "pat.other-tenant"}, Trips: []string{judge}, Seed: 1})
	if r.Error != "" || r.Whole || r.missed(judge) || r.Verdicts["code.unknown"] != assay.Untested {
		t.Errorf("narrowed: whole %v, %s %s, %s", r.Whole, judge, r.Verdicts[judge], r.Error)
	}
}
