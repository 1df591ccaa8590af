package client

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/peers"
	"github.com/unified-login/assay/reach"
)

// A Connection is one HTTP/1.1 connection to an API server. It sends the request line byte by byte as it is given, reads
// an answer by its framing, and can listen for what follows an answer, which a pool of connections would hide. It opens at
// the first request. It is for one goroutine at a time.
type Connection struct {
	client *Client
	server string // base URL
	peer   *peers.Peer
	conn   net.Conn
	from   *limitedReader
	in     *bufio.Reader
	tls    string // version
	ended  bool   // the server closed the connection, or said that it will
	last   assay.Exchange
	// streams are those of a connection that has changed to HTTP/2; see [ToHTTP2].
	streams *http2Streams
}

// Connect returns a connection to the API server with the index replica, modulo their number. Close it when done.
func (c *Client) Connect(replica int) *Connection {
	return &Connection{client: c, server: c.options.Servers[replica%len(c.options.Servers)], peer: c.Peer(replica)}
}

// Ended reports whether the server has closed the connection, or has said that it will.
func (c *Connection) Ended() bool { return c.ended }

// Close closes the connection.
func (c *Connection) Close() {
	c.ended = true
	if c.conn != nil {
		_ = c.conn.Close() // every exchange on it is over
	}
}

// Do sends one request and returns the exchange, as [Client.Do] does. Barrier and Alone are ignored.
func (c *Connection) Do(ctx context.Context, request Request) assay.Exchange {
	x := c.client.begin(request, c.server)
	timeout := c.client.options.Timeout + allowance(len(x.Request.Body))
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	x.Sent = time.Now()
	standing := watchStandstill()
	connected := c.dial(ctx)
	err := connected
	if connected == nil {
		x.Response, err = c.roundTrip(ctx, x.Request, request)
	}
	x.Took = time.Since(x.Sent)
	stood := standing.end()
	if err != nil {
		c.ended = true
		x.Failure = failures.Classify(err, connected == nil, timeout)
		if connected == nil {
			x.Failure = cutOff(x.Failure, c.from.ended, timeout)
		}
		x.Failure = excuse(x.Failure, stood, timeout)
	}
	return c.done(x)
}

// done records the exchange as the connection's last one.
func (c *Connection) done(x assay.Exchange) assay.Exchange {
	if c.conn == nil {
		x = c.client.end(x)
	} else {
		x = c.client.endAt(x, c.peer, peers.Address(c.conn))
	}
	c.last = x
	return x
}

// Begin sends a request up to the middle of its body. The function that it returns sends the rest and returns the exchange.
func (c *Connection) Begin(ctx context.Context, request Request) (finish func() assay.Exchange) {
	x := c.client.begin(request, c.server)
	x.Sent = time.Now()
	timeout, standing := c.client.options.Timeout, watchStandstill()
	err := c.dial(ctx)
	connected := err == nil
	var head []byte
	if connected {
		head, err = c.head(x.Request, request)
	}
	body := framed(x.Request.Body, request.Chunked)
	if err == nil {
		_ = c.conn.SetDeadline(x.Sent.Add(timeout))
		_, err = c.conn.Write(append(head, body[:len(body)/2]...))
	}
	return func() assay.Exchange {
		if err == nil {
			_, _ = c.conn.Write(body[len(body)/2:]) // an early answer counts
			x.Response, err = c.answer(x.Request.Method)
		}
		x.Took = time.Since(x.Sent)
		stood := standing.end()
		if err != nil {
			c.ended = true
			x.Failure = failures.Classify(err, connected, timeout)
			if connected {
				x.Failure = cutOff(x.Failure, c.from.ended, timeout)
			}
			x.Failure = excuse(x.Failure, stood, timeout)
		}
		return c.done(x)
	}
}

// Abandon sends a request, or the first half of its body, and closes the connection without waiting for an answer, as a client
// does that is ended. The exchange is recorded as interrupted.
func (c *Connection) Abandon(ctx context.Context, request Request, half bool) assay.Exchange {
	x := c.client.begin(request, c.server)
	ctx, cancel := context.WithTimeout(ctx, c.client.options.Timeout)
	defer cancel()
	x.Sent = time.Now()
	x.Failure = assay.Failure{Kind: assay.Interrupted}
	if err := c.dial(ctx); err != nil {
		x.Failure = failures.Classify(err, false, c.client.options.Timeout)
	} else if head, err := c.head(x.Request, request); err == nil {
		sent := framed(x.Request.Body, request.Chunked)
		if half {
			sent = sent[:len(sent)/2]
		}
		deadline, _ := ctx.Deadline()
		_ = c.conn.SetDeadline(deadline)
		_, _ = c.conn.Write(append(head, sent...)) // the server may be gone before the client is
	}
	c.Close()
	x.Took = time.Since(x.Sent)
	return c.client.end(x)
}

