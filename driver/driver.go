// Package driver carries the driver protocol, assay.driver/1, between the suite and an implementation's host app.
//
// Start with [Open], which turns a target's driver configuration into an [assay.Host]. Behind it are [Exec], a child
// process; [HTTP], a server elsewhere; [Pool], a file of codes issued beforehand; and [Sealed], which makes the codes
// in this process; [Tapped] makes them one by one where a driver has no mint. [Greet] asks any of
// them what it offers and holds it to that.
//
// On the other side, [Reference] is the host over the reference platform, and [Handler] serves any host over http.
//
// A driver's words are somebody else's: before they reach an error they are cut short and cleared of secrets.
package driver

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/seal"
)

// Open starts or reaches the driver that target names, and asks what it offers. A child process starts in the driver's
// Dir, and its standard error goes to stderr, which may be nil. A target without a driver gets a host that supports
// nothing. With a sealing key, mint happens in this process.
//
// The host is held to its hello as by [Greet]. Who is done with it calls closeHost. The error is a
// *[assay.DriverError], or names what is wrong with the configuration; nothing is then left running.
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
		_ = closeHost() // the error that led here says more
		return nil, assay.Hello{}, nil, err
	}
	return host, hello, closeHost, nil
}

// Dial is [Open] without a question asked: the host is the driver as it is, held to nothing, and without the sealing
// key.
func Dial(target assay.Target, stderr io.Writer) (host assay.Host, closeHost func() error, err error) {
	nothing := func() error { return nil }
	switch config := target.Driver; config.Kind() {
	case "exec":
		process, err := Exec(ExecConfig{Command: config.Exec, Dir: config.Dir, Stderr: stderr})
		if err != nil {
			return nil, nil, err
		}
		return process, process.Close, nil
	case "http":
		client, err := trusting(target.TLS)
		return HTTP(config.HTTP, config.Token.Reveal(), client), nothing, err
	case "pool":
		host, err = Pool(config.Pool)
		return host, nothing, err
	case "none":
		return none{}, nothing, nil
	default:
		return nil, nil, fmt.Errorf("unknown kind of driver %q", config.Kind())
	}
}

// trusting is a client that trusts the target's own authority too: its driver is likely to be certified by the same.
func trusting(config assay.TLSConfig) (*http.Client, error) {
	roots, err := config.Roots()
	if roots == nil || err != nil {
		return nil, err
	}
	transport, _ := http.DefaultTransport.(*http.Transport) // which it is
	transport = transport.Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	return &http.Client{Transport: transport}, nil
}

func sealed(
	ctx context.Context, host assay.Host, hello assay.Hello, target assay.Target,
) (assay.Host, assay.Hello, error) {
	key, err := seal.ParseKey(target.Driver.Seal.Reveal())
	if err != nil {
		return nil, assay.Hello{}, err
	}
	config := seal.Config{Key: key, CodeTTL: target.Declares.CodeTTL}
	// The codes of a pool say what the time was when they were issued, and are not to be wasted.
	if target.Driver.Kind() != "pool" && len(target.Apps) > 0 {
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
