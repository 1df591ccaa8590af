package uncertain

import (
	"math"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

func slo(t *testing.T, text string) assay.SLO {
	t.Helper()
	level, err := assay.ParseSLO(text)
	if err != nil {
		t.Fatal(err)
	}
	return level
}

// slow is a run of blocks of n exchanges of 10 ms, of which every block has some of 100 ms.
func slow(n int, beyond ...int) Run {
	var blocks [][]time.Duration
	for _, k := range beyond {
		blocks = append(blocks, append(ramp(n-k, 10*ms, 10*ms), ramp(k, 100*ms, 100*ms)...))
	}
	return runOf(blocks...)
}

func each(blocks, k int) (all []int) {
	for range blocks {
		all = append(all, k)
	}
	return all
}

func TestVerdicts(t *testing.T) {
	burst := each(20, 0)
	burst[9] = 200
	noisy, below := each(20, 0), each(20, 8)
	for i := 0; i < 20; i += 4 {
		noisy[i], noisy[i+1] = 28, 28
		below[i], below[i+2] = 9, 9
	}
	for _, c := range []struct {
		name       string
		run        Run
		level      string
		conditions Conditions
		verdict    Verdict
		reason     Reason
		confidence float64
	}{
		{"far below", slow(600, each(20, 0)...), "p99<50ms", Conditions{}, Holds, "", 0.999},
		{"half of what is allowed", slow(1000, each(20, 5)...), "p99<50ms", Conditions{}, Holds, "", 0.999},
		{"near the bound", slow(1000, each(20, 9)...), "p99<50ms", Conditions{}, NotKnown, Noise, 0},
		{"just below", slow(1000, below...), "p99<50ms", Conditions{}, Holds, "", 0.95},
		{"twice", slow(1000, each(20, 20)...), "p99<50ms", Conditions{}, Violated, "", 0.999},
		{"one burst", slow(1000, burst...), "p99<50ms", Conditions{}, NotKnown, TooFew, 0},
		{"bursts", slow(1000, noisy...), "p99<50ms", Conditions{}, NotKnown, Noise, 0},
		{"all", slow(100, each(20, 100)...), "p99<50ms", Conditions{}, Violated, "", 0.999},
		{"a stricter look", slow(1000, below...), "p99<50ms", Conditions{Alpha: LookAlpha}, NotKnown, Noise, 0},
		{"too few", slow(10, each(20, 0)...), "p99<50ms", Conditions{}, NotKnown, TooFew, 0},
		{"too few, however unsure", slow(10, each(20, 0)...), "p99<50ms", Conditions{Alpha: 0.2}, NotKnown, TooFew, 0},
		{"enough for p90", slow(10, each(20, 0)...), "p90<50ms", Conditions{}, Holds, "", 0.999},
		{"few seconds", slow(1000, each(4, 0)...), "p99<50ms", Conditions{}, NotKnown, FewBlocks, 0},
		{"all in few seconds", slow(1000, each(2, 1000)...), "p99<50ms", Conditions{}, Violated, "", 0.999},
		{"nothing", Run{}, "p99<50ms", Conditions{}, NotKnown, Nothing, 0},
		{"a closed loop", slow(1000, each(20, 0)...), "p99<50ms", Conditions{Closed: true}, NotKnown, ClosedLoop, 0},
		{"near, in a closed loop", slow(1000, each(20, 9)...), "p99<50ms", Conditions{Closed: true}, NotKnown, ClosedLoop, 0},
		{"violated in a closed loop", slow(1000, each(20, 20)...), "p99<50ms", Conditions{Closed: true}, Violated, "", 0.999},
		{"holds though late", slow(1000, each(20, 0)...), "p99<50ms", Conditions{Saturated: true}, Holds, "", 0.999},
		{"late", slow(1000, each(20, 20)...), "p99<50ms", Conditions{Saturated: true}, NotKnown, Saturated, 0},
		{"late, and slow alone", slow(1000, each(20, 20)...), "p99<50ms", Conditions{Saturated: true, Alone: true}, Violated, "", 0.999},
		{"a mean", slow(1000, each(20, 10)...), "mean<12ms", Conditions{}, Holds, "", 0.999},
		{"a mean above", slow(1000, each(20, 10)...), "mean<10ms", Conditions{}, Violated, "", 0.999},
		{"a mean near", slow(1000, each(20, 10)...), "mean<10.95ms", Conditions{}, NotKnown, Noise, 0},
		{"a mean of a closed loop", slow(1000, each(20, 10)...), "mean<12ms", Conditions{Closed: true}, NotKnown, ClosedLoop, 0},
		{"a mean of few seconds", slow(1000, each(4, 10)...), "mean<12ms", Conditions{}, NotKnown, FewBlocks, 0},
		{"a mean of nothing", Run{}, "mean<12ms", Conditions{}, NotKnown, Nothing, 0},
		{"a maximum", slow(1000, each(20, 10)...), "max<150ms", Conditions{}, Holds, "", 0.95},
		{"one above", slow(1000, append(each(19, 0), 1)...), "max<50ms", Conditions{}, Violated, "", 0.95},
		{"a maximum of nothing", Run{}, "max<50ms", Conditions{}, NotKnown, Nothing, 0},
	} {
		j := c.run.Judge(slo(t, c.level), c.conditions)
		if j.Verdict != c.verdict || j.Reason != c.reason || math.Abs(j.Confidence-c.confidence) > 1e-9 {
			t.Errorf("%s: %s, %q at %g; want %s, %q at %g (%+v)", c.name, j.Verdict, j.Reason, j.Confidence, c.verdict, c.reason, c.confidence, j.Share)
		}
		if known := j.Verdict != NotKnown; known && j.MoreSeconds != 0 || !known && j.MoreSeconds <= 0 {
			t.Errorf("%s: %s, and %g more seconds", c.name, j.Verdict, j.MoreSeconds)
		}
	}
}

// A target of which a neighbor makes every block different is decided far from its bound, and only there.
func TestFarFromTheBound(t *testing.T) {
	var blocks [][]time.Duration
	for i := range 20 {
		blocks = append(blocks, ramp(500, time.Duration(2+i/5*2)*ms, time.Duration(4+i/5*2)*ms))
	}
	r := runOf(blocks...) // at most 10 ms
	if j := r.Judge(slo(t, "p99<12ms"), Conditions{}); j.Verdict != NotKnown || j.Far {
		t.Errorf("near its bound: %+v", j)
	}
	if j := r.Judge(slo(t, "p99<50ms"), Conditions{}); j.Verdict != Holds || !j.Far || j.Share.High >= 0.01 {
		t.Errorf("far from its bound: %+v", j)
	}
}

func TestErrorLevels(t *testing.T) {
	failed := func(n int64, counts ...int64) Run {
		slots := make([]Slot, len(counts))
		for i, k := range counts {
			slots[i].Sent, slots[i].Failed = n, k
			slots[i].Wanted, slots[i].Answered = n, n-k
		}
		return NewRun(slots, time.Duration(len(counts))*time.Second)
	}
	none, one := failed(600, make([]int64, 20)...), failed(600, append(make([]int64, 19), 1)...)
	at := Conditions{Offered: 600}
	for _, c := range []struct {
		name    string
		run     Run
		level   string
		verdict Verdict
	}{
		{"none", none, "errors<1%", Holds}, {"none", none, "errors<=0", Holds}, {"one", one, "errors<=0", Violated}, {"one", one, "errors<1%", Holds},
		{"none of 280", failed(14, make([]int64, 20)...), "errors<1%", NotKnown}, {"none of 300", failed(15, make([]int64, 20)...), "errors<1%", Holds},
		{"none, and too few to tell", none, "errors<0.01%", NotKnown}, {"half", failed(10, 5, 5, 5, 5, 5, 5), "errors<1%", Violated},
		{"all of two seconds", failed(10, 10, 10), "errors<1%", Violated}, {"none of two seconds", failed(10, 0, 0), "errors<1%", NotKnown},
		{"none", none, "throughput>=600/s", Holds}, {"one", one, "throughput>=600/s", Violated}, {"one", one, "throughput>=594/s", Holds},
		{"half", failed(600, 300, 300, 300, 300, 300), "throughput>=400/s", Violated}, {"half", failed(600, 300, 300, 300, 300, 300), "throughput>=299/s", NotKnown},
		{"nothing", Run{}, "errors<1%", NotKnown},
	} {
		if j := c.run.Judge(slo(t, c.level), at); j.Verdict != c.verdict {
			t.Errorf("%s, %s: %+v; want %s", c.name, c.level, j, c.verdict)
		}
	}
	if j := none.Judge(slo(t, "errors<=0"), at); !(j.Share.High > 0 && j.Share.High < 0.0003) {
		t.Errorf("0 of 12 000 are worth %+v", j.Share)
	}
}

func TestCensoredLevels(t *testing.T) {
	censored := func(k int) Run {
		slots := make([]Slot, 20)
		for i := range slots {
			for range 1000 - k {
				slots[i].Accept(10 * ms)
			}
			for range k {
				slots[i].Censor(500 * ms)
			}
		}
		return NewRun(slots, 20*time.Second)
	}
	timeout := Conditions{Timeout: 500 * ms}
	for _, c := range []struct {
		name       string
		run        Run
		level      string
		conditions Conditions
		verdict    Verdict
		reason     Reason
	}{
		{"few beyond the time-out", censored(3), "p99<600ms", timeout, Holds, ""},
		{"as many as are allowed", censored(10), "p99<600ms", timeout, NotKnown, TimedOut},
		{"more", censored(20), "p99<600ms", timeout, NotKnown, TimedOut},
		{"more, below the time-out", censored(20), "p99<400ms", timeout, Violated, ""},
		{"at the time-out", censored(20), "p99<500ms", timeout, Violated, ""},
		{"a mean", censored(3), "mean<400ms", timeout, NotKnown, TimedOut},
		{"a mean that is beyond already", censored(300), "mean<20ms", timeout, Violated, ""},
		{"a maximum above", censored(3), "max<600ms", timeout, NotKnown, TimedOut},
		{"a maximum below", censored(3), "max<400ms", timeout, Violated, ""},
	} {
		if j := c.run.Judge(slo(t, c.level), c.conditions); j.Verdict != c.verdict || j.Reason != c.reason {
			t.Errorf("%s, %s: %+v; want %s, %q", c.name, c.level, j, c.verdict, c.reason)
		}
	}
}

// The run that is said to tell does: with that many more seconds of the same the verdict is known, except for the rounding of the
// few that are beyond.
func TestHowMuchLonger(t *testing.T) {
	for _, of := range []struct{ k, n int }{{1, 120}, {1, 125}, {2, 155}, {2, 160}} { // in each of 20 blocks
		j := slow(of.n, each(20, of.k)...).Judge(slo(t, "p99<50ms"), Conditions{})
		if j.Verdict != NotKnown || !(j.MoreSeconds > 0) || math.IsInf(j.MoreSeconds, 1) {
			t.Errorf("%+v: %+v; want some more seconds", of, j)
			continue
		}
		longer := func(factor float64) Verdict {
			k := int(math.Round(float64(of.k) * factor))
			return slow(of.n*k/of.k, each(20, k)...).Judge(slo(t, "p99<50ms"), Conditions{}).Verdict
		}
		factor := 1 + j.MoreSeconds/20
		if whole := 1 / float64(of.k); longer(factor+whole) == NotKnown || longer(factor-whole) != NotKnown {
			t.Errorf("%+v: %s before %g more seconds, and %s after", of, longer(factor-whole), j.MoreSeconds, longer(factor+whole))
		}
	}
	none := slow(10, each(20, 0)...).Judge(slo(t, "p99<50ms"), Conditions{}) // 200 of the 299 that it takes
	wantNear(t, "seconds", none.MoreSeconds, 20*(299.0/200-1), 0.01)
	if none := slow(1, each(20, 0)...).Judge(slo(t, "p99<50ms"), Conditions{}); !math.IsInf(none.MoreSeconds, 1) {
		t.Errorf("20 of 299 take %g more seconds; want no run that is 15 times as long", none.MoreSeconds)
	}
	if on := slow(1000, each(20, 10)...).Judge(slo(t, "mean<10.9001ms"), Conditions{}); !math.IsInf(on.MoreSeconds, 1) {
		t.Errorf("a mean on the bound takes %g more seconds", on.MoreSeconds)
	}
	if on := slow(1000, each(20, 10)...).Judge(slo(t, "p99<50ms"), Conditions{}); !math.IsInf(on.MoreSeconds, 1) {
		t.Errorf("on the bound %g more seconds tell", on.MoreSeconds)
	}
}

func TestPlanning(t *testing.T) {
	for q, want := range map[float64]int64{0.5: 5, 0.9: 29, 0.95: 59, 0.99: 299, 0.999: 2995, 0: 0, 1: 0} {
		if got := Fewest(q); got != want {
			t.Errorf("%g needs %d; want %d", q, got, want)
		}
	}
	looks := Looks(30 * time.Second)
	if len(looks) != 4 || looks[0] != 30*time.Second || looks[3] != 4*time.Minute || math.Abs(LookAlpha*4-0.05) > 1e-12 {
		t.Errorf("looks at %v, each of %g", looks, LookAlpha)
	}
}

// A level above what was offered blames no target: a run that ended early, with random gaps, may have had fewer arrivals.
func TestThroughputThatWasNotOffered(t *testing.T) {
	slots := make([]Slot, 20)
	for i := range slots {
		slots[i].Sent, slots[i].Wanted, slots[i].Answered = 90, 90, 90
	}
	run := NewRun(slots, 20*time.Second)
	for level, want := range map[string]Verdict{"throughput>=90/s": Holds, "throughput>=90.1/s": NotKnown, "throughput>90/s": NotKnown} {
		j := run.Judge(slo(t, level), Conditions{Offered: 90, Random: true})
		if j.Verdict != want || (j.Reason == NotOffered) != (want == NotKnown) {
			t.Errorf("%s: %+v", level, j)
		}
	}
}
