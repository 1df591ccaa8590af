package power

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	report "github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/suites"
)

// A job is one run of the suite. Without Fault and Legal it is about the reference.
type job struct {
	Fault string `json:"fault,omitempty"`
	Legal string `json:"legal,omitempty"` // a variation
	// On is the implementation that is varied, or has the fault; empty: the reference.
	On string `json:"on,omitempty"`
	// Only are the requirements to which the run is narrowed; empty: all.
	Only []string `json:"only,omitempty"`
	// Trips must condemn the fault. Where a narrowed run does not, a whole one decides.
	Trips []string `json:"trips,omitempty"`
	Seed  uint64   `json:"seed"`
	// Reproduce runs the reproductions of the findings as well.
	Reproduce bool `json:"reproduce,omitempty"`
}

func (j job) String() string {
	if name := cmp.Or(j.Fault, j.Legal); j.On == report.OnNode {
		return j.On + "/" + name
	}
	return cmp.Or(j.Fault, j.Legal, "the reference")
}

// A result is the result of a run.
type result struct {
	Verdicts map[string]assay.Verdict `json:"verdicts"`
	// Reasons say why, for the verdicts other than pass and observed.
	Reasons map[string]string `json:"reasons"`
	// Follows names the root of each violation that is a consequence of another.
	Follows map[string]string `json:"follows,omitempty"`
	Seconds float64           `json:"seconds"`
	// Whole says that a narrowed run did not do, so that the result is that of a whole run.
	Whole bool `json:"whole,omitempty"`
	// Error says why nothing could be tested.
	Error string `json:"error,omitempty"`
	// Reproductions are those of the findings, and the results of running them.
	Reproductions []Reproduction `json:"reproductions,omitempty"`
}

// missed reports whether the requirement does not condemn.
func (r result) missed(id string) bool {
	return r.Verdicts[id] != assay.Fail && r.Verdicts[id] != assay.Warn
}

// A bench runs the suite against one fault at a time. Its references share their keys.
type bench struct {
	key   *rsa.PrivateKey
	quick platform.Signer
}

func newBench() (bench, error) {
	const bits = 2048 // the fewest that the platform accepts
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return bench{}, fmt.Errorf("signing key: %w", err)
	}
	quick, err := legal.NewES256()
	if err != nil {
		return bench{}, fmt.Errorf("signing key: %w", err)
	}
	return bench{key, quick}, nil
}

// sign makes an implementation sign its tokens with ES256: RS256 takes a fifth of the time of a run.
func (b bench) sign(options *reference.Options) {
	options.Platform.Customize = func(parts *platform.Parts) error {
		parts.Signer = b.quick
		return nil
	}
}

// keepsSigner reports whether a fault is one of signatures, which the reference's own signer has to show.
func keepsSigner(fault faults.Fault) bool {
	return slices.Contains(fault.Trips, "token.algorithm") || slices.Contains(fault.Trips, "token.signature")
}

// try runs the suite against one broken implementation.
func (b bench) try(ctx context.Context, j job) result {
	began := time.Now()
	r, err := b.run(ctx, j)
	if err == nil && len(j.Only) > 0 && slices.ContainsFunc(j.Trips, r.missed) {
		whole := j
		whole.Only = nil
		r, err = b.run(ctx, whole)
		r.Whole = true
	}
	if err != nil {
		r.Error = err.Error()
	}
	r.Seconds = time.Since(began).Seconds()
	return r
}

func (b bench) run(ctx context.Context, j job) (r result, err error) {
	options := reference.Options{Platform: platform.Config{SigningKey: b.key}}
	var config suites.Config
	switch {
	case j.On == report.OnNode:
		return b.runNode(ctx, j)
	case j.Legal != "":
		variation, err := legal.Find(j.Legal)
		if err != nil {
			return r, err
		}
		if !strings.HasPrefix(variation.Name, "token-") { // one of tokens keeps the reference's own signer
			b.sign(&options)
		}
		variation.Apply(&options)
		config.Patience, config.Timeout = patience, variation.Timeout
	case j.Fault != "":
		fault, err := faults.Find(j.Fault)
		if err != nil {
			return r, err
		}
		if !keepsSigner(fault) {
			b.sign(&options)
		}
		fault.Apply(&options)
	}
	config.Only, config.Seed = j.Only, j.Seed
	return b.runReference(ctx, options, config, j)
}

