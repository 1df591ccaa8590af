package reach

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/proxy"

	"github.com/unified-login/assay/failures"
)

const (
	// longestTunnel is how long a proxy may take to open a tunnel, as net/http has it.
	longestTunnel = time.Minute
	// maxTunnelHeader is how many bytes of a proxy's answer are read.
	maxTunnelHeader = 64 << 10
)

// Tunnel opens a connection to a proxy of [Route.Proxy], and asks it for a way to HOST:PORT, as net/http does for a server over TLS.
// open opens connections. Nothing was sent on the way.
func Tunnel(ctx context.Context, by *url.URL, address string, open func(ctx context.Context, network, address string) (net.Conn, error)) (net.Conn, error) {
	conn, err := open(ctx, "tcp", addressOf(by))
	if err != nil {
		return nil, &net.OpError{Op: "proxyconnect", Net: "tcp", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, longestTunnel)
	defer cancel()
	ask := connect
	if by.Scheme != "http" {
		ask = socks
	}
	if err := ask(ctx, conn, by, address); err != nil {
		_ = conn.Close() // the first error is the one to report
		return nil, errors.Join(ctx.Err(), err)
	}
	return conn, nil
}

// Tunnels reports whether [Tunnel] speaks to a proxy. It does not encode names, and speaks no TLS: the route does.
func Tunnels(by *url.URL) bool {
	return by.Scheme != "https" && !strings.ContainsFunc(by.Host, func(c rune) bool { return c > 0x7f })
}

// addressOf is HOST:PORT of a proxy.
func addressOf(by *url.URL) string {
	if by.Port() == "" && by.Scheme != "http" {
		return net.JoinHostPort(by.Hostname(), "1080")
	}
	return Address(by.String())
}

// connect opens a tunnel by CONNECT.
func connect(ctx context.Context, conn net.Conn, by *url.URL, address string) error {
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{}}
	if user := by.User; user != nil {
		password, _ := user.Password()
		request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	end := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // the reader and the writer return
	answer, err := ask(conn, request)
	if !end() {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	return failures.CheckTunnel(ctx, by, request, answer)
}

// ask sends a request to a proxy and reads the header of its answer. Nothing follows that: in a tunnel, the client speaks first.
func ask(conn net.Conn, request *http.Request) (*http.Response, error) {
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	return http.ReadResponse(bufio.NewReader(io.LimitReader(conn, maxTunnelHeader)), request)
}

// socks opens a way by SOCKS5.
func socks(ctx context.Context, conn net.Conn, by *url.URL, address string) error {
	var user *proxy.Auth
	if by.User != nil {
		password, _ := by.User.Password()
		user = &proxy.Auth{User: by.User.Username(), Password: password}
	}
	dialer, err := proxy.SOCKS5("tcp", conn.RemoteAddr().String(), user, nil)
	if err != nil {
		return err
	}
	over, is := dialer.(interface {
		DialWithConn(ctx context.Context, conn net.Conn, network, address string) (net.Addr, error)
	})
	if !is {
		return errors.ErrUnsupported
	}
	_, err = over.DialWithConn(ctx, conn, "tcp", address)
	return err
}
