package assay

import (
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/unified-login/assay/internal/document"
)

const maxBundle = 1 << 20 // bytes

// TargetSchema is the schema member of a target file.
const TargetSchema = "assay.target/1"

// A Target describes an implementation under test: the target file, read by [LoadTarget].
type Target struct {
	Implementation Implementation `json:"implementation"`
	// APIServers are the base URLs, without a trailing slash: one, or the replicas of one service.
	APIServers []string `json:"apiServer"`
	// Apps are mini-program ids of one developer; the first is used throughout.
	Apps     []string     `json:"apps"`
	PATs     PATs         `json:"pats"`
	Driver   DriverConfig `json:"driver"`
	Profiles []string     `json:"profiles"`
	Declares Declarations `json:"declares"`
	TLS      TLSConfig    `json:"tls"`
	// Waivers is the path of the waiver file; empty for none. Like every path here it no longer depends on Dir.
	Waivers string `json:"waivers"`
	// Dir is the absolute directory of the target file, which relative paths in it started from; empty without a file.
	Dir string `json:"-"`
}

// An Implementation says whose platform it is.
type Implementation struct {
	Organization string `json:"organization,omitempty"`
	Product      string `json:"product,omitempty"`
	Version      string `json:"version,omitempty"`
	URL          string `json:"url,omitempty"`
	Contact      string `json:"contact,omitempty"`
}

// PATs are the personal access tokens to test with; all but Valid are optional.
type PATs struct {
	Valid       Secret `json:"valid"`
	ValidFrom   string `json:"-"`           // where Valid was found, for messages: "ACME_PAT", "--pat"; may be empty
	Unscoped    Secret `json:"unscoped"`    // without the Mini-Program Unified Authentication scope
	Revoked     Secret `json:"revoked"`     // revoked or reset before the run
	OtherTenant Secret `json:"otherTenant"` // another developer's
}

// A DriverConfig says how codes are come by: exactly one of Exec, HTTP and Pool, or none.
type DriverConfig struct {
	Exec  []string `json:"exec"`  // a command and its arguments
	HTTP  string   `json:"http"`  // a URL
	Token Secret   `json:"token"` // sent to HTTP as a bearer
	Pool  string   `json:"pool"`  // the path of a JSON Lines file of codes
	Seal  Secret   `json:"seal"`  // the sealing key, as its file has it, of a platform that uses the reference's code format
	Dir   string   `json:"-"`     // the directory to start Exec in; empty for the current one
}

// Kind names the driver's transport: "exec", "http", "pool", or "none".
func (d DriverConfig) Kind() string {
	switch {
	case len(d.Exec) > 0:
		return "exec"
	case d.HTTP != "":
		return "http"
	case d.Pool != "":
		return "pool"
	default:
		return "none"
	}
}

// Declarations are what the implementation says of itself, where the contract leaves room. The zero value declares
// nothing.
type Declarations struct {
	CodeTTL            time.Duration // lifetime of a code; 0: not declared
	ReuseGrace         time.Duration // an immediate replay may get the same answer for so long
	PATRevocationDelay time.Duration // a revoked PAT may still work for so long
	PhoneTransform     PhoneTransform
	PhoneInLogin       bool       // a login also gives the phone, deliberately
	UnionGroups        [][]string // apps that share a unionId; none: all of them do
	JWKS               string     // URL of the key set that access tokens verify under
	SLO                []SLO      // service levels, for the load profile
	Rate               float64    // at which they hold, in exchanges per second; 0: not declared
}

// A TLSConfig adds to the system's trust.
type TLSConfig struct {
	CA string `json:"ca"` // path of a PEM bundle; empty: the system's roots only
}

// Roots are the system's roots and those of the bundle; nil, which stands for the system's alone, when there is none. The
// error names the file.
func (c TLSConfig) Roots() (*x509.CertPool, error) {
	if c.CA == "" {
		return nil, nil
	}
	pem, err := document.ReadFile(c.CA, maxBundle)
	if err != nil {
		return nil, fmt.Errorf("tls.ca: %s: %w", c.CA, err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a machine without any
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("tls.ca: %s holds no certificate in PEM", c.CA)
	}
	return roots, nil
}

// A Secret is a value that must never be written anywhere: it prints and marshals as "[secret]". Reveal gives the
// value to the one place that sends it. In an unexported field fmt cannot ask it, and shows it: a type that keeps one
// there has a String method of its own, or is never printed.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// Format hides the value from every verb, the wrong ones included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal returns the value itself.
func (s Secret) Reveal() string { return string(s) }
