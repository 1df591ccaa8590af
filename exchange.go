package assay

import (
	"net/http"
	"time"
)

// An Exchange is one request to the Mini-Platform and what became of it. It is data: every check is a pure function of
// exchanges, so that a spec, a load run and an offline audit judge alike.
type Exchange struct {
	// ID is unique within a run, for example "x-000012".
	ID string
	// Endpoint is the operation that was meant; the request itself may have been bent.
	Endpoint Endpoint
	// Requirement and Situation say why it was made: the requirement's id, and the case within it ("lengthened").
	Requirement, Situation string
	// Code is the code that the request was made with and the user it was issued for; nil where none was used.
	Code *Code

	Request Request
	// Response is what arrived; nil when nothing did.
	Response *Response
	// Failure says why the answer is missing or incomplete; the zero value means that it is complete.
	Failure Failure

	// Sent is when the first byte of the request was handed over; Took is the time from then to the last byte read.
	Sent time.Time
	Took time.Duration
}

// Failed reports whether the answer is missing or incomplete.
func (x Exchange) Failed() bool { return x.Failure.Kind != NoFailure }

// A Request is what was sent, byte for byte.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// A Response is what came back.
type Response struct {
	Status int
	// Proto is the negotiated version, for example "HTTP/1.1".
	Proto  string
	Header http.Header
	Body   []byte
	// Truncated is set when the body was longer than the client reads; Body then holds its beginning.
	Truncated bool
	// TLS is the negotiated TLS version, for example "TLS 1.3"; empty without TLS.
	TLS string
}
