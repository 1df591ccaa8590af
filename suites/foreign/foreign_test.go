//go:build !race

// Package foreign_test runs the suite against an implementation that shares nothing with the reference: another
// language, and another choice wherever the contract leaves one. Every failure is an error of the suite. With a fault, the
// implementation is in the kill matrix: package power.
package foreign_test

import (
	"slices"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/targetfile"
)

const directory = "../../fixtures/node/"

// TestNode runs every requirement against the platform in fixtures/node, without patience. Untested are requirements
// that would have to wait and those about something that this platform does not have.
func TestNode(t *testing.T) {
	report := runNode(t)
	if !report.Error.IsZero() || report.Outcome != conformance.Incomplete {
		t.Errorf("outcome %s %s, want %s", report.Outcome, report.Error, conformance.Incomplete)
	}
	demandFair(t, report)
}

// runNode runs the suite against the platform in Node.
func runNode(t *testing.T) conformance.Report {
	t.Helper()
	target, err := targetfile.Overrides{Driver: "exec:node " + directory + "driver.mjs 0"}.Load(directory+"target.yaml", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	host, hello, closeHost, err := driver.Open(t.Context(), target, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := closeHost(); err != nil {
			t.Error(err)
		}
	}()
	target.APIServers = []string{apiServer(t, host, target)}
	target.Declares.APIServers = target.APIServers
	session, err := suites.Open(suites.Config{Target: target, Host: host, Hello: hello, Patience: -1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	return suites.Run(t.Context(), session)
}

func noEnv(string) (string, bool) { return "", false }

// apiServer is the platform's address: on a free port, which its host apps report with a code.
func apiServer(t *testing.T, host assay.Host, target assay.Target) string {
	t.Helper()
	user, channel, phone := "u-1", "finclip", "13800001234"
	reply, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpGetPhoneNumber, AppID: target.Apps[0],
		Host: &assay.Injection{Platform: "ios", UserID: &user, Channel: &channel, Phone: &phone}})
	if err != nil {
		t.Fatal(err)
	}
	detail := reply.Callbacks[0].Read()
	if detail.APIServer == "" {
		t.Fatalf("no apiserver in %s", reply.Callbacks[0].Detail)
	}
	return detail.APIServer
}

// untested lists all that a conformant platform of this kind leaves untested.
var untested = []string{
	"code.single-use-later", "code.lifetime", // they take time, and the driver does not move the clock
	"host.gray-values", // it offers no gray
	"pat.access-token", // its logins give no accessToken
	"pat.expired",      // its PATs have no lifetime
	"token.signature",  // nor does it declare a key set
	"token.algorithm", "token.times", "token.no-secrets", "token.subject", "token.kind", "token.size",
	"pat.challenge", "http.allow", // it refuses with status 200, never 401 or 405
	"http.tls",                                     // of the profile hardened alone
	"load.identity", "load.single-use", "load.slo", // and of load
}

func demandFair(t *testing.T, report conformance.Report) {
	t.Helper()
	if got, want := len(report.Requirements), len(assay.Requirements().Requirements); got != want {
		t.Errorf("%d requirements of %d", got, want)
	}
	for _, result := range report.Requirements {
		switch result.Verdict {
		case assay.Pass, assay.Observed:
			if slices.Contains(untested, result.ID) {
				t.Errorf("%s: %s, want untested", result.ID, result.Verdict)
			}
		case assay.Untested:
			if !slices.Contains(untested, result.ID) {
				t.Errorf("%s: untested: %s", result.ID, result.Reason)
			}
		default:
			t.Errorf("%s: %s: %s", result.ID, result.Verdict, result.Reason)
			for _, finding := range result.Findings {
				t.Errorf("  %s %s: expected %s, actual %s\n  %s",
					finding.Endpoint, finding.Situation, finding.Expected, finding.Actual, finding.Reproduce)
			}
		}
	}
}
