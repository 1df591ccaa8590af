package golden

import (
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// Begun is a report before the run.
func Begun() conformance.Report {
	return conformance.Report{
		Schema: conformance.SchemaName,
		Suite:  conformance.Suite{Version: "1.2.3", RequirementSet: "unified-login/1.0", Digest: assay.Requirements().Digest},
		Implementation: assay.Implementation{
			Organization: "Acme", Product: "Acme Mini-Platform", Version: "4.2.0", URL: "https://acme.example", Contact: "qa@acme.example",
		},
		Target:   conformance.Target{APIServers: []string{"https://a.acme.example", "https://b.acme.example"}, Driver: "exec"},
		Seed:     42,
		Started:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Finished: time.Date(2026, 3, 1, 12, 0, 41, 0, time.UTC),
		Seconds:  41,
		Command:  "assay test --target acme.yaml --seed 42",
		Profiles: conformance.Declare(assay.ProfileLogin, assay.ProfilePhone),
	}
}

// Conformant is the report of a run in which everything declared was tested and passed.
func Conformant() conformance.Report {
	report := Begun()
	for _, requirement := range assay.Requirements().Requirements {
		verdict := assay.Pass
		if requirement.Level == assay.May {
			verdict = assay.Observed
		}
		report.Requirements = append(report.Requirements, conformance.Result{ID: requirement.ID, Verdict: verdict, Seconds: 0.25})
	}
	report.FailureModes = []conformance.FailureMode{
		{Situation: "pat.missing", Endpoint: assay.Login, Status: 401, Errcode: "UNAUTHORIZED", Error: "no token"},
	}
	return conformance.Conclude(assay.Requirements(), report)
}

// Nonconformant is the report of a run with failures, warnings, an error and a waiver.
func Nonconformant() conformance.Report {
	report := Conformant()
	report.Profiles = conformance.Declare(assay.ProfileLogin, assay.ProfilePhone, assay.ProfileHardened)
	amend := func(id string, verdict assay.Verdict, reason phrase.Phrase, findings ...conformance.Finding) {
		for i := range report.Requirements {
			if result := &report.Requirements[i]; result.ID == id {
				result.Verdict, result.Reason, result.Findings = verdict, reason, findings
			}
		}
	}
	for i := range report.Requirements { // what an undeclared profile left untested is tested now
		if result := &report.Requirements[i]; result.Verdict == assay.Untested {
			result.Verdict, result.Reason = assay.Pass, phrase.Phrase{}
		}
	}
	curl := `curl -sS -i -g --path-as-is -X 'POST' -H 'Authorization: Bearer '"$PAT" -H 'Content-Type: application/json' --data-raw '{"appId":"fc2183741419665349","code":"'"$CODE"'"}' --url 'https://a.acme.example/api/v1/open/dev/mini-apps/unified-auth/login'`
	amend("code.single-use", assay.Fail, phrase.Phrase{},
		conformance.Finding{Endpoint: assay.Login, Situation: "second exchange", Expected: "refused", Actual: "accepted, openId o-1",
			Exchanges: []string{"x-000012", "x-000013"}, Reproduce: curl},
		conformance.Finding{Endpoint: assay.Phone, Expected: "refused", Actual: "refused", Verdict: assay.Pass, Exchanges: []string{"x-000020"}})
	amend("pat.unknown", assay.Fail, phrase.Phrase{}, conformance.Finding{Endpoint: assay.Login, Expected: "refused", Actual: Hostile + strings.Repeat("x", 2000)})
	amend("http.tls", assay.Warn, phrase.Phrase{}, conformance.Finding{Endpoint: assay.Login, Expected: "TLS 1.2 or later", Actual: "no TLS"})
	amend("http.no-store", assay.Warn, phrase.Phrase{}, conformance.Finding{Endpoint: assay.Phone, Expected: "Cache-Control: no-store", Actual: "no Cache-Control"})
	amend("pat.unscoped", assay.Untested, phrase.Say(phrase.PATMissing, "unscoped", assay.OpIssuePAT))
	amend("code.expiry", assay.Error, phrase.Plain("the driver died: "+Hostile))
	amend("phone.injected", assay.Fail, phrase.Phrase{}, conformance.Finding{Endpoint: assay.Phone, Expected: "~phone-0123456789~", Actual: "~phone-9876543210~"})
	report.Waivers = []conformance.Waiver{{ID: "phone.injected", Reason: "a known bug", Owner: "ann@acme.example", Expires: "2026-06-30"}}
	return conformance.Conclude(assay.Requirements(), report)
}

// Incomplete is the report of a run that was narrowed and then interrupted.
func Incomplete() conformance.Report {
	report := Begun()
	report.Selection, report.Interrupted = &conformance.Selection{Only: []string{"pat.*"}, Skip: []string{"pat.query"}}, true
	report.Requirements = []conformance.Result{
		{ID: "pat.accepted", Verdict: assay.Pass, Seconds: 0.1},
		{ID: "pat.unscoped", Verdict: assay.Untested, Reason: phrase.Say(phrase.PATMissing, "unscoped", assay.OpIssuePAT)},
		{ID: "pat.missing", Verdict: assay.Error, Reason: phrase.Plain("the connection was reset three times")},
	}
	return conformance.Conclude(assay.Requirements(), report)
}

// Documents are the reports that are rendered as documents, by the name of their golden files.
func Documents() map[string]conformance.Report {
	return map[string]conformance.Report{"conformant": Conformant(), "nonconformant": Nonconformant(), "incomplete": Incomplete()}
}
