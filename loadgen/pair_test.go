//go:build !race

package loadgen

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// pairOn makes two runs on stages of their own, as RunPair does, with fake connections.
func pairOn(t *testing.T, plan Plan, stages [2]stage) [2]Side {
	t.Helper()
	a, b, err := plan.Halves()
	if err != nil {
		t.Fatal(err)
	}
	var runs [2]*run
	for i, plan := range []Plan{a, b} {
		runs[i] = stages[i].open(t, plan)
		defer runs[i].close()
	}
	return pairOf(runs)
}

// Arrivals go to one side or the other, both have the same blocks, and what disturbs both at the same time is no difference.
func TestPairsAreMeasuredTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		sent := map[time.Time]int{}
		slow := func(by time.Duration) stage {
			return stage{wait: func(start, now time.Time) time.Duration {
				mu.Lock()
				sent[now]++
				mu.Unlock()
				wait := 10 * time.Millisecond
				if now.Sub(start).Seconds() > 12 { // of the machine, in the second half
					wait *= 3
				}
				return wait + wait*by/100
			}}
		}
		sides := pairOn(t, Plan{Rate: 100, Duration: 20 * time.Second, WarmUp: 2 * time.Second}, [2]stage{slow(0), slow(20)})
		for i, side := range sides {
			r := side.Report
			if r.Exchanges.Sent != 1000 || r.Plan.Rate != 50 || r.WarmUp == nil || r.WarmUp.Exchanges.Sent != 100 {
				t.Errorf("side %d: %+v of %+v", i, r.Exchanges, r.Plan)
			}
			if found := r.Contradiction(); !found.IsZero() {
				t.Errorf("side %d: %s", i, found)
			}
			if want := fmt.Sprintf("side %c of two", 'A'+i); !strings.Contains(fmt.Sprint(r.Notes), want) {
				t.Errorf("side %d: no %q in %q", i, want, r.Notes)
			}
		}
		if len(sent) != 2200 { // 100 a second, none at the time of another
			t.Errorf("exchanges at %d times, want 2200", len(sent))
		}
		c := uncertain.Interleaved(sides[0].Blocks, sides[1].Blocks, uncertain.Figure{Metric: assay.MetricMean}, 0.95)
		if !c.Known() || c.Value < 0.19 || c.Value > 0.21 || c.High-c.Low > 0.02 {
			t.Errorf("%+v; want a change of 20 %%", c)
		}
	})
}

// When one side cannot go on, the other one ends too, and neither counts as a whole run.
func TestAPairEndsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, err := Plan{Rate: 100, Duration: time.Hour}.Halves()
		if err != nil {
			t.Fatal(err)
		}
		fast := stage{wait: func(time.Time, time.Time) time.Duration { return time.Millisecond }}
		one, two := fast.open(t, a), fast.open(t, b)
		defer one.close()
		defer two.close()
		for _, r := range []*run{one, two} {
			r.sleep = endingWaiter{r.ctx.Done()}
		}
		one.phasesEnd(one.stop)
		began := time.Now()
		sides := pairOf([2]*run{one, two})
		if took := time.Since(began); took > a.Timeout+5*time.Second { // the hundredth exchange is in the second second
			t.Errorf("ended after %s", took)
		}
		if got := sides[0].Report; got.Outcome != benchmark.Errored || !strings.Contains(got.Error.String(), "the driver died") {
			t.Errorf("A: %s %q", got.Outcome, got.Error)
		}
		if got := sides[1].Report; got.Outcome != benchmark.Stopped || !got.Interrupted {
			t.Errorf("B: %s", got.Outcome)
		}
	})
}

// phasesEnd ends a run with an error after its first hundred exchanges.
func (r *run) phasesEnd(cancel context.CancelCauseFunc) {
	n := 0
	r.connectBy(func() engine.Connection {
		return &fakeConnection{wait: func(time.Time) time.Duration {
			if n++; n == 100 {
				cancel(errors.New("the driver died"))
			}
			return time.Millisecond
		}}
	})
}

func TestWhatCannotBeHalved(t *testing.T) {
	for name, plan := range map[string]Plan{
		"closed": {Closed: true}, "until": {Rate: 1, Until: []Goal{{}}}, "abort": {Rate: 1, AbortOnViolated: true}, "no rate": {},
		"one arrival": {Rate: 1, Duration: time.Second},
	} {
		if _, _, err := plan.Halves(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	a, b, err := Plan{Rate: 7, Duration: 3 * time.Second}.Halves()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := RunPair(t.Context(), Config{Plan: b}, Config{Plan: a}); err == nil {
		t.Error("the sides are the wrong way round, and there is no error")
	}
	one, _ := a.withDefaults().schedule()
	two, _ := b.withDefaults().schedule()
	if one.Len()+two.Len() != 21 {
		t.Errorf("%d and %d arrivals of 21", one.Len(), two.Len())
	}
}
