package uncertain

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"
)

// runOf is a run of a second for each block, in which block i has the times that it is given.
func runOf(blocks ...[]time.Duration) Run {
	slots := make([]Slot, len(blocks))
	for i, times := range blocks {
		for _, of := range times {
			slots[i].Accept(of)
			slots[i].Sent++
			slots[i].Wanted++
			slots[i].Answered++
		}
	}
	return NewRun(slots, time.Duration(len(blocks))*time.Second)
}

// ramp are n times, evenly from low to high.
func ramp(n int, low, high time.Duration) (times []time.Duration) {
	for i := range n {
		times = append(times, low+(high-low)*time.Duration(i)/time.Duration(n))
	}
	return times
}

func repeat(blocks int, times []time.Duration) (all [][]time.Duration) {
	for range blocks {
		all = append(all, times)
	}
	return all
}

// In equal blocks an exchange is worth one: the interval of a percentile is the order statistics that Clopper and Pearson's
// interval of the share names.
func TestPercentileOfEqualBlocks(t *testing.T) {
	r := runOf(repeat(20, ramp(1000, 0, 100*ms))...)
	for _, q := range []float64{0.5, 0.9, 0.99} {
		i := r.Percentile(q, 0.95, nil)
		wantNear(t, "the percentile", i.Value, q/10, 0.0005)
		low, high := ClopperPearson((1-q)*i.Effective, i.Effective, 0.95)
		wantNear(t, "low", i.Low, (1-high)/10, 0.0008)
		wantNear(t, "high", i.High, (1-low)/10, 0.0008)
		if i.Deff != 1 || i.Confidence != 0.95 || i.AtLeast {
			t.Errorf("%+v", i)
		}
	}
}

// A total of three digits gives the figures its precision.
func TestPercentileOfATotal(t *testing.T) {
	blocks := repeat(20, ramp(1000, 80*ms, 100*ms))
	total := hdrhistogram.New(shortest, longest, 3)
	for _, times := range blocks {
		for _, of := range times {
			if err := total.RecordValue(int64(of)); err != nil {
				t.Fatal(err)
			}
		}
	}
	coarse, fine := runOf(blocks...).Percentile(0.5, 0.95, nil), runOf(blocks...).Percentile(0.5, 0.95, total)
	wantNear(t, "the median", fine.Value, 0.09, 0.00005)
	if fine.High-fine.Low >= coarse.High-coarse.Low || fine.Effective != coarse.Effective {
		t.Errorf("%+v; two digits gave %+v", fine, coarse)
	}
}

// Nine in ten of the slow exchanges are in one block: p99 has no upper end, and says so.
func TestOpenEnd(t *testing.T) {
	blocks := repeat(20, ramp(100, 10*ms, 11*ms))
	blocks[7] = ramp(100, 30*ms, 90*ms)
	i := runOf(blocks...).Percentile(0.99, 0.95, nil)
	if !i.Open() || !i.Known() || i.Low > i.Value || !math.IsInf(i.HalfWidth(), 1) {
		t.Errorf("%+v; want an open end", i)
	}
	if i := runOf(blocks...).Percentile(0.5, 0.95, nil); i.Open() {
		t.Errorf("the median is %+v", i)
	}
	// m = n/deff·(1-q): 20 blocks of 100 are 2000, worth 2 beyond p999
	if i := runOf(repeat(20, ramp(100, 0, 100*ms))...).Percentile(0.999, 0.95, nil); !i.Open() {
		t.Errorf("p999 of 2000 is %+v", i)
	}
}

// A tail is worth no more than the bulk: than p50, than p90, and than the 30 slowest where fewer than ten are beyond.
func TestFloor(t *testing.T) {
	worth := func(name string, r Run, at time.Duration, parts []Part) {
		t.Helper()
		want := clusterOf(parts).deff
		if i := r.ShareBeyond(at, 0.95); want < 2 || math.Abs(i.Deff-want) > 1e-9 {
			t.Errorf("%s: the design effect is %g; want %g", name, i.Deff, want)
		}
	}
	var median, tenth [][]time.Duration
	for i := range 20 {
		fast, slow := 300+i%2*200, 50+i%2*100
		median = append(median, append(append(ramp(fast, 10*ms, 10*ms), ramp(800-fast, 20*ms, 20*ms)...), ramp(200, 30*ms, 30*ms)...))
		tenth = append(tenth, append(append(ramp(500, 10*ms, 10*ms), ramp(500-slow, 20*ms, 20*ms)...), ramp(slow, 30*ms, 30*ms)...))
	}
	r := runOf(median...)
	worth("p50", r, 50*ms, r.Beyond(15*ms))
	r = runOf(tenth...)
	worth("p90", r, 50*ms, r.Beyond(25*ms))
	slowest := repeat(20, ramp(1000, 10*ms, 15*ms))
	slowest[4] = append(ramp(970, 10*ms, 15*ms), ramp(30, 40*ms, 40*ms)...)
	r = runOf(slowest...)
	worth("the 30 slowest", r, 50*ms, r.Beyond(30*ms))
}

