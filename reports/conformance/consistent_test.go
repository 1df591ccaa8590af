package conformance

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// A report that was concluded agrees with itself, whatever happened in its run. One that was edited does not.
func TestContradictions(t *testing.T) {
	for name, report := range reports() {
		if found := report.Contradiction(); name != "error" && name != "empty" && !found.IsZero() { // those are of another set
			t.Errorf("%s: %s", name, found)
		}
	}
	at := func(r *Report, id string) *Result {
		r.Requirements = slices.Clone(r.Requirements)
		return &r.Requirements[slices.IndexFunc(r.Requirements, func(one Result) bool { return one.ID == id })]
	}
	recount := func(r *Report) { // what an editor would do as well
		r.Counts, r.Profiles = count(r.Requirements, ""), slices.Clone(r.Profiles)
		for i := range r.Profiles {
			r.Profiles[i].Counts = count(r.Requirements, r.Profiles[i].Name)
		}
	}
	for want, change := range map[string]func(*Report){
		"counts.pass ": func(r *Report) { at(r, "code.single-use").Verdict = assay.Pass },
		"code.single-use: pass does not agree with its finding: fail": func(r *Report) {
			at(r, "code.single-use").Verdict = assay.Pass
			recount(r)
		},
		"code.single-use: pass does not agree with its endpoint login: fail": func(r *Report) {
			one := at(r, "code.single-use")
			one.Verdict, one.Findings, one.Endpoints = assay.Pass, nil, []EndpointVerdict{{assay.Login, assay.Fail}}
			recount(r)
		},
		"pat.accepted: fail does not agree with its findings, of which none shows it": func(r *Report) {
			at(r, "pat.accepted").Verdict = assay.Fail
			recount(r)
		},
		"code.single-use: waived does not agree with the waivers, of which none is in force for it": func(r *Report) {
			at(r, "code.single-use").Verdict = assay.Waived
			recount(r)
		},
		"phone.injected: waived does not agree with the waivers": func(r *Report) {
			r.Waivers = slices.Clone(r.Waivers)
			r.Waivers[0].Expires = "2026-02-01"
		},
		"profile login: incomplete does not agree with its requirements, which make it nonconformant": func(r *Report) {
			r.Profiles = slices.Clone(r.Profiles)
			r.Profiles[0].Outcome = Incomplete
		},
		"profile login nonconformant, outcome conformant does not agree with ": func(r *Report) { r.Outcome = Conformant },
		"outcome error does not agree with profiles and waivers":               func(r *Report) { r.Outcome = Errored },
		"reasons: ": func(r *Report) { r.Reasons = r.Reasons[1:] },
		"a report without pat.accepted in its place does not agree with the requirement set": func(r *Report) {
			r.Requirements = slices.DeleteFunc(slices.Clone(r.Requirements), func(one Result) bool { return one.ID == "pat.accepted" })
			recount(r)
		},
		"code.single-use: its level, severity, profiles or text does not agree with the requirement set": func(r *Report) {
			at(r, "code.single-use").Level = assay.Should
		},
		"profile login: its digest does not agree with the requirement set": func(r *Report) {
			r.Profiles = slices.Clone(r.Profiles)
			r.Profiles[0].Digest = "sha256:0"
		},
		"code.single-use does not agree with another result of it": func(r *Report) {
			r.Requirements = append(slices.Clone(r.Requirements), *at(r, "code.single-use"))
			recount(r)
		},
		"seconds 41 does not agree with finished, 1m41s after started": func(r *Report) { r.Finished = r.Finished.Add(time.Minute) },
	} {
		report := nonconformant()
		change(&report)
		if found := report.Contradiction().String(); !strings.HasPrefix(found, want) {
			t.Errorf("%q, not %q", found, want)
		}
	}
}

// A file of an earlier version is not concluded again, but no version let an outcome be better than a failure.
func TestFilesOfEarlierVersions(t *testing.T) {
	report := nonconformant()
	report.Suite.Rules, report.Reasons = 0, nil
	for i := range report.Requirements {
		report.Requirements[i].Findings = nil
	}
	if found := report.Contradiction(); !found.IsZero() {
		t.Error(found)
	}
	report.Outcome = ConformantWithWaivers
	if found := report.Contradiction().String(); !strings.HasPrefix(found, "profile login nonconformant, outcome conformant-with-waivers does not agree with ") {
		t.Error(found)
	}
}
