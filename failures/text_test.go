package failures

import (
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// The texts are those of net/http, as vegeta's results have them.
func TestClassifyText(t *testing.T) {
	for text, want := range map[string]assay.FailureKind{
		`Post "http://127.0.0.1:1/login": dial tcp 127.0.0.1:1: connect: connection refused`:                                 assay.NoConnection,
		`Post "http://h/login": dial tcp: lookup h: no such host`:                                                            assay.NameUnknown,
		`Post "http://192.0.2.1/login": dial tcp 192.0.2.1:80: i/o timeout (Client.Timeout exceeded while awaiting headers)`: assay.ConnectTimedOut,
		`Post "http://h/login": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`:                  assay.TimedOut,
		`net/http: request canceled (Client.Timeout or context cancellation while reading body)`:                             assay.TimedOut,
		`Post "https://h/login": tls: failed to verify certificate: x509: certificate signed by unknown authority`:           assay.CertificateInvalid,
		`Post "https://h/login": http: server gave HTTP response to HTTPS client`:                                            assay.NotTLS,
		`Post "http://h/login": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused`:                         assay.ProxyFailed,
		`Post "http://h/login": dial tcp 127.0.0.1:1: socket: too many open files`:                                           assay.LocalShortage,
		`Post "http://h/login": net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"`:                 assay.NotHTTP,
		`Post "http://h/login": EOF`: assay.BrokenOff,
		`Post "http://h/login": read tcp 127.0.0.1:2->127.0.0.1:1: read: connection reset by peer`: assay.BrokenOff,
		`Post "http://h/dial ": something new`:                                                     assay.BrokenOff,
		`unexpected EOF`:                                                                           assay.BrokenOff,
	} {
		if got := ClassifyText(text, time.Second); got.Kind != want || got.Text == "" {
			t.Errorf("%s: %s (%v), want %s", text, got.Kind, got, want)
		}
	}
}
