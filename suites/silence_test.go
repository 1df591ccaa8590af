package suites

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay"
	"assay/reports/conformance"
	"assay/reports/transcript"
	"assay/suites/client"
)

// silent is an exchange that began at the given second, took one and came to nothing.
func silent(second int, requirement, failure string) assay.Exchange {
	return assay.Exchange{ID: fmt.Sprintf("x-%d", second), Requirement: requirement, Failure: failure,
		Sent: time.Unix(int64(second), 0), Took: time.Second}
}

func TestSilence(t *testing.T) {
	const hang, reset = "no whole answer within 10s", "the connection was closed before the answer was whole"
	each := func(n int, requirement, failure string) []assay.Exchange {
		var all []assay.Exchange
		for i := range n {
			all = append(all, silent(i, requirement, failure))
		}
		return all
	}
	crowd := each(64, "code.single-use-race", hang)
	for i := range crowd {
		crowd[i].Sent = time.Unix(0, 0)
	}
	answered := silent(100, "", "")
	answered.Response = &assay.Response{Status: 503}
	for name, test := range map[string]struct {
		exchanges []assay.Exchange
		end       string
	}{
		"twenty":             {each(20, "code.used", hang), "the target stopped answering at x-19: " + hang},
		"nineteen":           {each(19, "code.used", hang), ""},
		"closed":             {each(20, "code.used", reset), "the target stopped answering at x-19: " + reset},
		"interrupted":        {each(40, "code.used", "interrupted"), ""},
		"an answer between":  {slices.Concat(each(19, "", hang), []assay.Exchange{answered}, each(19, "", hang)), ""},
		"a crowd":            {crowd, ""},
		"a crowd, and after": {append(slices.Clone(crowd), silent(1, "", hang)), "the target stopped answering at x-1: " + hang},
		"bad input, cut off": {each(40, "limits.fuzzed", reset), ""},
		"bad input, hanging": {each(20, "limits.fuzzed", hang), "the target stopped answering at x-19: " + hang},
		"bad input, nobody":  {each(20, "limits.depth", "no connection: refused"), "the target stopped answering at x-19: no connection: refused"},
	} {
		var s silence
		end := ""
		for _, x := range test.exchanges {
			if err := s.heard(x); err != nil && end == "" {
				end = err.Error()
			}
		}
		if end != test.end {
			t.Errorf("%s: %q, not %q", name, end, test.end)
		}
	}
}

// mortal is the script until it has answered so many requests; then it cuts every connection.
type mortal struct {
	script
	answers atomic.Int64
}

func (m *mortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m.answers.Add(-1) < 0 {
		panic(http.ErrAbortHandler)
	}
	m.script.ServeHTTP(w, r)
}

// TestRunEndsWithTheTarget: what was judged stays judged, the rest is untested, and nobody is said to have interrupted.
func TestRunEndsWithTheTarget(t *testing.T) {
	p := &mortal{script: script{answer: always(accepted)}}
	p.answers.Store(200)
	config := p.config(t)
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	config.Target.APIServers = []string{server.URL}
	config.Only = []string{"pat.*", "code.*"}
	config.Patience = -1
	s := begin(t, config)
	report := Run(t.Context(), s)
	const why = "the target stopped answering at x-"
	if report.Interrupted || report.Error != "" {
		t.Errorf("interrupted %v, error %q", report.Interrupted, report.Error)
	}
	if !slices.ContainsFunc(report.Reasons, func(r string) bool { return strings.HasPrefix(r, why) }) {
		t.Errorf("reasons %q", report.Reasons)
	}
	if code := conformance.ExitCode(report.Outcome); code == 0 {
		t.Errorf("outcome %s", report.Outcome)
	}
	judged, untested := 0, 0
	for _, result := range report.Requirements {
		switch {
		case result.Verdict == assay.Fail || result.Verdict == assay.Pass:
			judged++
		case strings.HasPrefix(result.Reason, why):
			untested++
		case strings.Contains(result.Reason, "interrupt"):
			t.Errorf("%s: %s", result.ID, result.Reason)
		}
	}
	if judged == 0 || untested == 0 {
		t.Errorf("%d judged, %d untested", judged, untested)
	}
	if most := 200 + 400; int(200-p.answers.Load()) > most {
		t.Errorf("%d requests, want no more than %d", 200-p.answers.Load(), most)
	}
}

// ended is a context that ended for the given reason.
func ended(t *testing.T, why error) context.Context {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	return ctx
}

