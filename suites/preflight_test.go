package suites

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// TestPreflightRefusals: a target that exchanges no fresh code ends the run with one line that says how to correct it.
func TestPreflightRefusals(t *testing.T) {
	for name, test := range map[string]struct{ answer, want string }{
		"a bad PAT": {`401 {"errcode":"PAT_INVALID","error":"no"}`, `login refused a fresh code: status 401, errcode "PAT_INVALID"; ` +
			"is ACME_PAT the right one, and does it have the Mini-Program Unified Authentication scope?"},
		"a bad PAT, with status 200": {`200 {"errcode":"PAT_INVALID","error":"no"}`, `login refused a fresh code: status 200, errcode "PAT_INVALID"; is ACME_PAT `},
		"no scope":                   {`403 {"errcode":"E","error":"no"}`, `login refused a fresh code: status 403, errcode "E"; is ACME_PAT `},
		"an unknown mini-program":    {`400 {"errcode":"APP_UNKNOWN"}`, `login refused a fresh code: status 400, errcode "APP_UNKNOWN"; is fc1, the first under apps, `},
		"a bad code":                 {`400 {"errcode":"E"}`, `login refused a fresh code: status 400, errcode "E"; are apps and the driver those `},
		"another path":               {`404 {}`, "login refused a fresh code: status 404, errcode absent; is apiServer the server's base URL, "},
		"a web page":                 {"200 <html>", "login refused a fresh code: status 200, not a JSON object; the answer is a web page: "},
		"a proxy":                    {"407 ", "login refused a fresh code: status 407, "},
		"a gateway without its key":  {`401 {"message":"No API key found in request"}`, `login refused a fresh code: status 401, errcode absent; a gateway in front of the platform asks for a key: `},
		"no client certificate":      {"400 <html><center>No required SSL certificate was sent</center>", "login refused a fresh code: status 400, not a JSON object; the server demands a client certificate "},
		"a gateway":                  {"502 <html>", "login fails on a fresh code: status 502, "},
		"a failure":                  {`500 {"errcode":"E"}`, `login fails on a fresh code: status 500, errcode "E", a fault: status 500; is the platform healthy?`},
		"out of service":             {`503 {"errcode":"E"}`, `login does not answer a fresh code: status 503, errcode "E", status 503; is the platform healthy?`},
		"elsewhere":                  {"307 ", `login answered a fresh code with a redirect (status 307) to "", which is not followed; `},
	} {
		t.Run(name, func(t *testing.T) {
			config := (&script{answer: always(test.answer)}).config(t)
			config.Target.PATs.ValidFrom = "ACME_PAT"
			report := Run(t.Context(), begin(t, config))
			if !strings.HasPrefix(report.Error.String(), test.want) || strings.Contains(report.Error.String(), "\n") {
				t.Errorf("error %q\nwant  %q", report.Error, test.want)
			}
			if report.Outcome != conformance.Errored || conformance.ExitCode(report.Outcome) != 3 {
				t.Errorf("outcome %s", report.Outcome)
			}
		})
	}
}

// TestPreflightOfALimit: a rate limit that lets nothing through ends the run with advice, after some attempts.
func TestPreflightOfALimit(t *testing.T) {
	s := (&script{}).session(t)
	p := &probe{session: s, endpoint: assay.Login, exchange: assay.Exchange{Response: &assay.Response{Status: 429}}}
	if err := p.refused(); err == nil || !strings.HasPrefix(err.Error(), "login does not answer a fresh code: status 429, ") ||
		!strings.HasSuffix(err.Error(), "; its rate limit allows no more requests: try again later, or have the limit raised for this PAT") {
		t.Errorf("error %v", err)
	}
}

