package engine

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

func TestLeanConnectionSendsTheDocumentedRequest(t *testing.T) {
	type received struct {
		*http.Request
		body string
	}
	arrived := make(chan received, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		arrived <- received{r, string(text)}
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	route, err := NewRoute(server.URL+"/base", assay.Phone, `app"1`, "p4t", nil)
	if err != nil {
		t.Fatal(err)
	}
	var r Request
	for _, code := range []string{"abc+/=", "with \"quotes\" and ü\x00"} {
		r.Set(route, code)
		c := newLeanConnection(direct, strings.TrimPrefix(server.URL, "http://"), nil)
		if a := c.Exchange(&r, time.Minute); a.Status != http.StatusOK {
			t.Fatalf("%+v", a)
		}
		c.Close()
		got := <-arrived
		want := `{"appId":"app\"1","code":` + string(appendJSON(nil, code)) + `}`
		if got.body != want || got.Method != http.MethodPost || got.URL.Path != "/base"+assay.Phone.Path() ||
			got.Header.Get("Authorization") != "Bearer p4t" || got.Header.Get("Content-Type") != "application/json" ||
			"http://"+got.Host != server.URL || got.ContentLength != int64(len(want)) {
			t.Errorf("%s %s %v %s", got.Method, got.URL, got.Header, got.body)
		}
	}
}

func TestSetAllocatesNothing(t *testing.T) {
	address := scripted(t, func(conn net.Conn, _, _ int) bool { return say(conn, okay) })
	c, r := newLeanConnection(direct, address, nil), newRequest(t, address)
	defer c.Close()
	c.Exchange(r, time.Minute)
	route, code := r.Route, strings.Repeat("c", 150)
	r.Set(route, code)
	if n := testing.AllocsPerRun(200, func() { r.Set(route, code) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
