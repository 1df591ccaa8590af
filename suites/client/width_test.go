package client

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/netutil"
)

// TestWidth counts the connections that a server takes at once, and takes no server for narrow that is slow or does not answer.
func TestWidth(t *testing.T) {
	const n, long = 12, time.Hour
	plain := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	closing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
	for name, test := range map[string]struct {
		workers  int
		handler  http.Handler
		patience time.Duration
		want     int
		limit    time.Duration // of an exchange
	}{
		"four workers":                   {4, plain, time.Second, 4, long},
		"one worker":                     {1, plain, time.Second, 1, long},
		"four workers who keep nothing":  {4, closing, long, n, long},
		"enough workers":                 {n, plain, long, n, long},
		"every third request is ignored": {n, ignoring(3), 100 * time.Millisecond, n, time.Second},
		"every request is ignored":       {n, ignoring(1), 100 * time.Millisecond, n, time.Second},
		"every third connection is cut":  {n, cutting(3), long, n, long},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(test.handler)
			server.Listener = netutil.LimitListener(server.Listener, test.workers) // each serves a connection until it is closed
			server.Start()
			t.Cleanup(server.Close)
			c := New(Options{Servers: []string{server.URL}, Timeout: test.limit})
			defer c.Close()
			// On a busy machine, the answers to some connections may come late.
			if got := c.Width(t.Context(), 0, n, test.patience); got != test.want && (test.want == n || got < 1 || got > test.want) {
				t.Errorf("%d connections, want %d", got, test.want)
			}
		})
	}
}

// ignoring does not answer every nth request before its client leaves.
func ignoring(n int64) http.Handler {
	var count atomic.Int64
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if count.Add(1)%n == 0 {
			_, _ = io.Copy(io.Discard, r.Body) // otherwise net/http does not see that the client has left
			<-r.Context().Done()
		}
	})
}

// cutting ends the connection of every nth request.
func cutting(n int64) http.Handler {
	var count atomic.Int64
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if count.Add(1)%n == 0 {
			panic(http.ErrAbortHandler)
		}
	})
}
