package conformance

import (
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// begun is a report as it is before the run.
func begun() Report {
	return Report{
		Schema: SchemaName,
		Suite:  Suite{Version: "1.2.3", RequirementSet: "unified-login/1.0", Digest: assay.Requirements().Digest},
		Implementation: assay.Implementation{
			Organization: "Acme", Product: "Acme Mini-Platform", Version: "4.2.0", URL: "https://acme.example", Contact: "qa@acme.example",
		},
		Target:   Target{APIServers: []string{"https://a.acme.example", "https://b.acme.example"}, Driver: "exec"},
		Seed:     42,
		Started:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Finished: time.Date(2026, 3, 1, 12, 0, 41, 0, time.UTC),
		Seconds:  41,
		Command:  "assay test --target acme.yaml --seed 42",
		Profiles: Declare(assay.ProfileLogin, assay.ProfilePhone),
	}
}

// conformant is the report of a run in which everything declared was tested and held.
func conformant() Report {
	report := begun()
	for _, requirement := range assay.Requirements().Requirements {
		verdict := assay.Pass
		if requirement.Level == assay.May {
			verdict = assay.Observed
		}
		report.Requirements = append(report.Requirements, Result{ID: requirement.ID, Verdict: verdict, Seconds: 0.25})
	}
	report.FailureModes = []FailureMode{
		{Situation: "pat.missing", Endpoint: assay.Login, Status: 401, Errcode: "UNAUTHORIZED", Error: "no token"},
	}
	return Conclude(assay.Requirements(), report)
}

// hostile is what a target may put into any string of its answer.
const hostile = "\x1b[2J\x1b[31mPASS\x1b[0m\r\n\u202egnp.exe\u2066 ]]> <b>&amp;\" \x00\x07\xff\xfe \ufffe \U000e0041 名前の長い値 é"

// nonconformant is the report of a run in which much went wrong.
func nonconformant() Report {
	report := conformant()
	report.Profiles = Declare(assay.ProfileLogin, assay.ProfilePhone, assay.ProfileHardened)
	amend := func(id string, verdict assay.Verdict, reason phrase.Phrase, findings ...Finding) {
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
		Finding{Endpoint: assay.Login, Situation: "second exchange", Expected: "refused", Actual: "accepted, openId o-1",
			Exchanges: []string{"x-000012", "x-000013"}, Reproduce: curl},
		Finding{Endpoint: assay.Phone, Expected: "refused", Actual: "refused", Verdict: assay.Pass, Exchanges: []string{"x-000020"}})
	amend("pat.unknown", assay.Fail, phrase.Phrase{}, Finding{Endpoint: assay.Login, Expected: "refused", Actual: hostile + strings.Repeat("x", 2000)})
	amend("http.tls", assay.Warn, phrase.Phrase{}, Finding{Endpoint: assay.Login, Expected: "TLS 1.2 or later", Actual: "no TLS"})
	amend("http.no-store", assay.Warn, phrase.Phrase{}, Finding{Endpoint: assay.Phone, Expected: "Cache-Control: no-store", Actual: "no Cache-Control"})
	amend("pat.unscoped", assay.Untested, phrase.Say(phrase.PATMissing, "unscoped", "issuePat"))
	amend("code.expiry", assay.Error, phrase.Plain("the driver died: "+hostile))
	amend("phone.injected", assay.Fail, phrase.Phrase{}, Finding{Endpoint: assay.Phone, Expected: "~phone-0123456789~", Actual: "~phone-9876543210~"})
	report.Waivers = []Waiver{{ID: "phone.injected", Reason: "a known bug", Owner: "ann@acme.example", Expires: "2026-06-30"}}
	return Conclude(assay.Requirements(), report)
}

// incomplete is the report of a run that was narrowed and then stopped.
func incomplete() Report {
	report := begun()
	report.Selection, report.Interrupted = &Selection{Only: []string{"pat.*"}, Skip: []string{"pat.query"}}, true
	report.Requirements = []Result{
		{ID: "pat.accepted", Verdict: assay.Pass, Seconds: 0.1},
		{ID: "pat.unscoped", Verdict: assay.Untested, Reason: phrase.Say(phrase.PATMissing, "unscoped", "issuePat")},
		{ID: "pat.missing", Verdict: assay.Error, Reason: phrase.Plain("the connection was reset three times")},
	}
	return Conclude(assay.Requirements(), report)
}
