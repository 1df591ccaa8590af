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

	"github.com/onsi/ginkgo/v2/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
	"github.com/unified-login/assay/suites/client"
)

// silent is an exchange without an answer that was sent at the given second and took one second.
func silent(second int, requirement string, kind assay.FailureKind) assay.Exchange {
	return assay.Exchange{ID: fmt.Sprintf("x-%d", second), Requirement: requirement, Failure: assay.Failure{Kind: kind},
		Sent: time.Unix(int64(second), 0), Took: time.Second}
}

// answered is an exchange with an answer.
func answered(second, status int) assay.Exchange {
	x := silent(second, "", assay.NoFailure)
	x.Response = &assay.Response{Status: status}
	return x
}

// each makes n exchanges, one after the other.
func each(n int, make func(i int) assay.Exchange) []assay.Exchange {
	var all []assay.Exchange
	for i := range n {
		all = append(all, make(i))
	}
	return all
}

// quick makes exchanges that take no time.
func quick(all []assay.Exchange) []assay.Exchange {
	for i := range all {
		all[i].Sent, all[i].Took = time.Unix(0, int64(i)*1e6), 1e5
	}
	return all
}

func TestSilence(t *testing.T) {
	const (
		hang    = assay.TimedOut
		reset   = assay.BrokenOff
		refused = assay.NoConnection
		row     = "the target stopped answering: %d exchanges in a row got no answer, %s, the last at x-%d"
	)
	hangs := func(requirement string, kind assay.FailureKind) func(int) assay.Exchange {
		return func(i int) assay.Exchange { return silent(i, requirement, kind) }
	}
	end := func(n int, kind assay.FailureKind, last int) string {
		return fmt.Sprintf(row, n, assay.Failure{Kind: kind}, last)
	}
	with := func(change func(*assay.Response)) func(int) assay.Exchange {
		return func(i int) assay.Exchange {
			x := answered(i, 200)
			change(x.Response)
			return x
		}
	}
	endless := with(func(r *assay.Response) { r.Truncated = true })
	every := func(nth int, bad func(int) assay.Exchange) func(int) assay.Exchange {
		return func(i int) assay.Exchange {
			if i%nth == nth-1 {
				return bad(i)
			}
			return answered(i, 200)
		}
	}
	crowd := each(64, hangs("code.single-use-race", hang))
	for i := range crowd {
		crowd[i].Sent = time.Unix(0, 0)
	}
	rejected := func(i int) assay.Exchange {
		x := silent(i, "limits.fuzzed", reset)
		x.Response = &assay.Response{Status: 413}
		return x
	}
	const machine = "no connection: this machine has none to offer; this machine can open no more connections: " +
		"raise its limit of open files (ulimit -n) or its range of ports, or check its name server, the last at x-"
	for name, test := range map[string]struct {
		limit     int // seconds
		exchanges []assay.Exchange
		end       string
	}{
		"twenty":             {40, each(20, hangs("code.used", hang)), end(20, hang, 19)},
		"nineteen":           {40, each(19, hangs("code.used", hang)), ""},
		"three that hang":    {1, each(3, hangs("code.used", hang)), end(3, hang, 2)},
		"two that hang":      {1, each(2, hangs("code.used", hang)), ""},
		"closed":             {40, each(20, hangs("code.used", reset)), end(20, reset, 19)},
		"a short outage":     {10, quick(each(200, hangs("code.used", refused))), ""},
		"interrupted":        {40, each(40, hangs("code.used", assay.Interrupted)), ""},
		"an answer between":  {40, slices.Concat(each(19, hangs("", hang)), []assay.Exchange{answered(19, 200)}, each(19, hangs("", hang))), ""},
		"a limit between":    {40, slices.Concat(each(19, hangs("", hang)), []assay.Exchange{answered(19, 429)}, each(19, hangs("", hang))), ""},
		"limited":            {1, each(200, func(i int) assay.Exchange { return answered(i, 429) }), ""},
		"unavailable":        {1, each(200, func(i int) assay.Exchange { return answered(i, 503) }), ""},
		"endless":            {40, each(20, endless), "the target gave 20 unusable answers in a row: more than 128 KiB, the last at x-19"},
		"endless, quickly":   {40, quick(each(20, endless)), "the target gave 20 unusable answers in a row: more than 128 KiB, the last at x-19"},
		"a crowd":            {1, crowd, ""},
		"a crowd, and after": {1, append(slices.Clone(crowd), silent(3, "", hang)), end(65, hang, 3)},
		"bad input, cut off": {1, each(40, hangs("limits.fuzzed", reset)), ""},
		"bad input, refused": {1, each(40, rejected), ""},
		"bad input, hanging": {40, each(20, hangs("limits.fuzzed", hang)), end(20, hang, 19)},
		"bad input, nobody":  {40, each(20, hangs("limits.depth", refused)), end(20, refused, 19)},
		"every seventh hangs": {1, each(70, every(7, hangs("", hang))),
			"the target left 3 of 21 exchanges without an answer, for 3s in all: " + assay.Failure{Kind: hang}.String() + ", the last at x-20"},
		"the usual cause, not the last": {1, each(70, func(i int) assay.Exchange {
			if i == 20 {
				return silent(i, "", reset)
			}
			return every(7, hangs("", hang))(i)
		}), "the target left 3 of 21 exchanges without an answer, for 3s in all: " + assay.Failure{Kind: hang}.String() + ", the last at x-13"},
		"every seventh is closed": {1, quick(each(700, every(7, hangs("", reset)))), ""},
		"no file left":            {40, each(20, hangs("", assay.LocalShortage)), "this machine had no connection for 20 exchanges in a row, " + machine + "19"},
		"no file left, now and then": {1, each(70, every(7, hangs("", assay.LocalShortage))),
			"this machine had no connection for 3 of 21 exchanges, for 3s in all: " + machine + "20"},
		"every fiftieth hangs":      {1, each(3000, every(50, hangs("", hang))), ""},
		"every seventh is too long": {40, quick(each(700, every(7, endless))), ""},
	} {
		s := silence{limit: time.Duration(test.limit) * time.Second}
		got := ""
		for _, x := range test.exchanges {
			if err := s.heard(x); err != nil && got == "" {
				got = err.Error()
			}
		}
		if got != test.end {
			t.Errorf("%s: %q, not %q", name, got, test.end)
		}
	}
}

