package loadgen_test

import (
	"cmp"
	"context"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/platform/platformtest"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
)

// served starts a reference platform on a loopback port, and returns it with the configuration of a run against it.
func served(t *testing.T, change func(*reference.Options)) (*reference.Reference, loadgen.Config) {
	t.Helper()
	var options reference.Options
	if change != nil {
		change(&options)
	}
	if options.Platform.SigningKey == nil {
		options.Platform.SigningKey = platformtest.SigningKey()
	}
	r, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.Serve(ctx, l)
	}()
	t.Cleanup(func() { stop(); <-done })
	host, _, err := driver.Greet(ctx, r.Host())
	if err != nil {
		t.Fatal(err)
	}
	return r, loadgen.Config{Target: r.Target("http://" + l.Addr().String()), Host: host}
}

// broken returns the configuration of a run against a reference with a fault.
func broken(t *testing.T, name string) loadgen.Config {
	t.Helper()
	fault, err := faults.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	_, config := served(t, func(options *reference.Options) { fault.Apply(options) })
	return config
}

// brief is a plan with few arrivals and a long timeout: counts are exact on a slow machine, too.
func brief(mix loadgen.Mix) loadgen.Plan {
	return loadgen.Plan{Rate: arrivals * 5, Duration: 200 * time.Millisecond, Mix: mix, Users: 5, Seed: 1, Timeout: time.Minute, Engine: loadgen.TestedEngine()}
}

const (
	arrivals = 200
	tenth    = arrivals / 10
)

func run(t *testing.T, config loadgen.Config) benchmark.Report {
	t.Helper()
	config.Plan.Engine = cmp.Or(config.Plan.Engine, loadgen.TestedEngine())
	report, _, err := loadgen.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if found := report.Contradiction(); !found.IsZero() {
		t.Error(found)
	}
	return report
}

func TestCorrectPlatformAcceptsEveryExchange(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	config.Plan = brief(loadgen.Mix{Login: 0.9, Phone: 0.1})
	report := run(t, config)
	if got := report.Exchanges; got.Sent != arrivals || got.Accepted != arrivals {
		t.Errorf("%d arrivals, %+v", arrivals, got)
	}
	if report.Response.Samples != arrivals || report.Service.Samples != arrivals || report.Lateness.Samples != arrivals {
		t.Errorf("samples: %d, %d, %d", report.Response.Samples, report.Service.Samples, report.Lateness.Samples)
	}
	if got := report.Exchanges.Uncompared; got != 0 { // every user's first login is confirmed by a second
		t.Errorf("%d uncompared exchanges", got)
	}
	var offered, answered, accepted int64
	for _, second := range report.Timeline {
		offered, answered, accepted = offered+second.Offered, answered+second.Answered, accepted+second.Accepted
	}
	if offered != arrivals || answered != arrivals || accepted != arrivals {
		t.Errorf("the timeline adds up to %d offered, %d answered, %d accepted", offered, answered, accepted)
	}
}

// The rows of a timeline have the answers that were refused as required, and the sum of the times of sign-ins.
func TestTimelineAddsUp(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	config.Plan = brief(loadgen.Mix{Login: 0.7, Replay: 0.1, Race: 0.1, BadPAT: 0.1})
	report := run(t, config)
	var refused int64
	sum := 0.0
	for _, second := range report.Timeline {
		refused += second.RefusedAsItShould
		if second.Sum != nil {
			sum += *second.Sum
		}
	}
	e := report.Exchanges
	if want := e.ReplaysRefused + e.RacesRefused + e.BadPATsRefused; want == 0 || refused != want {
		t.Errorf("%d refused as required in the timeline, %d in the ledger", refused, want)
	}
	if mean := sum / float64(report.Response.Samples); math.Abs(mean/report.Response.Mean-1) > 0.002 { // the histogram has 0.1 %
		t.Errorf("a mean of %g s by the timeline, %g s by the histogram", mean, report.Response.Mean)
	}
}

func TestClosedPortIsAnError(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	config.Target.APIServers = []string{"http://" + l.Addr().String()}
	config.Plan = brief(loadgen.Mix{Login: 1})
	report := run(t, config)
	if report.Outcome != benchmark.Errored || report.Error.IsZero() {
		t.Errorf("outcome %s: %s", report.Outcome, report.Error)
	}
}

func TestAPIServersShareTheArrivals(t *testing.T) {
	t.Parallel()
	r, config := served(t, nil)
	var counts [2]atomic.Int64
	config.Target.APIServers = nil
	for i := range counts {
		replica := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
			counts[i].Add(1)
			r.Handler().ServeHTTP(w, request)
		}))
		t.Cleanup(replica.Close)
		config.Target.APIServers = append(config.Target.APIServers, replica.URL)
	}
	config.Plan = brief(loadgen.Mix{Login: 0.5, Phone: 0.5, Race: 0.2})
	report := run(t, config)
	sent := report.Exchanges.Sent
	if report.Exchanges.Right() != sent || counts[0].Load()+counts[1].Load() != sent || counts[0].Load() < sent/3 || counts[1].Load() < sent/3 {
		t.Errorf("%s %+v, %d and %d served", report.Outcome, report.Exchanges, counts[0].Load(), counts[1].Load())
	}
}

