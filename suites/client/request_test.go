package client_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

const (
	loginPath = "/api/v1/open/dev/mini-apps/unified-auth/login"
	phonePath = "/api/v1/open/dev/mini-apps/unified-auth/phone/get"
	validBody = `{"appId":"fc1","code":"c0de+/=="}`
)

// TestRequestBytes compares every byte: a header that net/http adds would make the request another one than its spec says.
func TestRequestBytes(t *testing.T) {
	const (
		host   = "Host: HOST\r\n"
		agent  = "User-Agent: assay\r\n"
		auth   = "Authorization: Bearer pat-1\r\n"
		json   = "Content-Type: application/json\r\n"
		length = "Content-Length: 33\r\n"
	)
	head := "POST " + loginPath + " HTTP/1.1\r\n" + host + agent
	tests := map[string]struct {
		bends []client.Bend
		want  string
	}{
		"valid":            {nil, head + length + auth + json + "\r\n" + validBody},
		"no Authorization": {[]client.Bend{client.NoAuthorization()}, head + length + json + "\r\n" + validBody},
		"an empty bearer": {[]client.Bend{client.Authorization("Bearer ")},
			head + length + "Authorization: Bearer\r\n" + json + "\r\n" + validBody},
		"another header": {[]client.Bend{client.Header("X-Probe", "1")},
			head + length + auth + json + "X-Probe: 1\r\n\r\n" + validBody},
		"no User-Agent": {[]client.Bend{func(r *client.Request) { r.Header.Del("User-Agent") }},
			"POST " + loginPath + " HTTP/1.1\r\n" + host + length + auth + json + "\r\n" + validBody},
		"no header at all": {[]client.Bend{func(r *client.Request) { r.Header = nil }},
			"POST " + loginPath + " HTTP/1.1\r\n" + host + length + "\r\n" + validBody},
		"a member changed": {[]client.Bend{client.Set("appId", nil)},
			head + "Content-Length: 32\r\n" + auth + json + "\r\n" + `{"appId":null,"code":"c0de+/=="}`},
		"a member added": {[]client.Bend{client.Set("x", "<&>")},
			head + "Content-Length: 43\r\n" + auth + json + "\r\n" + `{"appId":"fc1","code":"c0de+/==","x":"<&>"}`},
		"a member repeated": {[]client.Bend{client.Repeat("appId", 7)},
			head + "Content-Length: 43\r\n" + auth + json + "\r\n" + `{"appId":"fc1","code":"c0de+/==","appId":7}`},
		"a member omitted": {[]client.Bend{client.Omit("appId")},
			head + "Content-Length: 19\r\n" + auth + json + "\r\n" + `{"code":"c0de+/=="}`},
		"no members": {[]client.Bend{client.Omit("appId"), client.Omit("code")},
			head + "Content-Length: 2\r\n" + auth + json + "\r\n{}"},
		"another body": {[]client.Bend{client.Body([]byte("code=1"), "text/plain")},
			head + "Content-Length: 6\r\n" + auth + "Content-Type: text/plain\r\n\r\ncode=1"},
		"an empty body": {[]client.Bend{client.Body([]byte{}, "")},
			head + "Content-Length: 0\r\n" + auth + json + "\r\n"},
		"a query": {[]client.Bend{client.Query("token=a%2Bb")},
			"POST " + loginPath + "?token=a%2Bb HTTP/1.1\r\n" + host + agent + length + auth + json + "\r\n" + validBody},
		"another method": {[]client.Bend{client.Method(http.MethodGet)},
			"GET " + loginPath + " HTTP/1.1\r\n" + host + agent + length + auth + json + "\r\n" + validBody},
		"GET without a body": {[]client.Bend{client.Method(http.MethodGet), func(r *client.Request) { r.Members = nil }},
			"GET " + loginPath + " HTTP/1.1\r\n" + host + agent + auth + json + "\r\n"},
		"DELETE": {[]client.Bend{client.Method(http.MethodDelete)},
			"DELETE " + loginPath + " HTTP/1.1\r\n" + host + agent + length + auth + json + "\r\n" + validBody},
		"chunked": {[]client.Bend{client.Chunked()},
			head + "Transfer-Encoding: chunked\r\n" + auth + json + "\r\n21\r\n" + validBody + "\r\n0\r\n\r\n"},
		"closing": {[]client.Bend{func(r *client.Request) { r.Close = true }},
			head + "Connection: close\r\n" + length + auth + json + "\r\n" + validBody},
		"the other endpoint": {[]client.Bend{client.To(assay.Phone)},
			"POST " + phonePath + " HTTP/1.1\r\n" + host + agent + length + auth + json + "\r\n" + validBody},
		"another path": {[]client.Bend{func(r *client.Request) { r.Path = "/elsewhere" }},
			"POST /elsewhere HTTP/1.1\r\n" + host + agent + length + auth + json + "\r\n" + validBody},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			url, requests := record(t)
			x := open(t, patient, url).Do(t.Context(), valid().With(test.bends...))
			if x.Failed() {
				t.Fatal(x.Failure)
			}
			want := []string{strings.ReplaceAll(test.want, "HOST", strings.TrimPrefix(url, "http://"))}
			if diff := cmp.Diff(want, requests()); diff != "" {
				t.Errorf("request bytes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithCopiesTheRequest(t *testing.T) {
	request := valid()
	_ = request.With(client.Set("code", "x"), client.Omit("appId"), client.Repeat("y", 1), client.NoAuthorization(), client.Query("q"))
	if diff := cmp.Diff(valid().Encode(), request.Encode()); diff != "" {
		t.Errorf("the original body changed (-want +got):\n%s", diff)
	}
	if request.Header.Get("Authorization") != "Bearer pat-1" || request.Query != "" {
		t.Errorf("the original request changed: %v %q", request.Header, request.Query)
	}
}

func TestReplicas(t *testing.T) {
	one, seenByOne := record(t)
	two, seenByTwo := record(t)
	c := open(t, patient, one, two)
	for _, i := range []int{0, 1, 2, 3, 5} {
		if x := c.Do(t.Context(), valid().With(client.Replica(i))); x.Failed() {
			t.Fatal(x.Failure)
		}
	}
	if len(seenByOne()) != 2 || len(seenByTwo()) != 3 || c.Replicas() != 2 {
		t.Errorf("%d requests to the first, %d to the second of %d", len(seenByOne()), len(seenByTwo()), c.Replicas())
	}
}

// TestExchangeIsRecorded compares the record with what was sent and received.
func TestExchangeIsRecorded(t *testing.T) {
	url, _ := record(t)
	var recorded []assay.Exchange
	c := dial(t, client.Options{Servers: []string{url}, Record: func(x assay.Exchange) { recorded = append(recorded, x) }})
	request := valid()
	request.Requirement, request.Situation = "code.opaque", "first"
	x := c.Do(t.Context(), request)
	second := c.Do(t.Context(), request)
	if diff := cmp.Diff([]assay.Exchange{x, second}, recorded, cmpopts.IgnoreUnexported(assay.Response{})); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	if x.ID == second.ID || x.Endpoint != assay.Login || x.Requirement != "code.opaque" || x.Situation != "first" {
		t.Errorf("got %+v", x)
	}
	sent := assay.Request{Method: "POST", URL: url + loginPath, Header: request.Header, Body: []byte(validBody)}
	if diff := cmp.Diff(sent, x.Request); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	got := assay.Response{Status: 200, Proto: "HTTP/1.1", Body: []byte(okBody),
		Header: http.Header{"Content-Type": {"application/json"}, "Content-Length": {"51"}}}
	if diff := cmp.Diff(&got, x.Response, cmpopts.IgnoreUnexported(assay.Response{})); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
	if x.Code == nil || *x.Code != code() || x.Sent.IsZero() || x.Took <= 0 {
		t.Errorf("code %v, sent %v, took %v", x.Code, x.Sent, x.Took)
	}
}

// TestRedirectsAreNotFollowed: a 307 would send the PAT and the code to any host that it names.
func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere, seen := record(t)
	for _, status := range []string{"301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"} {
		url := listen(t, func(p peer) {
			p.request()
			p.send("HTTP/1.1 " + status + "\r\nLocation: " + elsewhere + loginPath + "\r\nContent-Length: 0\r\n\r\n")
		})
		x := open(t, patient, url).Do(t.Context(), valid())
		if x.Response == nil || x.Response.Status/100 != 3 || assay.Judge(x).Result != assay.Fault {
			t.Errorf("%s: %+v, %s", status, x.Response, assay.Judge(x).Result)
		}
	}
	if len(seen()) > 0 {
		t.Errorf("the redirect was followed with:\n%s", seen()[0])
	}
}
