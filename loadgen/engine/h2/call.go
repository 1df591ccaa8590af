package h2

import (
	"time"

	"golang.org/x/net/http2/hpack"
)

// A Fate is the result of sending a request, as far as it is known.
type Fate uint8

// The fates.
const (
	// Unsent is the fate of a request of which nothing was written. Its code is fresh.
	Unsent Fate = iota
	// Refused is that of a request that the server says it did not process, by REFUSED_STREAM or GOAWAY. That is a claim: the code
	// may be used.
	Refused
	// InDoubt is that of a request without a complete answer. Its code may be used.
	InDoubt
	// Answered is that of a request with a complete answer, or with one that is longer than what is read of it.
	Answered
)

// String is the fate's name.
func (f Fate) String() string {
	return [...]string{"unsent", "refused", "in doubt", "answered"}[f]
}

// A Call is one exchange. Its memory is used again by the next one. Header, Body and Limit are the caller's, and everything else is
// valid from the return of [Client.Do] until its next call.
type Call struct {
	Header Header // of the request
	Body   []byte
	Limit  time.Duration

	Fate Fate
	Err  error // why the answer is missing or incomplete; nil for a complete one
	// Status is the HTTP status; 0 where no header was received.
	Status int
	Fields []hpack.HeaderField // of the answer, without those that begin with a colon
	Answer []byte              // its body
	// Truncated is set where the body is longer than what is read of it.
	Truncated bool
	// Surplus is set where the server sent an answer that no request asked for: to this one, or to one before it.
	Surplus bool
	// Opened is set where the exchange waited for the first connection.
	Opened bool
	// Address is that of the server, without its port.
	Address string
	// Began is when Do was called, Sent when the request was written, or Began where nothing but a connection was waited for, and
	// Done when the last byte was read, or the exchange failed.
	Began, Sent, Done time.Time
	// Held is for how long the request waited because the server allowed no further stream, or no further byte.
	Held time.Duration

	done     chan struct{} // tells Do that it is over
	deadline time.Time
	prev     *Call // in the list that it is in
	next     *Call
	in       *list // nil for none

	probe      bool // it only waits for a connection
	held       bool // it waits for a stream or a window
	turnedAway bool // a connection that it waited for took no request
	over       bool
	on         *conn
	id         uint32
	rest       []byte // of the body, which the window has not allowed yet
	window     int64  // of the stream, for what is sent
	received   int64  // bytes of the stream, padding included

	headed     bool  // the final header was received
	headerSize int   // of all its header blocks
	length     int64 // by content-length; -1 for none
}

// reset prepares the call for an exchange.
func (call *Call) reset(now time.Time) {
	if call.done == nil {
		call.done = make(chan struct{}, 1)
	}
	*call = Call{Header: call.Header, Body: call.Body, Limit: call.Limit, Fields: call.Fields[:0], Answer: call.Answer[:0], done: call.done, probe: call.probe,
		Began: now, Sent: now, deadline: now.Add(call.Limit), length: -1}
}

// A list has calls in the order of their deadlines. It takes no memory of its own.
type list struct {
	first, last *Call
	count       int
}

// push puts a call behind those that are due before it or at the same time: at the end, where all limits are equal.
func (l *list) push(call *Call) {
	before := l.last
	for before != nil && before.deadline.After(call.deadline) {
		before = before.prev
	}
	call.in, call.prev = l, before
	if before == nil {
		call.next, l.first = l.first, call
	} else {
		call.next, before.next = before.next, call
	}
	if call.next == nil {
		l.last = call
	} else {
		call.next.prev = call
	}
	l.count++
}

// leave takes the call out of its list.
func (call *Call) leave() {
	l := call.in
	if l == nil {
		return
	}
	if call.prev == nil {
		l.first = call.next
	} else {
		call.prev.next = call.next
	}
	if call.next == nil {
		l.last = call.prev
	} else {
		call.next.prev = call.prev
	}
	call.in, call.prev, call.next = nil, nil, nil
	l.count--
}
