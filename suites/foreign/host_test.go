//go:build !race

package foreign_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/driver/drivertest"
	"github.com/unified-login/assay/fixtures/hostapp"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/platform/platformtest"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A world is the reference with one legal peculiarity of its host apps.
type world struct {
	plugin func(hostapp.Plugin) hostapp.Plugin
	names  string                      // the API server that the host apps name; empty: the real one
	target func(*assay.Target)         // what else it declares
	host   func(assay.Host) assay.Host // a driver with a peculiarity
	want   map[string]assay.Verdict    // other than pass and observed
}

// A replaced plugin answers wx.login in its own way.
type replaced struct {
	hostapp.Plugin
	login func(context.Context, hostapp.Call) []hostapp.Callback
}

func (r replaced) Login(ctx context.Context, call hostapp.Call) []hostapp.Callback {
	return r.login(ctx, call)
}

// whereOverlapping fails the calls that overlap with another one and are chosen.
func whereOverlapping(chosen func(hostapp.Call) bool) func(hostapp.Plugin) hostapp.Plugin {
	return func(whole hostapp.Plugin) hostapp.Plugin {
		return replaced{whole, func(ctx context.Context, call hostapp.Call) []hostapp.Callback {
			if call.Overlaps && chosen(call) {
				return []hostapp.Callback{{Name: "fail", Detail: hostapp.Detail{ErrMsg: "login:fail busy"}}}
			}
			return whole.Login(ctx, call)
		}}
	}
}

func slashed(whole hostapp.Plugin) hostapp.Plugin {
	return replaced{whole, func(ctx context.Context, call hostapp.Call) []hostapp.Callback {
		call.APIServer += "/"
		return whole.Login(ctx, call)
	}}
}

// international writes the phone of a code with its country.
func international(whole hostapp.Plugin) hostapp.Plugin { return abroad{whole} }

type abroad struct{ hostapp.Plugin }

func (a abroad) GetPhoneNumber(ctx context.Context, call hostapp.Call) []hostapp.Callback {
	if strings.TrimSpace(call.User.Phone) != "" {
		call.User.Phone = "+86" + call.User.Phone
	}
	return a.Plugin.GetPhoneNumber(ctx, call)
}

// refusing is a driver that cannot inject an empty text.
func refusing(host assay.Host) assay.Host {
	return drivertest.HostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
		if in := request.Host; in != nil && (in.UserID != nil && *in.UserID == "" || in.Phone != nil && *in.Phone == "") {
			return assay.HostReply{}, &assay.DriverError{Op: request.Op, Why: "the field is required", Said: true}
		}
		return host.Ask(ctx, request)
	})
}

// spelling is a driver whose host app names its members in the other way.
func spelling(host assay.Host) assay.Host {
	return drivertest.HostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
		reply, err := host.Ask(ctx, request)
		for i, callback := range reply.Callbacks {
			detail := bytes.ReplaceAll(callback.Detail, []byte(`"appid"`), []byte(`"appId"`))
			reply.Callbacks[i].Detail, _ = json.Marshal(map[string]json.RawMessage{
				"detail": bytes.ReplaceAll(detail, []byte(`"apiserver"`), []byte(`"apiServer"`)),
			})
		}
		return reply, err
	})
}

// Host apps differ in what the contract leaves open, and in how they are reached.
func TestLegalHostApps(t *testing.T) {
	var alternating atomic.Int64
	for name, w := range map[string]world{
		"the reference":                       {},
		"other spelling":                      {host: spelling},
		"a pending call fails":                {plugin: whereOverlapping(func(call hostapp.Call) bool { return call.Current() != call.User })},
		"one of two calls fails":              {plugin: whereOverlapping(func(hostapp.Call) bool { return alternating.Add(1)%2 == 1 })},
		"a slash at the end":                  {plugin: slashed, want: map[string]assay.Verdict{"host.apiserver": assay.Warn}},
		"no empty injection":                  {host: refusing},
		"a declared alias that leads nowhere": {names: "http://127.0.0.1:1"},
		"an undeclared alias": {names: "http://127.0.0.1:1", target: func(target *assay.Target) { target.Declares.APIServers = nil },
			want: map[string]assay.Verdict{"host.apiserver": assay.Untested}},
		"phones with their country, as declared": {plugin: international, target: func(target *assay.Target) { target.Declares.PhoneTransform = assay.PhoneE164 }},
		"one mini-program":                       {target: func(target *assay.Target) { target.Apps = target.Apps[:1] }},
		"one platform": {host: func(host assay.Host) assay.Host { return only(host, "harmonyos") },
			want: map[string]assay.Verdict{"host.platform-parity": assay.Untested}},
		"login alone": {target: func(target *assay.Target) { target.Profiles = []string{assay.ProfileLogin, assay.ProfileHost} },
			want: map[string]assay.Verdict{"host.phone-code": assay.Untested}},
	} {
		t.Run(name, func(t *testing.T) { w.demandFair(t) })
	}
}