// TestExpectedSilence: while the run waits for the target to work something off, no answer in time ends nothing. No connection does.
func TestExpectedSilence(t *testing.T) {
	for kind, ends := range map[assay.FailureKind]bool{assay.TimedOut: false, assay.NoConnection: true} {
		s, ended := silence{limit: time.Second, expected: 1}, false
		for i := range 40 {
			ended = s.heard(silent(i, "limits.depth", kind)) != nil || ended
		}
		if ended != ends {
			t.Errorf("%s ends the run: %v", assay.Failure{Kind: kind}, ended)
		}
	}
}

// mortal is the script for a number of requests; then it cuts every connection.
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

// TestRunEndsWithTheTarget: verdicts before the end are kept, everything else is untested, and the run does not count as
// interrupted.
func TestRunEndsWithTheTarget(t *testing.T) {
	p := &mortal{script: script{answer: always(accepted)}}
	p.answers.Store(200)
	config := p.config(t)
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	config.Target.APIServers = []string{server.URL}
	config.Only = []string{"pat.*", "code.*"}
	config.Patience = -1
	config.Timeout = 10 * time.Second // whatever the pre-flight shows
	s := begin(t, config)
	s.silence.limit = time.Millisecond // every outage is long
	report := Run(t.Context(), s)
	const why = "the target "
	if report.Interrupted || !report.Error.IsZero() {
		t.Errorf("interrupted %v, error %q", report.Interrupted, report.Error)
	}
	if !slices.ContainsFunc(report.Reasons, func(r phrase.Phrase) bool { return strings.HasPrefix(r.String(), why) }) {
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
		case strings.HasPrefix(result.Reason.String(), why):
			untested++
		case strings.Contains(result.Reason.String(), "interrupt"):
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

// TestCutShort: whether the target survived is tried only if the silence began with the bad input, and what ends it only if it was gone.
func TestCutShort(t *testing.T) {
	for name, test := range map[string]struct {
		why     error
		stage   stage
		answer  string
		verdict assay.Verdict
		reason  string
	}{
		"after an outage":             {&silentError{id: "x-7", why: phrase.Plain("gone")}, survival, denied, assay.Fail, ""},
		"in an outage":                {&silentError{id: "x-7", why: phrase.Plain("gone")}, main, accepted, assay.Untested, "gone, the last at x-7"},
		"by a limit, after an outage": {&silentError{id: "x-7", why: phrase.Plain("limited"), limited: true}, survival, accepted, assay.Untested, "limited, the last at x-7"},
		"by a limit in bad input":     {&silentError{id: "x-7", why: phrase.Plain("limited"), limited: true, hostile: true}, final, accepted, assay.Untested, "limited, the last at x-7"},
		"without outages":             {&silentError{id: "x-7", why: phrase.Plain("gone")}, survival, accepted, assay.Untested, "gone, the last at x-7"},
		"by the user":                 {errors.New("x"), final, accepted, assay.Untested, "the run was interrupted"},
		"by silence":                  {&silentError{id: "x-7", why: phrase.Plain("gone")}, final, accepted, assay.Untested, "gone, the last at x-7"},
		"by bad input":                {&silentError{id: "x-7", why: phrase.Plain("gone"), hostile: true}, main, accepted, assay.Untested, "gone, the last at x-7"},
		"and it came back":            {&silentError{id: "x-7", why: phrase.Plain("gone"), hostile: true}, final, accepted, assay.Pass, ""},
		"and is broken":               {&silentError{id: "x-7", why: phrase.Plain("gone"), hostile: true}, final, denied, assay.Fail, ""},
	} {
		p := &script{answer: always(test.answer)}
		s := p.session(t)
		if strings.HasSuffix(name, "an outage") {
			s.outage.begun = 1
		}
		requirement, _ := s.set.Find("limits.recovery")
		e := entry{requirement: requirement, stage: test.stage, body: exchangeOne}
		trial := s.try(ended(t, test.why), e, assay.Login)
		expectVerdict(t, trial, test.verdict)
		if got := strings.Join(phrase.Strings(trial.reasons), "; "); got != test.reason {
			t.Errorf("%s: reasons %q", name, got)
		}
	}
}

// TestCutShortTellsNoSecret: a failure may quote what the target made of the PAT.
func TestCutShortTellsNoSecret(t *testing.T) {
	p := &script{answer: always(accepted)}
	s := p.session(t)
	s.stop(&silentError{id: "x-7", why: phrase.Plain(`malformed HTTP status code "` + s.config.Target.PATs.Valid.Reveal() + `"`)})
	report := s.Conclude(types.Report{})
	if !strings.HasPrefix(report.CutShort.String(), `malformed HTTP status code "~pat-`) || !strings.HasSuffix(report.CutShort.String(), `~", the last at x-7`) {
		t.Errorf("cut short: %s", report.CutShort)
	}
}

// TestTheRecordIsBounded: whatever the target answers and the suite sends. The transcript has everything.
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
	long, large := make([]byte, client.MaxBody), make([]byte, longAnswer/2)
	bounds := []struct {
		body         []byte
		freely, most int // bytes
	}{{long, longFreely, longBytes}, {large, largeFreely, largeBytes}}
	for _, bound := range bounds {
		big := &assay.Response{Status: 200, Body: bound.body}
		size, began, unkept := len(bound.body), len(s.exchanges), s.unkept
		many := 2 * bound.most / size
		for range many {
			s.record(assay.Exchange{Endpoint: assay.Login, Response: big})
		}
		if s.kept > bound.freely+2*keptRequest+2*client.MaxBody || s.kept < bound.freely || len(s.exchanges)-began+s.unkept-unkept != many {
			t.Errorf("%d bytes of %d exchanges of %d bytes kept, %d not", s.kept, len(s.exchanges), size, s.unkept)
		}
		before := len(s.exchanges)
		for i := range many {
			s.record(assay.Exchange{Endpoint: assay.Login, Requirement: fmt.Sprint(i), Response: big})
		}
		if s.kept > bound.most+keptRequest+size || len(s.exchanges) < before+20 || len(s.exchanges)-began+s.unkept-unkept != 2*many {
			t.Errorf("%d bytes of %d exchanges of %d bytes kept, %d not", s.kept, len(s.exchanges), size, s.unkept)
		}
		s.kept, s.long, s.large, s.sampled = 0, 0, 0, map[string]bool{}
	}
	began := len(s.exchanges)
	for range 24 {
		s.long, s.kept = longBytes, keptFreely+1
		s.record(assay.Exchange{Endpoint: assay.Login, Requirement: calibration, Response: &assay.Response{Status: 200, Body: long}})
	}
	if len(s.exchanges) != began+24 {
		t.Errorf("%d of 24 sign-ins are kept by which tokens are recognized", len(s.exchanges)-began)
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

// TestPreflightRefusesEndlessAnswers: a run with thousands of them would prove nothing.
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

// TestACaseThatTheSilenceEnded: of a requirement that one case has shown to be violated, a case that the end of the run left
// undecided says what ended it.
func TestACaseThatTheSilenceEnded(t *testing.T) {
	p := &script{answer: always(busy)}
	s := p.session(t)
	requirement, _ := s.set.Find("code.query")
	trial := s.trial(ended(t, &silentError{id: "x-7", why: phrase.Plain("gone")}), entry{requirement: requirement}, assay.Login)
	trial.settle(exchangeOne)
	if got, want := phrase.Join(trial.reasons...).String(), "gone, the last at x-7"; trial.verdict() != assay.Untested || got != want {
		t.Errorf("%s %q, want %q", trial.verdict(), got, want)
	}
}
