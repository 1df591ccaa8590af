package client

import (
	"context"
	"errors"
	"net"
	"testing"
)

// TestLentConnection: what arrives on a connection between the time a request gets it and the time it writes is left
// over from the one before; what arrives afterwards is the answer.
func TestLentConnection(t *testing.T) {
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	conn := watch(here)
	got := make(chan error)
	read := func() {
		_, err := conn.Read(make([]byte, 8))
		got <- err
	}
	go read()
	conn.lend(t.Context())
	if _, err := there.Write([]byte("stray")); err != nil {
		t.Fatal(err)
	}
	if err := <-got; !errors.Is(err, errUnasked) {
		t.Errorf("a stray answer is read, with error %v", err)
	}

	go read()
	conn.lend(t.Context())
	go func() { _, _ = there.Read(make([]byte, 8)) }()
	if _, err := conn.Write([]byte("ask")); err != nil {
		t.Fatal(err)
	}
	if _, err := there.Write([]byte("answer")); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Errorf("an answer is not read: %v", err)
	}
}

// TestLendingEnds with the request when nobody reads, and at once when the connection is closed.
func TestLendingEnds(t *testing.T) {
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	conn := watch(here)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	conn.lend(ctx)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	conn.lend(t.Context())
}
