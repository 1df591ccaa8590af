package engine

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	// maxBody is how much of an answer's body is read, as in the suite: a legal answer is a few KiB.
	maxBody = 128 << 10
	// An answer's header is read into so many bytes at first, and into the larger number when they do not suffice.
	headerBuffer, maxHeader = 4 << 10, 64 << 10
)

// A leanLine is one connection of HTTP/1.1, which costs an exchange no more than it must: one write, one read, nothing
// allocated.
type leanConnection struct {
	address string
	tls     *tls.Config // nil without TLS

	conn        net.Conn
	deferrer    requestDeferrer // the connection, where it can be asked
	used        bool            // the connection has had an exchange
	raw         syscall.RawConn
	nonblocking *nonblockingConn // below TLS
	peek        func(fd uintptr)
	isReadable  bool // what peek found
	reader      *bufio.Reader
	response    fasthttp.Response
}

func newLeanConnection(address string, config *tls.Config) *leanConnection {
	l := &leanConnection{address: address, tls: config, reader: bufio.NewReaderSize(nil, headerBuffer)}
	l.peek = func(fd uintptr) { l.isReadable = readable(fd) }
	return l
}

// An asker is a connection that sends a request when its answer is read, which spares a call that would find nothing yet.
type requestDeferrer interface {
	// ask keeps a request for the next Read, which sends it first. Where it is to be wary and something has arrived, the end
	// included, it sends nothing and fails with errSpoiled.
	deferRequest(request []byte, wary bool)
}

// errSpoiled says that a connection is not to be used any more, and was not.
var errUnusable = errors.New("the server has said something that nobody asked for")

func (l *leanConnection) Dial(timeout time.Duration) error {
	if l.conn != nil && l.unusable() {
		l.Close()
	}
	return l.ready(time.Now().Add(timeout))
}

// ready sees to a connection that can be used until the deadline: the one that there is, or a new one.
func (l *leanConnection) ready(deadline time.Time) error {
	if l.conn != nil {
		if l.conn.SetDeadline(deadline) == nil {
			return nil
		}
		l.Close()
	}
	dialer := net.Dialer{Deadline: deadline}
	conn, err := dialer.Dial("tcp", l.address)
	if err != nil {
		return err
	}
	if l.raw, err = conn.(syscall.Conn).SyscallConn(); err == nil {
		conn = newRawConn(conn, l.raw)
		err = conn.SetDeadline(deadline)
	}
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	l.deferrer, _ = conn.(requestDeferrer)
	if l.tls != nil {
		l.deferrer = nil
		l.nonblocking = &nonblockingConn{Conn: conn, readable: l.readable}
		secure := tls.Client(l.nonblocking, l.tls)
		if err := secure.Handshake(); err != nil {
			return errors.Join(err, conn.Close())
		}
		conn = secure
	}
	l.conn, l.used = conn, false
	l.reader.Reset(conn)
	return nil
}