// TestPreflightJudges: an identity in a form that breaks the contract does not end the run.
func TestPreflightJudges(t *testing.T) {
	for name, answer := range map[string]string{
		"errcode ok":          `200 {"errcode":"ok","error":"","data":{"openId":"o-CODE","channel":"finclip"}}`,
		"a numeric openId":    `200 {"errcode":"OK","error":"","data":{"openId":7,"channel":"finclip"}}`,
		"OK with 400":         `400 {"errcode":"OK","error":"","data":{"openId":"o-CODE","channel":"finclip"}}`,
		"OK with 500":         `500 {"errcode":"OK","error":"","data":{"openId":"o-CODE","channel":"finclip"}}`,
		"OK without identity": `200 {"errcode":"OK","error":"","data":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			config := (&script{answer: always(answer)}).config(t)
			config.Only, config.Target.Profiles = []string{"login.ok", "login.openid", "envelope.status"}, []string{"login"}
			report := Run(t.Context(), begin(t, config))
			if !report.Error.IsZero() || report.Outcome != conformance.Nonconformant {
				t.Errorf("outcome %s, error %q", report.Outcome, report.Error)
			}
		})
	}
}

// TestPreflightOutlastsATrifle: a short overload or failure does not end the run.
func TestPreflightOutlastsATrifle(t *testing.T) {
	t.Parallel()
	for _, first := range []string{busy, `429 {}`, `500 {}`, `502 <html>`} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			p := &script{answer: inTurn(first, first, accepted)}
			if err := p.session(t).preflight(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPreflightReachesEveryServer: it names the API server that cannot be reached or that refuses.
func TestPreflightReachesEveryServer(t *testing.T) {
	p, other := &script{answer: always(accepted)}, &script{answer: always(denied)}
	config, refusing := p.config(t), other.config(t).Target.APIServers[0]
	good := config.Target.APIServers[0]
	for servers, want := range map[[2]string]string{
		{good, good}:                 "",
		{good, "http://127.0.0.1:1"}: "cannot reach http://127.0.0.1:1: no connection: ",
		{good, refusing}:             "login at " + refusing + " refused a fresh code: status 401",
	} {
		config.Target.APIServers = servers[:]
		err := begin(t, config).preflight(t.Context())
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.HasPrefix(got, want) && want != "" {
			t.Errorf("%v: %s", servers, got)
		}
	}
	const pair = 2 // of one user, at the first server
	if got := len(p.sent()); got != 2*(2+1+1)+3*2*pair {
		t.Errorf("%d exchanges", got)
	}
}

// TestPreflightDriver: a driver that fails to give a code is not a refusal, and one that offers no codes leaves the
// other requirements to be tried.
func TestPreflightDriver(t *testing.T) {
	p := &script{answer: always(accepted), driver: brokenOp(assay.OpMint)}
	if err := p.session(t).preflight(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "no login code to start with: driver: mint: died") {
		t.Errorf("error %v", err)
	}
	p.driver = func(r assay.HostRequest) error { return &assay.UnsupportedError{Op: r.Op} }
	if err := p.session(t).preflight(t.Context()); err != nil || len(p.sent()) > 0 {
		t.Errorf("error %v after %d exchanges", err, len(p.sent()))
	}
	config := p.config(t)
	config.Host = nil
	if err := begin(t, config).preflight(t.Context()); err != nil || len(p.sent()) != 2 {
		t.Errorf("without a driver: error %v after %d exchanges", err, len(p.sent()))
	}
}

// TestPreflightOfHalfAnAnswer: an answer that does not end is not requested again.
func TestPreflightOfHalfAnAnswer(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	config := (&script{}).config(t)
	config.Target.APIServers, config.Target.Profiles, config.Timeout = []string{server.URL}, []string{"login"}, time.Second
	err := begin(t, config).preflight(t.Context())
	if err == nil || !strings.Contains(err.Error(), "begins an answer but does not complete it: no whole answer within 1s; ") || asked.Load() != 1 {
		t.Errorf("error %v after %d requests", err, asked.Load())
	}
}

// TestTimeoutFollowsLatency: unless --timeout sets it.
func TestTimeoutFollowsLatency(t *testing.T) {
	took := func(d time.Duration) []*probe {
		s := (&script{answer: always(accepted)}).session(t)
		return []*probe{{session: s, endpoint: assay.Login, exchange: assay.Exchange{Took: d / 2}}, {session: s, endpoint: assay.Phone, exchange: assay.Exchange{Took: d}}}
	}
	for slowest, want := range map[time.Duration]time.Duration{
		5 * time.Millisecond: shortTimeout, time.Second: shortTimeout, 2 * time.Second: 20 * time.Second, 20 * time.Second: time.Minute,
	} {
		probes := took(slowest)
		s := probes[0].session
		s.measure()
		if got := s.client.Timeout(); got != firstTimeout {
			t.Errorf("the pre-flight has %s", got)
		}
		s.adapt(probes)
		if got := s.client.Timeout(); got != want || (len(s.notes) > 0) != (want > shortTimeout) {
			t.Errorf("%s: a time limit of %s, want %s; notes %q", slowest, got, want, s.notes)
		}
		s.config.Timeout = 3 * time.Second
		s.limit(s.config.Timeout)
		s.measure()
		s.adapt(probes)
		if got := s.client.Timeout(); got != 3*time.Second {
			t.Errorf("a given time limit has become %s", got)
		}
	}
}

// TestNumbersGoOn: the ids of a run's exchanges are unique, even if the client is replaced.
func TestNumbersGoOn(t *testing.T) {
	p := &script{answer: always(accepted)}
	s := p.session(t)
	if err := s.preflight(t.Context()); err != nil {
		t.Fatal(err)
	}
	trial := &Trial{session: s, ctx: t.Context(), Endpoint: assay.Login}
	if x := trial.Exchange(trial.Code()); x.ID != "x-000007" { // one code for each endpoint, and a pair
		t.Errorf("the first after the pre-flight is %s", x.ID)
	}
}

// TestPreflightTellsReachedFromUnreachable: a server that cannot be reached and one whose handler fails are two sentences.
func TestPreflightTellsReachedFromUnreachable(t *testing.T) {
	closing := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer closing.Close()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the end of the connection is noticed
		<-r.Context().Done()
	}))
	defer silent.Close()
	foreign, chatty := rawServer(t, "SSH-2.0-OpenSSH_9.6\r\n", true), rawServer(t, "220 mail ready\r\n", false)
	for server, want := range map[string]string{
		foreign:              foreign + " was reached, but gave no usable answer: no valid HTTP answer: malformed HTTP response",
		chatty:               chatty + " was reached, but gave no usable answer: ",
		"http://127.0.0.1:1": "cannot reach http://127.0.0.1:1: no connection: ",
		closing.URL: closing.URL + " was reached, but its handler failed: the connection was closed before the answer was whole; " +
			"it closes connections without an answer: ",
		silent.URL: silent.URL + " was reached, but its handler failed: no whole answer within 1s; it accepts connections but does not answer: ",
	} {
		config := (&script{answer: always(accepted)}).config(t)
		config.Target.APIServers, config.Timeout = []string{server}, time.Second
		if err := begin(t, config).preflight(t.Context()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", server, err, want)
		}
	}
}

// rawServer serves text on every connection, after something was sent or at once.
func rawServer(t *testing.T, text string, asked bool) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if asked {
				_, _ = conn.Read(make([]byte, 1))
			}
			_, _ = io.WriteString(conn, text)
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	return "http://" + l.Addr().String()
}
