package client

import (
	"context"

	"github.com/unified-login/assay"
)

// Unrecorded sends a request that is not an exchange of the run and is not recorded. It returns the answer; nil for none.
func (c *Client) Unrecorded(ctx context.Context, request Request) *assay.Response {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	response, _, err := c.send(ctx, request, request.build(c.options.Servers[request.Replica%c.Replicas()]), &trace{peer: c.Peer(request.Replica)})
	if err != nil {
		return nil
	}
	return response
}
