package remarks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
)

func TestServer(t *testing.T) {
	if got := Server("https://a", 0, []string{"192.0.2.1"}, []string{"ab"}, reach.Way{}); len(got) > 0 {
		t.Errorf("nothing changed: %q", got)
	}
	got := phrase.Strings(Server("https://a", 3, []string{"192.0.2.1", "192.0.2.2"}, []string{"ab", "cd"},
		reach.Way{Proxy: "http://proxy:3128", Insecure: true, PriorKnowledge: true, Certificate: true, Headers: []string{"X-Key"},
			Addresses: []string{"192.0.2.1", "192.0.2.2"}, Dead: map[string]string{"192.0.2.2": "connection refused"}}))
	want := []string{
		"the certificates of https://a were not checked, because the target file says insecure: nothing shows who answered, and this run cannot be certified",
		"https://a was reached through the proxy http://proxy:3128",
		"https://a was spoken to in HTTP/2 without TLS, as the target file says",
		"connections to https://a had the client certificate of the target file",
		"requests to https://a had the header fields of the target file: X-Key",
		"connections to https://a were spread over the addresses of its name: 192.0.2.1, 192.0.2.2",
		"the address 192.0.2.2 of https://a took no connection (connection refused); the others of its name were used",
		"https://a closes every connection soon after its answer, without announcing it: 3 requests were sent to a connection that had just closed and got no answer; since then each request has a connection of its own",
		"the name of https://a resolved to several addresses during the run: 192.0.2.1, 192.0.2.2",
		"https://a showed several valid certificates during the run, SHA-256 ab, cd",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A name may have hundreds of addresses.
func TestManyAddresses(t *testing.T) {
	way := reach.Way{Dead: map[string]string{}}
	for i := range 300 {
		address := fmt.Sprint("192.0.2.", i)
		way.Addresses, way.Dead[address] = append(way.Addresses, address), "connection refused"
	}
	got := phrase.Strings(Server("https://a", 0, nil, nil, way))
	if len(got) != 1+most || !strings.HasSuffix(got[0], "192.0.2.7, … (300)") {
		t.Errorf("%q", got)
	}
}
