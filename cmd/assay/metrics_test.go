package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestMetricNames(t *testing.T) {
	problems, err := testutil.GatherAndLint(newCounters().registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v %v", problems, err)
	}
}

func TestMetrics(t *testing.T) {
	c := newCounters()
	c.exchange("login", "OK", 200)
	c.exchange("login", "OK", 200)
	c.exchange("phone", "PAT_INVALID", 401)
	c.issued("phone")
	want := `
# HELP assay_platform_codes_issued_total Codes issued by the reference driver, by kind.
# TYPE assay_platform_codes_issued_total counter
assay_platform_codes_issued_total{kind="login"} 0
assay_platform_codes_issued_total{kind="phone"} 1
# HELP assay_platform_exchanges_total Exchanges answered by the reference platform, by endpoint, errcode and status.
# TYPE assay_platform_exchanges_total counter
assay_platform_exchanges_total{endpoint="login",errcode="OK",status="200"} 2
assay_platform_exchanges_total{endpoint="phone",errcode="OK",status="200"} 0
assay_platform_exchanges_total{endpoint="phone",errcode="PAT_INVALID",status="401"} 1
`
	if err := testutil.GatherAndCompare(c.registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

// Health and metrics have their paths; the driver has all others.
func TestDriverListener(t *testing.T) {
	teapot := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	handler := newCounters().handler(teapot)
	for _, test := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/healthz", 200, "ok\n"},
		{"HEAD", "/readyz", 200, ""},
		{"GET", "/metrics", 200, "# HELP assay_platform_"},
		{"POST", "/", 418, ""},
		{"POST", "/any/path", 418, ""},
		{"POST", "/healthz", 418, ""},
	} {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(test.method, test.path, http.NoBody))
		body, _ := io.ReadAll(recorder.Body)
		if recorder.Code != test.status || !strings.HasPrefix(string(body), test.body) {
			t.Errorf("%s %s: %d %q", test.method, test.path, recorder.Code, body)
		}
	}
}
