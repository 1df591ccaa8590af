package failures

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/coding"
)

// dialError returns what net reports of a connection to ip that failed with number.
func dialError(number syscall.Errno, ip string) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.ParseIP(ip), Port: 80},
		Err: os.NewSyscallError("connect", number)}
}

func failed(kind assay.FailureKind, text, detail string) assay.Failure {
	return assay.Failure{Kind: kind, Text: text, Detail: detail}
}

func readError(err error) error { return &net.OpError{Op: "read", Net: "tcp", Err: err} }

func proxyError(err error) error { return &net.OpError{Op: "proxyconnect", Net: "tcp", Err: err} }

func TestClassifyConnecting(t *testing.T) {
	const shortage = assay.LocalShortage
	for name, test := range map[string]struct {
		err  error
		want assay.Failure
	}{
		"refused":                  {dialError(syscall.ECONNREFUSED, "192.0.2.1"), failed(assay.NoConnection, "no connection: connection refused", "")},
		"unreachable":              {dialError(syscall.EHOSTUNREACH, "192.0.2.1"), failed(assay.NoConnection, "no connection: no route to host", "")},
		"no file left":             {dialError(syscall.EMFILE, "192.0.2.1"), failed(shortage, "no connection: too many open files", "")},
		"no file left at all":      {dialError(syscall.ENFILE, "192.0.2.1"), failed(shortage, "no connection: too many open files in system", "")},
		"no port left":             {dialError(syscall.EADDRNOTAVAIL, "192.0.2.1"), failed(shortage, "no connection: cannot assign requested address", "")},
		"no IPv6 on this machine":  {dialError(syscall.EADDRNOTAVAIL, "::1"), failed(assay.NoConnection, "no connection: cannot assign requested address", "")},
		"no file for a name":       {&net.DNSError{Err: "dial udp: socket: too many open files", Name: "a", IsTemporary: true}, failed(shortage, "no connection: the host name could not be looked up", "lookup a: dial udp: socket: too many open files")},
		"no such name":             {&net.DNSError{Err: "no such host", Name: "a", IsNotFound: true}, failed(assay.NameUnknown, "no connection: the host name is not known", "lookup a: no such host")},
		"a name server that hangs": {&net.DNSError{Err: "i/o timeout", Name: "a", IsTimeout: true, IsTemporary: true}, failed(shortage, "no connection: the host name was not looked up within 10s", "lookup a: i/o timeout")},
		"a dead name server":       {&net.DNSError{Err: "read udp 192.0.2.2:5->192.0.2.1:53: read: connection refused", Name: "a", IsTemporary: true}, failed(shortage, "no connection: the host name could not be looked up", "lookup a: read: connection refused")},
		"an alert":                 {&net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}, failed(assay.NoConnection, "no connection: tls: handshake failure", "")},
		"no common version":        {errors.New("tls: server selected unsupported protocol version 301"), failed(assay.NoConnection, "no connection: the TLS handshake failed", "server selected unsupported protocol version 301")},
		"a constrained authority":  {&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}}, failed(assay.CertificateInvalid, "no connection: the server's certificate is not valid", "x509: certificate is not authorized to sign other certificates")},
		"another name":             {&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "a"}}, failed(assay.CertificateInvalid, "no connection: the server's certificate is for another name", "x509: certificate is not valid for any names, but wanted to match a")},
		"a bad certificate":        {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, failed(assay.CertificateInvalid, "no connection: the server's certificate is of an unknown authority", "tls: failed to verify certificate: x509: certificate signed by unknown authority")},
		"no TLS":                   {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, failed(assay.NotTLS, "no connection: the server does not speak TLS", "tls: first record does not look like a TLS handshake")},
		"plain HTTP":               {http.ErrSchemeMismatch, failed(assay.NotTLS, "no connection: the server does not speak TLS", "http: server gave HTTP response to HTTPS client")},
		"closed":                   {io.EOF, failed(assay.NoConnection, "no connection: it was closed at once", "")},
		"anything else":            {errors.New("bad luck"), failed(assay.NoConnection, "no connection", "bad luck")},
		"in time":                  {context.DeadlineExceeded, failed(assay.ConnectTimedOut, "no connection within 10s", "")},
		"interrupted":              {&url.Error{Op: "Post", URL: "http://a", Err: context.Canceled}, failed(assay.Interrupted, "interrupted", "")},
		"the proxy is gone":        {proxyError(dialError(syscall.ECONNREFUSED, "192.0.2.1")), failed(assay.ProxyFailed, "no connection: the proxy: connection refused", "")},
		"no port for the proxy":    {proxyError(dialError(syscall.EADDRNOTAVAIL, "192.0.2.1")), failed(shortage, "no connection: the proxy: cannot assign requested address", "")},
		"no SOCKS proxy":           {&net.OpError{Op: "socks connect", Net: "tcp", Err: errors.New("unexpected protocol version 72")}, failed(assay.ProxyFailed, "no connection: the proxy", "unexpected protocol version 72")},
		"the proxy's name":         {proxyError(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "p", IsNotFound: true}}), failed(assay.ProxyFailed, "no connection: the proxy: the host name is not known", "lookup p: no such host")},
	} {
		got := Classify(fmt.Errorf("wrapped: %w", test.err), false, 10*time.Second)
		if test.want.Detail != "" && strings.HasSuffix(got.Detail, test.want.Detail) {
			got.Detail = test.want.Detail
		}
		if got != test.want {
			t.Errorf("%s: %+v\nwant %+v", name, got, test.want)
		}
		if unconnected := test.want.Kind != assay.Interrupted; got.Kind.Unconnected() != unconnected {
			t.Errorf("%s: unconnected is %t", name, got.Kind.Unconnected())
		}
	}
}

