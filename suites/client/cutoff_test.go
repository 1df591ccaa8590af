package client_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// An answer that ends in the middle of a line broke off; it is not a malformed one.
func TestCutOffLine(t *testing.T) {
	answer := whole("200 OK", okBody)
	for name, cut := range map[string]string{
		"in the status line": answer[:11], "in a header": answer[:strings.Index(answer, "Content-Length")+5],
	} {
		for way, do := range map[string]func(*client.Client) assay.Exchange{
			"pooled": func(c *client.Client) assay.Exchange { return c.Do(t.Context(), valid()) },
			"alone": func(c *client.Client) assay.Exchange {
				conn := c.Connect(0)
				defer conn.Close()
				return conn.Do(t.Context(), valid())
			},
			"in two parts": func(c *client.Client) assay.Exchange {
				conn := c.Connect(0)
				defer conn.Close()
				return conn.Begin(t.Context(), valid())()
			},
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				c := open(t, patient, listen(t, func(p peer) { p.request(); p.send(cut) }))
				if x := do(c); x.Failure.Kind != assay.BrokenOff {
					t.Errorf("%v", x.Failure)
				}
			})
		}
	}
}

// A server that closes after each answer without announcing it loses few requests: after these, every request has a connection of its own.
func TestClosingServerIsNoticed(t *testing.T) {
	c := open(t, patient, listen(t, func(p peer) {
		if p.request() != "" {
			p.send(whole("200 OK", okBody))
			p.request() // the server reads the next request, and closes
		}
	}))
	lost := 0
	for range 20 {
		if x := c.Do(t.Context(), valid()); x.Failed() {
			lost++
		}
	}
	if lost != 3 || c.Closing(0) != 3 {
		t.Errorf("%d were lost, counted %d", lost, c.Closing(0))
	}
}
