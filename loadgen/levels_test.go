//go:build !race

package loadgen

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
)

// Levels are judged by how sure a run is of their figures: far from the bound they are decided in seconds, near it they are not known.
func TestLevelsAreJudgedByIntervals(t *testing.T) {
	const rate = 500 // p99 is 46 ms, and the mean 10 ms
	const holds, not, unknown = benchmark.Holds, benchmark.DoesNotHold, benchmark.NotKnown
	for _, test := range []struct {
		level   string
		seconds time.Duration
		want    benchmark.LevelVerdict
	}{
		{"p99<60ms", 20, holds}, {"p99<46.5ms", 20, unknown}, {"p99<45.5ms", 20, unknown}, {"p99<35ms", 20, not}, {"login.p99<60ms", 20, holds},
		{"all.p99<60ms", 20, holds}, {"phone.p99<60ms", 20, unknown}, {"p999<1s", 20, holds}, {"p999<70ms", 10, unknown}, {"max<80ms", 20, not},
		{"mean<11ms", 20, holds}, {"mean<10.01ms", 20, unknown}, {"mean<9ms", 20, not}, {"throughput>=490/s", 20, holds}, {"errors<1%", 20, holds},
		{"p99<1s", 2, holds}, {"p99<60ms", 2, unknown}, {"p99<4ms", 2, not}, {"p50<100ms", 1, holds}, {"mean<100us", 2, not}, {"throughput>=500/s", 2, holds},
		{"errors<1%", 1, holds}, {"errors<0.1%", 1, unknown},
	} {
		synctest.Test(t, func(t *testing.T) {
			report := play(t, Plan{Rate: rate, Duration: test.seconds * time.Second, Mix: Mix{Login: 1}, SLO: levels(t, test.level)}, exponential)
			level := report.SLO[0]
			if level.Verdict != test.want {
				t.Errorf("%s in %d s: %s: %+v", test.level, test.seconds, level.Verdict, level)
			}
			if outcome := map[benchmark.LevelVerdict]benchmark.Outcome{holds: benchmark.Passed, not: benchmark.Violated, unknown: benchmark.Unknown}[test.want]; report.Outcome != outcome {
				t.Errorf("%s in %d s: %s %v", test.level, test.seconds, report.Outcome, report.Reasons)
			}
			if found := report.Contradiction(); !found.IsZero() {
				t.Errorf("%s in %d s: %s", test.level, test.seconds, found)
			}
		})
	}
}

// A stall of a second in twenty proves nothing of other minutes; one of half of the run does.
func TestOneStallProvesLittle(t *testing.T) {
	for stall, want := range map[time.Duration]benchmark.Outcome{time.Second: benchmark.Unknown, 10 * time.Second: benchmark.Violated} {
		synctest.Test(t, func(t *testing.T) {
			report := play(t, Plan{Rate: 100, Duration: 20 * time.Second, SLO: levels(t, "p99<50ms")}, func(start, sent time.Time) time.Duration {
				return time.Millisecond + max(0, min(stall, 5*time.Second+stall-sent.Sub(start)))*b2i(sent.Sub(start) >= 5*time.Second)
			})
			if report.Outcome != want {
				t.Errorf("a stall of %s: %s %v", stall, report.Outcome, report.Reasons)
			}
		})
	}
}

func b2i(b bool) time.Duration {
	if b {
		return 1
	}
	return 0
}
