package engine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A server that takes one stream at a time gets one at a time, and further ones on further connections.
func TestOneStreamAtATime(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(5 * time.Millisecond) // so that the exchanges overlap
		_, _ = io.WriteString(w, "{}")
	}))
	server.EnableHTTP2 = true
	server.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 1}
	const exchanges = 40
	e, r := negotiated(t, server, exchanges)
	var all sync.WaitGroup
	var failed atomic.Int64
	for range exchanges {
		all.Go(func() {
			if a := e.Connection(0).Exchange(r, time.Minute); a.Failed() || a.Status != http.StatusOK {
				failed.Add(1)
				t.Logf("status %d, %v", a.Status, a.Failure)
			}
		})
	}
	all.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d of %d failed", failed.Load(), exchanges)
	}
}
