package assay

import (
	"net/http"
	"time"
)

// An Exchange is one request to the Mini-Platform and its answer. It is data: every check is a pure function of exchanges, so
// a spec, a load run and an offline audit judge in the same way.
type Exchange struct {
	// ID is unique within a run: "x-000012".
	ID string
	// Endpoint is the intended operation; the request may differ from it on purpose.
	Endpoint Endpoint
	// Requirement and Situation say why the exchange was made: the requirement's id, and the case within it ("lengthened").
	Requirement, Situation string
	// Code is the code that the request was made with and the user it was issued for; nil for a request without a code.
	Code *Code

	Request Request
	// Response is the answer, or the part of it that arrived; nil where no header arrived.
	Response *Response
	// Failure says why the answer is missing or incomplete; the zero value means that it is complete.
	Failure Failure

	// Sent is when the exchange began, and Took the time from then until the last byte was read.
	Sent time.Time
	Took time.Duration
}

// Failed reports whether the answer is missing or incomplete.
func (x Exchange) Failed() bool { return x.Failure.Kind != NoFailure }

// A Request is a request as it was sent, byte for byte.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// A Response is an answer as it was received, with gzip decoded.
type Response struct {
	Status int
	// Proto is the HTTP version: "HTTP/1.1".
	Proto  string
	Header http.Header
	Body   []byte
	// Truncated is set where the body is longer than the client reads; Body is then its beginning.
	Truncated bool
	// TLS is the TLS version: "TLS 1.3". It is empty without TLS.
	TLS string

	read *Envelope // of Body, once it has been kept
}

// Envelope reads the body.
func (r *Response) Envelope() Envelope {
	if r.read != nil {
		return *r.read
	}
	return ReadEnvelope(r.Body)
}

// Keep reads the body for all later calls of Envelope: a run asks for it dozens of times. Body must not change afterwards.
func (r *Response) Keep() {
	envelope := ReadEnvelope(r.Body)
	r.read = &envelope
}
