package main

import (
	"context"
	"encoding/pem"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/targetfile"
)

// toward is a proxy to the API server of a target file.
func toward(target string) http.Handler {
	loaded, err := targetfile.Load(target, os.LookupEnv)
	if err != nil {
		log.Fatal(err)
	}
	server, err := url.Parse(loaded.APIServers[0])
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(server)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	proxy.ErrorLog = log.New(os.Stderr, "", 0)
	return proxy
}

// slow is a proxy that delays every exchange: slow FILE TARGET DELAY. FILE.busy exists after ten exchanges.
func slow(ctx context.Context, file, target, delay string) {
	wait, err := time.ParseDuration(delay)
	if err != nil {
		log.Fatal(err)
	}
	next, busy := toward(target), afterSome(file+".busy")
	listenAndServe(ctx, file, httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		busy()
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		next.ServeHTTP(w, r)
	})))
}

// afterSome returns a function whose tenth call writes a file.
func afterSome(file string) func() {
	var calls atomic.Int64
	return func() {
		if calls.Add(1) == 10 {
			write(file, "")
		}
	}
}

// stuck is a proxy that answers COUNT exchanges and then no other: stuck FILE TARGET COUNT. FILE.busy exists once ten
// exchanges wait.
func stuck(ctx context.Context, file, target, count string) {
	var left atomic.Int64
	left.Store(number(count))
	next, busy := toward(target), afterSome(file+".busy")
	listenAndServe(ctx, file, httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if left.Add(-1) >= 0 {
			next.ServeHTTP(w, r)
			return
		}
		busy()
		select {
		case <-r.Context().Done():
		case <-ctx.Done():
		}
	})))
}

// starting is a proxy to a URL that is not ready for COUNT requests: it answers 503, or closes the connection: starting FILE URL
// COUNT.
func starting(ctx context.Context, file, to, count string) {
	server, err := url.Parse(to)
	if err != nil {
		log.Fatal(err)
	}
	var left atomic.Int64
	left.Store(number(count))
	next := httputil.NewSingleHostReverseProxy(server)
	listenAndServe(ctx, file, httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := left.Add(-1); {
		case n < 0:
			next.ServeHTTP(w, r)
		case n%2 == 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			panic(http.ErrAbortHandler)
		}
	})))
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// flaky is a proxy that closes its listener and all connections after COUNT exchanges, and returns at the same address after
// a while: flaky FILE TARGET COUNT.
func flaky(ctx context.Context, file, target, count string) {
	next, left := toward(target), number(count)
	var seen atomic.Int64
	dying := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := seen.Add(1); n == left {
			close(dying)
		}
		next.ServeHTTP(w, r)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	address := listener.Addr().String()
	write(file, address)
	first := &http.Server{Handler: handler}
	go func() { _ = first.Serve(listener) }()
	select {
	case <-dying:
	case <-ctx.Done():
		return
	}
	_ = first.Close()
	select {
	case <-time.After(300 * time.Millisecond): // the outage
	case <-ctx.Done():
	}
	if listener, err = net.Listen("tcp", address); err != nil {
		log.Fatal(err)
	}
	second := &http.Server{Handler: handler}
	go func() { _ = second.Serve(listener) }()
	<-ctx.Done()
	_ = second.Close()
}

// secure is a proxy over TLS that writes its certificate to FILE.pem: secure FILE TARGET.
func secure(ctx context.Context, file, target string) {
	server := httptest.NewUnstartedServer(toward(target))
	server.StartTLS()
	block := pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	if err := os.WriteFile(file+".pem", pem.EncodeToMemory(&block), 0o600); err != nil {
		log.Fatal(err)
	}
	announced(ctx, file, server)
}
