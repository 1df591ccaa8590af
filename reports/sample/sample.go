// Package sample has reports for tests of the formats: ordinary ones, ones in which every text is hostile, and ones that are
// larger than any run makes. Package golden has small ones for golden files.
package sample

import (
	"fmt"
	"net/http"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
)

// A Run is a report and the exchanges of its transcript.
type Run struct {
	Report  conformance.Report
	Records []transcript.Record
}

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Conformant is a run in which every declared requirement was tested and passed.
func Conformant() Run {
	set := assay.Requirements()
	report := conformance.Report{
		Suite: conformance.Suite{Version: "1.2.3"},
		Implementation: assay.Implementation{Organization: "Acme", Product: "Acme Mini-Platform", Version: "4.2.0",
			URL: "https://acme.example", Contact: "qa@acme.example"},
		Target:  conformance.Target{APIServers: []string{"https://a.acme.example", "https://b.acme.example"}, Driver: "exec"},
		Seed:    42,
		Started: started, Finished: started.Add(41 * time.Second), Seconds: 41,
		Command:  "assay test --target acme.yaml --seed 42",
		Profiles: conformance.Declare(assay.ProfileLogin, assay.ProfilePhone, assay.ProfileHost, assay.ProfileHardened),
		FailureModes: []conformance.FailureMode{
			{Situation: "pat.missing", Endpoint: assay.Login, Status: 401, Errcode: "UNAUTHORIZED", Error: "no token"},
			{Situation: "code.missing: empty", Endpoint: assay.Login, Status: 400, Errcode: "BAD_CODE", Error: "no code"},
			{Situation: "code.missing: null", Endpoint: assay.Phone, Status: 400, Errcode: "BAD_CODE", Error: "no code"},
		},
	}
	run := Run{}
	for _, requirement := range set.Requirements {
		verdict := assay.Pass
		if requirement.Level == assay.May {
			verdict = assay.Observed
		}
		result := conformance.Result{ID: requirement.ID, Verdict: verdict, Seconds: 0.25}
		for _, endpoint := range requirement.On {
			result.Endpoints = append(result.Endpoints, conformance.EndpointVerdict{Endpoint: endpoint, Verdict: verdict})
		}
		report.Requirements = append(report.Requirements, result)
		run.Records = append(run.Records, record(len(run.Records)+1, requirement.ID))
	}
	run.Report = conformance.Conclude(set, report)
	return run
}

// Nonconformant is a run in which a must failed, a should of high severity warned, something was untested and in error,
// and a failure is waived.
func Nonconformant() Run {
	run := Conformant()
	run.amend("code.single-use-later", assay.Fail, phrase.Phrase{}, run.finding(assay.Login, "", "x-000016"), run.finding(assay.Phone, "", "x-000016"))
	run.amend("security.clean-errors", assay.Warn, phrase.Phrase{}, run.finding(assay.Login, "unknown code", "x-000088", "x-000089"))
	run.amend("code.expiry", assay.Error, phrase.Plain("the driver died"))
	run.amend("pat.unscoped", assay.Untested, phrase.Say(phrase.PATMissing, "unscoped", assay.OpIssuePAT))
	run.amend("http.no-store", assay.Warn, phrase.Phrase{}, run.finding(assay.Phone, "", "x-000079"))
	run.Report.Notes = []phrase.Phrase{phrase.Say(phrase.ClockAhead, "https://a.acme.example", "4s")}
	run.Report.Waivers = []conformance.Waiver{{ID: "http.no-store", Reason: "fixed in 4.3", Owner: "qa@acme.example", Expires: "2026-12-31"}}
	run.Report = conformance.Conclude(assay.Requirements(), run.Report)
	return run
}

// Incomplete is a run in which nothing failed and the requirements about codes were not tried.
func Incomplete() Run {
	run := Conformant()
	for _, result := range run.Report.Requirements {
		if result.Requirement().Chapter() == "code" {
			run.amend(result.ID, assay.Untested, phrase.Say(phrase.Untried))
		}
	}
	run.Report = conformance.Conclude(assay.Requirements(), run.Report)
	return run
}

// Large is a run with that many findings and exchanges.
func Large(findings, exchanges int) Run {
	run := Nonconformant()
	for len(run.Records) < exchanges {
		run.Records = append(run.Records, record(len(run.Records)+1, "limits.fuzzed"))
	}
	var all []conformance.Finding
	for i := range findings {
		id := run.Records[i*len(run.Records)/findings].ID
		all = append(all, run.finding(assay.Endpoints()[i%2], fmt.Sprintf("mutation %d", i), id))
	}
	run.amend("limits.fuzzed", assay.Warn, phrase.Phrase{}, all...)
	run.Report = conformance.Conclude(assay.Requirements(), run.Report)
	return run
}

func (r *Run) amend(id string, verdict assay.Verdict, reason phrase.Phrase, findings ...conformance.Finding) {
	for i := range r.Report.Requirements {
		if result := &r.Report.Requirements[i]; result.ID == id {
			result.Verdict, result.Reason, result.Findings = verdict, reason, findings
			for j := range result.Endpoints {
				result.Endpoints[j].Verdict = verdict
			}
		}
	}
}

func (r *Run) finding(endpoint assay.Endpoint, situation string, exchanges ...string) conformance.Finding {
	return conformance.Finding{
		Endpoint: endpoint, Situation: situation, Expected: "refused: 2xx or 4xx, and no identity",
		Actual: `status 200, errcode "OK", openId "3668917986714171"`, Exchanges: exchanges,
		Reproduce: `curl -sS -i -X POST -H 'Authorization: Bearer '"$PAT" --data-raw '{"appId":"fc2183741419665349","code":"'"$CODE"'"}' --url https://a.acme.example` + endpoint.Path(),
	}
}

func record(n int, requirement string) transcript.Record {
	return transcript.Record{
		Schema: transcript.SchemaName, ID: fmt.Sprintf("x-%06d", n), Requirement: requirement, Endpoint: assay.Login,
		Request: transcript.Request{
			Method: http.MethodPost, URL: "https://a.acme.example" + assay.Login.Path(),
			Headers: http.Header{"Authorization": {"Bearer ~pat-91e62b6ae9~"}, "Content-Type": {"application/json"}},
			Body:    transcript.Body{Text: `{"appId":"fc2183741419665349","code":"~code-702d6b2815~"}`},
		},
		Response: &transcript.Response{
			Status: http.StatusOK, Proto: "HTTP/1.1", TLS: "TLS 1.3",
			Headers: http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}},
			Body:    transcript.Body{Text: `{"error":"","errcode":"OK","data":{"openId":"3668917986714171"},"traceid":"caee97f2"}`},
		},
		Result: "accepted", Sent: started.Add(time.Duration(n) * time.Millisecond), Seconds: 0.0013,
	}
}
