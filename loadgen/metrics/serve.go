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

// headerTimeout bounds the reading of a request, and serveGrace the scrapes that are not finished when ctx ends.
const (
	headerTimeout = 5 * time.Second
	serveGrace    = time.Second
)

// Serve answers scrapes on l until ctx ends; then it closes l and finishes current scrapes. The error says why it ended
// earlier.
func (m *Metrics) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout,
		IdleTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)} // errors of clients are not worth a log
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), serveGrace)
		defer cancel()
		if server.Shutdown(within) != nil {
			_ = server.Close() // interrupts the scrapes that did not finish
		}
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) && stop() {
		return fmt.Errorf("metrics: %w", err)
	}
	<-stopped
	return nil
}
