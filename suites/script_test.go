package suites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

const (
	accepted = `200 {"error":"","errcode":"OK","data":{"openId":"o-CODE","channel":"finclip","phone":"13300001111"}}`
	denied   = `401 {"error":"no","errcode":"X"}`
	busy     = `503 {"error":"slow down","errcode":"BUSY"}`
)

// A script is a platform with prepared answers, and a driver that issues a new code for every request.
type script struct {
	answer func(n int, code string) string // the n-th request, from 0: a status, a space and a body; CODE is the code's
	driver func(assay.HostRequest) error   // nil if every operation succeeds
	// refuse gives the answer to a request in place of answer, one call at a time; "" for none, and nil for none ever.
	refuse func(r *http.Request, body string) string
	resets int // every so many requests lose their connections; 0 for none

	mu     sync.Mutex
	codes  []string // as they were exchanged
	minted int
	asked  []assay.HostRequest
}

func (p *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var sent struct{ Code string }
	_ = json.Unmarshal(body, &sent) // a body that is not JSON has no code
	p.mu.Lock()
	n := len(p.codes)
	p.codes = append(p.codes, sent.Code)
	var answer string
	if p.refuse != nil {
		answer = p.refuse(r, string(body))
	}
	p.mu.Unlock()
	if p.resets > 0 && n%p.resets == p.resets-1 {
		panic(http.ErrAbortHandler)
	}
	if answer == "" {
		answer = p.answer(n, sent.Code)
	}
	status, text, _ := strings.Cut(strings.ReplaceAll(answer, "CODE", sent.Code), " ")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", "0")
	code, _ := strconv.Atoi(status)
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text)
}

// sent lists the codes that were exchanged.
func (p *script) sent() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.codes...)
}

func (p *script) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, request)
	if p.driver != nil {
		if err := p.driver(request); err != nil {
			return assay.HostReply{}, err
		}
	}
	reply := assay.HostReply{OK: true}
	for range request.Count {
		p.minted++
		reply.Codes = append(reply.Codes, assay.Code{Code: fmt.Sprintf("code-%d", p.minted), UserID: "u", Channel: "finclip"})
	}
	return reply, nil
}

// always gives every request the same answer.
func always(answer string) func(int, string) string {
	return func(int, string) string { return answer }
}

// inTurn gives one answer after another, and then repeats the last.
func inTurn(answers ...string) func(int, string) string {
	return func(n int, _ string) string { return answers[min(n, len(answers)-1)] }
}

func (p *script) config(t *testing.T) Config {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return Config{
		Target: assay.Target{APIServers: []string{server.URL}, Apps: []string{"fc1", "fc2"}, Profiles: assay.Profiles(),
			PATs: assay.PATs{Valid: "pat_0123456789abcdef"}},
		Host: p, Hello: assay.Hello{Ops: assay.Ops(), Platforms: []string{"android"}}, Seed: 1,
	}
}

// session is a session with the script that does not wait between attempts.
func (p *script) session(t *testing.T) *Session {
	t.Helper()
	return begin(t, p.config(t))
}

func begin(t *testing.T, config Config) *Session {
	t.Helper()
	s, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	s.backoff = time.Microsecond
	t.Cleanup(s.Close)
	return s
}

// try runs body as the trial of a requirement.
func (p *script) try(t *testing.T, id string, body func(*Trial)) *Trial {
	t.Helper()
	return attempt(t, p.session(t), entry{body: body}, id)
}

func attempt(t *testing.T, s *Session, e entry, id string) *Trial {
	t.Helper()
	requirement, known := s.set.Find(id)
	if !known {
		t.Fatalf("no requirement %s", id)
	}
	requirement.Needs = nil
	e.requirement = requirement
	return s.try(t.Context(), e, assay.Login)
}

func expectVerdict(t *testing.T, trial *Trial, want assay.Verdict) {
	t.Helper()
	if got := trial.verdict(); got != want {
		t.Errorf("verdict %s, want %s; findings %+v, reasons %q", got, want, trial.findings, trial.reasons)
	}
}

func unsupportedOp(op assay.Op) func(assay.HostRequest) error {
	return func(request assay.HostRequest) error {
		if request.Op == op {
			return &assay.UnsupportedError{Op: op, Why: "not today"}
		}
		return nil
	}
}

func brokenOp(op assay.Op) func(assay.HostRequest) error {
	return func(request assay.HostRequest) error {
		if request.Op == op {
			return &assay.DriverError{Op: op, Why: "died", Err: errors.New("signal: killed")}
		}
		return nil
	}
}
