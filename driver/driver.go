// Package driver is the client side of the driver protocol, assay.driver/1: it reaches the host app of an implementation.
//
// Start with [Open], which turns a target's driver configuration into an [assay.Host]. Each transport is a file of its
// own: [Exec] runs a child process, [HTTP] posts to a server, [Pool] returns codes from a file, and package seal makes
// codes in this process.
//
// To add a transport, implement [assay.Host] here, and name it in these places; the test TestEveryKind says which of them
// lacks it, except the help:
//   - target.go of the contract: a constant in DriverKinds, a member of DriverConfig and its case in Kind;
//   - [Dial], and package check where it asks for the kind;
//   - package targetfile: driver in target.schema.json, reader.driver in read.go, and applyDriver in load.go for --driver;
//   - the member driver of reports/conformance/conformance.schema.json and reports/benchmark/benchmark.schema.json;
//   - docs/driver.md, and the help of --driver in cmd/assay/target.go.
//
// Other code asks for the kind where transports differ, and no test says whether a new one has to be added: driverOf and the codes
// that are kept in suites, driver.log in cmd/assay/load.go and test.go, and --wait and the URLs of errors in cmd/assay/target.go.
//
// [Greet] asks a host what it offers and checks its replies against that. [MintByTap] adds a mint to a host without one.
// Package check looks for mistakes in a driver.
//
// Text that a driver wrote is shortened and cleared of secrets before it becomes part of an error.
package driver

import (
	"context"
	"io"
	"net/http"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/seal"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/reach"
)

// Open starts or reaches the driver that target names, and asks what it offers. A child process starts in the driver's
// Dir, and its standard error goes to stderr, which may be nil. A target without a driver gets a host that supports
// nothing. With a sealing key, codes are minted in this process.
//
// The host is checked against its hello as by [Greet]. The caller calls closeHost at the end. The error is a
// *[assay.DriverError], or names the mistake in the configuration; then nothing is left running.
func Open(ctx context.Context, target assay.Target, stderr io.Writer) (
	host assay.Host, hello assay.Hello, closeHost func() error, err error,
) {
	raw, closeHost, err := Dial(target, stderr)
	if err != nil {
		return nil, assay.Hello{}, nil, err
	}
	host, hello, err = Greet(ctx, raw)
	if err == nil && target.Driver.Seal != "" {
		host, hello, err = sealed(ctx, host, hello, target)
	}
	if err != nil {
		_ = closeHost() // the first error says more
		return nil, assay.Hello{}, nil, err
	}
	return host, hello, closeHost, nil
}

// Dial is [Open] without a request: the host is the driver itself, without checks and without the sealing key.
func Dial(target assay.Target, stderr io.Writer) (host assay.Host, closeHost func() error, err error) {
	nothing := func() error { return nil }
	switch config := target.Driver; config.Kind() {
	case assay.DriverExec:
		process, err := Exec(ExecConfig{Command: config.Exec, Dir: config.Dir, Stderr: stderr})
		if err != nil {
			return nil, nil, err
		}
		return process, process.Close, nil
	case assay.DriverHTTP:
		host, err := overHTTP(target)
		return host, nothing, err
	case assay.DriverPool:
		host, err = Pool(config.Pool)
		return host, nothing, err
	case assay.NoDriver:
		return none{}, nothing, nil
	default:
		panic("driver: Dial has no case for the kind " + string(config.Kind()))
	}
}

// overHTTP returns the host of a driver that is reached as the target's transport says. It also trusts the target's certificate
// authority, which has probably signed the driver's certificate too.
func overHTTP(target assay.Target) (assay.Host, error) {
	route, err := reach.ToDriver(target)
	if err != nil {
		return nil, err
	}
	transport, _ := http.DefaultTransport.(*http.Transport) // always of this type
	transport = transport.Clone()
	transport.TLSClientConfig, transport.DialContext, transport.Proxy = route.TLS(""), route.DialContext, route.Proxy
	transport.OnProxyConnectResponse = failures.CheckTunnel
	host := newHTTPHost(target.Driver.HTTP, target.Driver.Token.Reveal(), &http.Client{Transport: transport})
	host.header = route.Header()
	return host, nil
}

// sealed wraps host with the target's sealing key.
func sealed(
	ctx context.Context, host assay.Host, hello assay.Hello, target assay.Target,
) (assay.Host, assay.Hello, error) {
	key, err := seal.ParseKey(target.Driver.Seal.Reveal())
	if err != nil {
		return nil, assay.Hello{}, err
	}
	config := seal.Config{Key: key, CodeTTL: target.Declares.CodeTTL, Channels: target.Channels, Phones: target.Phones}
	// A pool's codes tell the time of their issue, not the present, and must not be wasted.
	if target.Driver.Kind() != assay.DriverPool && len(target.Apps) > 0 {
		config.AppID = target.Apps[0]
	}
	return seal.New(ctx, host, hello, config)
}

// none is the host of a target that names no driver.
type none struct{}

func (none) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if request.Op == assay.OpHello {
		return assay.HostReply{ID: request.ID, Hello: &assay.Hello{Name: "none"}}, nil
	}
	return assay.HostReply{}, &assay.UnsupportedError{Op: request.Op, Why: none{}.whyNot(request.Op)}
}

func (none) whyNot(assay.Op) string {
	return "the target names no driver; give it one with driver: {exec: …}, {http: …} or {pool: …}"
}
