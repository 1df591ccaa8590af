package engine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// A server that takes one stream at a time refuses those that were sent before its settings arrived. It does not process them, and
// they are sent again, as many as there are.
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
	for range exchanges {
		all.Go(func() {
			if a := e.Connection(0).Exchange(r, time.Minute); a.Failed() || a.Status != http.StatusOK {
				t.Errorf("status %d, %v", a.Status, a.Failure)
			}
		})
	}
	all.Wait()
}