// dial opens the connection unless it is open.
func (c *Connection) dial(ctx context.Context) error {
	if c.conn != nil {
		return nil
	}
	server, err := url.Parse(c.server)
	if err != nil {
		return err
	}
	conn, err := c.client.dialDirect(ctx, server, "http/1.1")
	if err != nil {
		return err
	}
	c.peer.Saw(conn)
	if secure, isTLS := conn.(*tls.Conn); isTLS {
		c.tls = tls.VersionName(secure.ConnectionState().Version)
	}
	c.conn, c.from = conn, &limitedReader{Reader: conn}
	c.in = bufio.NewReader(c.from)
	return nil
}

// dialDirect connects to a server without a proxy, with TLS and ALPN where its URL says https.
func (c *Client) dialDirect(ctx context.Context, server *url.URL, protocols ...string) (net.Conn, error) {
	conn, err := c.options.Route.DialContext(ctx, "tcp", reach.Address(server.String()))
	if err != nil || server.Scheme != "https" {
		return conn, err
	}
	config := c.options.Route.TLS(server.Hostname())
	config.NextProtos = protocols
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error says more
		return nil, err
	}
	return secure, nil
}

// roundTrip writes the request and reads the answer at the same time, since a server may answer before it has read all. It
// returns when both are done. how says in which version of HTTP, and whether in chunks.
func (c *Connection) roundTrip(ctx context.Context, request assay.Request, how Request) (*assay.Response, error) {
	head, err := c.head(request, how)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	if err := c.conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })()
	if c.streams != nil {
		return c.stream(request)
	}
	written := make(chan error, 1)
	go func() {
		_, err := c.conn.Write(append(head, framed(request.Body, how.Chunked)...))
		written <- err
	}()
	response, err := c.answer(request.Method)
	if err == nil && switches(request, response) {
		failed := <-written // HTTP/2 begins behind the request
		if written <- failed; failed == nil {
			response, err = c.change()
		}
	}
	if err != nil || c.ended {
		_ = c.conn.Close() // ends the writing
	}
	if failed := <-written; failed != nil {
		c.ended = true // the answer counts, but nothing can follow it
	}
	if ctx.Err() != nil && err != nil {
		err = ctx.Err()
	}
	return response, err
}

// head writes the request line and the header.
func (c *Connection) head(request assay.Request, how Request) ([]byte, error) {
	server, err := url.Parse(c.server)
	if err != nil {
		return nil, err
	}
	target := request.URL
	if !how.Absolute {
		target = server.EscapedPath() + strings.TrimPrefix(request.URL, c.server)
	}
	var text bytes.Buffer
	version := "HTTP/1.1"
	if how.HTTP10 {
		version = "HTTP/1.0"
	}
	header := request.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	fmt.Fprintf(&text, "%s %s %s\r\nHost: %s\r\n", request.Method, target, version, cmp.Or(header.Get("Host"), server.Host))
	header.Del("Host")
	c.client.options.Route.Add(header)
	switch {
	case how.Chunked:
		header.Set("Transfer-Encoding", "chunked")
	case len(request.Body) > 0 || !repeatable(request.Method):
		header.Set("Content-Length", fmt.Sprint(len(request.Body)))
	}
	for name, values := range header {
		for _, value := range values {
			if strings.ContainsAny(name+value, "\r\n\x00") {
				return nil, fmt.Errorf("header %s: a line break or a NUL cannot be sent", name)
			}
		}
	}
	_ = header.Write(&text) // a buffer takes everything
	text.WriteString("\r\n")
	return text.Bytes(), nil
}

// framed is the body on the wire.
func framed(body []byte, chunked bool) []byte {
	if !chunked {
		return body
	}
	var text bytes.Buffer
	for half := (len(body) + 1) / 2; len(body) > 0; {
		n := min(half, len(body))
		fmt.Fprintf(&text, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	text.WriteString("0\r\n\r\n")
	return text.Bytes()
}

// answer reads one answer by its framing. It skips line breaks before it, as most clients do, up to a limit, and interim
// answers, which count as a part of the header.
func (c *Connection) answer(method string) (*assay.Response, error) {
	const maxBlank = 64
	c.from.left = maxHeader
	for range maxBlank {
		if next, err := c.in.Peek(1); err != nil || next[0] != '\r' && next[0] != '\n' {
			break // the next read has the error
		}
		_, _ = c.in.Discard(1) // it has been peeked at
	}
	for {
		from, err := http.ReadResponse(c.in, &http.Request{Method: method})
		if errors.Is(err, errTooLong) {
			return nil, fmt.Errorf("server response headers exceeded %d bytes", maxHeader) // as net/http says it
		}
		if err == nil && len(from.Header) > maxFields {
			err = errFields
		}
		if err == nil && from.StatusCode < http.StatusContinue {
			err = errStatus
		}
		if err != nil {
			return nil, err
		}
		if from.StatusCode/100 == 1 && from.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		c.from.left = math.MaxInt // read bounds the body
		response, err := read(from)
		response.TLS = c.tls
		_, rest := io.CopyN(io.Discard, from.Body, MaxBody) // of a body whose decoded form ended before
		if from.Close || response.Truncated || rest == nil || from.StatusCode == http.StatusSwitchingProtocols {
			c.ended = true
		}
		return response, err
	}
}
