package loadgen_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/null"
	"github.com/unified-login/assay/internal/child"
	"github.com/unified-login/assay/loadgen"
)

// nullTarget is the environment variable that makes this binary the null target, whose CPU time must not count as the generator's.
const nullTarget = "ASSAY_TEST_NULL_TARGET"

func TestMain(m *testing.M) {
	if os.Getenv(nullTarget) == "" {
		os.Exit(m.Run())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent process ends
		stop()
	}()
	_ = null.Serve(ctx, l)
}

// startNull starts the null target and returns a configuration for it.
func startNull(b testing.TB) loadgen.Config {
	b.Helper()
	address := child.Start(b, nullTarget+"=1")
	host, err := null.Host()
	if err != nil {
		b.Fatal(err)
	}
	return loadgen.Config{Target: null.Target("http://" + address), Host: host}
}

// BenchmarkHit compares the CPU time of an exchange, with a fresh code and a judged answer, on the worker pool and on vegeta's
// Attacker. It is the reason for the worker pool. Run it with -benchtime 100000x.
func BenchmarkHit(b *testing.B) {
	b.Run("pool", func(b *testing.B) {
		config := startNull(b)
		config.Plan = loadgen.Plan{Closed: true, InFlight: 64, Mix: loadgen.Mix{Login: 1}, Duration: time.Hour}
		ctx, enough := context.WithCancel(b.Context())
		defer enough()
		config.Watch = func(i loadgen.Interval) {
			if i.Sum.Sent >= int64(b.N) {
				enough()
			}
		}
		report, _, err := loadgen.Run(ctx, config)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(report.Generator.CPUPerExchange*1e6, "cpu-µs/exchange")
		b.ReportMetric(report.Throughput.Achieved, "exchanges/s")
	})
	b.Run("attacker", func(b *testing.B) {
		config := startNull(b)
		before, began := loadgen.CPUNow(), time.Now()
		sent := attack(b, config)
		b.ReportMetric(float64((loadgen.CPUNow()-before).Microseconds())/float64(sent), "cpu-µs/exchange")
		b.ReportMetric(float64(sent)/time.Since(began).Seconds(), "exchanges/s")
	})
}

// attack makes b.N exchanges with vegeta's Attacker.
func attack(b *testing.B, config loadgen.Config) (sent int) {
	mint := make(chan assay.Code, 2000)
	ctx, enough := context.WithCancel(b.Context())
	defer enough()
	go func() {
		for ctx.Err() == nil {
			reply, err := config.Host.Ask(ctx, assay.HostRequest{Op: assay.OpMint, Kind: assay.Login, Count: 500, Users: 1})
			if err != nil {
				return
			}
			for _, code := range reply.Codes {
				select {
				case mint <- code:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	url := config.Target.APIServers[0] + assay.Login.Path()
	header := http.Header{"Authorization": {"Bearer " + config.Target.PATs.Valid.Reveal()}, "Content-Type": {"application/json"}}
	targeter := func(target *vegeta.Target) error {
		code := <-mint
		body := fmt.Appendf(nil, `{"appId":%q,"code":%q}`, code.AppID, code.Code)
		*target = vegeta.Target{Method: http.MethodPost, URL: url, Header: header, Body: body}
		return nil
	}
	attacker := vegeta.NewAttacker(vegeta.Workers(64), vegeta.MaxWorkers(64))
	for result := range attacker.Attack(targeter, atOnce(b.N), 0, "") {
		if _, ok := assay.Glance(assay.Login, int(result.Code), result.Body); ok {
			sent++
		}
	}
	if sent != b.N {
		b.Fatalf("%d of %d exchanges were accepted", sent, b.N)
	}
	return sent
}

// atOnce is a pacer for a number of hits without pauses.
type atOnce uint64

// Pace implements [vegeta.Pacer].
func (n atOnce) Pace(_ time.Duration, hits uint64) (time.Duration, bool) { return 0, hits >= uint64(n) }

// Rate implements [vegeta.Pacer].
func (n atOnce) Rate(time.Duration) float64 { return 0 }
