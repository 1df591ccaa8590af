package loadgen

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
)

// A fakeConnection gives the right answer to every exchange, after a time. In a synctest bubble the times are exact.
type fakeConnection struct {
	wait func(sent time.Time) time.Duration
	body []byte
}

// oneMillisecond is the wait of a fast target.
func oneMillisecond(time.Time) time.Duration { return time.Millisecond }

func (c *fakeConnection) Dial(time.Duration) error { return nil }
func (c *fakeConnection) Header() http.Header      { return http.Header{} }
func (c *fakeConnection) Protocol() string         { return "HTTP/1.1" }
func (c *fakeConnection) Live() bool               { return true }
func (c *fakeConnection) Close()                   {}

func (c *fakeConnection) Exchange(r *engine.Request, _ time.Duration) engine.Answer {
	a := engine.Answer{From: c, Sent: time.Now(), Status: http.StatusOK}
	time.Sleep(c.wait(a.Sent))
	var sent struct{ Code string }
	if err := json.Unmarshal(r.Body, &sent); err != nil {
		panic(err)
	}
	user, _, _ := strings.Cut(sent.Code, "/")
	c.body = fmt.Appendf(c.body[:0], `{"errcode":"OK","data":{"openId":%q,"channel":"finclip"}}`, user)
	a.Body, a.Done = c.body, time.Now()
	return a
}

// A fakeEngine is an engine whose connections are made by a function.
type fakeEngine struct {
	engine.Engine
	connection func() engine.Connection
	made       *atomic.Int64
}

// Connection implements [engine.Engine].
func (e fakeEngine) Connection(int) engine.Connection {
	e.made.Add(1)
	return e.connection()
}

// Connections implements [engine.Engine].
func (e fakeEngine) Connections() (now, most int) { return int(e.made.Load()), int(e.made.Load()) }

// connectBy makes a run's connections by a function.
func (r *run) connectBy(connection func() engine.Connection) {
	r.traffic.engine = fakeEngine{r.traffic.engine, connection, new(atomic.Int64)}
}

// A fakeHost mints codes that name their users. A request takes some time, however many codes it asks for.
type fakeHost struct {
	takes  time.Duration
	back   [2]time.Duration // that the reply with minted codes takes, by endpoint
	chance bool             // users are chosen by chance, not in turn
	minted atomic.Int64
	at     sync.Map // when a code was minted
	newest sync.Map // code of a user, and of a kind and user
	kind   sync.Map // of a code
}

// Ask implements [assay.Host].
func (h *fakeHost) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	time.Sleep(h.takes)
	codes := make([]assay.Code, request.Count)
	for i := range codes {
		n := h.minted.Add(1)
		number := uint64(n)
		if h.chance {
			number = splitMix(number)
		}
		user := fmt.Sprint("user-", number%uint64(request.Users))
		h.newest.Store(user, fmt.Sprint(user, "/", n))
		h.newest.Store(string(request.Kind)+user, fmt.Sprint(user, "/", n))
		h.kind.Store(fmt.Sprint(user, "/", n), string(request.Kind))
		h.at.Store(fmt.Sprint(user, "/", n), time.Now())
		codes[i] = assay.Code{Code: fmt.Sprint(user, "/", n), UserID: user, Channel: "finclip"}
	}
	time.Sleep(h.back[ledger.Index(request.Kind)])
	return assay.HostReply{Codes: codes}, nil
}

// A fakeWaiter waits by the runtime's timers, which synctest controls, and is late by a fixed time.
type fakeWaiter struct{ late time.Duration }

// Until implements [workers.Waiter].
func (w fakeWaiter) Until(moment time.Time) bool {
	time.Sleep(time.Until(moment) + w.late)
	return true
}

// Close implements [workers.Waiter].
func (fakeWaiter) Close() {}

// waitBy makes the workers of a run wait by fakes, and its heartbeat too: a real timer would stop the time of synctest.
func (r *run) waitBy(fake workers.Waiter) {
	r.waiter = func() (workers.Waiter, error) { return fake, nil }
	waiters := make([]workers.Waiter, workers.MaxWaiting)
	for i := range waiters {
		waiters[i] = fake
	}
	r.pool.Close()
	r.usePool(waiters)
}

// A stage is where a run plays in a synctest bubble: a target that answers after a time, a generator that is late by a
// fixed time, and a driver whose requests take a fixed time.
type stage struct {
	wait         func(start, sent time.Time) time.Duration
	late, driver time.Duration
	servers      int           // API servers; 0 means one
	lifetime     time.Duration // of codes, as declared
	supersedes   bool          // a new code ends the older ones of its user, as declared
}

// open prepares a run on the stage.
func (s stage) open(t *testing.T, plan Plan) *run {
	t.Helper()
	plan.Engine = cmp.Or(plan.Engine, TestedEngine())
	return s.openWith(t, plan, nil)
}

// openWith is open with the plan's engine, and with an Each.
func (s stage) openWith(t *testing.T, plan Plan, each func(vegeta.Result, ledger.Verdict)) *run {
	t.Helper()
	if plan.Seed = 1; plan.Mix == (Mix{}) {
		plan.Mix = Mix{Login: 1}
	}
	target := assay.Target{APIServers: []string{"http://127.0.0.1:1"}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: "pat"},
		Declares: assay.Declarations{CodeTTL: s.lifetime, CodeSupersedes: s.supersedes}}
	for i := 2; i <= s.servers; i++ {
		target.APIServers = append(target.APIServers, fmt.Sprint("http://127.0.0.1:", i))
	}
	r, err := openRun(t.Context(), Config{Target: target, Host: &fakeHost{takes: s.driver}, Plan: plan, Each: each})
	if err != nil {
		t.Fatal(err)
	}
	r.sleep.Close()
	r.sleep = fakeWaiter{}
	r.waits = nil // those of this machine are not the stage's
	r.waitBy(fakeWaiter{s.late})
	start := time.Now()
	r.connectBy(func() engine.Connection {
		return &fakeConnection{wait: func(sent time.Time) time.Duration { return s.wait(start, sent) }}
	})
	return r
}

// concluded makes a run and returns its report, which does not contradict itself.
func (r *run) concluded() benchmark.Report {
	report := benchmark.Conclude(r.report(r.measure(r.plan)))
	if found := report.Contradiction(); !found.IsZero() {
		panic(found.String())
	}
	return report
}

// play makes a run whose target answers after a time.
func play(t *testing.T, plan Plan, wait func(start, sent time.Time) time.Duration) benchmark.Report {
	t.Helper()
	r := stage{wait: wait}.open(t, plan)
	defer r.close()
	return r.concluded()
}

// limitFound makes a search and returns its report, which does not contradict itself.
func (r *run) limitFound() benchmark.Report {
	report, _ := findLimit(r)
	if found := report.Contradiction(); !found.IsZero() {
		panic(found.String())
	}
	return report
}
