package engine

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"
)

// describe puts a failure in a few words that are the same for every exchange that fails in this way. They are never the
// target's: an error of the transport may quote what it sent.
func describe(err error, unsent bool) (failure string, timedOut bool) {
	var slow interface{ Timeout() bool }
	timedOut = errors.As(err, &slow) && slow.Timeout()
	switch {
	case timedOut && unsent:
		return "no connection in time", true
	case timedOut:
		return "no whole answer in time", true
	case unsent:
		return "no connection: " + cause(err), false
	default:
		return cause(err), false
	}
}

// lacks reports whether it is this machine that had no connection to give: it has no file or port left, or could not ask for
// the target's address. That is nothing of the target's.
func exhausted(err error) bool {
	var name *net.DNSError
	if errors.As(err, &name) {
		return name.IsTemporary && !name.IsTimeout
	}
	var number syscall.Errno
	var operation *net.OpError
	if !errors.As(err, &number) || !errors.As(err, &operation) {
		return false
	}
	switch number {
	case syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM:
		return true
	case syscall.EADDRNOTAVAIL: // of IPv6 it may mean that there is none
		to, ok := operation.Addr.(*net.TCPAddr)
		return ok && to.IP.To4() != nil
	default:
		return false
	}
}

// A streamError is what net/http makes of a stream of HTTP/2 that was reset. Its own is not exported, but can be had as any
// struct with the same members.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (streamError) Error() string { return "the stream was reset before the answer was whole" }

func cause(err error) string {
	var number syscall.Errno
	var stream streamError
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &number):
		return number.Error()
	case errors.As(err, &stream):
		return stream.Error()
	case errors.As(err, &name):
		return "the name is not known"
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "its certificate is not valid"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "the connection was closed before the answer was whole"
	default:
		return "what came is not an HTTP answer"
	}
}
