package driver

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// The report distinguishes a proxy that wants a password from the driver, and does not quote it.
func TestAProxyThatRefuses(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 407 CANARY\r\nContent-Length: 0\r\n\r\n")
			_ = conn.Close()
			return
		}
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	for address, want := range map[string]string{
		"http://driver.invalid":  "driver: hello: answered 407: a proxy in between requires a user name and password",
		"https://driver.invalid": "no connection: the proxy answered CONNECT with status 407",
	} {
		_, _, _, err := Open(t.Context(), assay.Target{Driver: assay.DriverConfig{HTTP: address}, Transport: assay.Transport{Proxy: assay.Secret(proxy.URL)}}, nil)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v", address, err)
			continue
		}
		drivertest.WantDriverError(t, err, "driver: hello: ")
	}
}
