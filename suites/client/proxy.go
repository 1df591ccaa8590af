package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// tunnelled says what a proxy answered that opens no way to the API server.
func tunnelled(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return fmt.Errorf("the proxy answered CONNECT with status %d", answer.StatusCode)
}
