package check

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/refdriver"
)

const token = "a-token-of-one's-own"

// HTTP drivers with a faulty server.
func TestHTTPDrivers(t *testing.T) {
	host, target := sound(t)
	good := refdriver.Handler(host, token)
	bearer := func(admits func(authorization string) bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if admits(r.Header.Get("Authorization")) {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			good.ServeHTTP(w, r)
		}
	}
	for name, c := range map[string]struct {
		check, want string
		serve       http.HandlerFunc
	}{
		"sound":             {"", "", good.ServeHTTP},
		"open to all":       {"token", "it answers with", bearer(func(string) bool { return true })},
		"no token needed":   {"token", "it answers without its token; compare the whole Authorization header, and answer 401", bearer(func(a string) bool { return a == "" })},
		"compares a prefix": {"token", "it answers with another token", bearer(func(a string) bool { return strings.HasPrefix(a, "Bearer "+token) })},
		"compares a part":   {"token", "it answers with a part of its token", bearer(func(a string) bool { return len(a) > 20 && strings.HasPrefix("Bearer "+token, a) })},
		"created":           {"hello", "answered 201 with a reply; a reply must have status 200", status(good, http.StatusCreated)},
		"a web page":        {"hello", "answered by a reply in HTML", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }},
		"no id":             {"hello", "answered by a reply without the id of its request", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"hello":{}}`)) }},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.serve)
			defer server.Close()
			target := target
			target.Driver = assay.DriverConfig{HTTP: server.URL, Token: token}
			told := ran(t, target)
			if c.check != "" {
				demandOnly(t, told, c.check, c.want)
				return
			}
			for _, result := range told {
				if result.Outcome != OK {
					t.Errorf("%+v", result)
				}
			}
		})
	}
}

// status replaces the status 200.
func status(good http.Handler, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder()
		good.ServeHTTP(recorded, r)
		w.WriteHeader(status)
		_, _ = w.Write(recorded.Body.Bytes())
	}
}

// ran returns the results of Run.
func ran(t *testing.T, target assay.Target) []Result {
	t.Helper()
	var told []Result
	if err := Run(t.Context(), Config{Target: target, Tell: func(r Result) { told = append(told, r) }}); err != nil {
		t.Fatal(err)
	}
	demandOneLineEach(t, told)
	return told
}

// Without a token there is nothing to check; the result says what to supply.
func TestNoToken(t *testing.T) {
	host, target := sound(t)
	server := httptest.NewServer(refdriver.Handler(host, ""))
	defer server.Close()
	target.Driver = assay.DriverConfig{HTTP: server.URL}
	told := ran(t, target)
	demand(t, told, "token", NotOffered, "the driver gives codes to every client; require a bearer token, and set it in driver.token")
	for _, result := range told {
		if result.Outcome == Problem {
			t.Errorf("%+v", result)
		}
	}
}

func demand(t *testing.T, told []Result, check string, outcome Outcome, want string) {
	t.Helper()
	for _, result := range told {
		if result.Check == check {
			if result.Outcome != outcome || !strings.Contains(result.Text, want) {
				t.Errorf("%+v, want %s with %q", result, outcome, want)
			}
			return
		}
	}
	t.Errorf("%s was not reported: %v", check, told)
}

// The sealing key must be that of the driver's codes.
func TestSeal(t *testing.T) {
	host, target := sound(t)
	for name, c := range map[string]struct{ key, want string }{
		"another":   {hex.EncodeToString(make([]byte, 32)), "the driver's codes are not sealed under this key"},
		"malformed": {"canary", "the key is not 32 bytes in hex or base64"},
	} {
		t.Run(name, func(t *testing.T) {
			target := target
			target.Driver.Seal = assay.Secret(c.key)
			demandOnly(t, checked(t, host, target), "seal", c.want)
		})
	}
	target.Driver.Seal = assay.Secret(hex.EncodeToString(make([]byte, 32)))
	deaf := broken(host, at(assay.OpHello, func(_ assay.HostRequest, r *assay.HostReply) {
		r.Hello = &assay.Hello{Name: "a", Version: "1", Ops: []assay.Op{assay.OpGray}, Platforms: []string{"ios"}}
	}))
	demand(t, checked(t, deaf, target), "seal", NotOffered, "the driver gave no code to try the key on")
}

// A child process must exit when its input closes.
func TestEndOfInput(t *testing.T) {
	host, target := sound(t)
	target.Driver.Exec = []string{"driver"}
	var closeErr error
	run := func() (told []Result) {
		config := Config{Target: target, Tell: func(r Result) { told = append(told, r) }}
		dial := func() (assay.Host, func() error, error) { return host, func() error { return closeErr }, nil }
		if err := newChecker(config, dial).run(t.Context()); err != nil {
			t.Fatal(err)
		}
		return told
	}
	demand(t, run(), "end of input", OK, "it exits when its input closes")
	closeErr = errors.New("the driver did not exit within 5s")
	demandOnly(t, run(), "end of input", "the driver did not exit within 5s: exit when standard input ends")
}

// A dial that fails is a problem, and a target without a driver an error.
func TestNothingToCheck(t *testing.T) {
	_, target := sound(t)
	if err := Run(t.Context(), Config{Target: target}); err == nil || !strings.Contains(err.Error(), "names no driver") {
		t.Errorf("Run without a driver: %v", err)
	}
	target.Driver.Exec = []string{"/no/such/driver"}
	demandOnly(t, ran(t, target), "hello", `cannot start "/no/such/driver"`)
}

// Every secret that the driver sends or receives is learned before a result is reported.
func TestLearnsSecrets(t *testing.T) {
	host, target := sound(t)
	learnt := map[string]string{}
	var secrets []string
	watched := broken(host, func(_ assay.HostRequest, reply *assay.HostReply, _ *error) {
		secrets = append(secrets, reply.PAT)
		for _, code := range reply.Codes {
			secrets = append(secrets, code.Code, code.Phone)
		}
		for _, callback := range reply.Callbacks {
			var detail struct{ Code string }
			_ = json.Unmarshal(callback.Detail, &detail) // a failure has no code
			secrets = append(secrets, detail.Code)
		}
	})
	watched = oneByOne(watched)
	lock := make(chan struct{}, 1)
	config := Config{Target: target, Tell: func(Result) {}, Learn: func(kind, secret string) {
		lock <- struct{}{}
		learnt[secret] = kind
		<-lock
	}}
	dial := func() (assay.Host, func() error, error) { return watched, func() error { return nil }, nil }
	if err := newChecker(config, dial).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if secret != "" && learnt[secret] == "" {
			t.Errorf("not learnt: %s", secret)
		}
	}
	if len(learnt) < 40 {
		t.Errorf("only %d secrets", len(learnt))
	}
}
