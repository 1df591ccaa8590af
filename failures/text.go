package failures

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unified-login/assay"
)

// textKinds are the kinds of failures by what the texts of net/http's errors contain, the first that applies.
func textKinds() []struct {
	contains string
	kind     assay.FailureKind
} {
	return []struct {
		contains string
		kind     assay.FailureKind
	}{
		{"too many open files", assay.LocalShortage},
		{"cannot assign requested address", assay.LocalShortage},
		{"proxyconnect ", assay.ProxyFailed},
		{"no such host", assay.NameUnknown},
		{"failed to verify certificate", assay.CertificateInvalid},
		{"x509: ", assay.CertificateInvalid},
		{"server gave HTTP response to HTTPS client", assay.NotTLS},
		{"TLS handshake timeout", assay.ConnectTimedOut},
	}
}

// ClassifyText returns the failure of an exchange of which only the text of net/http's error is known, as vegeta has it. limit only
// appears in the text. Where the text does not say that there was no connection, the request may have been sent.
func ClassifyText(text string, limit time.Duration) assay.Failure {
	if _, cause, quoted := strings.Cut(text, `": `); quoted { // behind the method and the URL
		text = cause
	}
	detail := detailOf(errors.New(text))
	unconnected := strings.HasPrefix(text, "dial ")
	timeout := strings.Contains(text, "Client.Timeout") || strings.Contains(text, "deadline exceeded") || strings.Contains(text, "i/o timeout")
	for _, known := range textKinds() {
		if strings.Contains(text, known.contains) {
			return usual(known.kind, detail)
		}
	}
	switch {
	case unconnected && timeout:
		return assay.Failure{Kind: assay.ConnectTimedOut, Text: fmt.Sprintf("no connection within %s", limit)}
	case unconnected:
		return usual(assay.NoConnection, detail)
	case timeout:
		return assay.Failure{Kind: assay.TimedOut, Text: fmt.Sprintf("no whole answer within %s", limit)}
	case strings.Contains(text, "malformed HTTP"):
		return usual(assay.NotHTTP, detail)
	default:
		return usual(assay.BrokenOff, detail)
	}
}