const (
	// noPatience leaves what would take long untested.
	noPatience = -1
	// patience is for delays of some seconds. For longer times, the reference's driver moves the clock.
	patience = 10 * time.Second
)

func (b bench) runReference(ctx context.Context, options reference.Options, config suites.Config, j job) (r result, err error) {
	implementation, err := reference.New(options)
	if err != nil {
		return r, err
	}
	apiServer, stop, err := serve(implementation)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	config.Target = implementation.Target(apiServer)
	raw := implementation.Host()
	if implementation.DriverIdle() > 0 {
		overHTTP, stopDriver, err := serveDriver(implementation)
		if err != nil {
			return r, err
		}
		defer func() { _ = stopDriver() }() // a driver is cut off here on purpose
		raw = overHTTP
	}
	if pem := implementation.Authority(); pem != nil {
		file, remove, cause := keep(pem)
		if cause != nil {
			return r, cause
		}
		defer func() { err = errors.Join(err, remove()) }()
		config.Target.TLS.CA = file
	}
	if !j.Reproduce {
		return judge(ctx, raw, config)
	}
	return b.reproduce(ctx, implementation, raw, config, j)
}

// judge runs the suite on an implementation with that driver.
func judge(ctx context.Context, raw assay.Host, config suites.Config) (r result, err error) {
	found, err := runSuite(ctx, raw, config)
	if err != nil {
		return r, err
	}
	return resultOf(found), nil
}

// runSuite runs the suite on an implementation with that driver.
func runSuite(ctx context.Context, raw assay.Host, config suites.Config) (found conformance.Report, err error) {
	if config.Host, config.Hello, err = driver.Greet(ctx, raw); err != nil {
		return found, err
	}
	session, err := suites.Open(config)
	if err != nil {
		return found, err
	}
	defer session.Close()
	found = suites.Run(ctx, session)
	if !found.Error.IsZero() {
		return found, errors.New(found.Error.String())
	}
	return found, nil
}

// resultOf is what a matrix has of a report.
func resultOf(found conformance.Report) (r result) {
	r.Verdicts, r.Reasons = map[string]assay.Verdict{}, map[string]string{}
	r.Follows = map[string]string{}
	for _, requirement := range found.Requirements {
		r.Verdicts[requirement.ID] = requirement.Verdict
		if requirement.Follows != "" {
			r.Follows[requirement.ID] = requirement.Follows
		}
		if requirement.Verdict != assay.Pass && requirement.Verdict != assay.Observed {
			r.Reasons[requirement.ID] = reasonOf(requirement)
		}
	}
	return r
}

// serve starts the platform on a loopback port of its own. stop returns the errors of serving it.
func serve(implementation *reference.Reference) (apiServer string, stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	implementation.SetAPIServer(implementation.URL(l.Addr()))
	ctx, cancel := context.WithCancel(context.Background()) // the platform stays up after an interrupt, so that the run can end in order
	done := make(chan error, 1)
	go func() { done <- implementation.Serve(ctx, l) }()
	return implementation.URL(l.Addr()), func() error { cancel(); return <-done }, nil
}

// serveDriver serves the driver over HTTP on a loopback port and returns a client of it.
func serveDriver(implementation *reference.Reference) (host assay.Host, stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: refdriver.Handler(implementation.Host(), ""), IdleTimeout: implementation.DriverIdle(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }() // ends with Close
	return driver.HTTP("http://"+l.Addr().String(), "", nil), server.Close, nil
}

// keep writes text to a temporary file.
func keep(text []byte) (path string, remove func() error, err error) {
	file, err := os.CreateTemp("", "assay-ca-*.pem")
	if err != nil {
		return "", nil, err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", nil, errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), func() error { return os.Remove(file.Name()) }, nil
}
