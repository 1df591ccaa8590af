// Package failures classifies the errors of connections: whatever net/http, fasthttp, crypto/tls or a socket reports becomes an
// [assay.Failure], whose kind decides and whose text is for people. The suite, the load generator and the drivers use it, so that
// they say the same of the same trouble.
package failures

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/coding"
)

// Classify returns the failure of an exchange that ended with err, which is not nil. connected says whether the
// exchange had a connection, so that a part of the request may have been sent; limit is the exchange's time limit and
// only appears in the text. The error may come from net/http, fasthttp or the connection itself.
func Classify(err error, connected bool, limit time.Duration) assay.Failure {
	if known, ok := errors.AsType[assay.FailureError](err); ok {
		known.Text = cmp.Or(known.Text, usualText(known.Kind))
		return known.Failure
	}
	name, inLookup := errors.AsType[*net.DNSError](err)
	switch timeout := isTimeout(err); {
	case errors.Is(err, context.Canceled):
		return usual(assay.Interrupted, "")
	case timeout && !connected && inLookup && !behindProxy(err):
		failure := NotLookedUp(limit)
		failure.Detail = detailOf(name)
		return failure
	case timeout && connected:
		return assay.Failure{Kind: assay.TimedOut, Text: fmt.Sprintf("no whole answer within %s", limit)}
	case timeout:
		return assay.Failure{Kind: assay.ConnectTimedOut, Text: fmt.Sprintf("no connection within %s", limit)}
	case connected:
		return answerFailure(err)
	default:
		return connectFailure(err)
	}
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// answerFailure classifies an error after the connection was there.
func answerFailure(err error) assay.Failure {
	var number syscall.Errno
	var stream streamError
	alert, alerted := alertOf(err)
	detail := detailOf(err)
	if _, undecoded := errors.AsType[coding.Error](err); undecoded {
		return usual(assay.BadEncoding, detail)
	}
	switch {
	case errors.As(err, &number):
		return assay.Failure{Kind: assay.BrokenOff, Text: number.Error()}
	case alerted && wantsCertificate(alert):
		return assay.Failure{Kind: assay.NoConnection, Text: refusedTLS + alert}
	case alerted:
		return assay.Failure{Kind: assay.BrokenOff, Text: "the server ended the connection: " + alert}
	case errors.As(err, &stream) && NotProcessed(err), strings.HasPrefix(detail, notRepeated) && NotProcessed(err):
		return Refused(causeOf(detail))
	case errors.As(err, &stream), strings.HasPrefix(detail, notRepeated) && strings.Contains(detail, "stream error"):
		return assay.Failure{Kind: assay.BrokenOff, Text: StreamReset, Detail: causeOf(detail)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		detail == "http: server closed idle connection",                                                // net/http does not export this error
		strings.HasPrefix(detail, goodbye), strings.HasPrefix(detail, notRepeated), detail == notBegun: // nor these
		return usual(assay.BrokenOff, "")
	case strings.HasPrefix(detail, "readLoopPeekFail"): // nor this one, which has no cause
		return usual(assay.Unsolicited, "")
	default:
		return usual(assay.NotHTTP, detail)
	}
}

// StreamReset is the text of a failure where the server ended a stream of HTTP/2.
const StreamReset = "the stream was reset before the answer was whole"

// Refused is the failure of an exchange that the server says it did not process: by REFUSED_STREAM, or by a GOAWAY for an earlier
// stream. That is a claim, and the request was sent.
func Refused(detail string) assay.Failure {
	return assay.Failure{Kind: assay.BrokenOff, Text: "the server refused the request before it processed it", Detail: detail}
}

// goodbye is how net/http's error begins where a GOAWAY ended an HTTP/2 connection with requests on it.
// notRepeated is how it begins where the server did not process a request whose body was begun; the cause follows as a text.
// notBegun is its error where the connection took no further stream.
const (
	goodbye     = "http2: server sent GOAWAY and closed the connection"
	notRepeated = "http2: Transport: cannot retry err ["
	notBegun    = "cannot rewind body after connection loss"
)

// causeOf is the cause that a detail quotes, without net/http's advice for programmers that follows it.
func causeOf(detail string) string {
	cause, _, _ := strings.Cut(strings.TrimPrefix(detail, notRepeated), "] after Request.Body was written")
	return cause
}

// NotProcessed reports whether err says that the server did not process the request, by which HTTP/2 allows to send it again: the
// stream was refused, or is behind the last one of a GOAWAY without an error.
func NotProcessed(err error) bool {
	const refusedStream = 7
	var stream streamError
	if errors.As(err, &stream) {
		return stream.Code == refusedStream
	}
	text := err.Error()
	return strings.HasSuffix(text, notBegun) || strings.HasPrefix(text, notRepeated) &&
		(strings.Contains(text, "; REFUSED_STREAM") || strings.Contains(text, "graceful shutdown GOAWAY"))
}

// NotBegun reports whether err says that nothing of a request was sent, since the connection took no further stream.
func NotBegun(err error) bool { return strings.HasSuffix(err.Error(), notBegun) }

func usual(kind assay.FailureKind, detail string) assay.Failure {
	return assay.Failure{Kind: kind, Text: usualText(kind), Detail: detail}
}

// connectFailure classifies an error before there was a connection.
func connectFailure(err error) assay.Failure {
	if !behindProxy(err) {
		return dialFailure(err)
	}
	failure := dialFailure(err)
	if failure.Kind != assay.LocalShortage {
		failure.Kind = assay.ProxyFailed
	}
	failure.Text = "no connection: the proxy" + strings.TrimPrefix(failure.Text, "no connection")
	return failure
}

func dialFailure(err error) assay.Failure {
	var number syscall.Errno
	var name *net.DNSError
	var record tls.RecordHeaderError
	alert, alerted := alertOf(err)
	hasNumber, detail := errors.As(err, &number), detailOf(err)
	_, handshake, inHandshake := strings.Cut(detail, "tls: ") // crypto/tls exports no type for what it finds wrong
	switch {
	case errors.As(err, &name) && name.IsTemporary: // a timeout is temporary too, and was handled before
		return assay.Failure{Kind: assay.LocalShortage, Text: "no connection: the host name could not be looked up", Detail: detail}
	case name != nil:
		return usual(assay.NameUnknown, detail)
	case hasNumber && isShortage(err, number):
		return assay.Failure{Kind: assay.LocalShortage, Text: "no connection: " + number.Error()}
	case hasNumber:
		return assay.Failure{Kind: assay.NoConnection, Text: "no connection: " + number.Error()}
	case badCertificate(err):
		return certificateFailure(err, detail)
	case alerted:
		return assay.Failure{Kind: assay.NoConnection, Text: refusedTLS + alert}
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return usual(assay.NotTLS, detail)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return assay.Failure{Kind: assay.NoConnection, Text: "no connection: it was closed at once"}
	case inHandshake:
		return assay.Failure{Kind: assay.NoConnection, Text: "no connection: the TLS handshake failed", Detail: handshake}
	default:
		return usual(assay.NoConnection, detail)
	}
}

// behindProxy reports whether it was the connection to a proxy that failed.
func behindProxy(err error) bool {
	operation, ok := errors.AsType[*net.OpError](err)
	return ok && (operation.Op == "proxyconnect" || operation.Op == "socks connect")
}

// isShortage reports whether this machine had no file or port left for a connection.
func isShortage(err error, number syscall.Errno) bool {
	if isNotAvailable(number) { // of IPv6 it may mean that this machine has none
		for operation, ok := errors.AsType[*net.OpError](err); ok; operation, ok = errors.AsType[*net.OpError](operation.Err) {
			if to, isTCP := operation.Addr.(*net.TCPAddr); isTCP {
				return to.IP.To4() != nil
			}
		}
		return false
	}
	_, ok := errors.AsType[*net.OpError](err)
	return ok && isExhausted(number)
}

// A streamError is a copy of net/http's error for a reset HTTP/2 stream: that type is not exported, but its As method fills
// any struct with the same fields.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (streamError) Error() string { return "stream error" }

// credentials matches the user name and the password of a URL that an error quotes.
var credentials = regexp.MustCompile(`://[^@\s]+@`)

// ofResolver matches the addresses between which a look-up of a name failed: one is this machine's.
var ofResolver = regexp.MustCompile(`(read|write) (udp|tcp) \S+->\S+: `)

// detailOf returns the innermost part of err that says something, without addresses of this machine and without the URL,
// in at most 200 bytes.
func detailOf(err error) string {
	const most = 200
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		err = inURL.Err
	}
	for operation, ok := errors.AsType[*net.OpError](err); ok; operation, ok = errors.AsType[*net.OpError](err) {
		err = operation.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	if strings.HasPrefix(err.Error(), "invalid proxy address") { // the rest quotes the address, which may have a password
		return "the environment's proxy address is not a URL"
	}
	text := strings.TrimPrefix(ofResolver.ReplaceAllString(credentials.ReplaceAllString(err.Error(), "://…@"), ""), "net/http: HTTP/1.x transport connection broken: ")
	text = strings.TrimPrefix(text, "net/http: ")
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// usualText is the text of a failure of which nothing more is known than its kind.
func usualText(kind assay.FailureKind) string { return assay.Failure{Kind: kind}.String() }
