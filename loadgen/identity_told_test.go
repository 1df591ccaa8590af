//go:build !race

package loadgen_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// A refusingTarget accepts every code once, with the valid PAT. Its refusals may tell whose the code is; it counts those that do.
type refusingTarget struct {
	tell    func(user int, header http.Header, body map[string]any)
	tellAny bool // also of users who have not logged in
	fresh   bool // a third of the users are refused, too

	freshRefused bool // the one that is refused is fresh

	mu   sync.Mutex
	used map[string]bool
	seen map[int]bool // users who have logged in
	told int64
}

func (t *refusingTarget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, _ := io.ReadAll(r.Body)
	var sent struct{ Code string }
	var user, number int
	if err := json.Unmarshal(request, &sent); err != nil {
		panic(err)
	}
	if _, err := fmt.Sscanf(sent.Code, "%d/%d", &user, &number); err != nil {
		panic(err)
	}
	phone := strings.Contains(r.URL.Path, "phone")
	t.mu.Lock()
	defer t.mu.Unlock()
	toRefuse := t.used[sent.Code] || r.Header.Get("Authorization") != "Bearer assay-scripted-pat"
	body := map[string]any{"error": "no", "errcode": "CODE_USED", "traceid": "t-1"}
	switch {
	case toRefuse:
		if t.seen[user] || t.tellAny {
			t.tell(user, w.Header(), body)
			t.told++
		}
		w.WriteHeader(http.StatusBadRequest)
	case t.fresh && user%3 == 0:
		t.freshRefused = true
		defer func() { t.freshRefused = false }()
		t.tell(user, w.Header(), body)
		w.WriteHeader(http.StatusBadRequest)
	default:
		t.used[sent.Code], t.seen[user] = true, t.seen[user] || !phone
		body = map[string]any{"errcode": "OK", "data": map[string]any{"openId": openIDOf(user), "unionId": fmt.Sprint("union-of-", user),
			"channel": "finclip", "accessToken": tokenOf(openIDOf(user))}}
		if phone {
			body["data"] = map[string]any{"phone": phoneOf(user)}
		}
	}
	_ = json.NewEncoder(w).Encode(body)
}

func openIDOf(user int) string { return fmt.Sprint("open-of-user-", user) }

// refusing makes a run against a target that refuses what it has to.
func refusing(t *testing.T, target *refusingTarget) benchmark.Report {
	t.Helper()
	target.used, target.seen = map[string]bool{}, map[int]bool{}
	server := httptest.NewServer(target)
	defer server.Close()
	redactor := transcript.NewRedactor(nil)
	config := loadgen.Config{Host: &scriptedHost{}, Redactor: redactor, Transcript: transcript.NewWriter(io.Discard, redactor),
		Target: assay.Target{APIServers: []string{server.URL}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: "assay-scripted-pat"}}}
	config.Plan = brief(loadgen.Mix{Login: 0.4, Phone: 0.1, Replay: 0.2, Race: 0.2, BadPAT: 0.1})
	config.Plan.Rate, config.Plan.Duration = 20_000, 20*time.Millisecond
	config.Plan.Users, config.Plan.InFlight = 20, 1
	return run(t, config)
}

