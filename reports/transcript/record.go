package transcript

import (
	"math"
	"net/http"
	"time"

	"github.com/unified-login/assay"
)

// SchemaName is the schema member of every line of transcript.jsonl. It is in each line instead of a header, so that files can
// be concatenated and cut with line tools.
const SchemaName = "assay.transcript/1"

// A Record is one exchange without its secrets: a line of transcript.jsonl.
type Record struct {
	Schema      string         `json:"schema"`
	ID          string         `json:"id"`
	Requirement string         `json:"requirement,omitempty"`
	Situation   string         `json:"situation,omitempty"`
	Endpoint    assay.Endpoint `json:"endpoint"`
	// Code is the code of the request and the user it was issued for; nil if the request had none.
	Code     *Code     `json:"code,omitempty"`
	Request  Request   `json:"request"`
	Response *Response `json:"response,omitempty"` // nil when nothing came back
	// Failure describes why the answer is missing or incomplete, and FailureKind is what decides; a record without a kind
	// is of an earlier version of assay.
	Failure     string            `json:"failure,omitempty"`
	FailureKind assay.FailureKind `json:"failureKind,omitzero"`
	// Result and Reason are what assay.Judge said of the exchange. It says the same of Record.Exchange, except for bodies longer
	// than BodyLimit after 1 MiB of them and longer than 4 KiB after 4 MiB, of which only the beginnings are recorded, and for those that are left out because they
	// may still have a secret.
	Result  string    `json:"result"`
	Reason  string    `json:"reason,omitempty"`
	Sent    time.Time `json:"sent"`    // UTC, to the microsecond
	Seconds float64   `json:"seconds"` // from Sent to the last byte read
}

// A Code is a one-time code and the user that was injected. Code and Phone are tokens.
type Code struct {
	Kind      assay.Endpoint `json:"kind,omitempty"`
	Code      string         `json:"code"`
	AppID     string         `json:"appId,omitempty"`
	UserID    string         `json:"userId"`
	Channel   string         `json:"channel"`
	Phone     string         `json:"phone,omitempty"`
	ExpiresAt time.Time      `json:"expiresAt,omitzero"`
}

// A Request is what was sent, with its secrets replaced.
type Request struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers http.Header `json:"headers"`
	Body
}

// A Response is what was received, with its secrets replaced.
type Response struct {
	Status  int         `json:"status"`
	Proto   string      `json:"proto,omitempty"` // "HTTP/1.1"
	TLS     string      `json:"tls,omitempty"`   // "TLS 1.3"; empty without TLS
	Headers http.Header `json:"headers"`
	Body
	// Truncated is set if the client stopped reading: see assay.Response. Body.Length is about the record only.
	Truncated bool `json:"truncated,omitempty"`
}

// Exchange returns the record as an exchange, which can be judged again. It has tokens instead of secrets, and only the
// beginning of a body that was cut.
func (r Record) Exchange() assay.Exchange {
	x := assay.Exchange{
		ID: r.ID, Endpoint: r.Endpoint, Requirement: r.Requirement, Situation: r.Situation,
		Request: assay.Request{
			Method: r.Request.Method, URL: r.Request.URL, Header: r.Request.Headers, Body: r.Request.Bytes(),
		},
		Failure: r.failure(),
		Sent:    r.Sent, Took: time.Duration(math.Round(r.Seconds * float64(time.Second))),
	}
	if r.Code != nil {
		x.Code = &assay.Code{
			Kind: r.Code.Kind, Code: r.Code.Code, AppID: r.Code.AppID, UserID: r.Code.UserID, Channel: r.Code.Channel,
			Phone: r.Code.Phone, ExpiresAt: r.Code.ExpiresAt,
		}
	}
	if r.Response != nil {
		x.Response = &assay.Response{
			Status: r.Response.Status, Proto: r.Response.Proto, TLS: r.Response.TLS, Header: r.Response.Headers,
			Body: r.Response.Bytes(), Truncated: r.Response.Truncated,
		}
	}
	return x
}

// failure returns the exchange's failure. What an earlier version of assay recorded has a text and no kind.
func (r Record) failure() assay.Failure {
	kind := r.FailureKind
	if kind == assay.NoFailure && r.Failure != "" {
		kind = assay.UnknownFailure
	}
	return assay.Failure{Kind: kind, Text: r.Failure}
}
