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

// The checks over http, against drivers that are broken in how they are served.
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
		"sound":            {"", "", good.ServeHTTP},
		"open to all":      {"token", "it answers with", bearer(func(string) bool { return true })},
		"without is fine":  {"token", "it answers without its token; compare the whole Authorization header, and answer 401", bearer(func(a string) bool { return a == "" })},
		"a prefix will do": {"token", "it answers with another token", bearer(func(a string) bool { return strings.HasPrefix(a, "Bearer "+token) })},
		"a part will do":   {"token", "it answers with a part of its token", bearer(func(a string) bool { return len(a) > 20 && strings.HasPrefix("Bearer "+token, a) })},
		"created":          {"hello", "answered 201 with a reply; a reply has status 200", status(good, http.StatusCreated)},
		"a web page":       {"hello", "answered by a reply in HTML", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }},
		"no id":            {"hello", "answered by a reply without the id of its request", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"hello":{}}`)) }},
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

// status serves with another status than 200.
func status(good http.Handler, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder()
		good.ServeHTTP(recorded, r)
		w.WriteHeader(status)
		_, _ = w.Write(recorded.Body.Bytes())
	}
}

// ran is what Run tells of a target's driver.
func ran(t *testing.T, target assay.Target) []Result {
	t.Helper()
	var told []Result
	if err := Run(t.Context(), Config{Target: target, Tell: func(r Result) { told = append(told, r) }}); err != nil {
		t.Fatal(err)
	}
	demandCalm(t, told)
	return told
}

// Without a token there is nothing to check, and something to supply.
func TestNoToken(t *testing.T) {
	host, target := sound(t)
	server := httptest.NewServer(refdriver.Handler(host, ""))
	defer server.Close()
	target.Driver = assay.DriverConfig{HTTP: server.URL}
	told := ran(t, target)
	demand(t, told, "token", NotOffered, "whoever reaches the driver is given codes; demand a bearer token, and name it in driver.token")
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
	t.Errorf("nothing told of %s: %v", check, told)
}

// A sealing key has to be the one of the driver's codes.
func TestSeal(t *testing.T) {
	host, target := sound(t)
	for name, c := range map[string]struct{ key, want string }{
		"another":   {hex.EncodeToString(make([]byte, 32)), "the key is not the one that the driver's codes are sealed under"},
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
	demand(t, checked(t, deaf, target), "seal", NotOffered, "there is no code of the driver's to try the key on")
}

// A driver that outlives its input is told of, where it is a child process.
func TestEndOfInput(t *testing.T) {
	host, target := sound(t)
	target.Driver.Exec = []string{"driver"}
	var hangUp error
	run := func() (told []Result) {
		config := Config{Target: target, Tell: func(r Result) { told = append(told, r) }}
		dial := func() (assay.Host, func() error, error) { return host, func() error { return hangUp }, nil }
		if err := newChecker(config, dial).run(t.Context()); err != nil {
			t.Fatal(err)
		}
		return told
	}
	demand(t, run(), "end of input", OK, "it exits when its input closes")
	hangUp = errors.New("the driver did not exit within 5s")
	demandOnly(t, run(), "end of input", "the driver did not exit within 5s: end when standard input ends")
}

// Neither a dial that fails nor a target without a driver is a driver that is sound.
func TestNothingToCheck(t *testing.T) {
	_, target := sound(t)
	if err := Run(t.Context(), Config{Target: target}); err == nil || !strings.Contains(err.Error(), "names no driver") {
		t.Errorf("Run without a driver: %v", err)
	}
	target.Driver.Exec = []string{"/no/such/driver"}
	demandOnly(t, ran(t, target), "hello", `cannot start "/no/such/driver"`)
}

// Whatever the driver gives or is given is known for a secret before anything of it is told.
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
			_ = json.Unmarshal(callback.Detail, &detail) // a failure's has none
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
