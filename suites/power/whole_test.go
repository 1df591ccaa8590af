package power

import (
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/faults"
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

// TestOneFaultOneAccusation: what a fault violates by its consequences alone is not accused of its own.
func TestOneFaultOneAccusation(t *testing.T) {
	bench, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	for fault, test := range map[string]struct {
		root, other string
		follows     bool // other keeps its verdict, beneath the root
	}{
		"host-appid-missing":           {"host.login-context", "host.appid", false},
		"host-event-apiserver-missing": {"host.phone-event", "host.apiserver", false},
		"phone-double-zero":            {"phone.injected", "host.phone-code", true},
		"phone-punctuation-dropped":    {"phone.injected", "host.phone-code", true},
		"host-code-of-tap":             {"host.login-code", "code.cross-kind", true},
	} {
		r := bench.try(t.Context(), job{Fault: fault, Only: []string{test.root, test.other}, Trips: []string{test.root}, Seed: 1})
		if r.Error != "" || r.Whole || r.missed(test.root) {
			t.Errorf("%s: %s %s, %s", fault, test.root, r.Verdicts[test.root], r.Error)
		}
		if accused := !r.missed(test.other); accused != test.follows || accused && r.Follows[test.other] != test.root {
			t.Errorf("%s: %s %s, follows %q: %s", fault, test.other, r.Verdicts[test.other], r.Follows[test.other], r.Reasons[test.other])
		}
	}
}

// TestOthersAreJudgedBesideACrash: a request that ends the service is named, and leaves only what it tries itself undecided.
func TestOthersAreJudgedBesideACrash(t *testing.T) {
	bench, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	passed := []string{"pat.exact", "pat.unknown", "pat.revoked", "pat.expired", "pat.other-scope", "pat.query", "pat.other-tenant", "pat.unscoped"}
	const survives, killing = "limits.survives", "pat.other-scheme"
	r := bench.try(t.Context(), job{Fault: "crash-on-bare-authorization", Only: append(passed, survives, killing), Trips: []string{survives}, Seed: 1})
	if r.Error != "" || r.Whole || r.missed(survives) || r.Verdicts[killing] == assay.Pass {
		t.Errorf("%s %s, %s %s, %s", survives, r.Verdicts[survives], killing, r.Verdicts[killing], r.Error)
	}
	for _, id := range passed {
		if r.Verdicts[id] != assay.Pass {
			t.Errorf("%s: %s %s", id, r.Verdicts[id], r.Reasons[id])
		}
	}
}

// TestSparing: a fault that is named is judged by everything, unless that is to be spared.
func TestSparing(t *testing.T) {
	fault, err := faults.Find("refusal-cookie")
	if err != nil {
		t.Fatal(err)
	}
	for _, sparing := range []bool{false, true} {
		list := []faults.Fault{fault}
		trials, _ := Options{Faults: list, Sparing: sparing, Seed: 1}.trials(list, assay.Requirements())
		if only := trials[1].job.Only; len(trials) < 2 || (len(only) > 0) != sparing {
			t.Errorf("sparing %v: judged by %q", sparing, only)
		}
	}
}
