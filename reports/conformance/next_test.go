package conformance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// outcomeOf concludes a run of the whole set that passes but for amend.
func outcomeOf(amend func(*conformance.Report), verdicts map[string]assay.Verdict) conformance.Report {
	report := conformance.Report{Command: "assay test --target acme.yaml --seed 42", Profiles: conformance.Declare(assay.ProfileLogin, assay.ProfileHardened)}
	for _, requirement := range assay.Requirements().Requirements {
		verdict := assay.Pass
		if requirement.Level == assay.May {
			verdict = assay.Observed
		}
		if other, named := verdicts[requirement.ID]; named {
			verdict = other
		}
		report.Requirements = append(report.Requirements, conformance.Result{ID: requirement.ID, Verdict: verdict})
	}
	if amend != nil {
		amend(&report)
	}
	return conformance.Conclude(assay.Requirements(), report)
}

// TestNextSaysWhatToDo: each outcome leads to one thing to do, with the command.
func TestNextSaysWhatToDo(t *testing.T) {
	waiver := conformance.Waiver{ID: "code.single-use", Owner: "ann", Reason: "known", Expires: "2999-01-31"}
	later := conformance.Waiver{ID: "pat.unknown", Owner: "ann", Reason: "known", Expires: "2999-02-28"}
	for want, report := range map[string]conformance.Report{
		"repair code.single-use first, then run it alone: assay test --target acme.yaml --only code.single-use": outcomeOf(nil,
			map[string]assay.Verdict{"pat.unknown": assay.Fail, "code.single-use": assay.Fail, "security.clean-errors": assay.Warn}),
		"repair http.tls first, then run it alone: assay test --target acme.yaml --only http.tls":           outcomeOf(nil, map[string]assay.Verdict{"http.tls": assay.Warn}),
		"repair http.no-store first, then run it alone: assay test --target acme.yaml --only http.no-store": outcomeOf(nil, map[string]assay.Verdict{"http.no-store": assay.Warn}),
		"correct the waivers in the target file, then run it again: assay test --target acme.yaml --seed 42": outcomeOf(
			func(r *conformance.Report) { r.Waivers = []conformance.Waiver{waiver} }, nil),
		"repair code.single-use before its waiver ends on 2999-01-31: assay test --target acme.yaml --only code.single-use": outcomeOf(
			func(r *conformance.Report) { r.Waivers = []conformance.Waiver{later, waiver} },
			map[string]assay.Verdict{"code.single-use": assay.Fail, "pat.unknown": assay.Fail}),
		"correct what the error names, then run it again: assay test --target acme.yaml --seed 42": outcomeOf(
			func(r *conformance.Report) { r.Error = phrase.Plain("no answer") }, nil),
		"run it again to its end: assay test --target acme.yaml --seed 42": outcomeOf(func(r *conformance.Report) { r.Interrupted = true }, nil),
		"run it without --only and --skip: assay test --target acme.yaml": outcomeOf(
			func(r *conformance.Report) { r.Selection = &conformance.Selection{Only: []string{"pat.*"}} }, nil),
		"declare a profile: assay test --profile login --target acme.yaml": outcomeOf(func(r *conformance.Report) { r.Profiles = nil }, nil),
		"see why code.single-use is in error, then run it alone: assay test --target acme.yaml --only code.single-use": outcomeOf(nil,
			map[string]assay.Verdict{"code.single-use": assay.Error}),
		"supply what the untested requirements need, then run it again: assay test --target acme.yaml --seed 42": outcomeOf(nil,
			map[string]assay.Verdict{"code.single-use": assay.Untested}),
		"measure it, and check every answer under load: assay load --target acme.yaml": outcomeOf(nil, nil),
		"run it with every change: assay test --target acme.yaml --seed 42": outcomeOf(
			func(r *conformance.Report) { r.Profiles = conformance.Declare(assay.ProfileLogin, assay.ProfileLoad) }, nil),
	} {
		what, command := report.Next()
		if got := what.String() + ": " + command; got != want {
			t.Errorf("%s: %q, want %q", report.Outcome, got, want)
		}
	}
}

// TestHarmed: the worst harm is first, what a waiver accepts is last.
func TestHarmed(t *testing.T) {
	report := outcomeOf(func(r *conformance.Report) {
		r.Waivers = []conformance.Waiver{{ID: "code.unknown", Owner: "ann", Reason: "known", Expires: "2999-01-31"}}
	}, map[string]assay.Verdict{"pat.unknown": assay.Fail, "code.single-use": assay.Fail, "code.guessing": assay.Fail,
		"http.no-store": assay.Warn, "code.unknown": assay.Fail, "code.expiry": assay.Untested, "code.replay-identity": assay.Untested, "http.allow": assay.Warn})
	if got, want := ids(report.Harmed()), "code.single-use code.guessing pat.unknown http.no-store code.unknown"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := ids(report.Open()), "code.replay-identity"; got != want { // code.expiry is a should
		t.Errorf("not ruled out: %s, want %s", got, want)
	}
}

func ids(results []conformance.Result) string {
	var all []string
	for _, result := range results {
		all = append(all, result.ID)
	}
	return strings.Join(all, " ")
}

// TestLeft: a waiver that ends on the day of the run has one day left.
func TestLeft(t *testing.T) {
	started := time.Date(2026, 11, 30, 23, 59, 0, 0, time.UTC)
	for day, want := range map[string]int{"2026-11-30": 1, "2026-12-31": 32, "2026-11-29": 0} {
		if left, known := (conformance.Waiver{Expires: day}).Left(started); !known || left != want {
			t.Errorf("%s: %d", day, left)
		}
	}
	if _, known := (conformance.Waiver{Expires: "soon"}).Left(started); known {
		t.Error("a day that is not a date has days left")
	}
}
