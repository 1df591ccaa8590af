//go:build !race

package loadgen

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

func goals(t *testing.T, texts ...string) (all []Goal) {
	t.Helper()
	for _, text := range texts {
		goal, err := ParseGoal(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, goal)
	}
	return all
}

// A run with a goal ends at the first of its looks that tells, and one that aborts on a violated level at the first that shows it.
func TestARunEndsWhenItKnows(t *testing.T) {
	const rate = 500 // p99 is 46 ms
	for _, test := range []struct {
		until   []string
		levels  []string
		abort   bool
		seconds float64
		outcome benchmark.Outcome
		note    string
	}{
		{[]string{"p99<60ms"}, nil, false, 5, benchmark.Passed, "the run ended after 5s, when p99<60ms was known"},
		{[]string{"p99<30ms"}, nil, false, 5, benchmark.Violated, "the run ended after 5s, when p99<30ms was known"},
		{[]string{"p99<60ms", "p50:7%"}, nil, false, 10, benchmark.Passed, "the run ended after 10s, when p99<60ms and p50:7% was known"},
		{[]string{"p99<46.2ms"}, nil, false, 40, benchmark.Unknown, "after 40s it is still not known: p99<46.2ms"},
		{[]string{"p99:0.01%"}, nil, false, 40, benchmark.Passed, "after 40s it is still not known: p99:0.01%"},
		{nil, []string{"p99<1ms"}, true, 0.625, benchmark.Violated, "the run ended after 625ms, because it was certain that p99<1ms does not hold"},
		{nil, []string{"p99<60ms"}, true, 5, benchmark.Passed, ""},
		{[]string{"p99<46.2ms"}, []string{"p90<15ms"}, true, 5, benchmark.Violated, "the run ended after 5s, because it was certain that p90<15ms does not hold"},
	} {
		synctest.Test(t, func(t *testing.T) {
			plan := Plan{Rate: rate, Duration: 5 * time.Second, Mix: Mix{Login: 1}, Until: goals(t, test.until...), SLO: levels(t, test.levels...), AbortOnViolated: test.abort}
			report := play(t, plan, exponential)
			name := strings.Join(append(test.until, test.levels...), ", ")
			if took := report.Plan.Duration; took < test.seconds || took > test.seconds+0.5 || report.Outcome != test.outcome {
				t.Errorf("%s: %s %q after %g s; want %s after %g", name, report.Outcome, phrase.Strings(report.Reasons), took, test.outcome, test.seconds)
			}
			if notes := phrase.Join(report.Notes...).String(); !strings.Contains(notes, test.note) || test.note == "" && strings.Contains(notes, "ended") {
				t.Errorf("%s: notes %q; want %q", name, notes, test.note)
			}
			if e := report.Exchanges; float64(e.Sent) < rate*report.Plan.Duration-1 || float64(e.Sent) > rate*report.Plan.Duration+1 || report.Generator.Unsent > 0 || report.Throughput.Achieved < 499 {
				t.Errorf("%s: %d sent in %g s, %+v, %d unsent", name, e.Sent, report.Plan.Duration, report.Throughput, report.Generator.Unsent)
			}
			if found := report.Contradiction(); !found.IsZero() {
				t.Errorf("%s: %s", name, found)
			}
		})
	}
}

// A look waits for what was due before it: a stall that has not ended hides nothing.
func TestALookWaitsForItsExchanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Rate: 100, Duration: 5 * time.Second, Mix: Mix{Login: 1}, Until: goals(t, "p99<1s")}
		report := play(t, plan, func(start, sent time.Time) time.Duration {
			if since := sent.Sub(start); since > 3*time.Second && since < 6*time.Second {
				return 6*time.Second - since + 2*time.Second
			}
			return time.Millisecond
		})
		if report.SLO[0].Verdict == benchmark.Holds || report.Exchanges.Accepted != report.Exchanges.Sent {
			t.Errorf("%s after %g s: %+v", report.Outcome, report.Plan.Duration, report.SLO[0])
		}
	})
}

// A goal that no run can reach, or that names no figure, is refused.
func TestGoalsThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"p99:5":     `"p99:5" does not end with a percentage between 0 and 100; write it like p99:5%`,
		"p99:0%":    `"p99:0%" does not end with a percentage between 0 and 100; write it like p99:5%`,
		"p99:x%":    `"p99:x%" does not end with a percentage between 0 and 100; write it like p99:5%`,
		"max:5%":    `"max:5%" is about "max"; only a percentile or the mean can be waited for to a width, so write it like p99:5%`,
		"errors:5%": `"errors:5%" is about "errors"; only a percentile or the mean can be waited for to a width, so write it like p99:5%`,
		"p99<50":    `"p99<50" has no unit; write it like p99<50ms`,
		"p98<50ms":  `"p98<50ms" has an unknown metric; use one of p50, p90, p95, p99, p999, max, mean, errors and throughput`,
	} {
		if _, err := ParseGoal(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}
