package assay

import (
	"slices"
	"strings"
)

// A Failure says why the answer to an exchange is missing or incomplete. The zero value means that the answer is complete.
//
// Only Kind decides anything. Text and Detail are for people: rewording them must never change a verdict.
type Failure struct {
	Kind FailureKind
	// Text describes the failure in words of this product, which are the same for every exchange that fails in this way.
	Text string
	// Detail adds what the transport reported, at most 200 bytes. It may quote the target and is not redacted; it may be
	// empty.
	Detail string
}

// String returns Text and Detail as one line, with the kind's usual text where Text is empty. It is empty without a failure.
func (f Failure) String() string {
	if f.Text == "" {
		f.Text = f.Kind.usualText()
	}
	return joined(f.Text, f.Detail)
}

// Brief returns the failure without its Detail, so that failures of one kind compare equal.
func (f Failure) Brief() Failure {
	return Failure{Kind: f.Kind, Text: f.Text}
}

// A FailureError is an error whose kind is known where it arises; failures.Classify returns its Failure. Its Text may be
// left empty.
type FailureError struct{ Failure }

// Error implements error.
func (e FailureError) Error() string { return e.String() }

// A FailureKind is the way in which an exchange failed. Its name is stable: it is written to JSON.
type FailureKind uint8

// The kinds. From NoConnection to LocalShortage there was no connection, and nothing of the request was sent.
const (
	NoFailure          FailureKind = iota // the answer is complete
	UnknownFailure                        // a failure whose kind is not recorded
	Interrupted                           // the run was stopped
	NoConnection                          // refused, unreachable, or any other reason without a kind of its own
	NameUnknown                           // the host name does not resolve
	CertificateInvalid                    // the server's certificate was not accepted
	NotTLS                                // the server does not speak TLS where https is expected
	ProxyFailed                           // the proxy could not be reached, or opened no tunnel
	ConnectTimedOut                       // no connection within the time limit
	LocalShortage                         // this machine has no file, port or name server to offer: never the target's fault
	TimedOut                              // a connection, but no complete answer within the time limit
	BrokenOff                             // the connection or the stream ended before the answer was complete
	NotHTTP                               // what was received is not a valid HTTP answer
	Unsolicited                           // the server sent data before the request
	BadEncoding                           // the body cannot be decoded as its Content-Encoding says
	Elsewhere                             // the server's name led to another address than that of the platform, which answered
)

// failureNames are the names of the kinds, by their number.
func failureNames() []string {
	return []string{"", "unknown", "interrupted", "no-connection", "name-unknown", "certificate-invalid", "not-tls", "proxy-failed",
		"connect-timed-out", "local-shortage", "timed-out", "broken-off", "not-http", "unsolicited", "bad-encoding", "elsewhere"}
}

// FailureKinds returns every kind of failure, UnknownFailure first; NoFailure is not one of them.
func FailureKinds() []FailureKind {
	kinds := make([]FailureKind, 0, Elsewhere)
	for kind := UnknownFailure; kind <= Elsewhere; kind++ {
		kinds = append(kinds, kind)
	}
	return kinds
}

// String returns the kind's name, as JSON has it: "timed-out". It is empty for NoFailure.
func (k FailureKind) String() string {
	if k > Elsewhere {
		k = UnknownFailure
	}
	return failureNames()[k]
}

// usualText is the text of a failure where nothing more is known than its kind.
func (k FailureKind) usualText() string {
	switch k {
	case NoFailure:
		return ""
	case Interrupted:
		return "interrupted"
	case NoConnection:
		return "no connection"
	case NameUnknown:
		return "no connection: the host name is not known"
	case CertificateInvalid:
		return "no connection: the server's certificate is not valid"
	case NotTLS:
		return "no connection: the server does not speak TLS"
	case ProxyFailed:
		return "no connection: the proxy failed"
	case ConnectTimedOut:
		return "no connection in time"
	case LocalShortage:
		return "no connection: this machine has none to offer"
	case TimedOut:
		return "no whole answer in time"
	case BrokenOff:
		return "the connection was closed before the answer was whole"
	case NotHTTP:
		return "no valid HTTP answer"
	case Unsolicited:
		return "the server sent data that no request asked for"
	case BadEncoding:
		return "the body cannot be decoded"
	case Elsewhere:
		return "the server's name leads to another address, where no code has been accepted"
	default:
		return "a failure of an unknown kind"
	}
}

// MarshalText implements encoding.TextMarshaler.
func (k FailureKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. A name from a later version becomes UnknownFailure.
func (k *FailureKind) UnmarshalText(text []byte) error {
	*k = NoFailure
	if len(text) == 0 {
		return nil
	}
	kinds := FailureKinds()
	i := slices.IndexFunc(kinds, func(kind FailureKind) bool { return kind.String() == string(text) })
	*k = kinds[max(i, 0)] // the first is UnknownFailure
	return nil
}

// Unconnected reports whether there was no connection, so that nothing of the request was sent.
func (k FailureKind) Unconnected() bool { return k >= NoConnection && k <= LocalShortage }

// IsTimeout reports whether the time limit ended the exchange, while it connected or while it waited for the answer.
func (k FailureKind) IsTimeout() bool { return k == ConnectTimedOut || k == TimedOut }

// joined joins the texts that are not empty with a colon.
func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), ": ")
}
