package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/unified-login/assay"
)

// tunnelled says what a proxy answered that opens no way to the API server.
func tunnelled(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return assay.FailureError{Failure: assay.Failure{
		Kind: assay.ProxyFailed, Text: fmt.Sprintf("no connection: the proxy answered CONNECT with status %d", answer.StatusCode),
	}}
}
