package power

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A job is one run of the suite.
type job struct {
	Fault string `json:"fault"` // empty for the reference
	Seed  uint64 `json:"seed"`
}

func (j job) String() string {
	if j.Fault == "" {
		return "the reference"
	}
	return j.Fault
}

// A result is the result of a run.
type result struct {
	Verdicts map[string]assay.Verdict `json:"verdicts"`
	// Reasons say why, for the verdicts other than pass and observed.
	Reasons map[string]string `json:"reasons"`
	// Follows names the root of each violation that is a consequence of another.
	Follows map[string]string `json:"follows,omitempty"`
	Seconds float64           `json:"seconds"`
	// Error says why nothing could be tested.
	Error string `json:"error,omitempty"`
}

// A bench runs the suite against one fault at a time.
type bench struct{ key *rsa.PrivateKey } // one for all references: making a key takes longer than a run

func newBench() (bench, error) {
	const bits = 2048 // the fewest that the platform accepts
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return bench{}, fmt.Errorf("signing key: %w", err)
	}
	return bench{key}, nil
}

// try runs the suite against one broken implementation.
func (b bench) try(ctx context.Context, j job) result {
	began := time.Now()
	r, err := b.run(ctx, j)
	if err != nil {
		r.Error = err.Error()
	}
	r.Seconds = time.Since(began).Seconds()
	return r
}

func (b bench) run(ctx context.Context, j job) (r result, err error) {
	options := reference.Options{Platform: platform.Config{SigningKey: b.key}}
	if j.Fault != "" {
		fault, err := faults.Find(j.Fault)
		if err != nil {
			return r, err
		}
		fault.Apply(&options)
	}
	implementation, err := reference.New(options)
	if err != nil {
		return r, err
	}
	apiServer, stop, err := serve(implementation)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	host, hello, err := driver.Greet(ctx, implementation.Host())
	if err != nil {
		return r, err
	}
	session, err := suites.Open(suites.Config{
		Target: implementation.Target(apiServer), Host: host, Hello: hello, Seed: j.Seed,
	})
	if err != nil {
		return r, err
	}
	defer session.Close()
	report := suites.Run(ctx, session)
	if !report.Error.IsZero() {
		return r, errors.New(report.Error.String())
	}
	r.Verdicts, r.Reasons = map[string]assay.Verdict{}, map[string]string{}
	r.Follows = map[string]string{}
	for _, requirement := range report.Requirements {
		r.Verdicts[requirement.ID] = requirement.Verdict
		if requirement.Follows != "" {
			r.Follows[requirement.ID] = requirement.Follows
		}
		if requirement.Verdict != assay.Pass && requirement.Verdict != assay.Observed {
			r.Reasons[requirement.ID] = reasonOf(requirement)
		}
	}
	return r, nil
}

// serve starts the platform on a loopback port of its own. stop returns the errors of serving it.
func serve(implementation *reference.Reference) (apiServer string, stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	implementation.SetAPIServer("http://" + l.Addr().String())
	ctx, cancel := context.WithCancel(context.Background()) // the platform stays up after an interrupt, so that the run can end in order
	done := make(chan error, 1)
	go func() { done <- implementation.Serve(ctx, l) }()
	return "http://" + l.Addr().String(), func() error { cancel(); return <-done }, nil
}
