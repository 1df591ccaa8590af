package remarks

import (
	"slices"
	"testing"

	"github.com/unified-login/assay/reports/phrase"
)

func TestServer(t *testing.T) {
	if got := Server("https://a", 0, []string{"192.0.2.1"}, []string{"ab"}); len(got) > 0 {
		t.Errorf("nothing changed: %q", got)
	}
	got := phrase.Strings(Server("https://a", 3, []string{"192.0.2.1", "192.0.2.2"}, []string{"ab", "cd"}))
	want := []string{
		"https://a closes every connection soon after its answer, without announcing it: 3 requests were sent to a connection that had just closed and got no answer; since then each request has a connection of its own",
		"the name of https://a resolved to several addresses during the run: 192.0.2.1, 192.0.2.2",
		"https://a showed several valid certificates during the run, SHA-256 ab, cd",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
