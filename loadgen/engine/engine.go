// Package engine carries requests to the API servers of a target and reads the answers.
//
// [New] returns an [Engine] of a [Kind]: lean connections, of HTTP/1.1 one a worker and of HTTP/2 few that all share, or net/http for
// everything else. A [Connection] sends one [Request] at a time, made for a code from a [Route], and returns an [Answer].
// [Dispatch] returns what serves the arrivals of a run: a pool of workers, or vegeta's Attacker. Nothing outside of this package asks
// which engine it is, except for a report to name it.
package engine

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/coding"
	"github.com/unified-login/assay/internal/peers"
	"github.com/unified-login/assay/loadgen/engine/h2"
)

// An Engine reaches the API servers of one target. It is safe for concurrent use after Negotiate.
type Engine interface {
	// Servers is the number of API servers.
	Servers() int
	// Negotiate finds out which servers prefer HTTP/2, within timeout. A server that cannot be reached is not an error: its
	// first exchange reports the failure.
	Negotiate(ctx context.Context, timeout time.Duration)
	// Connection returns a new connection to the server with the index server, from 0. It opens no socket yet.
	Connection(server int) Connection
	// Kind is [Lean] or [Vegeta]. [Auto] has decided after Negotiate.
	Kind() Kind
	// Protocol is the version that the first server speaks, for example "HTTP/1.1".
	Protocol() string
	// Closing is how many requests to a server were lost because it closes every connection soon after its answer, without saying
	// so; 0 for a server that does not. Every request to such a server has a connection of its own.
	Closing(server int) int64
	// Held says how a server held exchanges back over HTTP/2, because it allowed no further stream. They wait before they are sent.
	Held(server int) Held
	// Deaf reports whether an exchange with a server had a connection on which answers that no request asked for are not seen: one of
	// HTTP/1.1 through net/http in the tunnel of a proxy whose name it encodes, or one of HTTP/2 with too many streams that never end.
	Deaf(server int) bool
	// Know says that requests to a server were lost before, because it closes every connection; 0 says nothing.
	Know(server int, lost int64)
	// Peer says how a server was reached.
	Peer(server int) *peers.Peer
	// Connections is how many sockets are open, and how many there were at most at the same time.
	Connections() (now, most int)
	// Close closes the shared sockets. Connections are closed by their owners.
	Close()
}

// Held is how many exchanges a server held back over HTTP/2.
type Held = h2.Held

// A Connection carries one exchange at a time to one API server. It is for one goroutine at a time.
type Connection interface {
	// Dial opens the socket, unless it is open and usable.
	Dial(timeout time.Duration) error
	// Exchange sends a request and reads the answer, within timeout. It opens the socket where Dial has not, and it never
	// sends a request twice: a code that may have arrived is used.
	Exchange(r *Request, timeout time.Duration) Answer
	Source
	// Live reports whether the next exchange has an open socket, as far as is known without a request.
	Live() bool
	// Close closes the connection's own socket.
	Close()
}

// A Source is where an answer came from.
type Source interface {
	// Header is the header of the last answer; nil before the first answer.
	Header() http.Header
	// Protocol is the version of the last answer, for example "HTTP/1.1".
	Protocol() string
}

// maxBody is how many bytes of an answer's body are read, as in the suite: a valid answer has a few KiB.
const maxBody = 128 << 10

// An Answer is the result of one exchange. Body and From are valid until the connection's next exchange.
type Answer struct {
	// Status is the HTTP status; 0 where no header was received.
	Status int
	Body   []byte
	// Failure says why the answer is missing or incomplete; the zero value means that it is complete.
	Failure assay.Failure
	// Truncated is set where the body is longer than what is read of it.
	Truncated bool
	// Surplus is set where the server sent an answer that no request asked for: behind this one, or behind the one before
	// it on the connection, or to the server. See [Engine.Deaf].
	Surplus bool
	// Address is that of the server that answered, without its port; empty where it is not known.
	Address string
	// Opened is set where the exchange opened its connection.
	Opened bool
	// Sent is when the exchange began, and Done when the last byte was read or the exchange failed.
	Sent, Done time.Time
	// From is the connection, which has the header.
	From Source
}

// failed returns the answer of an exchange that ended with failure.
func (a Answer) failed(failure assay.Failure) Answer {
	a.Done, a.Failure = time.Now(), failure
	return a
}

// Failed reports whether the answer is missing or incomplete.
func (a *Answer) Failed() bool { return a.Failure.Kind != assay.NoFailure }

// Exhausted reports whether this machine could open no more connections, so that nothing was sent.
func (a *Answer) Exhausted() bool { return a.Failure.Kind == assay.LocalShortage }

// Response returns the answer as an oracle reads it; nil where no header was received.
func (a *Answer) Response() *assay.Response {
	if a.Status == 0 {
		return nil
	}
	return &assay.Response{Status: a.Status, Proto: a.From.Protocol(), Header: a.From.Header(), Body: a.Body, Truncated: a.Truncated}
}

// decode decodes the body, up to maxBody bytes. What was decoded before an error counts.
func (a *Answer) decode(encoding string) error {
	if !coding.IsGzip(encoding) {
		return nil
	}
	var body []byte
	reader, err := coding.Decoded(encoding, bytes.NewReader(a.Body))
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(reader, maxBody+1))
	}
	if a.Truncated {
		err = nil // the end of the body is missing
	}
	a.Truncated = a.Truncated || len(body) > maxBody
	a.Body = body[:min(len(body), maxBody)]
	return err
}