func TestFiguresOfNothing(t *testing.T) {
	for _, r := range []Run{{}, runOf(), runOf(make([][]time.Duration, 20)...), runOf(repeat(4, ramp(100, ms, 2*ms))...)} {
		for _, i := range []Interval{r.Percentile(0.99, 0.95, nil), r.Mean(0.95), r.Errors(0.95), r.Throughput(50, 0.95), r.ShareBeyond(ms, 0.95)} {
			if i.Known() || i.AtLeast {
				t.Errorf("%+v; want no interval", i)
			}
		}
	}
}

// Seconds without answers are blocks without times: they do not make a figure surer.
func TestSecondsWithoutAnswers(t *testing.T) {
	var gaps [][]time.Duration
	for _, times := range repeat(10, ramp(200, 0, 100*ms)) {
		gaps = append(gaps, times, nil)
	}
	with, without := runOf(gaps...), runOf(repeat(10, ramp(200, 0, 100*ms))...)
	if got, want := with.Percentile(0.9, 0.95, nil), without.Percentile(0.9, 0.95, nil); got != want {
		t.Errorf("%+v; without the gaps %+v", got, want)
	}
	if got, want := with.Mean(0.95), without.Mean(0.95); got != want {
		t.Errorf("%+v; without the gaps %+v", got, want)
	}
	empty := runOf(append(repeat(4, ramp(200, 0, 100*ms)), make([][]time.Duration, 16)...)...)
	if i := empty.Percentile(0.5, 0.95, nil); i.Known() {
		t.Errorf("four blocks with answers give %+v", i)
	}
}

func TestCensoredFigures(t *testing.T) {
	slots := make([]Slot, 20)
	for i := range slots {
		for _, of := range ramp(97, 10*ms, 40*ms) {
			slots[i].Accept(of)
		}
		for range 3 {
			slots[i].Censor(500 * ms)
		}
	}
	r := NewRun(slots, 20*time.Second)
	if i := r.Percentile(0.5, 0.95, nil); i.AtLeast || i.Open() {
		t.Errorf("p50 is %+v", i)
	}
	if i := r.Percentile(0.965, 0.95, nil); i.AtLeast || !i.Open() { // its upper end is among those that timed out
		t.Errorf("p96.5 is %+v", i)
	}
	if i := r.Percentile(0.99, 0.95, nil); !i.AtLeast || !math.IsInf(i.High, 1) || math.Abs(i.Value-0.5) > 0.005 {
		t.Errorf("p99 is %+v; want > 500 ms", i)
	}
	if i := r.Mean(0.95); !i.AtLeast || !i.Open() || i.Value < 0.035 {
		t.Errorf("the mean is %+v", i)
	}
}

func TestMean(t *testing.T) {
	equal := runOf(repeat(20, ramp(100, 0, 100*ms))...)
	i := equal.Mean(0.95)
	wantNear(t, "the mean", i.Value, 0.0495, 1e-9)
	// blocks that do not differ: as for independent times, of which the standard deviation is 100 ms / √12
	wantNear(t, "the half-width", i.High-i.Value, 2.093*0.1/math.Sqrt(12)/math.Sqrt(2000), 0.0001)
	if i.Deff != 1 || i.Rough {
		t.Errorf("%+v", i)
	}
	var blocks [][]time.Duration
	for b := range 20 {
		fast := 45 + b%2*10
		blocks = append(blocks, append(ramp(fast, 10*ms, 10*ms), ramp(100-fast, 20*ms, 20*ms)...))
	}
	i = runOf(blocks...).Mean(0.95)
	// sums of 1550 and 1450 ms in turn: d = ±50 ms, V = 20/19 · 20 · 50² / 2000², phi = 0; independent times have 5²/2000
	wantNear(t, "the half-width", i.High-i.Value, 2.093*math.Sqrt(20.0/19*20*50e-3*50e-3)/2000, 1e-6)
	wantNear(t, "the design effect", i.Deff, 20.0/19, 0.005)
	slots := []Slot{}
	for _, times := range blocks {
		var s Slot
		for _, of := range times {
			s.Accept(of)
		}
		s.Total = 0 // as read from a histogram alone
		slots = append(slots, s)
	}
	wantNear(t, "the mean of histograms", NewRun(slots, 20*time.Second).Mean(0.95).Value, 0.015, 0.0001)
	t.Run("skewed", func(t *testing.T) {
		blocks := repeat(20, ramp(1000, 10*ms, 12*ms))
		blocks[3] = append(blocks[3][:990:990], ramp(10, 100*ms, 101*ms)...)
		i := runOf(blocks...).Mean(0.95)
		// one block of 20 deviates: the skewness is 18/√19, and Johnson's shift half of that times (1+2t²)/(6√20)
		shift := 18 / math.Sqrt(19) * (1 + 2*2.093*2.093) / (6 * math.Sqrt(20))
		wantNear(t, "the upper part over the lower", (i.High-i.Value)/(i.Value-i.Low), 1+shift/2.093, 0.05)
	})
	t.Run("one busy block", func(t *testing.T) {
		blocks := repeat(20, ramp(100, 10*ms, 11*ms))
		blocks[7] = ramp(100, 30*ms, 90*ms)
		if i := runOf(append(blocks[:8], repeat(1, ramp(100, 30*ms, 90*ms))...)...).Mean(0.95); !i.Open() || !i.Rough {
			t.Errorf("%+v; want an open end", i)
		}
	})
}

