package reproduce

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// A script reaches the platform as the suite did. Secrets are in variables, which it asks for.
func TestWay(t *testing.T) {
	w := &writer{run: Run{CA: "ca.pem", Transport: assay.Transport{
		Headers:           map[string]assay.Secret{"X-Key": "k3y", "X-Tenant": "t3nant"},
		ClientCertificate: "a client.pem", ClientKey: "client.key", UnixSocket: "/run/s", Insecure: true, PriorKnowledge: true,
		Resolve: map[string][]netip.Addr{"api.example:443": {netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")}},
		Proxy:   "http://u:pr0xy@proxy:3128",
	}}}
	want := ` --http2-prior-knowledge --cacert ca.pem --cert 'a client.pem' --key client.key --unix-socket /run/s --noproxy '*' --resolve api.example:443:192.0.2.1,192.0.2.2` +
		` -H 'X-Key: '"${HEADER}" -H 'X-Tenant: '"${HEADER_2}" --insecure --proxy "http://${PROXY#*://}" --noproxy ''`
	if got := w.way(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	asked := strings.Join(w.demanded(), "\n")
	for _, name := range []string{"HEADER:?", "HEADER_2:?", "PROXY:?"} {
		if !strings.Contains(asked, name) {
			t.Errorf("%s is not asked for: %s", name, asked)
		}
	}
	for _, secret := range []string{"k3y", "t3nant", "pr0xy"} {
		if strings.Contains(w.way()+asked, secret) {
			t.Errorf("%s is written", secret)
		}
	}
}

func TestProxyOfAWay(t *testing.T) {
	for proxy, want := range map[assay.Secret]string{
		"": "", assay.DirectProxy: " --noproxy '*'",
		"socks5://proxy": " --proxy socks5h://proxy:1080 --noproxy ''", // curl's socks5 looks the platform's name up itself
		"http://proxy":   " --proxy http://proxy:80 --noproxy ''",      // curl's port is 1080
		"https://[::1]/": " --proxy 'https://[::1]:443' --noproxy ''",
	} {
		w := &writer{run: Run{Transport: assay.Transport{Proxy: proxy}}}
		if got := w.way(); got != want || len(w.demanded()) > 0 {
			t.Errorf("%s: %s, want %s; %v", proxy, got, want, w.demanded())
		}
	}
}

// curl asks for the name in the URL. A script that asks for another one has it there, connects to the server, and sends the server's own host.
func TestAnotherServerName(t *testing.T) {
	for server, want := range map[string][2]string{
		"https://gateway.example":     {"https://api.example:443", " --connect-to api.example:443:gateway.example:443 -H 'Host: gateway.example'"},
		"https://192.0.2.1:8443/base": {"https://api.example:8443/base", " --connect-to api.example:8443:192.0.2.1:8443 -H 'Host: 192.0.2.1:8443'"},
		"https://[2001:db8::1]:8443":  {"https://api.example:8443", " --connect-to 'api.example:8443:[2001:db8::1]:8443' -H 'Host: [2001:db8::1]:8443'"},
		"http://gateway.example":      {"http://gateway.example", ""},
	} {
		r := Run{Servers: []string{server}, Transport: assay.Transport{ServerName: "api.example"}}
		base, _, _ := r.base(server)
		if way := (&writer{run: r}).way(); base != want[0] || way != want[1] || !r.named() {
			t.Errorf("%s: %s and %s, want %q", server, base, way, want)
		}
		if r.Servers = append(r.Servers, "https://other.example"); r.named() {
			t.Error("one name leads to two servers")
		}
	}
}
