package client_test

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// race sends the requests through one barrier and returns their exchanges in the same order.
func race(t *testing.T, c *client.Client, requests ...client.Request) []assay.Exchange {
	t.Helper()
	barrier := client.NewBarrier(len(requests))
	exchanges := make([]assay.Exchange, len(requests))
	var all sync.WaitGroup
	for i, request := range requests {
		request.Barrier = barrier
		all.Go(func() { exchanges[i] = c.Do(t.Context(), request) })
	}
	all.Wait()
	return exchanges
}

// A gate is the server of a race. It counts headers and notes when each body arrived.
type gate struct {
	mu      sync.Mutex
	headers int
	bodies  []time.Time
}

// serve reads a header, counts it, waits for the body and answers.
func (g *gate) serve(p peer) {
	for {
		line, err := p.in.ReadString('\n')
		if err != nil {
			return
		}
		if line != "\r\n" {
			continue
		}
		g.mu.Lock()
		g.headers++
		g.mu.Unlock()
		if _, err := p.in.Discard(len(validBody)); err != nil {
			return
		}
		g.mu.Lock()
		g.bodies = append(g.bodies, time.Now())
		g.mu.Unlock()
		p.send(whole("200 OK", okBody))
	}
}

// TestBarrier checks that every request is sent, however many the barrier releases.
func TestBarrier(t *testing.T) {
	for _, n := range []int{1, 2, 8, 64} {
		g := &gate{}
		c := open(t, patient, listen(t, g.serve))
		requests := make([]client.Request, n)
		for i := range requests {
			requests[i] = valid()
		}
		before := time.Now()
		for _, x := range race(t, c, requests...) {
			if assay.Judge(x).Result != assay.Accepted {
				t.Fatalf("%d at once: %s", n, x.Failure)
			}
			if x.Sent.Before(before) || x.Took <= 0 || x.Sent == x.Sent.Round(0) { //nolint:staticcheck // Equal would not see that a reading of the monotonic clock is lost
				t.Errorf("sent %v, took %v", x.Sent, x.Took)
			}
		}
		if g.headers != n {
			t.Errorf("%d at once: %d headers", n, g.headers)
		}
		noneLeft(t, c)
	}
}

// TestBarrierHoldsBodies checks at the server that no body arrives while one request is missing.
func TestBarrierHoldsBodies(t *testing.T) {
	g := &gate{}
	c := open(t, patient, listen(t, g.serve))
	barrier := client.NewBarrier(2)
	request := valid()
	request.Barrier = barrier
	done := make(chan assay.Exchange)
	go func() { done <- c.Do(t.Context(), request) }()
	await(t, "the first header", func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.headers == 1
	})
	released := time.Now()
	second := c.Do(t.Context(), request)
	first := <-done
	for _, at := range g.bodies {
		if at.Before(released) {
			t.Errorf("a body arrived at %v, before the release at %v", at, released)
		}
	}
	if first.Sent.Before(released) || second.Sent.Before(released) {
		t.Errorf("sent at %v and %v, before the release at %v", first.Sent, second.Sent, released)
	}
	if first.Failed() || second.Failed() {
		t.Errorf("failures %q and %q", first.Failure, second.Failure)
	}
}

// TestBarrierWithoutOne: a request without a connection, or one that is invalid, does not delay the others.
func TestBarrierWithoutOne(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	url, requests := record(t)
	c := open(t, time.Hour, url, "http://"+l.Addr().String(), "http://[::1")
	exchanges := race(t, c, valid(), valid().With(client.Replica(1)), valid(), valid().With(client.Replica(2)),
		valid().With(client.Authorization("a\nb")))
	for i, failed := range []bool{false, true, false, true, true} {
		if exchanges[i].Failed() != failed || exchanges[i].Sent.IsZero() {
			t.Errorf("request %d: failure %q", i, exchanges[i].Failure)
		}
	}
	if len(requests()) != 2 {
		t.Errorf("%d requests arrived", len(requests()))
	}
	noneLeft(t, c)
}

// TestBarrierOpensWithoutTheLast: where one request never gets a connection, the others are sent well before their timeout.
func TestBarrierOpensWithoutTheLast(t *testing.T) {
	url, _ := record(t)
	silent := strings.Replace(listen(t, peer.untilClosed), "http:", "https:", 1) // its TLS handshake never ends
	c := open(t, time.Second, url, silent)
	exchanges := race(t, c, valid(), valid(), valid(), valid(), valid(), valid().With(client.Replica(1)))
	for _, x := range exchanges[:5] {
		if assay.Judge(x).Result != assay.Accepted {
			t.Errorf("delayed: %q", x.Failure)
		}
	}
	if got := exchanges[5].Failure.String(); got != "no connection within 1s" {
		t.Errorf("failure %q", got)
	}
	noneLeft(t, c)
}

// TestBarrierAlone: a request whose barrier never opens ends with its timeout.
func TestBarrierAlone(t *testing.T) {
	c := open(t, timeout, listen(t, peer.untilClosed))
	request := valid()
	request.Barrier = client.NewBarrier(2)
	if x := c.Do(t.Context(), request); x.Failure.String() != timedOut {
		t.Errorf("failure %q", x.Failure)
	}
	noneLeft(t, c)
}

// TestWarm checks that a race uses the connections that Warm opened, on every replica.
func TestWarm(t *testing.T) {
	const n = 8
	var mu sync.Mutex
	accepted := 0
	var warming []string
	serve := func(p peer) {
		mu.Lock()
		accepted++
		mu.Unlock()
		for i := 0; ; i++ {
			request := p.request()
			if request == "" {
				return
			}
			if i == 0 {
				mu.Lock()
				warming = append(warming, request)
				mu.Unlock()
			}
			p.send(whole("401 Unauthorized", `{"errcode":"X"}`))
		}
	}
	c := open(t, patient, listen(t, serve), listen(t, serve))
	c.Warm(t.Context(), n)
	if accepted != 2*n {
		t.Fatalf("%d connections, want %d", accepted, 2*n)
	}
	for _, request := range warming {
		if strings.Contains(request, "Authorization") || !strings.HasSuffix(request, "\r\n\r\n{}") {
			t.Errorf("a warm-up request is\n%s", request)
		}
	}
	requests := make([]client.Request, 2*n)
	for i := range requests {
		requests[i] = valid().With(client.Replica(i))
	}
	for _, x := range race(t, c, requests...) {
		if x.Failed() {
			t.Error(x.Failure)
		}
	}
	if accepted != 2*n {
		t.Errorf("the race opened %d more connections", accepted-2*n)
	}
	noneLeft(t, c)
}