// spoiled reports whether the server has closed the connection, or sent what nobody asked for: the next answer could
// then be taken for one that it is not. What TLS sends on its own account, tickets for later sessions, is no answer.
func (l *leanConnection) unusable() bool {
	if l.reader.Buffered() > 0 {
		return true
	}
	if l.tls == nil {
		return l.readable()
	}
	l.nonblocking.on = true
	_, err := l.reader.Peek(1)
	l.nonblocking.on = false
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// arrived reports whether the socket has something to read, the end included.
func (l *leanConnection) readable() bool {
	l.isReadable = true
	_ = l.raw.Control(l.peek) // an error leaves pending set
	return l.isReadable
}

// A hastyConn waits for nothing that has not arrived yet while it is in haste.
type nonblockingConn struct {
	net.Conn
	readable func() bool
	on       bool
}

// Read implements [io.Reader].
func (h *nonblockingConn) Read(p []byte) (int, error) {
	if h.on && !h.readable() {
		return 0, os.ErrDeadlineExceeded
	}
	return h.Conn.Read(p)
}

func (l *leanConnection) Exchange(r *Request, timeout time.Duration) Answer {
	a := Answer{From: l, Sent: time.Now()}
	deadline := a.Sent.Add(timeout)
	if err := l.ready(deadline); err != nil {
		return l.fail(a, err, true)
	}
	answered, err := l.roundTrip(r.http1)
	if errors.Is(err, errUnusable) {
		l.Close()
		if err := l.ready(deadline); err != nil {
			return l.fail(a, err, true)
		}
		answered, err = l.roundTrip(r.http1)
	}
	if answered {
		a.Status, a.Body = l.response.StatusCode(), l.response.Body()
	}
	if errors.Is(err, errTruncated) {
		a.Truncated, err = true, nil
		l.Close()
	}
	if err != nil {
		return l.fail(a, err, false)
	}
	a.Done = time.Now()
	if l.closes() {
		l.Close()
	}
	return a
}

// ask sends a request, once, and reads the answer. The error is errSpoiled when it was not sent; a new connection is never
// spoiled.
func (l *leanConnection) roundTrip(request []byte) (answered bool, err error) {
	wary := l.used
	l.used = true
	switch {
	case wary && l.reader.Buffered() > 0:
		return false, errUnusable
	case l.deferrer != nil:
		l.deferrer.deferRequest(request, wary)
		if _, err := l.reader.Peek(1); errors.Is(err, errUnusable) { // what fasthttp would make of it is the end
			return false, err
		}
		return l.read()
	case wary && l.unusable():
		return false, errUnusable
	}
	if _, err := l.conn.Write(request); err != nil {
		return false, err
	}
	return l.read()
}

// closes reports whether the server has said that it closes the connection, in whatever case and company.
func (l *leanConnection) closes() bool {
	if l.response.ConnectionClose() {
		return true
	}
	for option := range bytes.SplitSeq(l.response.Header.Peek("Connection"), []byte(",")) {
		if bytes.EqualFold(bytes.TrimSpace(option), []byte("close")) {
			return true
		}
	}
	return false
}

// read reads an answer; answered says that a header has come. What a server says before its answer, by a status of 1xx, is
// passed over.
func (l *leanConnection) read() (answered bool, err error) {
	const interim = 8
	for range interim {
		if err := l.readHeader(); err != nil {
			return false, err
		}
		if status := l.response.StatusCode(); status/100 != 1 || status == fasthttp.StatusSwitchingProtocols {
			return true, l.readBody(status)
		}
	}
	return false, errInterim
}

// errInterim ends an exchange whose answer does not come for all the talk before it.
var errInterim = errors.New("one interim answer after the other")

// readHeader reads a header. One that is long makes the buffer grow, once.
func (l *leanConnection) readHeader() error {
	err := l.response.Header.Read(l.reader)
	if _, small := errors.AsType[*fasthttp.ErrSmallBuffer](err); !small || l.reader.Size() >= maxHeader {
		return err
	}
	begun, _ := l.reader.Peek(l.reader.Buffered())
	begun = bytes.Clone(begun)
	l.reader = bufio.NewReaderSize(nil, maxHeader)
	l.reader.Reset(io.MultiReader(bytes.NewReader(begun), l.conn))
	return l.response.Header.Read(l.reader)
}

func (l *leanConnection) readBody(status int) error {
	l.response.ResetBody()
	if status == fasthttp.StatusNoContent || status == fasthttp.StatusNotModified || status == fasthttp.StatusSwitchingProtocols {
		return nil // these have none
	}
	switch err := l.response.ReadBody(l.reader, maxBody); {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return l.truncate()
	case err != nil:
		return err
	}
	const chunked = -1
	if l.response.Header.ContentLength() != chunked {
		return nil
	}
	if err := l.response.Header.ReadTrailer(l.reader); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// errTruncated says that a body was longer than is read.
var errTruncated = errors.New("the body is longer than is read")

// truncate completes a body that is too long, up to what is read of any: who was signed in may stand in its first line. What
// made it too long, the body itself or a chunk of it, has not been begun with, or is all there.
func (l *leanConnection) truncate() error {
	if missing := maxBody - len(l.response.Body()); missing > 0 {
		begun := make([]byte, missing)
		n, err := io.ReadFull(l.reader, begun)
		l.response.AppendBody(begun[:n])
		if err != nil {
			return err
		}
	}
	return errTruncated
}

// fail ends an exchange, and the connection with it.
func (l *leanConnection) fail(a Answer, err error, unsent bool) Answer {
	l.Close()
	a.Done, a.Unsent, a.Exhausted = time.Now(), unsent, unsent && exhausted(err)
	a.Failure, a.TimedOut = describe(err, unsent)
	return a
}

func (l *leanConnection) Close() {
	if l.conn != nil {
		_ = l.conn.Close() // nothing is to be lost by it
		l.conn = nil
	}
}

func (l *leanConnection) Shared() bool { return false }

func (l *leanConnection) Protocol() string { return "HTTP/1.1" }

func (l *leanConnection) Header() http.Header {
	header := http.Header{}
	for name, value := range l.response.Header.All() {
		header.Add(string(name), string(value))
	}
	return header
}
