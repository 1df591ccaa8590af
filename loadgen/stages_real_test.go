//go:build !race

package loadgen_test

import (
	"testing"
	"time"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
)

// A run in stages against a real platform has the exact arrivals of each stage, while checkpoints read what is counted.
func TestStagesOfARealRun(t *testing.T) {
	_, config := served(t, nil)
	config.Plan = loadgen.Plan{Seed: 1, Engine: loadgen.TestedEngine(), Mix: loadgen.Mix{Login: 4, Phone: 1, Replay: 1, Race: 1, BadPAT: 1}, InFlight: 64, Stages: []loadgen.Stage{
		{Name: "first", Rate: 101, Duration: 300 * time.Millisecond},
		{Name: "second", Shape: "ramp", Rate: 50, To: 150, Duration: 500 * time.Millisecond},
		{Name: "third", Shape: "poisson", Rate: 100, Duration: 400 * time.Millisecond}}}
	config.Checkpoint = func(interim benchmark.Report, _ loadgen.Histograms) {
		if found := interim.Contradiction(); !found.IsZero() {
			t.Error(found)
		}
	}
	report, _, err := loadgen.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if found := report.Contradiction(); !found.IsZero() {
		t.Fatal(found)
	}
	due := func(f benchmark.StageFigures) int64 { return int64(f.Throughput.Offered*f.Seconds + 0.5) }
	all := int64(0)
	for i, want := range []int64{30, 50} {
		f := report.ByStage[i]
		if due(f) != want || f.Exchanges.Sent-f.Exchanges.RacesSent > want {
			t.Errorf("%s: %d due, %+v; want %d", f.Name, due(f), f.Exchanges, want)
		}
	}
	for _, f := range report.ByStage {
		all += due(f)
	}
	if sent := report.Exchanges.Sent - report.Exchanges.RacesSent + report.Generator.Unsent; len(report.ByStage) != 3 || all != sent {
		t.Errorf("%d arrivals, %d by stage", sent, all)
	}
}
