package client_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// received is what a server gets on one connection until its client leaves.
func received(t *testing.T, send func(*client.Connection) assay.Exchange) (assay.Exchange, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	got := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			got <- err.Error()
			return
		}
		defer func() { _ = conn.Close() }()
		all, _ := io.ReadAll(conn) // ends when the client leaves
		got <- string(all)
	}()
	x := send(open(t, patient, "http://"+listener.Addr().String()).Connect(0))
	return x, <-got
}

// TestAbandon sends a whole request, or half of its body, and leaves.
func TestAbandon(t *testing.T) {
	whole := len(valid().Encode())
	for half, want := range map[bool]int{false: whole, true: whole / 2} {
		x, text := received(t, func(c *client.Connection) assay.Exchange { return c.Abandon(t.Context(), valid(), half) })
		if x.Failure.Kind != assay.Interrupted || x.Response != nil {
			t.Errorf("half %v: recorded as %q", half, x.Failure.Kind)
		}
		_, body, _ := cutHead(text)
		if len(body) != want {
			t.Errorf("half %v: %d bytes of the body, want %d", half, len(body), want)
		}
	}
	gone := open(t, patient, "http://127.0.0.1:1").Connect(0).Abandon(t.Context(), valid(), false)
	if !gone.Failure.Kind.Unconnected() {
		t.Errorf("without a server: %q", gone.Failure.Kind)
	}
}

// TestAbsolute names the whole URL in the request line, and NoBody sends no body.
func TestAbsolute(t *testing.T) {
	x, text := received(t, func(c *client.Connection) assay.Exchange {
		return c.Abandon(t.Context(), valid().With(client.Method(http.MethodHead), client.NoBody(), func(r *client.Request) { r.Absolute = true }), false)
	})
	line, body, headed := cutHead(text)
	if want := "HEAD " + x.Request.URL + " HTTP/1.1"; !headed || line != want || body != "" || x.Code != nil {
		t.Errorf("request line %q, want %q; body %q", line, want, body)
	}
}

func cutHead(text string) (line, body string, whole bool) {
	head, body, whole := strings.Cut(text, "\r\n\r\n")
	line, _, _ = strings.Cut(head, "\r\n")
	return line, body, whole
}
