//go:build !race

package loadgen_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// A scriptedHost mints codes that name their users.
type scriptedHost struct {
	mu     sync.Mutex
	minted int
	bare   bool // it names neither channel nor phone
	once   bool // every code is another user's
}

// Ask implements [assay.Host].
func (h *scriptedHost) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var reply assay.HostReply
	for range request.Count {
		n := h.minted
		if !h.once {
			n %= request.Users
		}
		h.minted++
		code := assay.Code{Code: fmt.Sprintf("%d/%d", n, h.minted), UserID: fmt.Sprint("user-", n)}
		if !h.bare {
			code.Channel, code.Phone = "finclip", phoneOf(n)
		}
		reply.Codes = append(reply.Codes, code)
	}
	return reply, nil
}

func phoneOf(user int) string { return fmt.Sprintf("138%08d", user) }

// A scriptedTarget gives right answers, except where change makes a wrong one; it counts those. Its own count is the truth.
type scriptedTarget struct {
	mu       sync.Mutex
	logins   map[int]int // of every user
	wrong    int
	wrongOne []string // the codes of the wrong answers
	// change changes the data of the n-th answer, from 0, of a user at an endpoint, and reports whether it did.
	change func(user, n int, data map[string]any) bool
	// dress adds to the rest of the answer, and reports whether that is wrong; nil adds nothing.
	dress func(user, n int, header http.Header, body map[string]any) bool
}

func (t *scriptedTarget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, _ := io.ReadAll(r.Body)
	var sent struct{ Code string }
	if err := json.Unmarshal(request, &sent); err != nil {
		panic(err)
	}
	var user, number int
	if _, err := fmt.Sscanf(sent.Code, "%d/%d", &user, &number); err != nil {
		panic(err)
	}
	data := map[string]any{"phone": phoneOf(user)}
	if strings.Contains(r.URL.Path, "login") || !strings.Contains(r.URL.Path, "phone") {
		data = map[string]any{"openId": fmt.Sprint("open-", user), "unionId": fmt.Sprint("union-", user), "channel": "finclip",
			"accessToken": tokenOf(fmt.Sprint("account-", user))}
	}
	t.mu.Lock()
	n := t.logins[user]
	t.logins[user]++
	if t.change(user, n, data) {
		t.wrong++
		t.wrongOne = append(t.wrongOne, sent.Code)
	}
	body := map[string]any{"errcode": "OK", "data": data}
	if t.dress != nil && t.dress(user, n, w.Header(), body) {
		t.wrong++
	}
	t.mu.Unlock()
	_ = json.NewEncoder(w).Encode(body)
}

