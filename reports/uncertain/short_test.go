package uncertain

import (
	"math"
	"testing"
	"time"
)

// brief is a run of some seconds at 500/s, whose exchanges take a time; of those, some fail.
func brief(seconds float64, takes time.Duration, failed func(n int) bool) Run {
	length := time.Duration(seconds * float64(time.Second))
	b := Blocks{Every: SlotLength(length)}
	for n := range int(500 * seconds) {
		s := b.At(time.Duration(n) * 2 * ms)
		s.Sent++
		s.Wanted++
		if failed != nil && failed(n) {
			s.Failed++
			continue
		}
		s.Answered++
		s.Accept(takes)
	}
	return b.Run(length)
}

// A run of fewer than five seconds decides what is far from its bound, and nothing near it.
func TestShortRuns(t *testing.T) {
	one := func(of int) func(int) bool { return func(n int) bool { return n%of == of/2 } }
	all := func(int) bool { return true }
	slow, quick := brief(2, 20*ms, nil), brief(2, ms, nil)
	for _, c := range []struct {
		name    string
		run     Run
		level   string
		verdict Verdict
		reason  Reason
	}{
		{"far below", quick, "p99<50ms", Holds, ""}, {"not far below", slow, "p99<150ms", NotKnown, FewBlocks},
		{"above", slow, "p99<15ms", Violated, ""}, {"far above", slow, "p50<1ms", Violated, ""}, {"not far above", slow, "p50<15ms", NotKnown, FewBlocks},
		{"a tail of one in three", brief(3, ms, nil), "p999<50ms", NotKnown, TooFew},
		{"a mean far below", quick, "mean<50ms", Holds, ""}, {"not far below", slow, "mean<150ms", NotKnown, FewBlocks}, {"far above", slow, "mean<1ms", Violated, ""},
		{"none failed", quick, "errors<1%", Holds, ""}, {"none failed", quick, "errors<=0", Holds, ""}, {"none of too few", brief(0.5, ms, nil), "errors<1%", NotKnown, Noise},
		{"one in a thousand", brief(4, ms, one(1000)), "errors<1%", Holds, ""}, {"one in 200", brief(4, ms, one(200)), "errors<1%", NotKnown, FewBlocks},
		{"one in 60", brief(4, ms, one(60)), "errors<1%", NotKnown, FewBlocks}, {"one in ten", brief(4, ms, one(10)), "errors<1%", Violated, ""},
		{"all failed", brief(1, ms, all), "errors<50%", Violated, ""}, {"two of three", brief(4, ms, one(2)), "errors<50%", NotKnown, Noise},
		{"one", brief(4, ms, one(1000)), "errors<=0", Violated, ""},
		{"all answered", quick, "throughput>=500/s", Holds, ""}, {"all answered", quick, "throughput>=490/s", Holds, ""}, {"none answered", brief(1, ms, all), "throughput>=100/s", Violated, ""},
		{"a tenth of a second", brief(0.1, ms, nil), "p50<50ms", Holds, ""}, {"nothing", brief(0, ms, nil), "p50<50ms", NotKnown, Nothing},
	} {
		j := c.run.Judge(slo(t, c.level), Conditions{Offered: 500})
		if j.Verdict != c.verdict || j.Reason != c.reason {
			t.Errorf("%s, %s: %s, %q; want %s, %q (%+v)", c.name, c.level, j.Verdict, j.Reason, c.verdict, c.reason, j)
		}
		if j.Verdict == NotKnown && c.run.Measured() > 0 && !(j.MoreSeconds >= leastBlocks-c.run.Measured().Seconds()) {
			t.Errorf("%s, %s: %g more seconds; want a run of five at least", c.name, c.level, j.MoreSeconds)
		}
	}
	closed := Conditions{Closed: true}
	for level, want := range map[string]Verdict{"throughput>=100/s": Holds, "throughput>=400/s": NotKnown, "throughput>=2000/s": Violated, "p99<50ms": NotKnown, "p50<0.05ms": Violated} {
		if j := quick.Judge(slo(t, level), closed); j.Verdict != want {
			t.Errorf("closed loop, %s: %+v; want %s", level, j, want)
		}
	}
}

// However much alike its exchanges are, a run of which more than twenty times what is allowed is slow shows that a level does not hold.
func TestMoreThanChanceExplains(t *testing.T) {
	burst := each(20, 0)
	for i := range 5 {
		burst[i] = 1000
	}
	if j := slow(1000, burst...).Judge(slo(t, "p99<50ms"), Conditions{}); j.Verdict != Violated || math.Abs(j.Confidence-0.95) > 1e-9 {
		t.Errorf("a quarter: %+v", j)
	}
	burst[0], burst[1] = 0, 0
	if j := slow(1000, burst...).Judge(slo(t, "p99<50ms"), Conditions{}); j.Verdict != NotKnown {
		t.Errorf("15 %%: %+v", j)
	}
}

// What a run excuses later is not counted: neither in the share, nor in how much alike the exchanges are.
func TestExcusedErrors(t *testing.T) {
	slots := make([]Slot, 20)
	for i := range slots {
		slots[i].Sent = 300
	}
	slots[3].Failed, slots[9].Failed = 70, 1
	r := NewRun(slots, 20*time.Second)
	if j := r.Judge(slo(t, "errors<0.1%"), Conditions{Counted: Part{Counted: 1, Of: 6000}}); j.Verdict != Holds || j.Share.Deff > 1.01 {
		t.Errorf("one of 6000: %+v", j)
	}
	if j := r.Judge(slo(t, "errors<0.1%"), Conditions{}); j.Verdict != NotKnown {
		t.Errorf("71 of 6000, in a burst: %+v", j)
	}
}
