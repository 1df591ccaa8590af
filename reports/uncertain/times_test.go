package uncertain

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"
)

// Times have the bars of an HdrHistogram with two digits, whatever was recorded, and so has a sum of them.
func TestTimesHaveTheBarsOfAnHdrHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var own, sum Times
	library := hdrhistogram.New(int64(shortest), int64(longest), 2)
	same := func(what string, of *Times) {
		t.Helper()
		if diff := cmp.Diff(curveOf(library), of.curve(), cmp.AllowUnexported(bin{})); diff != "" || of.Count() != library.TotalCount() {
			t.Errorf("%s: %d times of %d: %s", what, of.Count(), library.TotalCount(), diff)
		}
	}
	same("nothing", &own)
	record := func(of time.Duration) {
		if got := own.Record(of); got != max(0, min(of, longest)) {
			t.Errorf("%v was counted as %v", of, got)
		}
		if err := library.RecordValue(int64(max(0, min(of, longest)))); err != nil {
			t.Fatal(err)
		}
	}
	for _, of := range []time.Duration{-1, 0, 1, 511, 512, 513, 1 << 16, 1<<16 - 1, 1 << 17, 1<<17 - 1, longest - 1, longest, longest + 1, 1 << 62} {
		record(of)
	}
	same("ends", &own)
	for range 20_000 {
		record(time.Duration(random.Int64N(1 << (1 + random.IntN(39)))))
	}
	same("random times", &own)
	sum.add(&own)
	same("the first of a sum", &sum)
	sum.Record(time.Second)
	record(0)
	if own.Count() != library.TotalCount() || sum.Count() != own.Count() {
		t.Errorf("%d, %d and %d times", own.Count(), sum.Count(), library.TotalCount())
	}
	library.Merge(hdrhistogram.Import(library.Export()))
	sum = Times{}
	sum.add(&own)
	sum.add(&own)
	sum.add(nil)
	same("a sum of two", &sum)
}