func tokenOf(subject string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"RS256"}`)) + "." + encode(fmt.Appendf(nil, `{"sub":%q}`, subject)) + ".c2ln"
}

// scripted makes a run of 400 logins of 20 users against a scripted target, and returns its report and its transcript.
func scripted(t *testing.T, target *scriptedTarget, change func(*loadgen.Config)) (benchmark.Report, []transcript.Record) {
	t.Helper()
	target.logins = map[int]int{}
	server := httptest.NewServer(target)
	defer server.Close()
	var file strings.Builder
	redactor := transcript.NewRedactor(nil)
	writer := transcript.NewWriter(&file, redactor)
	config := loadgen.Config{Host: &scriptedHost{}, Redactor: redactor, Transcript: writer,
		Target: assay.Target{APIServers: []string{server.URL}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: "assay-scripted-pat"}}}
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.Rate, config.Plan.Duration = 20_000, 20*time.Millisecond
	config.Plan.Users, config.Plan.InFlight = 20, 1 // one after the other, in the order of the codes
	if change != nil {
		change(&config)
	}
	report := run(t, config)
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	var records []transcript.Record
	for line := range strings.Lines(file.String()) {
		var record transcript.Record
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return report, records
}

// Every member that identifies a user is compared on every accepted answer: the target's own count is the report's, and the
// evidence has the wrong answers, each beside a right one of the same user.
func TestIdentityUnderLoadIsAllOfIt(t *testing.T) {
	t.Parallel()
	declared := func(c *loadgen.Config) { c.Target.Declares.PhoneInLogin = true }
	bare := func(c *loadgen.Config) { c.Host, c.Target.Declares.PhoneInLogin = &scriptedHost{bare: true}, true }
	put := func(name string, value func(other int) any) func(int, int, map[string]any) bool {
		return func(user, n int, data map[string]any) bool {
			if name == "phone" {
				data["phone"] = phoneOf(user)
			}
			if user%4 != 1 || n != user%3+5*(user%2) {
				return false
			}
			data[name] = value((user + 7) % 20)
			return true
		}
	}
	of := func(prefix string) func(int) any { return func(other int) any { return fmt.Sprint(prefix, other) } }
	nobody := func(int) any { return "somebody" }
	for name, test := range map[string]struct {
		change func(user, n int, data map[string]any) bool
		config func(*loadgen.Config)
	}{
		"openId":                        {put("openId", of("open-")), nil},
		"openId of nobody":              {put("openId", nobody), nil},
		"unionId":                       {put("unionId", of("union-")), nil},
		"unionId of nobody":             {put("unionId", nobody), nil},
		"unionId, a number":             {put("unionId", func(int) any { return 7 }), nil},
		"subject of the token":          {put("accessToken", func(other int) any { return tokenOf(fmt.Sprint("account-", other)) }), nil},
		"subject of nobody":             {put("accessToken", func(int) any { return tokenOf("somebody") }), nil},
		"phone of a login":              {put("phone", func(other int) any { return phoneOf(other) }), declared},
		"phone of a login, not named":   {put("phone", func(other int) any { return phoneOf(other) }), bare},
		"channel, not named":            {put("channel", nobody), bare},
		"phone of a login, undeclared":  {put("phone", func(other int) any { return phoneOf(other) }), nil},
		"phone of nobody, not declared": {func(_, _ int, data map[string]any) bool { data["phone"] = "139"; return false }, nil},
		"all of it":                     {func(int, int, map[string]any) bool { return false }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := &scriptedTarget{change: test.change}
			if strings.HasPrefix(name, "subject") { // tokens are a user's own once most users are known to have one
				change := target.change
				target.change = func(user, n int, data map[string]any) bool { return n > 4 && change(user, n, data) }
			}
			report, records := scripted(t, target, test.config)
			got := report.Exchanges
			if got.WrongIdentity != int64(target.wrong) || got.Accepted != got.Sent-got.WrongIdentity || got.Uncompared != 0 {
				t.Fatalf("%d answers were wrong: %+v", target.wrong, got)
			}
			contrasted(t, report, records, target)
		})
	}
}

// contrasted checks the evidence of wrong identities: the first wrong answers, and beside each a right one of the same user.
func contrasted(t *testing.T, report benchmark.Report, records []transcript.Record, target *scriptedTarget) {
	t.Helper()
	byID := map[string]transcript.Record{}
	for _, record := range records {
		byID[record.ID] = record
	}
	user := func(record transcript.Record) string { return record.Code.UserID }
	for _, kind := range report.Errors {
		if want := min(5, target.wrong); kind.Verdict != "wrongIdentity" || len(kind.Exchanges) != want || len(kind.Contradicts) != want {
			t.Fatalf("%d wrong, and the evidence is %+v", target.wrong, kind)
		}
		for i, id := range kind.Exchanges {
			wrong, right := byID[id], byID[kind.Contradicts[i]]
			if wrong.Situation != "plain" || right.ID == "" || user(wrong) != user(right) || user(wrong) != kind.Users[i] || wrong.Response.Text == right.Response.Text {
				t.Errorf("%s of %s contradicts %q of %q", id, user(wrong), kind.Contradicts[i], user(right))
			}
			for _, other := range kind.Contradicts {
				if other == id {
					t.Errorf("%s is both wrong and contradicted", id)
				}
			}
		}
	}
	if target.wrong > 0 && len(report.Errors) != 1 {
		t.Errorf("%d kinds of errors", len(report.Errors))
	}
}

// The first answer of a user may be the wrong one. It is counted once, and the evidence has it, and not the right ones after it.
func TestTheWrongAnswerIsTheOddOne(t *testing.T) {
	t.Parallel()
	for first := range 3 {
		target := &scriptedTarget{change: func(user, n int, data map[string]any) bool {
			if user != 3 || n != first {
				return false
			}
			data["openId"] = "open-odd"
			return true
		}}
		report, records := scripted(t, target, func(c *loadgen.Config) { c.Plan.Users = 5 })
		if got := report.Exchanges; got.WrongIdentity != 1 || got.Accepted != got.Sent-1 || len(report.Errors) != 1 {
			t.Fatalf("answer %d is wrong: %+v", first, got)
		}
		kind := report.Errors[0]
		i := slices.IndexFunc(records, func(r transcript.Record) bool { return r.ID == kind.Exchanges[0] })
		if body := records[i].Response.Text; len(kind.Exchanges) != 1 || !strings.Contains(body, "open-odd") {
			t.Errorf("answer %d is wrong, and the evidence of it is %s", first, body)
		}
		contrasted(t, report, records, target)
	}
}

// An answer OK without an identity signs in nobody: it is no fault of the transport, and load.identity fails.
func TestOKWithoutAnIdentityFailsIdentity(t *testing.T) {
	t.Parallel()
	for _, mix := range []loadgen.Mix{{Login: 1}, {Phone: 1}} {
		for name, empty := range map[string]func(map[string]any){
			"no data": func(data map[string]any) { clear(data) },
			"null":    func(data map[string]any) { data["openId"], data["phone"] = nil, nil },
			"empty":   func(data map[string]any) { data["openId"], data["phone"] = "", "" },
		} {
			target := &scriptedTarget{change: func(_, n int, data map[string]any) bool {
				if n%20 != 4 {
					return false
				}
				empty(data)
				return true
			}}
			report, _ := scripted(t, target, func(c *loadgen.Config) { c.Plan.Mix = mix })
			got := report.Exchanges
			if got.WithoutIdentity != int64(target.wrong) || target.wrong == 0 || got.Accepted != got.Sent-got.WithoutIdentity {
				t.Errorf("%s, %s: %d answers lacked it: %+v", mix, name, target.wrong, got)
			}
			if identity := report.Requirements[0]; report.Outcome != benchmark.Incorrect || identity.Verdict != assay.Fail {
				t.Errorf("%s, %s: %s, %s: %s", mix, name, report.Outcome, identity.ID, identity.Verdict)
			}
		}
	}
}
