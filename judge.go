package assay

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// A Result is the oracle's classification of one exchange.
type Result int

// The results of the oracle. The zero value is Inconclusive: before an answer is judged, nothing is known.
const (
	// Inconclusive: 429, 503, a 408 without an errcode, which servers send on idle connections, a timeout or a broken
	// connection. The caller tries again with a fresh code and never counts it as a refusal, because the platform may have
	// consumed the code.
	Inconclusive Result = iota
	// Accepted: 2xx, a JSON object, errcode exactly "OK", and the endpoint's identity a non-empty string.
	Accepted
	// Refused: not accepted, no identity, status 2xx or 4xx.
	Refused
	// Fault: any other 5xx, a 3xx, OK without an identity, an identity without OK, an identity that clients may read
	// differently, or another member that identifies a user, such as an accessToken, without the endpoint's own.
	Fault
)

// String returns the lower-case name that reports and metrics show.
func (r Result) String() string {
	switch r {
	case Accepted:
		return "accepted"
	case Refused:
		return "refused"
	case Fault:
		return "fault"
	default:
		return "inconclusive"
	}
}

// An Outcome is the oracle's judgement of one exchange: the result, and why.
type Outcome struct {
	Result Result
	// Reason says what decided it where the result is Inconclusive or Fault, in words that never quote the target. It is
	// empty otherwise, and where Failure alone decided.
	Reason string
	// Failure is the exchange's, where it contributed to an Inconclusive or a Fault.
	Failure Failure
	// Identity is the openId or the phone of an accepted exchange; empty for every other result.
	Identity string
}

// Explain returns Reason and Failure as one line. It may quote the target where the failure does.
func (o Outcome) Explain() string { return joined(o.Reason, o.Failure.String()) }

// Judge is the oracle. It is a pure function of the exchange. Whether the identity is the right user's is for the caller, who
// knows which user was injected.
//
// An identity outweighs everything else: an answer with an identity that is not Accepted is a Fault, whatever its status and
// however its connection ended. So a 429 or a reset cannot hide that a code was redeemed twice.
func Judge(x Exchange) Outcome {
	response := x.Response
	switch {
	case response == nil && x.Failed():
		return Outcome{Failure: x.Failure}
	case response == nil:
		return Outcome{Reason: "no answer"}
	}
	envelope := response.Envelope()
	if found := envelope.identities(x.Endpoint); len(found) > 0 {
		return identified(x, envelope, found)
	}
	if other := envelope.SignsIn(x.Endpoint); other != "" {
		return Outcome{Result: Fault, Reason: other + " without " + x.Endpoint.Identity(), Failure: x.Failure}
	}
	status := response.Status
	switch {
	case x.Failed():
		return Outcome{Failure: x.Failure}
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable,
		status == http.StatusRequestTimeout && envelope.Errcode() == "":
		return Outcome{Reason: fmt.Sprintf("status %d", status)}
	case status/100 != 2 && status/100 != 4:
		return Outcome{Result: Fault, Reason: fmt.Sprintf("status %d", status)}
	case envelope.Errcode() == OK:
		return Outcome{Result: Fault, Reason: "errcode OK without " + x.Endpoint.Identity()}
	case response.Truncated:
		return Outcome{Result: Fault, Reason: "the body is longer than the client reads"}
	default:
		return Outcome{Result: Refused}
	}
}

// identified judges an answer with an identity.
func identified(x Exchange, envelope Envelope, found []json.RawMessage) Outcome {
	name := x.Endpoint.Identity()
	fault := func(reason string) Outcome { return Outcome{Result: Fault, Reason: reason} }
	identity, isString := Text(found[0])
	switch {
	case x.Failed():
		return Outcome{Result: Fault, Reason: name + " in an answer that broke off", Failure: x.Failure}
	case !envelope.Object:
		return fault(name + " in a body that is not a well-formed JSON object")
	case envelope.Errcode() != OK:
		return fault(name + " without errcode OK")
	case !isString:
		return fault(name + " is not a string")
	case !agree(found):
		return fault("two different values of " + name)
	case x.Response.Status/100 != 2:
		return fault(fmt.Sprintf("%s with status %d", name, x.Response.Status))
	default:
		return Outcome{Result: Accepted, Identity: identity}
	}
}

// agree reports whether all values of a repeated member are the same string, so that every client reads the same.
func agree(values []json.RawMessage) bool {
	first, _ := Text(values[0])
	for _, raw := range values[1:] {
		if text, isString := Text(raw); !isString || text != first {
			return false
		}
	}
	return true
}
