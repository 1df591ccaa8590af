package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/unified-login/assay"
)

// checkTunnel reports the status of a proxy that refused to open a tunnel to the API server.
func checkTunnel(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return assay.FailureError{Failure: assay.Failure{
		Kind: assay.ProxyFailed, Text: fmt.Sprintf("no connection: the proxy answered CONNECT with status %d", answer.StatusCode),
	}}
}
