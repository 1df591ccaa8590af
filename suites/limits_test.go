package suites

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// TestRecoverySaysBetweenWhichItHappened: the finding names the exchanges between which the target broke down.
func TestRecoverySaysBetweenWhichItHappened(t *testing.T) {
	const broken = `500 {"error":"gone","errcode":"E"}`
	for name, test := range map[string]struct {
		before []string // earlier answers
		now    string
		bounds string // the exchanges of the finding: the probe, what led to it, and that of the retry
		where  string
	}{
		"it broke at once":              {[]string{accepted, denied, accepted, broken, broken}, broken, "x-000006 x-000003 x-000004 x-000007", "between x-000003, which worked, and x-000004"},
		"it broke, and says no":         {[]string{accepted, denied, broken, denied}, denied, "x-000005 x-000001 x-000006", "between x-000001, which worked, and x-000005"},
		"one broke, and others did not": {[]string{accepted, broken, denied, broken}, broken, "x-000005 x-000001 x-000004 x-000006", "between x-000001, which worked, and x-000004"},
		"nothing worked ever":           {[]string{denied}, denied, "x-000002 x-000003", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := &script{answer: inTurn(append(test.before, test.now)...)}
			s := p.session(t)
			attempt(t, s, entry{body: func(t *Trial) {
				for range test.before {
					t.Exchange(t.Code())
				}
			}}, "limits.fuzzed")
			got := attempt(t, s, entry{body: recovery}, "limits.recovery")
			expectVerdict(t, got, assay.Fail)
			if len(got.findings) != 1 {
				t.Fatalf("findings %+v", got.findings)
			}
			finding := got.findings[0]
			if ids := strings.Join(finding.Exchanges, " "); ids != test.bounds || !strings.Contains(finding.Actual, test.where) {
				t.Errorf("%s: %s, want %s, %s", ids, finding.Actual, test.bounds, test.where)
			}
		})
	}
}

// TestRecoveryIsOfTheServiceAlone: what fails beside the service does not show that bad input has ended it.
func TestRecoveryIsOfTheServiceAlone(t *testing.T) {
	p := &script{answer: inTurn(accepted)}
	unknown := httptest.NewTLSServer(p) // no authority is known that has signed its certificate
	t.Cleanup(unknown.Close)
	gone := httptest.NewServer(p)
	gone.Close()
	for name, test := range map[string]struct {
		server string
		want   assay.Verdict
	}{
		"a certificate that is not valid": {unknown.URL, assay.Untested},
		"no service":                      {gone.URL, assay.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			config := p.config(t)
			config.Target.APIServers = []string{test.server}
			expectVerdict(t, attempt(t, begin(t, config), entry{body: recovery}, "limits.recovery"), test.want)
		})
	}
}

// TestAStallIsNotBadInputs: bad input that got no answer in time makes the service fail only if it gets none again.
func TestAStallIsNotBadInputs(t *testing.T) {
	late := assay.Exchange{Failure: assay.Failure{Kind: assay.TimedOut}}
	refused := assay.Exchange{Response: &assay.Response{Status: 400, Body: []byte(`{"errcode":"E","error":"no"}`)}}
	broken := assay.Exchange{Response: &assay.Response{Status: 500, Body: []byte(`{"errcode":"E","error":"no"}`)}}
	for name, test := range map[string]struct {
		answers []assay.Exchange // the last one again and again
		want    assay.Verdict
	}{
		"a stall":                 {[]assay.Exchange{late, refused}, assay.Pass},
		"no answer, and again":    {[]assay.Exchange{late}, assay.Warn},
		"no answer, then a fault": {[]assay.Exchange{late, broken}, assay.Warn},
		"a fault, then a refusal": {[]assay.Exchange{broken, refused}, assay.Warn},
	} {
		t.Run(name, func(t *testing.T) {
			p := &script{answer: inTurn(accepted)}
			sent := 0
			got := attempt(t, p.session(t), entry{body: func(t *Trial) {
				t.refuses(func() assay.Exchange {
					sent++
					return test.answers[min(sent, len(test.answers))-1]
				})
			}}, "limits.fuzzed")
			expectVerdict(t, got, test.want)
		})
	}
}
