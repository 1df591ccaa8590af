package suites

import (
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// bare is a session whose target and driver offer only what supply adds.
func bare(t *testing.T, supply func(*Config)) *Session {
	t.Helper()
	config := (&script{answer: always(accepted)}).config(t)
	config.Target.Driver = assay.DriverConfig{HTTP: "http://driver.invalid"}
	config.Hello, config.Target.Apps, config.Patience = assay.Hello{}, []string{"fc1"}, time.Second
	if supply != nil {
		supply(&config)
	}
	return begin(t, config)
}

func offering(ops ...assay.Op) func(*Config) {
	return func(c *Config) { c.Hello.Ops = ops }
}

func patient(wait time.Duration) func(*Config) { return func(c *Config) { c.Patience = wait } }

// TestNeeds: each need of the requirement set, unmet with a reason that says what to supply, and met in each way.
func TestNeeds(t *testing.T) {
	tests := map[string]struct {
		reasons []string // parts of the reason
		met     []func(*Config)
	}{
		"codes":                 {[]string{"mint", "login"}, []func(*Config){offering(assay.OpMint), offering(assay.OpLogin)}},
		"apps>=2":               {[]string{"apps"}, []func(*Config){func(c *Config) { c.Target.Apps = []string{"a", "b"} }}},
		"driver.login":          {[]string{"login"}, []func(*Config){offering(assay.OpLogin)}},
		"driver.getPhoneNumber": {[]string{"getPhoneNumber"}, []func(*Config){offering(assay.OpGetPhoneNumber)}},
		"driver.gray":           {[]string{"gray"}, []func(*Config){offering(assay.OpGray)}},
		"driver.platforms>=2":   {[]string{"hello.platforms"}, []func(*Config){func(c *Config) { c.Hello.Platforms = []string{"ios", "ide"} }}},
		"driver.overlap":        {[]string{"overlap"}, []func(*Config){offering(assay.OpOverlap)}},
		"driver.advance or patience>=30s": {[]string{"advance", "30s", "--patience is 1s"},
			[]func(*Config){offering(assay.OpAdvance), patient(30 * time.Second)}},
		"driver.advance or patience>=30s or patience>=codeTTL": {[]string{"advance", "30s", "10m0s", "--patience is 1s"},
			[]func(*Config){offering(assay.OpAdvance), patient(30 * time.Second), declaring(time.Second)}},
		"driver.expire or driver.advance or patience>=codeTTL": {[]string{"expire", "advance", "10m0s", "--patience is 1s"},
			[]func(*Config){offering(assay.OpExpire), offering(assay.OpAdvance), patient(10 * time.Minute), declaring(time.Second)}},
		"driver.advance or patience>=codeTTL/2": {[]string{"advance", "5m0s", "--patience is 1s"},
			[]func(*Config){offering(assay.OpAdvance), patient(5 * time.Minute), declaring(2 * time.Second)}},
		"pats.unscoped":    {[]string{"pats.unscoped", "issuePat"}, []func(*Config){offering(assay.OpIssuePAT), func(c *Config) { c.Target.PATs.Unscoped = "x" }}},
		"pats.otherTenant": {[]string{"pats.otherTenant", "issuePat"}, []func(*Config){offering(assay.OpIssuePAT), func(c *Config) { c.Target.PATs.OtherTenant = "x" }}},
		"pats.otherScope or driver.issuePat": {[]string{"pats.otherScope", "issuePat"},
			[]func(*Config){offering(assay.OpIssuePAT), func(c *Config) { c.Target.PATs.OtherScope = "x" }}},
		"pats.expired": {[]string{"pats.expired"}, []func(*Config){func(c *Config) { c.Target.PATs.Expired = "x" }}},
		"pats.revoked or driver.revokePat": {[]string{"pats.revoked", "revokePat"},
			[]func(*Config){offering(assay.OpRevokePAT), func(c *Config) { c.Target.PATs.Revoked = "x" }}},
		"declares.codeTTL": {[]string{"declares no codeTTL"}, []func(*Config){declaring(time.Minute)}},
		"declares.jwks":    {[]string{"declares no jwks"}, []func(*Config){func(c *Config) { c.Target.Declares.JWKS = "https://x" }}},
		"declares.slo":     {[]string{"declares no slo"}, []func(*Config){func(c *Config) { c.Target.Declares.SLO = []assay.SLO{{}} }}},
	}
	for _, requirement := range assay.Requirements().Requirements {
		for _, need := range requirement.Needs {
			if _, tested := tests[need]; !tested {
				t.Errorf("%s needs %q, which nothing here tests", requirement.ID, need)
			}
		}
	}
	for need, test := range tests {
		reason := bare(t, nil).unmet(need, assay.Login).String()
		for _, part := range test.reasons {
			if !strings.Contains(reason, part) {
				t.Errorf("%q unmet: %q does not name %q", need, reason, part)
			}
		}
		for i, supply := range test.met {
			if reason := bare(t, supply).unmet(need, assay.Login); !reason.IsZero() {
				t.Errorf("%q met in way %d: %q", need, i, reason)
			}
		}
	}
}

// A reason names what a PAT needs of the driver once, with both operations where both are missing.
func TestReasonsForPATs(t *testing.T) {
	for _, test := range []struct {
		need   string
		supply func(*Config)
		want   string
	}{
		{"pats.otherScope or driver.issuePat", nil, "the target names no pats.otherScope and the driver does not offer issuePat"},
		{"pats.revoked or driver.revokePat", nil, "the target names no pats.revoked and the driver does not offer issuePat and revokePat"},
		{"pats.revoked or driver.revokePat", offering(assay.OpIssuePAT), "the target names no pats.revoked and the driver does not offer revokePat"},
	} {
		if got := bare(t, test.supply).unmet(test.need, assay.Login).String(); got != test.want {
			t.Errorf("%s: %q, want %q", test.need, got, test.want)
		}
	}
}

// declaring declares how long codes live, and waits for a second at most.
func declaring(ttl time.Duration) func(*Config) {
	return func(c *Config) { c.Target.Declares.CodeTTL, c.Patience = ttl, time.Second }
}

func TestUnknownNeeds(t *testing.T) {
	for _, need := range []string{"patience>=soon", "moonlight", "pats.golden", "declares.love", "driver.dance", ""} {
		if bare(t, offering(assay.Ops()...)).unmet(need, assay.Login).IsZero() {
			t.Errorf("%q is met", need)
		}
	}
}

func TestCodesForTheOtherEndpoint(t *testing.T) {
	s := bare(t, offering(assay.OpLogin))
	if got := s.unmet("codes", assay.Phone); got.String() != "the driver offers neither mint nor getPhoneNumber" {
		t.Errorf("got %q", got)
	}
	s = bare(t, func(c *Config) { c.Host = nil })
	for _, need := range []string{"codes", "driver.login", "driver.gray"} { // the same is missing for each
		if got := s.unmet(need, assay.Login); got != phrase.Say(phrase.NoDriver) {
			t.Errorf("%s: got %q", need, got)
		}
	}
}

func TestMissing(t *testing.T) {
	login := func(id string) assay.Requirement {
		requirement, _ := assay.Requirements().Find(id)
		return requirement
	}
	full := offering(assay.Ops()...)
	for _, test := range []struct {
		supply   func(*Config)
		id       string
		endpoint assay.Endpoint
		want     string
	}{
		{full, "pat.accepted", assay.Login, ""},
		{func(c *Config) { full(c); c.Only = []string{"code.*"} }, "pat.accepted", assay.Login, "not selected"},
		{func(c *Config) { full(c); c.Skip = []string{"pat.accepted"} }, "pat.accepted", assay.Login, "not selected"},
		{func(c *Config) { full(c); c.Target.Profiles = []string{"login"} }, "pat.accepted", assay.Phone, "profile phone is not declared"},
		{func(c *Config) { full(c); c.Target.Profiles = []string{"login"} }, "host.logout", "", "none of the profiles host and hardened is declared"},
		{func(c *Config) { full(c); c.Target.Profiles = []string{"hardened"} }, "code.tampered", assay.Phone, ""},
		{full, "code.cross-app", assay.Login, "the target names one app; add a second one of the same developer under apps"},
		{nil, "code.missing", assay.Login, ""},
	} {
		if got := bare(t, test.supply).missing(login(test.id), test.endpoint); got.String() != test.want {
			t.Errorf("%s on %s: %q, want %q", test.id, test.endpoint, got, test.want)
		}
	}
}
