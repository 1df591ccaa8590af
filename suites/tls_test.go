package suites

import (
	"testing"

	"github.com/unified-login/assay"
)

// TestTLSIsJudgedFromTheRecord uses a prepared record, because http.tls is untested on loopback, where all other tests
// of the suite run.
func TestTLSIsJudgedFromTheRecord(t *testing.T) {
	for name, test := range map[string]struct {
		server, version string
		want            assay.Verdict
	}{
		"no TLS":   {"http://api.acme.example", "", assay.Warn},
		"TLS 1.1":  {"https://api.acme.example", "TLS 1.1", assay.Warn},
		"TLS 1.2":  {"https://api.acme.example", "TLS 1.2", assay.Pass},
		"TLS 1.3":  {"https://api.acme.example", "TLS 1.3", assay.Pass},
		"loopback": {"http://127.0.0.1:7080", "", assay.Untested},
		"by name":  {"http://localhost:7080", "", assay.Untested},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(Config{Target: assay.Target{
				APIServers: []string{test.server}, Apps: []string{"fc1"}, Profiles: []string{assay.ProfileLogin, assay.ProfileHardened},
			}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			s.record(assay.Exchange{Endpoint: assay.Login, Response: &assay.Response{Status: 200, TLS: test.version}})
			if got := s.try(t.Context(), entryOf(t, s, "http.tls"), assay.Login); got.verdict() != test.want {
				t.Errorf("%s %q", got.verdict(), got.reasons)
			}
		})
	}
}

func entryOf(t *testing.T, s *Session, id string) entry {
	t.Helper()
	for _, e := range s.plan() {
		if e.requirement.ID == id {
			return e
		}
	}
	t.Fatalf("no entry %s", id)
	return entry{}
}