func TestThroughput(t *testing.T) {
	r := runOf(repeat(5, ramp(50, ms, 2*ms))...)
	i := r.Throughput(50, 0.95)
	if i.Value != 50 || i.High != 50 || !i.OneSided || i.Low < 48 || i.Low >= 50 {
		t.Errorf("250 of 250 at 50/s are %+v", i)
	}
	slots := make([]Slot, 20)
	for i := range slots {
		slots[i].Wanted, slots[i].Answered = 100, 90
	}
	i = NewRun(slots, 20*time.Second).Throughput(100, 0.95)
	wantNear(t, "the throughput", i.Value, 90, 1e-9)
	low, high := ClopperPearson(0.1*i.Effective, i.Effective, 0.95)
	wantNear(t, "low", i.Low, 100*(1-high), 1e-9)
	wantNear(t, "high", i.High, 100*(1-low), 1e-9)
}

func TestRateOfAClosedLoop(t *testing.T) {
	slots := make([]Slot, 20)
	for i := range slots {
		slots[i].Wanted, slots[i].Answered = 1000, 1000+int64(i%2)*20-10
	}
	r := NewRun(slots, 10*time.Second)
	i := r.Rate(0.95)
	wantNear(t, "the rate", i.Value, 2000, 1e-9)
	wantNear(t, "the half-width", i.High-i.Value, 2.093*math.Sqrt(20.0/19*20*100)/10, 0.01)
	var seconds Blocks // 30 slots of a second are 20 blocks, of one or two
	for second := range 30 {
		s := seconds.At(time.Duration(second) * time.Second)
		s.Wanted, s.Answered = 100, 100
	}
	if i := seconds.Run(30 * time.Second).Rate(0.95); math.Abs(i.Value-100) > 1e-9 || i.High-i.Low > 1e-9 {
		t.Errorf("the same in every second: %+v", i)
	}
	closed := Conditions{Closed: true}
	for level, want := range map[string]Verdict{"throughput>=1990/s": Holds, "throughput>=2005/s": NotKnown, "throughput>2020/s": Violated} {
		if j := r.Judge(slo(t, level), closed); j.Verdict != want {
			t.Errorf("%s: %+v; want %s", level, j, want)
		}
	}
	for _, r := range []Run{{}, NewRun(slots[:4], 2*time.Second), NewRun(slots, 0)} {
		if i := r.Rate(0.95); i.Known() {
			t.Errorf("%+v; want no interval", i)
		}
	}
	if j := (Run{}).Judge(slo(t, "throughput>=1/s"), closed); j.Verdict != NotKnown || j.Reason != Nothing {
		t.Errorf("nothing: %+v", j)
	}
}

func TestIntervalJSON(t *testing.T) {
	for _, c := range []struct {
		interval Interval
		text     string
	}{
		{Interval{Value: 0.04, Low: 0.03, High: 0.05, Confidence: 0.95, Deff: 2, Effective: 100},
			`{"value":0.04,"low":0.03,"high":0.05,"confidence":0.95,"deff":2,"effective":100}`},
		{Interval{Value: 0.04, High: math.Inf(1), Confidence: 0.95, Deff: 2, Effective: 100, Rough: true},
			`{"value":0.04,"low":0,"confidence":0.95,"deff":2,"effective":100,"rough":true}`},
		{Interval{Value: 0, High: 0.1, Confidence: 0.95, Deff: 1, Effective: 29, OneSided: true},
			`{"value":0,"low":0,"high":0.1,"confidence":0.95,"deff":1,"effective":29,"oneSided":true}`},
		{Interval{Value: 0.5, High: math.Inf(1), AtLeast: true}, `{"value":0.5,"atLeast":true}`},
		{unknown(7), `{"value":7}`},
	} {
		text, err := json.Marshal(c.interval)
		if err != nil || string(text) != c.text {
			t.Errorf("%+v is %s, %v; want %s", c.interval, text, err, c.text)
		}
		var back Interval
		if err := json.Unmarshal(text, &back); err != nil || back != c.interval {
			t.Errorf("%s is %s, %v", text, cmp.Diff(c.interval, back), err)
		}
	}
	var old Interval
	if err := json.Unmarshal([]byte("0.25"), &old); err != nil || old != unknown(0.25) {
		t.Errorf("a number is %+v, %v", old, err)
	}
	for _, bad := range []string{`"x"`, `{"value":1,"confidence":0.95}`, `{"value":1,"low":0,"confidence":2}`, `{"value":"1"}`} {
		if err := json.Unmarshal([]byte(bad), &old); err == nil {
			t.Errorf("%s is read as %+v", bad, old)
		}
	}
}
