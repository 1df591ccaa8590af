package hdrlog

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

var start = time.Date(2026, 3, 1, 12, 0, 5, 250_000_000, time.UTC)

// An exchange as a log has it.
type exchange struct {
	second      int
	tag         string
	nanoseconds int64
}

// drawn are exchanges of some seconds, sorted by these. The same seed makes the same.
func drawn(seed uint64, n int) (all []exchange) {
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		tag := Accepted
		if random.IntN(10) == 0 {
			tag = Others
		}
		all = append(all, exchange{i * 40 / n * 2, tag, int64(1e6 * (1 + random.ExpFloat64()*5))}) // nothing in every other second
	}
	return all
}

// logOf is the log of exchanges, from a moment on.
func logOf(t *testing.T, from time.Time, all []exchange) string {
	t.Helper()
	var out strings.Builder
	if err := Begin(&out, from); err != nil {
		t.Fatal(err)
	}
	for second := range 100 {
		for _, tag := range []string{Accepted, Others} {
			h := NewTimes()
			for _, x := range all {
				if x.second == second && x.tag == tag {
					Record(h, x.nanoseconds)
				}
			}
			if err := Write(&out, from, second, tag, h); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out.String()
}

// HdrHistogram's own reader reads every interval, with its tag and its second, and counts what was recorded.
func TestHdrHistogramReadsALog(t *testing.T) {
	all := append(drawn(1, 5000), exchange{90, Others, int64(time.Hour)}, exchange{90, Others, -1})
	want, got := map[exchange]int64{}, map[exchange]int64{}
	for _, x := range all {
		want[exchange{x.second, x.tag, 0}]++
	}
	whole := hdrhistogram.New(shortest, longest, digits)
	reader := hdrhistogram.NewHistogramLogReader(strings.NewReader(logOf(t, start, all)))
	for {
		h, err := reader.NextIntervalHistogram()
		if err != nil {
			t.Fatal(err)
		}
		if h == nil {
			break
		}
		at := h.StartTimeMs() - start.UnixMilli()
		if at%1000 != 0 || h.EndTimeMs()-h.StartTimeMs() != 1000 {
			t.Errorf("an interval begins after %d ms and takes %d ms", at, h.EndTimeMs()-h.StartTimeMs())
		}
		got[exchange{int(at / 1000), h.Tag(), 0}] += h.TotalCount()
		whole.Merge(h)
	}
	for x, n := range want {
		if got[x] != n {
			t.Errorf("second %d has %d times of %s, want %d", x.second, got[x], x.tag, n)
		}
	}
	direct := hdrhistogram.New(shortest, longest, digits)
	for _, x := range all {
		_ = direct.RecordValue(max(0, min(x.nanoseconds, longest)))
	}
	if len(got) != len(want) || !whole.Equals(direct) {
		t.Errorf("%d intervals, want %d; %d times, want %d", len(got), len(want), whole.TotalCount(), direct.TotalCount())
	}
}

// The sum of the logs of shards is the log of the union, byte for byte, although they started some milliseconds apart.
func TestMergeIsTheUnion(t *testing.T) {
	all := drawn(2, 4000)
	var shards [3][]exchange
	for i, x := range all {
		shards[i%3] = append(shards[i%3], x)
	}
	shards[2] = append(shards[2], exchange{99, Accepted, 5}) // one shard drains alone
	union := logOf(t, start, append(all, exchange{99, Accepted, 5}))
	var logs []io.Reader
	for i, late := range []time.Duration{30 * time.Millisecond, 0, 400 * time.Millisecond} {
		logs = append(logs, strings.NewReader(logOf(t, start.Add(late), shards[i])))
	}
	var sum, again bytes.Buffer
	if err := Merge(&sum, logs...); err != nil {
		t.Fatal(err)
	}
	if sum.String() != union {
		t.Errorf("the merge has %d bytes, the log of the union %d", sum.Len(), len(union))
	}
	if err := Merge(&again, &sum); err != nil || again.String() != union {
		t.Errorf("a merge cannot be merged: %v", err)
	}
}

// A run that was killed leaves a log whose last line may be cut off: what is before it is read.
func TestACutLog(t *testing.T) {
	whole := logOf(t, start, drawn(3, 1000))
	lines := strings.Count(whole, "Tag=")
	for _, cut := range []int{1, 20, 100} {
		log, n := Read(strings.NewReader(whole[:len(whole)-cut])), 0
		for range log.All() {
			n++
		}
		if log.Err() != nil || n != lines-1 {
			t.Errorf("without the last %d bytes: %d intervals of %d, %v", cut, n, lines, log.Err())
		}
	}
}

// A log may come from anybody.
func TestWhatIsNoLog(t *testing.T) {
	one := strings.SplitAfter(logOf(t, start, []exchange{{0, Accepted, 1e6}}), "\n")
	head, interval := strings.Join(one[:4], ""), one[4]
	other := hdrhistogram.New(1, 1000, 2)
	otherText, err := other.EncodeV2()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ text, says string }{
		"no start":       {interval, "no start time"},
		"nothing":        {"", "no start time"},
		"a bad start":    {"#[StartTime: x (seconds", "no start time"}, // a line without an end
		"a bad start 2":  {"#[StartTime: x (seconds\n", "line 1: not an interval"},
		"another text":   {head + "hello\n", "line 5: not an interval"},
		"another tag":    {head + strings.Replace(interval, "accepted", "x", 1), "not an interval"},
		"no number":      {head + "Tag=accepted,NaN,1,1,x\n", "not an interval"},
		"no histogram":   {head + "Tag=accepted,1772366405.25,1.000,1,HISTFAAAA\n", "cannot be decoded"},
		"another scale":  {head + "Tag=accepted,1772366405.25,1.000,1," + string(otherText) + "\n", "other bounds"},
		"another length": {head + strings.Replace(interval, ",1.000,", ",2.000,", 1), "not seconds"},
		"out of order":   {head + strings.Replace(interval, "405.250", "406.250", 1) + interval, "not seconds in the order of time"},
		"centuries":      {head + strings.Replace(interval, "1772366405.250", "1000000000000", 1), "not seconds in the order of time"},
		"before":         {head + strings.Replace(interval, "405.250", "402.250", 1), "not seconds in the order of time"},
		"a long line":    {head + strings.Repeat("x", longestLine+1) + "\n", "longer than 1024 KiB; not an interval of an HdrHistogram log"},
	} {
		err := Merge(io.Discard, strings.NewReader(test.text))
		if err == nil || !strings.Contains(err.Error(), test.says) || !strings.HasPrefix(err.Error(), "log 1") {
			t.Errorf("%s: %v; want %q", name, err, test.says)
		}
	}
	late := logOf(t, start.Add(time.Second), nil)
	if err := Merge(io.Discard, strings.NewReader(head), strings.NewReader(late)); err == nil || !strings.Contains(err.Error(), "log 2: it starts 1s after") {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("#[StartTime: 1 (seconds since epoch)]\nTag=accepted,1,1,1,HISTFAAAABh4nJNpmSzMwMDAzAABMJoRTM6Y1mD/ASIAAFTkBCk=\n")
	f.Fuzz(func(_ *testing.T, text string) {
		log := Read(strings.NewReader(text))
		for range log.All() {
		}
		_ = Merge(io.Discard, strings.NewReader(text), strings.NewReader(text))
	})
}