// TestCutShort: only a silence that began with the bad input has the question tried whether the target survived it.
func TestCutShort(t *testing.T) {
	for name, test := range map[string]struct {
		why     error
		stage   stage
		answer  string
		verdict assay.Verdict
		reason  string
	}{
		"by the user":      {errors.New("x"), final, accepted, assay.Untested, "the run was interrupted"},
		"by silence":       {&silentError{"x-7", "gone", false}, final, accepted, assay.Untested, "the target stopped answering at x-7: gone"},
		"by bad input":     {&silentError{"x-7", "gone", true}, main, accepted, assay.Untested, "the target stopped answering at x-7: gone"},
		"and it came back": {&silentError{"x-7", "gone", true}, final, accepted, assay.Pass, ""},
		"and is broken":    {&silentError{"x-7", "gone", true}, final, denied, assay.Fail, ""},
	} {
		p := &script{answer: always(test.answer)}
		s := p.session(t)
		requirement, _ := s.set.Find("limits.recovery")
		e := entry{requirement: requirement, stage: test.stage, body: exchangeOne}
		trial := s.try(ended(t, test.why), e, assay.Login)
		expectVerdict(t, trial, test.verdict)
		if got := strings.Join(trial.reasons, "; "); got != test.reason {
			t.Errorf("%s: reasons %q", name, got)
		}
	}
}

// TestTheRecordIsBounded, whatever the target answers and the suite asks; the transcript has everything.
func TestTheRecordIsBounded(t *testing.T) {
	var written bytes.Buffer
	p := &script{answer: always(accepted)}
	config := p.config(t)
	config.Redactor = transcript.NewRedactor(nil)
	config.Transcript = transcript.NewWriter(&written, config.Redactor)
	s := begin(t, config)
	huge := assay.Exchange{ID: "x-huge", Endpoint: assay.Login, Request: assay.Request{Body: make([]byte, 16<<20)},
		Response: &assay.Response{Status: 401, Body: []byte("{}")}}
	s.record(huge)
	if got := s.exchanges[0].Request.Body; len(got) != keptRequest || cap(got) > 2*keptRequest {
		t.Errorf("%d bytes of %d are kept of a request", len(got), cap(got))
	}
	_ = config.Transcript.Flush()
	if !strings.Contains(written.String(), `"bodyLength":16777216`) {
		t.Error("the transcript does not have it")
	}
	s.config.Transcript = nil
	big := &assay.Response{Status: 200, Body: make([]byte, client.MaxBody)}
	for range 2 * keptBytes / client.MaxBody {
		s.record(assay.Exchange{Endpoint: assay.Login, Response: big})
	}
	if s.kept > keptBytes || s.unkept < keptBytes/client.MaxBody || len(s.exchanges)+s.unkept != 1+2*keptBytes/client.MaxBody {
		t.Errorf("%d bytes of %d exchanges kept, %d not", s.kept, len(s.exchanges), s.unkept)
	}
	s.kept = keptBytes
	s.record(assay.Exchange{ID: "x-small", Request: assay.Request{Body: make([]byte, 2*keptAlways)},
		Response: &assay.Response{Status: 200, Body: []byte(`{"errcode":"E"}`)}})
	last := s.exchanges[len(s.exchanges)-1]
	if last.ID != "x-small" || last.Request.Body != nil || string(last.Response.Body) != `{"errcode":"E"}` {
		t.Errorf("kept %+v", last)
	}
	headers := http.Header{"X": {strings.Repeat("x", 2*keptAlways)}}
	before := s.unkept
	if s.record(assay.Exchange{Response: &assay.Response{Status: 200, Header: headers}}); s.unkept != before+1 {
		t.Error("a large header is kept")
	}
}

// TestPreflightRefusesEndlessAnswers: there is no use in thousands of them.
func TestPreflightRefusesEndlessAnswers(t *testing.T) {
	p := &script{answer: always(`200 {"errcode":"OK","data":{"openId":"o"},"more":"` + strings.Repeat("x", client.MaxBody) + `"}`)}
	for _, driven := range []bool{true, false} {
		config := p.config(t)
		want := "login answers a fresh code with more than 128 KiB; "
		if !driven {
			config.Host, config.Hello, want = nil, assay.Hello{}, "login answers a code with more than 128 KiB; "
		}
		s := begin(t, config)
		if err := s.preflight(t.Context()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