// undecoded is the error of a body that is not gzip.
func undecoded() error {
	_, err := coding.Decoded("gzip", strings.NewReader("not at all gzip"))
	return err
}

// notRepeatedText is net/http's error where it does not send a request again, with its cause. The advice at its end is for a programmer.
const notRepeatedText = "http2: Transport: cannot retry err [%s] after Request.Body was written; define Request.GetBody to avoid this error"

// A request is sent again only where HTTP/2 says that it was not processed. PROTOCOL_ERROR does not say that, though net/http sends
// such a request again if it can.
func TestNotProcessed(t *testing.T) {
	for text, want := range map[string]bool{
		fmt.Sprintf(notRepeatedText, "stream error: stream ID 3; REFUSED_STREAM; received from peer"): true,
		fmt.Sprintf(notRepeatedText, "stream error: stream ID 3; PROTOCOL_ERROR; received from peer"): false,
		fmt.Sprintf(notRepeatedText, "http2: Transport received Server's graceful shutdown GOAWAY"):   true,
		"net/http: cannot rewind body after connection loss":                                          true,
		"http2: server sent GOAWAY and closed the connection; LastStreamID=1, debug=REFUSED_STREAM":   false,
		"unexpected EOF": false,
	} {
		if got := NotProcessed(errors.New(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
		if got, want := NotBegun(errors.New(text)), text == "net/http: cannot rewind body after connection loss"; got != want {
			t.Errorf("%s: not begun %v", text, got)
		}
	}
	for code, want := range map[uint32]bool{7: true, 1: false} {
		if got := NotProcessed(fmt.Errorf("wrapped: %w", streamError{Code: code})); got != want {
			t.Errorf("code %d: %v", code, got)
		}
	}
}

func TestClassifyAnswers(t *testing.T) {
	broken := failed(assay.BrokenOff, "the connection was closed before the answer was whole", "")
	for name, test := range map[string]struct {
		err  error
		want assay.Failure
	}{
		"closed":        {io.EOF, broken},
		"cut off":       {io.ErrUnexpectedEOF, broken},
		"closed here":   {readError(net.ErrClosed), broken},
		"closed idle":   {errors.New("http: server closed idle connection"), broken},
		"reset":         {readError(os.NewSyscallError("read", syscall.ECONNRESET)), failed(assay.BrokenOff, "connection reset by peer", "")},
		"not HTTP":      {errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"`), failed(assay.NotHTTP, "no valid HTTP answer", `malformed HTTP response "x"`)},
		"never":         {readError(os.ErrDeadlineExceeded), failed(assay.TimedOut, "no whole answer within 10s", "")},
		"interrupted":   {context.Canceled, failed(assay.Interrupted, "interrupted", "")},
		"spoke first":   {errors.New("readLoopPeekFailLocked: %!w(<nil>)"), failed(assay.Unsolicited, "the server sent data that no request asked for", "")},
		"an alert":      {readError(&net.OpError{Op: "remote error", Err: errors.New("tls: internal error")}), failed(assay.BrokenOff, "the server ended the connection: tls: internal error", "")},
		"said goodbye":  {errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1"), broken},
		"not repeated":  {fmt.Errorf(notRepeatedText, "http2: Transport received Server's graceful shutdown GOAWAY"), failed(assay.BrokenOff, "the server refused the request before it processed it", "http2: Transport received Server's graceful shutdown GOAWAY")},
		"refused":       {fmt.Errorf(notRepeatedText, "stream error: stream ID 3; REFUSED_STREAM; received from peer"), failed(assay.BrokenOff, "the server refused the request before it processed it", "stream error: stream ID 3; REFUSED_STREAM; received from peer")},
		"stream reset":  {fmt.Errorf(notRepeatedText, "stream error: stream ID 3; PROTOCOL_ERROR; received from peer"), failed(assay.BrokenOff, StreamReset, "stream error: stream ID 3; PROTOCOL_ERROR; received from peer")},
		"not rewound":   {errors.New("net/http: cannot rewind body after connection loss"), broken},
		"no gzip":       {undecoded(), failed(assay.BadEncoding, "the body cannot be decoded", "gzip: invalid header")},
		"says its kind": {fmt.Errorf("x: %w", assay.FailureError{Failure: assay.Failure{Kind: assay.BadEncoding, Detail: "gzip"}}), failed(assay.BadEncoding, "the body cannot be decoded", "gzip")},
	} {
		if got := Classify(test.err, true, 10*time.Second); got != test.want {
			t.Errorf("%s: %+v\nwant %+v", name, got, test.want)
		}
	}
	long := Classify(errors.New(strings.Repeat("x", 300)), true, time.Second)
	if len(long.Detail) != 200+len("…") {
		t.Errorf("a detail of %d bytes", len(long.Detail))
	}
}

// A page with status 511 is of a network on the way: not with TLS, and not where it is JSON.
func TestCheckNetwork(t *testing.T) {
	for _, test := range []struct {
		url, contentType string
		status           int
		wants            bool
	}{
		{"http://a", "text/html", 511, true}, {"http://a", "", 511, true}, {"http://a", "text/html", 503, false}, {"http://a", "text/html", 200, false},
		{"https://a", "text/html", 511, false}, {"http://a", "application/JSON; charset=utf-8", 511, false},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, test.url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckForwarded(nil, request, &http.Response{StatusCode: test.status, Header: http.Header{"Content-Type": {test.contentType}}})
		if wants := err != nil && WantsLogin(Classify(err, true, time.Second)); wants != test.wants || (err != nil) != test.wants {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

// A proxy that does not reach the server is not to blame; one that refuses is.
func TestCheckTunnel(t *testing.T) {
	for status, want := range map[int]assay.FailureKind{200: assay.NoFailure, 403: assay.ProxyFailed, 407: assay.ProxyFailed, 502: assay.NoConnection, 504: assay.NoConnection} {
		var got assay.FailureKind
		if err := CheckTunnel(t.Context(), nil, nil, &http.Response{StatusCode: status}); err != nil {
			got = Classify(err, true, time.Second).Kind
		}
		if got != want {
			t.Errorf("%d: %s, not %s", status, got, want)
		}
	}
}
