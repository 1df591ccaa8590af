package metrics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// How long a scrape may take to be asked for, and to be finished when the serving ends.
const (
	headerTimeout = 5 * time.Second
	serveGrace    = time.Second
)

// Serve answers scrapes on l until ctx ends; then it closes l and finishes those under way. The error says why it ended
// before that.
func (m *Metrics) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout,
		IdleTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)} // what a client does wrong is its own affair
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), serveGrace)
		defer cancel()
		if server.Shutdown(within) != nil {
			_ = server.Close() // cuts off who did not finish
		}
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) && stop() {
		return fmt.Errorf("metrics: %w", err)
	}
	<-stopped
	return nil
}
