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
