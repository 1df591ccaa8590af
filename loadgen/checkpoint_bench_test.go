package loadgen

import (
	"io"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/hdrlog"
)

// BenchmarkCheckpoint is about a checkpoint of a run of five minutes at 2 000/s: the report, its file, and the histograms. Its garbage
// counts as much as its time: the kernel clears it, and arrivals are late meanwhile.
func BenchmarkCheckpoint(b *testing.B) {
	const rate, lasts, since = 2000, 300, 4 // per second, and seconds
	target := assay.Target{APIServers: []string{"http://127.0.0.1:1"}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: "pat"}}
	plan := Plan{Rate: rate, Duration: time.Hour, Seed: 1, Mix: Mix{Login: 1}}
	r, err := openRun(b.Context(), Config{Target: target, Host: &fakeHost{}, Plan: plan, Checkpoint: keepNothing(b)})
	if err != nil {
		b.Fatal(err)
	}
	defer r.close()
	p := r.phase(Measured, r.plan)
	p.Begin(0, nil)
	p.seconds.begin(p.Start(), time.Second, false)
	p.stretches.begin(p.Start(), r.plan.slots(p.duration()))
	r.phases = append(r.phases, p)
	random := rand.New(rand.NewPCG(1, 2))
	second := func(at int) {
		for i := range rate {
			due := p.Start().Add(time.Duration(at)*time.Second + time.Duration(i)*time.Second/rate)
			sent := due.Add(time.Duration(5e4 * math.Exp(random.NormFloat64())))
			x := &ledger.Exchange{Due: due, Fresh: true, Server: -1, Answer: engine.Answer{Status: 200, Sent: sent, Done: sent.Add(time.Duration(3e5 * math.Exp(random.NormFloat64()/2)))}}
			sample := x.Sample(ledger.Accepted)
			p.recorder.Record(0, sample, ledger.Attempts{})
			p.stretches.count(x, sample, ledger.Attempts{})
			p.seconds.count(x, sample, ledger.Attempts{})
		}
		p.second(0, 0, false)
		p.elapsed = time.Duration(at+1) * time.Second
		p.seconds.collect(p.elapsed, func(time.Duration) int64 { return 0 })
	}
	at := 0
	for ; at < lasts; at++ {
		second(at)
	}
	p.seconds.take(false)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for range since {
			second(at)
			at++
		}
		b.StartTimer()
		r.checkpoint(p)
	}
}

// keepNothing writes what a checkpoint has to nowhere.
func keepNothing(b *testing.B) func(benchmark.Report, Histograms) {
	const rows = 60 // of the timeline; the command writes earlier ones once
	return func(report benchmark.Report, h Histograms) {
		report.Timeline = report.Timeline[max(0, len(report.Timeline)-rows):]
		failed := benchmark.WriteJSON(io.Discard, report)
		for _, one := range []*hdrhistogram.Histogram{h.Response, h.Service, h.Lateness} {
			if err := benchmark.WriteHDR(io.Discard, "times", one, report.Started, report.Finished); err != nil {
				failed = err
			}
		}
		for _, one := range append(h.Seconds.Complete, h.Seconds.Open...) {
			if err := hdrlog.Write(io.Discard, h.Seconds.Start, one.Second, hdrlog.Accepted, one.Accepted); err != nil {
				failed = err
			}
		}
		if failed != nil {
			b.Error(failed)
		}
	}
}
