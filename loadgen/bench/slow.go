package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/unified-login/assay"
)

// serveSlowly answers every login at an address a while after the request, over HTTP/1.1 and h2c, until the context is over. It writes the
// server's URL, as the first line. After a comma, the address may have a further host, which is served at the same port.
func serveSlowly(ctx context.Context, address string, after time.Duration, w io.Writer) error {
	address, more, several := strings.Cut(address, ",")
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+assay.Login.Path(), func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the connection is kept
		time.Sleep(after)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	})
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := http.Server{Handler: mux, Protocols: protocols, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: 1 << 20}, ReadHeaderTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if several {
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return err
		}
		further, err := net.Listen("tcp", net.JoinHostPort(more, port))
		if err != nil {
			return err
		}
		go func() { _ = server.Serve(further) }() // until the server is closed
	}
	if _, err := fmt.Fprintf(w, "http://%s\n", l.Addr()); err != nil {
		return err
	}
	if err := server.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}
