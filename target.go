package assay

import (
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/unified-login/assay/internal/files"
)

const maxBundle = 1 << 20 // bytes

// TargetSchema is the schema member of a target file.
const TargetSchema = "assay.target/1"

// A Target describes an implementation under test: the target file, which package targetfile reads.
type Target struct {
	Implementation Implementation `json:"implementation"`
	// APIServers are the base URLs, without a trailing slash: one, or the replicas of one service.
	APIServers []string `json:"apiServer"`
	// Apps are mini-program ids of one developer; the first is used everywhere.
	Apps []string `json:"apps"`
	// Channels are the only channels that the platform knows; empty if it accepts any.
	Channels []string `json:"channels"`
	// Phones are ranges of phone numbers that are reserved for tests, as FIRST-LAST; empty for fictitious numbers.
	Phones   []string     `json:"phones"`
	PATs     PATs         `json:"pats"`
	Driver   DriverConfig `json:"driver"`
	Profiles []string     `json:"profiles"`
	Declares Declarations `json:"declares"`
	TLS      TLSConfig    `json:"tls"`
	// Transport says how connections are made, where plain ones do not do.
	Transport Transport `json:"transport"`
	// Waivers is the path of the waiver file; empty for none. Like every path here it is already joined with Dir.
	Waivers string `json:"waivers"`
	// Dir is the absolute directory of the target file, from which relative paths in it start; empty without a file.
	Dir string `json:"-"`
}

// An Implementation names the platform and its organization, for reports.
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
	OtherScope  Secret `json:"otherScope"`  // with other scopes only
	Expired     Secret `json:"expired"`     // its lifetime is over
}

// All lists the PATs by their member names.
func (p PATs) All() map[string]Secret {
	return map[string]Secret{
		"valid": p.Valid, "unscoped": p.Unscoped, "revoked": p.Revoked, "otherTenant": p.OtherTenant,
		"otherScope": p.OtherScope, "expired": p.Expired,
	}
}

// A DriverConfig says where codes come from: exactly one of Exec, HTTP and Pool, or none of them.
type DriverConfig struct {
	Exec  []string `json:"exec"`  // a command and its arguments
	HTTP  string   `json:"http"`  // a URL
	Token Secret   `json:"token"` // sent to HTTP as a bearer token
	Pool  string   `json:"pool"`  // the path of a JSON Lines file of codes
	Seal  Secret   `json:"seal"`  // the sealing key of a platform with the reference's code format, as in its file
	Dir   string   `json:"-"`     // the directory to start Exec in; empty for the current one
}

// A DriverKind is the transport of a driver.
type DriverKind string

// The kinds of drivers. All but NoDriver are members of driver in a target file.
const (
	NoDriver   DriverKind = "none"
	DriverExec DriverKind = "exec"
	DriverHTTP DriverKind = "http"
	DriverPool DriverKind = "pool"
)

// DriverKinds lists the transports that a target file can name.
func DriverKinds() []DriverKind { return []DriverKind{DriverExec, DriverHTTP, DriverPool} }

// Kind is the driver's transport.
func (d DriverConfig) Kind() DriverKind {
	switch {
	case len(d.Exec) > 0:
		return DriverExec
	case d.HTTP != "":
		return DriverHTTP
	case d.Pool != "":
		return DriverPool
	default:
		return NoDriver
	}
}

// Declarations are the implementation's own choices where the contract leaves room. The zero value declares nothing.
type Declarations struct {
	CodeTTL            time.Duration // lifetime of a code; 0: not declared
	ReuseGrace         time.Duration // for how long an immediate replay may get the same answer
	PATRevocationDelay time.Duration // for how long a revoked PAT may still work
	PATPropagation     time.Duration // for how long a new PAT may still be refused
	PhoneTransform     PhoneTransform
	CodeSupersedes     bool       // a new code ends the older unused ones of its user
	PhoneInLogin       bool       // a login also returns the phone, deliberately
	UnionGroups        [][]string // apps that share a unionId; empty: all apps do
	JWKS               string     // URL of the key set that access tokens verify under
	// APIServers are further base URLs of this platform that its host apps may name, without a trailing slash; nil: not declared.
	APIServers []string
	SLO        []SLO   // service levels, for the load profile
	Rate       float64 // at which SLO holds, in exchanges per second; 0: not declared
	RateLimit  float64 // above which requests are answered with 429, in requests per second; 0: not declared
}

// A TLSConfig adds roots to those that the system trusts.
type TLSConfig struct {
	CA string `json:"ca"` // path of a PEM bundle; empty: the system's roots only
}

// Roots returns the system's roots and those of the bundle; nil, which stands for the system's alone, when there is no
// bundle. The error names the file.
func (c TLSConfig) Roots() (*x509.CertPool, error) {
	if c.CA == "" {
		return nil, nil
	}
	pem, err := files.Read(c.CA, maxBundle)
	if err != nil {
		return nil, fmt.Errorf("tls.ca: %s: %w; check the path", c.CA, err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a machine without any
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("tls.ca: %s holds no certificate in PEM; convert it with openssl x509", c.CA)
	}
	return roots, nil
}

// A Secret is a value that must never be written: it prints and marshals as "[secret]". Reveal returns the value, for the
// one place that sends it. fmt cannot call the methods of an unexported field and prints its value: a type with a Secret
// in such a field has a String method of its own, or is never printed.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// Format hides the value from every verb, including unknown ones.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal returns the value itself.
func (s Secret) Reveal() string { return string(s) }
