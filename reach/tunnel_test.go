package reach

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
)

// opened returns what opens a connection to a proxy that reads from it and answers.
func opened(answer func(from *bufio.Reader, to io.Writer)) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go func() {
			answer(bufio.NewReader(there), there)
			_ = there.Close()
		}()
		return here, nil
	}
}

func proxyURL(t *testing.T, text string) *url.URL {
	t.Helper()
	address, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// CONNECT names the server and the user of the proxy, and the connection carries what follows.
func TestTunnelByConnect(t *testing.T) {
	asked := make(chan *http.Request, 1)
	conn, err := Tunnel(t.Context(), proxyURL(t, "http://u:p@proxy.invalid"), "platform.invalid:443", opened(func(from *bufio.Reader, to io.Writer) {
		request, err := http.ReadRequest(from)
		if err != nil {
			t.Error(err)
		}
		asked <- request
		_, _ = io.WriteString(to, "HTTP/1.1 200 Connection established\r\n\r\n")
		_, _ = io.WriteString(to, "hello")
	}))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(conn)
	request := <-asked
	_ = conn.Close()
	if request.Method != http.MethodConnect || request.Host != "platform.invalid:443" || request.RequestURI != request.Host ||
		request.Header.Get("Proxy-Authorization") != "Basic dTpw" || string(got) != "hello" {
		t.Errorf("%s %s %s %v, then %q", request.Method, request.Host, request.RequestURI, request.Header, got)
	}
}

// A proxy that opens no tunnel is named as the cause, as it is with net/http.
func TestTunnelsThatFail(t *testing.T) {
	status := func(line string) func(from *bufio.Reader, to io.Writer) {
		return func(from *bufio.Reader, to io.Writer) {
			_, _ = http.ReadRequest(from)
			_, _ = io.WriteString(to, line)
		}
	}
	for name, test := range map[string]struct {
		scheme string
		answer func(from *bufio.Reader, to io.Writer)
		want   assay.Failure
	}{
		"refused":     {"http", status("HTTP/1.1 407 No\r\n\r\n"), assay.Failure{Kind: assay.ProxyFailed, Text: "no connection: the proxy answered CONNECT with status 407"}},
		"not reached": {"http", status("HTTP/1.1 502 No\r\n\r\n"), assay.Failure{Kind: assay.NoConnection, Text: "no connection: the proxy answered CONNECT with status 502"}},
		"closed":      {"http", status(""), assay.Failure{Kind: assay.NoConnection, Text: "no connection: it was closed at once"}},
		"closed SOCKS": {"socks5", func(from *bufio.Reader, _ io.Writer) { _, _ = from.ReadByte() },
			assay.Failure{Kind: assay.ProxyFailed, Text: "no connection: the proxy: it was closed at once"}},
		"an endless header": {"http", status("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*maxTunnelHeader)),
			assay.Failure{Kind: assay.NoConnection, Text: "no connection: it was closed at once"}},
	} {
		conn, err := Tunnel(t.Context(), proxyURL(t, test.scheme+"://proxy.invalid"), "platform.invalid:443", opened(test.answer))
		if conn != nil || err == nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := failures.Classify(err, false, 0); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// A proxy that does not answer is left when the caller gives up, and one that cannot be reached is named.
func TestTunnelsThatHang(t *testing.T) {
	for _, scheme := range []string{"http", "socks5"} {
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		_, err := Tunnel(ctx, proxyURL(t, scheme+"://proxy.invalid"), "platform.invalid:443", opened(func(from *bufio.Reader, _ io.Writer) {
			_, _ = from.ReadByte()
			cancel()
			_, _ = io.Copy(io.Discard, from)
			close(over)
		}))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", scheme, err)
		}
		<-over // the connection was closed
		var asked string
		_, err = Tunnel(t.Context(), proxyURL(t, scheme+"://proxy.invalid"), "platform.invalid:443", func(_ context.Context, _, address string) (net.Conn, error) {
			asked = address
			return nil, &net.OpError{Op: "dial", Err: io.EOF}
		})
		if failure := failures.Classify(err, false, 0); failure.Kind != assay.ProxyFailed {
			t.Errorf("%s: %+v", scheme, failure)
		}
		if want := map[string]string{"http": "proxy.invalid:80", "socks5": "proxy.invalid:1080"}[scheme]; asked != want {
			t.Errorf("%s: %s was dialled, want %s", scheme, asked, want)
		}
	}
}

// A proxy over TLS whose name is encoded is left to net/http.
func TestTunnelsOfARoute(t *testing.T) {
	for by, want := range map[string]bool{"http://proxy.invalid": true, "socks5h://proxy.invalid": true, "https://pröxy.invalid": false, "http://pröxy.invalid": false} {
		if Tunnels(proxyURL(t, by)) != want {
			t.Errorf("%s: %t", by, !want)
		}
	}
}
