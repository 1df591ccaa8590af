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
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/fixtures/node"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/targetfile"
)

// nodeUntested are the requirements that the Node platform leaves untested by itself: it has no clock to move, no gray values,
// no accessToken, and refuses with status 200.
func nodeUntested() []string {
	return []string{
		"code.single-use-later", "code.lifetime", "host.gray-values", "pat.access-token", "token.signature", "token.algorithm",
		"token.times", "token.no-secrets", "token.subject", "token.kind", "token.size", "pat.challenge", "http.allow",
		"pat.other-scope", "pat.expired", "host.switch-in-flight", "login.unionid-global",
	}
}

// hasNode reports whether this machine can run the Node platform.
func hasNode() bool {
	_, err := exec.LookPath("node")
	return err == nil
}

// runNode puts the HTTP edge of a variation before the Node platform.
func (b bench) runNode(ctx context.Context, j job) (r result, err error) {
	variation, err := legal.Find(j.Legal)
	if err != nil {
		return r, err
	}
	dir, remove, err := node.Extract()
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	target, err := targetfile.Overrides{Driver: "exec:node " + filepath.Join(dir, node.Driver) + " 0"}.Load(
		filepath.Join(dir, node.Target), func(string) (string, bool) { return "", false })
	if err != nil {
		return r, err
	}
	host, closeHost, err := driver.Dial(target, nil)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, closeHost()) }()
	behind, err := apiServerOf(ctx, host, target.Apps[0])
	if err != nil {
		return r, err
	}
	front, stop, err := serveEdge(variation, behind)
	if err != nil {
		return r, err
	}
	defer func() { _ = stop() }() // cuts off idle connections
	target.APIServers = []string{front}
	return judge(ctx, renamed{host, behind.String(), front}, suites.Config{Target: target, Only: j.Only, Patience: noPatience, Seed: j.Seed})
}

// apiServerOf is the platform's address: on a free port, which its host apps report with a code.
func apiServerOf(ctx context.Context, host assay.Host, app string) (*url.URL, error) {
	user, channel := "u-1", "finclip"
	reply, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpLogin, AppID: app,
		Host: &assay.Injection{Platform: "ios", UserID: &user, Channel: &channel}})
	if err != nil {
		return nil, err
	}
	if len(reply.Callbacks) == 0 {
		return nil, errors.New("the node driver fired no callback")
	}
	return url.Parse(reply.Callbacks[0].Read().APIServer)
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
