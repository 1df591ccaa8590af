package client

import (
	"context"
	"net/http"
	"time"

	"github.com/unified-login/assay"
)

// Width returns how many of n connections to an API server are answered while all stay open: n, unless the server takes fewer at
// once, and answers another one as soon as those are closed. With patience without a further answer, no other is expected. The requests
// are those of [Client.Warm].
func (c *Client) Width(ctx context.Context, replica, n int, patience time.Duration) int {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	replies := make(chan reply, n)
	for range n {
		one := c.Within(c.options.Timeout)
		defer one.Close()
		go func() { replies <- reply{one, one.warm(ctx, replica, nil)} }()
	}
	var open []*Client
	for quiet := c.options.Timeout; len(open) < n; quiet = patience {
		one, found := next(replies, quiet)
		if !found {
			break
		}
		if !one.answered {
			return n // it ends connections, or answers none in time
		}
		open = append(open, one.from)
	}
	if len(open) == 0 || len(open) == n {
		return n
	}
	for _, one := range open {
		one.Close()
	}
	if another, found := next(replies, c.options.Timeout); !found || !another.answered {
		return n
	}
	return len(open)
}

// A reply says whether a connection of its own brought an answer.
type reply struct {
	from     *Client
	answered bool
}

// next waits for a reply.
func next(replies <-chan reply, patience time.Duration) (r reply, found bool) {
	select {
	case r = <-replies:
		return r, true
	case <-time.After(patience):
		return r, false
	}
}

// warm sends a request without a PAT and without a code, which is not recorded, and reports whether it was answered.
func (c *Client) warm(ctx context.Context, replica int, barrier *Barrier) bool {
	request := Request{Endpoint: assay.Login, Method: http.MethodPost, Barrier: barrier,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
	_, _, err := c.send(ctx, request, request.build(c.options.Servers[replica%c.Replicas()]), &trace{peer: c.Peer(replica)})
	return err == nil
}

// KeepNone makes the client close each connection after its exchange, for a server that takes few at once. A race is not warmed up
// then.
func (c *Client) KeepNone() {
	c.keepNone.Store(true)
	c.Close()
}
