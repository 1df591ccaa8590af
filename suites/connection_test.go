package suites_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites"
)

// changed is a reference whose handler is wrapped.
func changed(wrap func(http.Handler) http.Handler) reference.Options {
	return reference.Options{Platform: platform.Config{Customize: func(parts *platform.Parts) error {
		parts.Handler = wrap(parts.Handler)
		return nil
	}}}
}

// overWire takes connections over, and answers every request on them with text around the answer.
func overWire(before, after string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := held(next, r)
			conn, buffered, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			for err == nil {
				if _, err = io.WriteString(conn, before+answer+after); err != nil {
					return
				}
				if r, err = http.ReadRequest(buffered.Reader); err == nil {
					answer = held(next, r)
				}
			}
		})
	}
}

// held is a handler's answer as it goes over the wire. The whole body is read before.
func held(handler http.Handler, r *http.Request) string {
	body, _ := io.ReadAll(r.Body) // a body that broke off is judged by the handler
	r.Body = io.NopCloser(bytes.NewReader(body))
	a := &heldAnswer{header: http.Header{}}
	handler.ServeHTTP(a, r)
	a.header.Set("Content-Length", strconv.Itoa(a.body.Len()))
	var text bytes.Buffer
	fmt.Fprintf(&text, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	_ = a.header.Write(&text)
	if text.WriteString("\r\n"); r.Method == http.MethodHead {
		return text.String()
	}
	return text.String() + a.body.String()
}

// A heldAnswer keeps an answer until it is written.
type heldAnswer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (a *heldAnswer) Header() http.Header         { return a.header }
func (a *heldAnswer) WriteHeader(status int)      { a.status = status }
func (a *heldAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }

// closing closes the connection of every request that lacks the PAT or is not a POST.
func closing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Header.Get("Authorization") == "" {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// dropping closes the connection upon the body null, and nothing more.
func dropping(options *reference.Options) {
	options.Platform.Customize = func(parts *platform.Parts) error {
		return parts.Steps.Wrap(platform.StepParse, func(next platform.Step) platform.Step {
			return func(ctx context.Context, e *platform.Exchange) *platform.Refusal {
				if string(bytes.TrimSpace(e.Body)) == "null" {
					panic(http.ErrAbortHandler)
				}
				return next(ctx, e)
			}
		})
	}
}

// TestLegalOnTheWire: what RFC 9112 allows is not failed.
func TestLegalOnTheWire(t *testing.T) {
	const idle = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
	only := []string{"http.one-answer", "http.connection", "pat.path", "limits.survives", "login.wrong-types", "http.malformed"}
	dropped := reference.Options{}
	dropping(&dropped)
	for name, test := range map[string]struct {
		options  reference.Options
		warns    string
		untested string
	}{
		"103 before":                     {changed(overWire("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "")), "", ""},
		"408 behind":                     {changed(overWire("", idle)), "", ""},
		"a line break behind":            {changed(overWire("", "\r\n")), "http.one-answer", ""},
		"no HTTP behind":                 {changed(overWire("", "end of answer\r\n\r\n")), "http.one-answer", "http.connection"},
		"closes after a refusal":         {changed(closing), "", ""},
		"only the connection is dropped": {dropped, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			config := serve(t, test.options)
			config.Only = only
			report := suites.Run(t.Context(), open(t, config))
			if !report.Error.IsZero() {
				t.Fatal(report.Error)
			}
			for _, result := range report.Requirements {
				want := assay.Pass
				switch {
				case result.ID == test.warns:
					want = assay.Warn
				case result.ID == test.untested, !strings.Contains(strings.Join(only, " "), result.ID):
					want = assay.Untested
				}
				if result.Verdict != want {
					t.Errorf("%s: %s, want %s: %s %s", result.ID, result.Verdict, want, result.Reason, actualOf(result))
				}
			}
		})
	}
}

// TestAUsedCodeSpoilsTheConnection: the refusal of a used code is one after which a connection has to work.
func TestAUsedCodeSpoilsTheConnection(t *testing.T) {
	var mu sync.Mutex
	seen, spoilt := map[string]bool{}, map[string]bool{}
	config := serve(t, changed(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body) // a body that broke off is judged by the handler
			r.Body = io.NopCloser(bytes.NewReader(body))
			mu.Lock()
			refuses, used := spoilt[r.RemoteAddr], seen[string(body)] && r.Header.Get("Authorization") != ""
			spoilt[r.RemoteAddr] = refuses || used && r.Method == http.MethodPost
			mu.Unlock()
			if refuses {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			a := &heldAnswer{header: w.Header()}
			next.ServeHTTP(a, r)
			mu.Lock()
			seen[string(body)] = seen[string(body)] || a.status == http.StatusOK
			mu.Unlock()
			w.WriteHeader(a.status)
			_, _ = w.Write(a.body.Bytes()) // the client may have disconnected
		})
	}))
	config.Only = []string{"http.connection"}
	report := suites.Run(t.Context(), open(t, config))
	result, _ := report.Result("http.connection")
	if result.Verdict != assay.Fail && result.Verdict != assay.Warn || !strings.HasPrefix(actualOf(result), "after a used code: ") {
		t.Errorf("%s %s: %s", result.Verdict, result.Reason, actualOf(result))
	}
}

func actualOf(result conformance.Result) string {
	if len(result.Findings) == 0 {
		return ""
	}
	return result.Findings[0].Situation + ": " + result.Findings[0].Actual
}
