package h2

import (
	"errors"
	"fmt"

	"golang.org/x/net/http2"
)

var (
	// ErrNoStream is why a request was not sent in time: the server allowed no further stream on any connection.
	ErrNoStream = errors.New("the server allows no further stream")
	// ErrNoWindow is why a request was not sent in time: the server allowed no further byte.
	ErrNoWindow = errors.New("the server allows no further byte")
	// ErrNotSpoken reports that the server chose another protocol than HTTP/2 in the handshake.
	ErrNotSpoken = errors.New("the server does not speak HTTP/2")
	// ErrUnread ends a connection whose server reads nothing for a whole time limit.
	ErrUnread = errors.New("the server reads nothing")
	// ErrClosed ends the calls of a client that was closed.
	ErrClosed = errors.New("the client is closed")
)

// A ResetError reports that the server ended a stream.
type ResetError struct{ Code http2.ErrCode }

func (e ResetError) Error() string { return "the stream was reset: " + e.Code.String() }

// A GoAwayError reports that the server took no stream behind Last.
type GoAwayError struct {
	Code http2.ErrCode
	Last uint32
}

func (e GoAwayError) Error() string { return "GOAWAY: " + e.Code.String() }

// A ProtocolError reports what HTTP/2 does not allow. It ends the connection, or the stream alone.
type ProtocolError struct{ Text string }

func (e ProtocolError) Error() string { return "HTTP/2: " + e.Text }

func violated(format string, args ...any) error {
	return ProtocolError{fmt.Sprintf(format, args...)}
}