func TestSameSeedSendsTheSame(t *testing.T) {
	t.Parallel()
	sums := [2]benchmark.Exchanges{}
	for i := range sums {
		_, config := served(t, nil)
		config.Plan = brief(loadgen.Mix{Login: 0.5, Phone: 0.2, BadPAT: 0.2, Race: 0.1})
		sums[i] = run(t, config).Exchanges
	}
	if sums[0] != sums[1] {
		t.Errorf("%+v\n%+v", sums[0], sums[1])
	}
}

// interrupted makes a run and interrupts it after an exchange was accepted.
func interrupted(t *testing.T, config loadgen.Config) benchmark.Report {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	config.Watch = func(i loadgen.Interval) {
		if i.Sum.Accepted > 0 {
			interrupt()
		}
	}
	report, _, err := loadgen.Run(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestInterruptDrainsTheRun(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.Rate, config.Plan.Duration = 20, time.Hour
	report := interrupted(t, config)
	if report.Outcome != benchmark.Stopped || report.Exchanges.Accepted == 0 || report.Exchanges.Accepted != report.Exchanges.Sent {
		t.Errorf("%s %+v", report.Outcome, report.Exchanges)
	}
}

// A run that ends in its warm-up has no figures.
func TestInterruptInTheWarmUpMeasuresNothing(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.Rate, config.Plan.WarmUp = 20, time.Hour
	report := interrupted(t, config)
	if got := report.Generator; report.Outcome != benchmark.Stopped || report.Exchanges != (benchmark.Exchanges{}) ||
		report.Throughput != (benchmark.Throughput{}) || got.Unsent != 0 || len(report.Timeline) != 0 {
		t.Errorf("%s %+v %+v, %d unsent, %v", report.Outcome, report.Exchanges, report.Throughput, got.Unsent, report.Timeline)
	}
	if report.WarmUp == nil || report.WarmUp.Exchanges.Accepted == 0 {
		t.Errorf("warm-up %+v", report.WarmUp)
	}
}

func TestClosedLoop(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	config.Plan = loadgen.Plan{Closed: true, Duration: 300 * time.Millisecond, InFlight: 4, Users: 20, Mix: loadgen.Mix{Phone: 1}}
	report := run(t, config)
	if got := report.Exchanges; got.Accepted == 0 || got.Accepted != got.Sent || report.Generator.Workers != 4 {
		t.Errorf("%+v with %d workers", got, report.Generator.Workers)
	}
	if report.Response != report.Service || report.Lateness != (benchmark.Times{}) || report.Plan.Shape != benchmark.Closed {
		t.Errorf("response %+v, service %+v, lateness %+v, shape %s", report.Response, report.Service, report.Lateness, report.Plan.Shape)
	}
}

// A warm-up that is too short for an arrival is left out. It must not become a closed loop, which floods the target.
func TestWarmUpWithoutAnArrivalSendsNothing(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	config.Plan = loadgen.Plan{Rate: 10, Duration: 200 * time.Millisecond, WarmUp: 99 * time.Millisecond, Mix: loadgen.Mix{Login: 1}}
	report := run(t, config)
	if report.WarmUp != nil || report.Plan.WarmUp != 0 || report.Exchanges.Sent != 2 || report.Generator.Workers > 8 {
		t.Errorf("warm-up %+v, %+v with %d workers", report.WarmUp, report.Exchanges, report.Generator.Workers)
	}
}

func TestStuckTargetEndsTheRun(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	release := make(chan struct{})
	stuck := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer stuck.Close()
	defer close(release)
	config.Target.APIServers = []string{stuck.URL}
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.InFlight, config.Plan.Timeout = 4, 300*time.Millisecond
	report := run(t, config)
	got, g := report.Exchanges, report.Generator
	if got.Sent+g.Unsent != arrivals || got.InDoubt != got.Sent || got.Sent == 0 || g.Workers != 4 || g.Crowded == 0 {
		t.Errorf("%+v, %d unsent, %d workers, %d crowded", got, g.Unsent, g.Workers, g.Crowded)
	}
	if report.Outcome != benchmark.Violated { // because of the target's errors alone
		t.Errorf("%s: %v", report.Outcome, report.Reasons)
	}
}

func TestImpossiblePlans(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	for name, change := range map[string]func(*loadgen.Plan){
		"no rate":           func(p *loadgen.Plan) { p.Rate = 0 },
		"negative rate":     func(p *loadgen.Plan) { p.Rate = -1 },
		"negative duration": func(p *loadgen.Plan) { p.Duration = -time.Second },
		"endless":           func(p *loadgen.Plan) { p.Duration = 10_000 * time.Hour },
		"unknown shape":     func(p *loadgen.Plan) { p.Shape = "zigzag" },
		"too many users":    func(p *loadgen.Plan) { p.Users = 1 << 30 },
		"mix of replays":    func(p *loadgen.Plan) { p.Mix = loadgen.Mix{Replay: 1} },
		"no in-flight":      func(p *loadgen.Plan) { p.InFlight = -1 },
	} {
		config.Plan = brief(loadgen.DefaultMix())
		change(&config.Plan)
		if report, _, err := loadgen.Run(t.Context(), config); err == nil {
			t.Errorf("%s: %s", name, report.Outcome)
		}
	}
}
