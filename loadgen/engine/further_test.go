package engine

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
)

// Both kinds of connections give the header fields that may say something of a user, and no others.
func TestFurther(t *testing.T) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Set-Cookie", "session=abc")
			w.Header().Set("X-User", "ann")
			_, _ = w.Write([]byte("{}"))
		}))
		server.EnableHTTP2 = http2
		server.StartTLS()
		defer server.Close()
		e, err := New(Auto, []string{server.URL}, reach.Plain(server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs), 1, Reuse{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		e.Negotiate(context.Background(), time.Minute)
		route, err := NewRoute(server.URL, assay.Login, "fc1", "pat", nil)
		if err != nil {
			t.Fatal(err)
		}
		var request Request
		request.Set(route, "code")
		c := e.Connection(0)
		defer c.Close()
		answer := c.Exchange(&request, time.Minute)
		var got []string
		for _, value := range answer.Further() {
			got = append(got, string(value))
		}
		slices.Sort(got)
		if want := "ann, session=abc"; strings.Join(got, ", ") != want || !strings.HasPrefix(answer.From.Protocol(), name) {
			t.Errorf("%s: %q over %s, %v", name, got, answer.From.Protocol(), answer.Failure)
		}
	}
}