// only is a driver that offers one platform.
func only(host assay.Host, platform string) assay.Host {
	return drivertest.HostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
		reply, err := host.Ask(ctx, request)
		if reply.Hello != nil {
			hello := *reply.Hello
			hello.Platforms = []string{platform}
			reply.Hello = &hello
		}
		return reply, err
	})
}

func (w world) demandFair(t *testing.T) {
	t.Helper()
	built, err := reference.New(reference.Options{Platform: platform.Config{SigningKey: platformtest.SigningKey()}, Plugin: w.plugin})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(built.Handler())
	defer server.Close()
	built.SetAPIServer(server.URL)
	if w.names != "" {
		built.SetAPIServer(w.names)
	}
	target, raw := built.Target(server.URL), built.Host()
	if w.target != nil {
		w.target(&target)
	}
	if w.host != nil {
		raw = w.host(raw)
	}
	for id, verdict := range verdicts(t, target, raw) {
		want, special := w.want[id]
		if special && verdict != want || !special && verdict != assay.Pass && verdict != assay.Observed {
			t.Errorf("%s: %s, want %s", id, verdict, want)
		}
	}
}

// verdicts are those of the chapter host.
func verdicts(t *testing.T, target assay.Target, raw assay.Host) map[string]assay.Verdict {
	t.Helper()
	host, hello, err := driver.Greet(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	session, err := suites.Open(suites.Config{Target: target, Host: host, Hello: hello, Only: []string{"host.*"}, Patience: -1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	report := suites.Run(t.Context(), session)
	if !report.Error.IsZero() {
		t.Fatal(report.Error)
	}
	found := map[string]assay.Verdict{}
	for _, result := range report.Requirements {
		if strings.HasPrefix(result.ID, "host.") {
			found[result.ID] = result.Verdict
			t.Log(result.ID, result.Verdict, result.Reason, result.Findings)
		}
	}
	return found
}

// No PAT goes to a server that the target does not name, declared list or not.
func TestNoPATGoesToAForeignServer(t *testing.T) {
	var received atomic.Int64
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { received.Add(1) }))
	defer foreign.Close()
	for _, want := range []assay.Verdict{assay.Untested, assay.Fail} {
		w := world{names: foreign.URL, want: map[string]assay.Verdict{"host.apiserver": want}, target: func(target *assay.Target) {
			if target.Declares.APIServers = nil; want == assay.Fail {
				target.Declares.APIServers = []string{"https://api.acme.example"}
			}
		}}
		w.demandFair(t)
	}
	if n := received.Load(); n != 0 {
		t.Errorf("%d requests to the foreign server", n)
	}
}

// The code is exchanged at the alias that a target declares.
func TestTheAliasIsAsked(t *testing.T) {
	built, err := reference.New(reference.Options{Platform: platform.Config{SigningKey: platformtest.SigningKey()}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(built.Handler())
	defer server.Close()
	for status, want := range map[int]assay.Verdict{0: assay.Pass, http.StatusNotFound: assay.Fail} {
		var received atomic.Int64
		alias := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if received.Add(1); status != 0 {
				http.Error(w, "nothing here", status)
				return
			}
			built.Handler().ServeHTTP(w, r)
		}))
		defer alias.Close()
		built.SetAPIServer(alias.URL)
		if got := verdicts(t, built.Target(server.URL), built.Host())["host.apiserver"]; got != want || received.Load() == 0 {
			t.Errorf("an alias that answers %d: %s after %d requests, want %s", status, got, received.Load(), want)
		}
	}
}
