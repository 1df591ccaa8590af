package failures

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/unified-login/assay"
)

// CheckTunnel is the OnProxyConnectResponse of an [http.Transport]: it reports the status with which a proxy refused to open a
// tunnel to the API server, and [Classify] knows its error. With a status of 500 or more, the proxy did not reach the server.
func CheckTunnel(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	kind := assay.ProxyFailed
	if answer.StatusCode >= http.StatusInternalServerError {
		kind = assay.NoConnection
	}
	return assay.FailureError{Failure: assay.Failure{Kind: kind, Text: fmt.Sprintf("no connection: the proxy answered CONNECT with status %d", answer.StatusCode)}}
}

// CheckForwarded reports an answer to a request without TLS that no API server gives: status 407 where the request went through a proxy,
// whose password it asks for, and what [CheckNetwork] reports. [Classify] knows its error.
func CheckForwarded(proxy func(*http.Request) (*url.URL, error), request *http.Request, answer *http.Response) error {
	if err := CheckNetwork(request.URL.Scheme == "https", answer.StatusCode, answer.Header.Get("Content-Type")); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusProxyAuthRequired || request.URL.Scheme != "http" || proxy == nil {
		return nil
	}
	if address, err := proxy(request); err != nil || address == nil {
		return nil
	}
	return assay.FailureError{Failure: assay.Failure{Kind: assay.ProxyFailed, Text: "no connection: the proxy wants a user name and password, by status 407"}}
}

// CheckNetwork reports a page with status 511 without TLS: a network on the way answers in place of every server until somebody has logged
// in there. JSON is no page for people, and may have an identity. [Classify] knows its error.
func CheckNetwork(secure bool, status int, contentType string) error {
	if secure || status != http.StatusNetworkAuthenticationRequired || strings.Contains(strings.ToLower(contentType), "json") {
		return nil
	}
	return assay.FailureError{Failure: assay.Failure{Kind: assay.ProxyFailed, Text: wantsLogin}}
}

// wantsLogin is the text of a failure where a network demands a log-in.
const wantsLogin = "no connection: a network on the way demands a log-in, by status 511"

// WantsLogin reports whether a network on the way demands a log-in.
func WantsLogin(f assay.Failure) bool { return f.Kind == assay.ProxyFailed && f.Text == wantsLogin }

// NotLookedUp is the failure of an exchange whose time limit ended while the host name was being looked up.
func NotLookedUp(limit time.Duration) assay.Failure {
	return assay.Failure{Kind: assay.LocalShortage, Text: fmt.Sprintf("no connection: the host name was not looked up within %s", limit)}
}

func badCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	return errors.As(err, &verification) || errors.As(err, &authority)
}

// certificateFailure says what is wrong with a server's certificate.
func certificateFailure(err error, detail string) assay.Failure {
	const prefix = "no connection: the server's certificate "
	var invalid x509.CertificateInvalidError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	f := assay.Failure{Kind: assay.CertificateInvalid, Text: usualText(assay.CertificateInvalid), Detail: detail}
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		f.Text = prefix + "has expired, or is not valid yet"
		f.Detail = "it is valid from " + invalid.Cert.NotBefore.UTC().Format(time.RFC3339) + " to " + invalid.Cert.NotAfter.UTC().Format(time.RFC3339)
	case errors.As(err, &authority):
		f.Text = prefix + "is of an unknown authority"
	case errors.As(err, &name):
		f.Text = prefix + "is for another name"
	}
	return f
}

// alertOf is the alert of TLS with which a server ended a connection, as crypto/tls words it: "tls: handshake failure". It exports
// no type for it.
func alertOf(err error) (text string, ok bool) {
	for operation, is := errors.AsType[*net.OpError](err); is; operation, is = errors.AsType[*net.OpError](operation.Err) {
		if operation.Op == "remote error" {
			return operation.Err.Error(), true
		}
	}
	return "", false
}

// wantsCertificate reports whether an alert says that the server demands a certificate of the client, which sends none. In TLS 1.3
// it comes behind the handshake, and the server has not read the request.
func wantsCertificate(alert string) bool {
	return alert == "tls: certificate required" || alert == "tls: bad certificate"
}

// WantsCertificate reports whether the server refused a connection without a client certificate.
func WantsCertificate(f assay.Failure) bool {
	return f.Kind == assay.NoConnection && wantsCertificate(strings.TrimPrefix(f.Text, refusedTLS))
}

// refusedTLS is how the text begins of a connection that the server refused with an alert.
const refusedTLS = "no connection: "
