package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
	"github.com/unified-login/assay/fixtures/refdriver"
)

const canaryToken = "token-canary-0123456789"

func TestHTTPCarriesEveryMember(t *testing.T) {
	request := assay.HostRequest{
		ID: 12, Op: assay.OpMint, Protocol: assay.DriverProtocol, AppID: "fc1", Host: drivertest.Injection("ios", "u-1"),
		Kind: assay.Phone, Count: 3, Users: 2, Code: "c", Seconds: 1.5, Scopes: []string{}, Tenant: "other", PAT: "p",
		Values: []assay.GrayValue{{Key: "age", Value: 18.0}},
	}
	reply := assay.HostReply{
		Hello: &assay.Hello{Name: "n"}, Callbacks: []assay.Callback{{Name: "success", Detail: json.RawMessage(`{"code":"c"}`)}},
		Codes: []assay.Code{{Code: "c", ExpiresAt: time.Unix(1, 0).UTC()}}, OK: true, PAT: "p",
	}
	var got assay.HostRequest
	server := httptest.NewServer(refdriver.Handler(drivertest.HostFunc(func(_ context.Context, asked assay.HostRequest) (assay.HostReply, error) {
		got = asked
		return reply, nil
	}), canaryToken))
	defer server.Close()

	answered := drivertest.Ask(t, HTTP(server.URL, canaryToken, nil), request)
	got.ID, reply.ID = request.ID, request.ID
	if want, have := fmt.Sprintf("%+v", encoded(t, request)), fmt.Sprintf("%+v", encoded(t, got)); want != have {
		t.Errorf("request %s, want %s", have, want)
	}
	if want, have := encoded(t, reply), encoded(t, answered); want != have {
		t.Errorf("reply %s, want %s", have, want)
	}
}

func encoded(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHTTPCarriesErrors(t *testing.T) {
	answers := map[string]error{
		"a": &assay.UnsupportedError{Op: assay.OpExpire, Why: "no clock"},
		"b": &assay.UnsupportedError{Op: assay.OpExpire},
		"c": &assay.DriverError{Op: assay.OpExpire, Why: "no such code", Err: errors.New("canary")},
		"d": errors.New("canary"),
		"e": &assay.DriverError{Op: assay.OpExpire, Why: "not done", Err: context.Canceled},
	}
	server := httptest.NewServer(refdriver.Handler(drivertest.HostFunc(func(_ context.Context, asked assay.HostRequest) (assay.HostReply, error) {
		return assay.HostReply{OK: true}, answers[asked.Code]
	}), ""))
	defer server.Close()
	host := HTTP(server.URL, "", server.Client())
	err := func(code string) error {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpExpire, Code: code})
		return err
	}
	drivertest.WantUnsupported(t, err("a"), "no clock")
	drivertest.WantUnsupported(t, err("b"), "not offered")
	drivertest.WantDriverError(t, err("c"), "driver: expire: no such code")
	drivertest.WantDriverError(t, err("d"), "driver: expire: the host failed")
	drivertest.WantDriverError(t, err("e"), "not done: out of time")
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpExpire, Code: "z"})
}

// canaries is a request with secrets, which must not appear in an error.
func canaries() assay.HostRequest {
	phone := "13800001111-canary"
	return assay.HostRequest{
		Op: assay.OpRevokePAT, PAT: "the pat's canary", Code: "the code's canary", Host: &assay.Injection{Phone: &phone},
	}
}

func TestHTTPReportsWrongAnswers(t *testing.T) {
	request := canaries()
	repeat := request.PAT + " " + request.Code + " " + *request.Host.Phone + " " + canaryToken
	for want, serve := range map[string]http.HandlerFunc{
		"answered by a reply in HTML; check that the URL is the driver's": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!DOCTYPE html><title>canary</title>")
		},
		"answered by an empty reply": func(http.ResponseWriter, *http.Request) {},
		`answered by "oops [secret] [secret] [secret] [secret]" instead of a JSON object`: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "oops "+repeat)
		},
		"answered by a reply that is not JSON from byte": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"id":1,"pat":"canary`)
		},
		"answered by a redirect, status 307, which is not followed": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/canary" {
				t.Error("the redirect was followed")
			}
			http.Redirect(w, r, "/canary", http.StatusTemporaryRedirect)
		},
		"answered 401: the driver requires another token": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "canary", http.StatusUnauthorized)
		},
		"answered 404; check that the URL is the driver's": http.NotFound,
		"answered 500: it broke [secret]": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_ = json.NewEncoder(w).Encode(assay.HostReply{Error: "it\nbroke " + request.PAT})
		},
		"answered 201 with a reply; a reply must have status 200": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"id":1,"ok":true}`)
		},
		"request 1 was answered by a reply to 2": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"id":2,"ok":true}`)
		},
		"answered by a reply without the id of its request": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"ok":true}`)
		},
		"a reply of more than 16 MiB": func(w http.ResponseWriter, _ *http.Request) {
			for chunk := make([]byte, 1<<20); ; { // until the client closes the connection
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		},
		"not answered: the answer broke off before its end, and the driver may say why in its log: unexpected EOF": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"id":1,"pat":"canary"`)
		},
	} {
		t.Run(want, func(t *testing.T) {
			server := httptest.NewServer(serve)
			defer server.Close()
			_, err := HTTP(server.URL+"/?key=canary", canaryToken, nil).Ask(t.Context(), request)
			drivertest.WantDriverError(t, err, want)
		})
	}
}

func TestHTTPShortensExcerpts(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("blah ", 1000))
	}))
	defer server.Close()
	_, err := HTTP(server.URL, "", nil).Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, strings.Repeat("blah ", 24)+`…"`)
}

func TestHTTPUnreachable(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	_, err := HTTP(server.URL+"/?key=canary", canaryToken, nil).Ask(t.Context(), canaries())
	drivertest.WantDriverError(t, err, "driver: revokePat: not answered: dial tcp 127.0.0.1:")
	_, err = HTTP("http://[canary", "", nil).Ask(t.Context(), canaries())
	drivertest.WantDriverError(t, err, "the driver's URL is malformed")
	_, err = HTTP(server.URL, "canary\n", nil).Ask(t.Context(), canaries())
	drivertest.WantDriverError(t, err, "not answered: ")
}

func TestHTTPLimitsEveryAnswer(t *testing.T) {
	heard := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // otherwise the server does not notice that the client has disconnected
		heard <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	host, _ := HTTP(server.URL, "", nil).(*httpHost)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-heard
		cancel()
	}()
	_, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "driver: login: not answered: context canceled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not wrap the context's error", err)
	}
	host.limits.ask = time.Nanosecond
	_, err = host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "driver: login: no answer within 1ns")
}

func TestHTTPDoesNotChangeTheClient(t *testing.T) {
	client := &http.Client{}
	HTTP("http://127.0.0.1", "", client)
	if client.CheckRedirect != nil {
		t.Error("the client was changed")
	}
}

func TestHTTPIsSafeForConcurrentUse(t *testing.T) {
	server := httptest.NewServer(refdriver.Handler(drivertest.HostFunc(func(_ context.Context, asked assay.HostRequest) (assay.HostReply, error) {
		return assay.HostReply{PAT: asked.Tenant}, nil
	}), ""))
	defer server.Close()
	host := HTTP(server.URL, "", nil)
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			reply, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpIssuePAT, Tenant: fmt.Sprint(i)})
			if err != nil || reply.PAT != fmt.Sprint(i) {
				t.Errorf("%d: %+v, %v", i, reply, err)
			}
		})
	}
	group.Wait()
}
