package client_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/suites/client"
)

// A key set on another host is not behind the API servers' socket, has a name of its own, speaks its own version of HTTP, and its host
// is not given the gateway's key.
func TestKeysElsewhere(t *testing.T) {
	keys, roots := serveTLS(t, false, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "" {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") == "k" && r.ProtoMajor == 2 {
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	route, err := reach.New(roots, assay.Transport{UnixSocket: l.Addr().String(), ServerName: "platform.invalid", PriorKnowledge: true,
		Headers: map[string]assay.Secret{"X-Key": "k"}})
	if err != nil {
		t.Fatal(err)
	}
	c := client.New(client.Options{Servers: []string{"http://platform.invalid"}, Route: route})
	defer c.Close()
	for address, want := range map[string]int{"http://platform.invalid/keys": http.StatusAccepted, keys.URL + "/keys": http.StatusOK} {
		response, err := c.Get(t.Context(), address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
		} else if response.Status != want {
			t.Errorf("%s: status %d, want %d", address, response.Status, want)
		}
	}
}
