package client

import (
	"context"
	"errors"
	"net"
	"testing"
)

// TestUnsolicitedData: data that arrives after a request claimed the connection and before it writes belongs to the exchange
// before; data that arrives later is the answer.
func TestUnsolicitedData(t *testing.T) {
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	conn := watch(here)
	got := make(chan error)
	read := func() {
		_, err := conn.Read(make([]byte, 8))
		got <- err
	}
	go read()
	conn.claim(t.Context())
	if _, err := there.Write([]byte("stray")); err != nil {
		t.Fatal(err)
	}
	if err := <-got; !errors.Is(err, errUnsolicited) {
		t.Errorf("a stray answer was read, error %v", err)
	}

	go read()
	conn.claim(t.Context())
	go func() { _, _ = there.Read(make([]byte, 8)) }()
	if _, err := conn.Write([]byte("ask")); err != nil {
		t.Fatal(err)
	}
	if _, err := there.Write([]byte("answer")); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Errorf("the answer was not read: %v", err)
	}
}

// TestClaimReturns when the request's context ends while nothing reads, and at once on a closed connection.
func TestClaimReturns(t *testing.T) {
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	conn := watch(here)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	conn.claim(ctx)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	conn.claim(t.Context())
}