// A refusal that tells whose the code is gives the identity a second time, or to an unknown PAT, wherever it has it: what requirement
// envelope.no-identity says of a refusal.
func TestRefusalsThatTellTheUser(t *testing.T) {
	t.Parallel()
	encode := base64.StdEncoding.EncodeToString
	for name, test := range map[string]struct {
		tell   func(user int, header http.Header, body map[string]any)
		any    bool
		reason string
	}{
		"a cookie": {func(user int, header http.Header, _ map[string]any) {
			header.Set("Set-Cookie", "session="+openIDOf(user)+"; Path=/")
		}, false, "openId in the header of a refusal"},
		"a header field": {func(user int, header http.Header, _ map[string]any) { header.Set("X-User", phoneOf(user)) }, true,
			"phone in the header of a refusal"},
		"a nested object": {func(user int, _ http.Header, body map[string]any) {
			body["detail"] = map[string]any{"usedBy": []any{"app", openIDOf(user)}}
		}, false, "openId in the body of a refusal"},
		"the error": {func(user int, _ http.Header, body map[string]any) {
			body["error"] = "the code of (" + openIDOf(user) + ") was used."
		}, false, "openId in the body of a refusal"},
		"a spaced phone": {func(user int, _ http.Header, body map[string]any) {
			phone := phoneOf(user)
			body["error"] = "the code of " + phone[:3] + " " + phone[3:7] + "-" + phone[7:] + " was used"
		}, true, "phone in the body of a refusal"},
		"a unionId": {func(user int, _ http.Header, body map[string]any) { body["hint"] = fmt.Sprint("union-of-", user) }, false,
			"unionId in the body of a refusal"},
		"base64": {func(user int, _ http.Header, body map[string]any) {
			body["hint"] = encode([]byte("of=" + openIDOf(user)))
		}, false, "openId in the body of a refusal"},
		"a claim of a session": {func(user int, _ http.Header, body map[string]any) {
			body["session"] = tokenOf(openIDOf(user)) + "x"
		}, false, "openId in the body of a refusal"},
		"the user's token": {func(user int, header http.Header, _ map[string]any) { header.Set("X-Session", tokenOf(openIDOf(user))) },
			false, "accessToken in the header of a refusal"},
		"a new token": {func(_ int, _ http.Header, body map[string]any) {
			body["auth"] = map[string]any{"access_token": "new"}
		}, true, "accessToken in the body of a refusal"},
		"another's openid, by its name": {func(_ int, header http.Header, _ map[string]any) {
			header.Set("Set-Cookie", "open_id=somebody-else; Path=/")
		}, true, "openId in the header of a refusal"},
		"a list of phones": {func(user int, _ http.Header, body map[string]any) {
			body["users"] = map[string]any{"phone": []any{"", phoneOf(user)}}
		}, true, "phone in the body of a refusal"},
		"a masked phone, by its name": {func(user int, _ http.Header, body map[string]any) {
			body["user"] = map[string]any{"phone": phoneOf(user)[:3] + "****" + phoneOf(user)[7:]}
		}, true, "phone in the body of a refusal"},
		"hex": {func(user int, _ http.Header, body map[string]any) {
			body["hint"] = fmt.Sprintf("%x", "of="+openIDOf(user))
		}, false, "openId in the body of a refusal"},
		"hex in capital letters, in words": {func(user int, _ http.Header, body map[string]any) {
			body["error"] = fmt.Sprintf("the code of %X was used", openIDOf(user))
		}, false, "openId in the body of a refusal"},
		"hex with 0x": {func(user int, _ http.Header, body map[string]any) {
			body["hint"] = fmt.Sprintf("%#x", openIDOf(user))
		}, false, "openId in the body of a refusal"},
		"a phone in hex": {func(user int, _ http.Header, body map[string]any) { body["hint"] = fmt.Sprintf("%x", phoneOf(user)) }, true,
			"phone in the body of a refusal"},
		"a phone in base64": {func(user int, header http.Header, _ map[string]any) {
			header.Set("X-Debug", encode([]byte("{\"of\":\""+phoneOf(user)+"\"}")))
		}, true, "phone in the header of a refusal"},
		"base64 with a slash": {func(user int, _ http.Header, body map[string]any) {
			body["hint"] = encode([]byte("???/" + openIDOf(user)))
		}, false, "openId in the body of a refusal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := &refusingTarget{tell: test.tell, tellAny: test.any}
			report := refusing(t, target)
			e := report.Exchanges
			if got := e.DoubleRedeemed + e.BadPATsAccepted; target.told == 0 || e.DoubleRedeemed == 0 || e.BadPATsAccepted == 0 || got != target.told {
				t.Errorf("%d refusals told their user: %+v", target.told, e)
			}
			if report.Outcome != benchmark.Incorrect || report.Requirements[1].Verdict != assay.Fail || report.Errors[0].Reason != test.reason {
				t.Errorf("%s; %s %s; %+v", report.Outcome, report.Requirements[1].ID, report.Requirements[1].Verdict, report.Errors)
			}
		})
	}
}

// What names no user, what the request had, and what is known of a user's id at the host app only, may be in a refusal.
func TestRefusalsThatTellNothing(t *testing.T) {
	t.Parallel()
	for name, tell := range map[string]func(user int, header http.Header, body map[string]any){
		"no values": func(_ int, _ http.Header, body map[string]any) {
			body["data"] = map[string]any{"channel": nil, "openId": "", "unionId": nil, "accessToken": "", "phone": ""}
			body["detail"] = map[string]any{"open_id": nil, "phone": 0}
		},
		"a cookie that is taken back": func(_ int, header http.Header, _ map[string]any) {
			header.Set("Set-Cookie", "openid=; Max-Age=0")
			header.Add("Set-Cookie", "accesstoken=gone; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
		},
		"the request's appId": func(_ int, _ http.Header, body map[string]any) { body["appId"] = "fc1" },
		"the injected id":     func(user int, _ http.Header, body map[string]any) { body["user"] = fmt.Sprint("user-", user) },
		"the number of a support line": func(user int, _ http.Header, body map[string]any) {
			body["help"] = map[string]any{"phone": []any{"400-000-0000", "+86 10 8888 0000"}[user%2]}
		},
		"a masked phone in words": func(user int, _ http.Header, body map[string]any) {
			body["error"] = phoneOf(user)[:3] + "****" + phoneOf(user)[7:] + " has used this code"
		},
		"the request's code, encoded": func(user int, _ http.Header, body map[string]any) {
			body["request"] = fmt.Sprintf("%x", "user-"+fmt.Sprint(user))
			body["traceid"] = "5110c76fbc1c8ebc7429e906b83c1f7f"
		},
		"a cookie of a gateway": func(_ int, header http.Header, _ map[string]any) { header.Set("Set-Cookie", "route=node-a-0123456789") },
		"the channel":           func(_ int, _ http.Header, body map[string]any) { body["channel"] = "finclip" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := refusing(t, &refusingTarget{tell: tell, tellAny: true, fresh: true})
			e := report.Exchanges
			if e.DoubleRedeemed+e.BadPATsAccepted+e.WrongIdentity+e.Faults > 0 || e.ReplaysRefused != e.ReplaysSent || e.BadPATsRefused != e.BadPATsSent {
				t.Errorf("%s: %+v %+v", report.Outcome, e, report.Errors)
			}
		})
	}
}

// A fresh code that is refused may be of a user who is locked out: it is an error of its own, not a second redemption.
func TestRefusalOfAFreshCodeNamesItsUser(t *testing.T) {
	t.Parallel()
	target := &refusingTarget{fresh: true}
	target.tell = func(user int, _ http.Header, body map[string]any) {
		if body["errcode"] = "LOCKED"; target.freshRefused {
			body["error"] = openIDOf(user) + " is locked"
		}
	}
	if e := refusing(t, target).Exchanges; e.DoubleRedeemed+e.BadPATsAccepted > 0 || e.Refused+e.RacesRefused == 0 {
		t.Errorf("%+v", e)
	}
}
