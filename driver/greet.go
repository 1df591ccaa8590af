package driver

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/internal/words"
)

// Greet asks host what it offers and returns a host that is checked against it. An op or a platform that hello does not
// list gets an *[assay.UnsupportedError] without a request to the driver; a reply without the members of its op is a
// *[assay.DriverError]. Codes are returned complete, with the kind, the mini-program and the user of the request; there may
// be fewer than asked for.
//
// A hello with an op or a platform that the protocol does not define is an error: it is probably a misspelling, and would
// leave requirements untested without notice.
func Greet(ctx context.Context, host assay.Host) (assay.Host, assay.Hello, error) {
	reply, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol})
	if err != nil {
		return nil, assay.Hello{}, err
	}
	if reply.Hello == nil {
		return nil, assay.Hello{}, failed(assay.OpHello, `a reply without the member "hello"`, nil)
	}
	hello := *reply.Hello
	if faults := HelloFaults(hello); len(faults) > 0 {
		return nil, assay.Hello{}, failed(assay.OpHello, faults[0], nil)
	}
	hello.Ops, hello.Platforms = once(hello.Ops), once(hello.Platforms)
	return greeted{host, hello}, hello, nil
}

// once removes repeated entries: a platform listed twice does not count as two.
func once[T comparable](listed []T) []T {
	var kept []T
	for _, one := range listed {
		if !slices.Contains(kept, one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// HelloFaults lists the ops and platforms of a hello that the protocol does not define, each with the nearest known name.
func HelloFaults(hello assay.Hello) []string {
	var faults []string
	for _, op := range hello.Ops {
		if !slices.Contains(assay.Ops(), op) {
			faults = append(faults, unknown("op", string(op), texts(assay.Ops())))
		}
	}
	for _, platform := range hello.Platforms {
		if !slices.Contains(assay.Platforms(), platform) {
			faults = append(faults, unknown("platform", platform, assay.Platforms()))
		}
	}
	return faults
}

func unknown(what, name string, known []string) string {
	if near := words.Nearest(name, known); near != "" {
		return fmt.Sprintf("hello lists the unknown %s %s; did you mean %q?", what, redact.Excerpt(name), near)
	}
	return fmt.Sprintf("hello lists the unknown %s %s; use %s", what, redact.Excerpt(name), words.List(known))
}

func texts(ops []assay.Op) []string {
	names := make([]string, len(ops))
	for i, op := range ops {
		names[i] = string(op)
	}
	return names
}

type greeted struct {
	host  assay.Host
	hello assay.Hello
}

// Ask implements [assay.Host].
func (g greeted) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if why, offered := g.offers(request); !offered {
		return assay.HostReply{}, &assay.UnsupportedError{Op: request.Op, Why: why}
	}
	reply, err := g.host.Ask(ctx, request)
	if err == nil && request.Op == assay.OpMint && len(reply.Codes) == 0 { // it may have some now
		reply, err = g.host.Ask(ctx, request)
	}
	if err != nil {
		return assay.HostReply{}, err
	}
	if err := complete(request, &reply); err != nil {
		return assay.HostReply{}, failed(request.Op, err.Error(), nil)
	}
	return reply, nil
}

// offers reports whether hello covers the request, and if not why; the reason is empty where the op itself is missing.
func (g greeted) offers(request assay.HostRequest) (why string, offered bool) {
	if !g.hello.Offers(request.Op) {
		if host, ok := g.host.(interface{ whyNot(assay.Op) string }); ok {
			return host.whyNot(request.Op), false
		}
		return "", false
	}
	// A minted code does not depend on a platform.
	if request.Op == assay.OpMint || request.Host == nil || slices.Contains(g.hello.Platforms, request.Host.Platform) {
		return "", true
	}
	return fmt.Sprintf("it offers the platforms [%s], not %q",
		strings.Join(g.hello.Platforms, " "), request.Host.Platform), false
}
