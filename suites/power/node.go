package power

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/fixtures/node"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/targetfile"
)

// nodeUntested are the requirements that the Node platform leaves untested by itself: it has no clock to move, no gray values,
// no lifetimes of PATs, no accessToken, and refuses with status 200.
func nodeUntested() []string {
	return []string{
		"code.single-use-later", "code.lifetime", "host.gray-values", "pat.access-token", "token.signature", "token.algorithm",
		"token.times", "token.no-secrets", "token.subject", "token.kind", "token.size", "pat.challenge", "http.allow", "pat.expired",
	}
}

// nodeUnjudged are further ones that a variation of it may leave untested.
func nodeUnjudged() []string {
	return []string{"pat.other-scope", "host.switch-in-flight", "login.unionid-global"}
}

// onNode are those of the faults that the Node platform can have too and of which it can be condemned.
func onNode(list []faults.Fault) []faults.Fault {
	names := node.Faults()
	return slices.DeleteFunc(slices.Clone(list), func(f faults.Fault) bool {
		return !slices.Contains(names, f.Name) || len(without(f.Trips, nodeUntested())) == 0
	})
}

// OnNode reports whether the fault is tried on the Node platform too.
func OnNode(fault faults.Fault) bool { return len(onNode([]faults.Fault{fault})) > 0 }

func without(ids, dropped []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(dropped, id) })
}

// hasNode reports whether this machine can run the Node platform.
func hasNode() bool {
	_, err := exec.LookPath("node")
	return err == nil
}

// runNode tries a fault of the Node platform, or puts the HTTP edge of a variation before it.
func (b bench) runNode(ctx context.Context, j job) (r result, err error) {
	dir, remove, err := node.Extract()
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	command := "exec:node --no-opt " + filepath.Join(dir, node.Driver) + " 0" // a run is too short for optimized code to pay
	if j.Fault != "" {
		command += " --fault " + j.Fault
	}
	target, err := targetfile.Overrides{Driver: command}.Load(filepath.Join(dir, node.Target), func(string) (string, bool) { return "", false })
	if err != nil {
		return r, err
	}
	said := &announcement{url: make(chan *url.URL, 1)}
	host, closeHost, err := driver.Dial(target, said)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, closeHost()) }()
	behind, err := said.wait(ctx, host)
	if err != nil {
		return r, err
	}
	config := suites.Config{Target: target, Only: j.Only, Patience: noPatience, Seed: j.Seed}
	if j.Legal == "" {
		config.Target.APIServers = []string{behind.String()}
		config.Target.Declares.APIServers = config.Target.APIServers
		return judge(ctx, host, config)
	}
	variation, err := legal.Find(j.Legal)
	if err != nil {
		return r, err
	}
	front, stop, err := serveEdge(variation, behind)
	if err != nil {
		return r, err
	}
	defer func() { _ = stop() }() // cuts off idle connections
	config.Target.APIServers = []string{front}
	return judge(ctx, renamed{host, behind.String(), front}, config)
}

// An announcement is the standard error of the driver, which begins with the platform's address: on a free port.
type announcement struct {
	text []byte
	over bool
	url  chan *url.URL // has room for one
}

// Write implements [io.Writer].
func (a *announcement) Write(p []byte) (int, error) {
	if a.over {
		return len(p), nil
	}
	a.text = append(a.text, p...)
	line, _, whole := bytes.Cut(a.text, []byte("\n"))
	if a.over = whole; whole {
		address, _ := url.Parse(strings.TrimPrefix(string(line), "the platform is ")) // nil if it has no address
		a.url <- address
	}
	return len(p), nil
}

// wait returns the address. The driver has told it before it answers.
func (a *announcement) wait(ctx context.Context, host assay.Host) (*url.URL, error) {
	if _, _, err := driver.Greet(ctx, host); err != nil {
		return nil, err
	}
	select {
	case address := <-a.url:
		if address != nil && address.Host != "" {
			return address, nil
		}
		return nil, errors.New("the node driver does not say where the platform is")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// serveEdge serves the variation's edge, with the platform behind it, on a loopback port.
func serveEdge(variation legal.Variation, behind *url.URL) (front string, stop func() error, err error) {
	proxy := &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(behind); r.Out.Host = r.In.Host },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }, // ends the connection, as the platform did
		ErrorLog:     log.New(io.Discard, "", 0),
	}
	handler, ok := variation.Edge(proxy)
	if !ok {
		return "", nil, fmt.Errorf("variation %s changes more than the HTTP edge", variation.Name)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, MaxHeaderBytes: 256 << 10, DisableGeneralOptionsHandler: true}
	go func() { _ = server.Serve(l) }() // ends with Close
	return "http://" + l.Addr().String(), server.Close, nil
}

// renamed is a host whose callbacks name the edge instead of the platform behind it.
type renamed struct {
	assay.Host
	behind, front string
}

// Ask implements [assay.Host].
func (n renamed) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	reply, err := n.Host.Ask(ctx, request)
	for i, callback := range reply.Callbacks {
		reply.Callbacks[i].Detail = json.RawMessage(bytes.ReplaceAll(callback.Detail, []byte(n.behind), []byte(strings.TrimRight(n.front, "/"))))
	}
	return reply, err
}
