package uncertain

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const ms = time.Millisecond

// equalSlots reports how two slots differ; empty if they do not.
func equalSlots(a, b Slot) string {
	for _, pair := range [][2]curve{{curveOfPacked(a.Accepted), curveOfPacked(b.Accepted)}, {curveOfPacked(a.Others), curveOfPacked(b.Others)}} {
		if diff := cmp.Diff(pair[0], pair[1], cmp.AllowUnexported(bin{})); diff != "" {
			return diff
		}
	}
	return cmp.Diff(a.Counts, b.Counts)
}

func equalBlocks(t *testing.T, got, want *Blocks) {
	t.Helper()
	length, slots := got.Slots()
	wanted, others := want.Slots()
	if length != wanted || len(slots) != len(others) {
		t.Fatalf("%d slots of %v; want %d of %v", len(slots), length, len(others), wanted)
	}
	for i := range slots {
		if diff := equalSlots(slots[i], others[i]); diff != "" {
			t.Errorf("slot %d: %s", i, diff)
		}
	}
}

// exchange records the i-th exchange of a run in which every kind occurs.
func exchange(b *Blocks, i int) {
	s := b.At(time.Duration(i) * 370 * ms)
	s.Sent++
	s.Wanted++
	switch {
	case i%17 == 0:
		s.Censor(time.Duration(500+i%5) * ms)
		s.Failed++
	case i%5 == 0:
		s.Other(time.Duration(i%7) * ms)
		s.Failed++
	default:
		s.Accept(time.Duration(i%13+1) * ms)
		s.Answered++
	}
}

// Shards that counted the same seconds add up to what one would have counted, also when one of them has folded its slots.
func TestMergeIsTheUnion(t *testing.T) {
	for _, exchanges := range []int{0, 1, 100, 300, 1500} { // to 555 s, which takes four folds
		var whole, even, odd, sum Blocks
		for i := range exchanges {
			exchange(&whole, i)
			if i%2 == 0 || i > exchanges/2 { // the second shard stops early, and folds less
				exchange(&even, i)
			} else {
				exchange(&odd, i)
			}
		}
		for _, shards := range [][]*Blocks{{&even, &odd}, {&odd, &even}} {
			sum = Blocks{}
			for _, shard := range shards {
				if err := sum.Merge(shard); err != nil {
					t.Fatal(err)
				}
			}
			equalBlocks(t, &sum, &whole)
		}
	}
}

// A merge changes only what is added to.
func TestMergeLeavesTheOther(t *testing.T) {
	var a, b, same Blocks
	for i := range 200 {
		exchange(&b, i)
		exchange(&same, i)
	}
	a.At(time.Hour)
	for range 2 {
		if err := a.Merge(&b); err != nil {
			t.Fatal(err)
		}
	}
	equalBlocks(t, &b, &same)
}

func TestMergeOfSlotsThatDoNotFit(t *testing.T) {
	a, b := Blocks{Every: 700 * ms}, Blocks{}
	a.At(0).Sent++
	b.At(0).Sent++
	err := a.Merge(&b)
	if err == nil || !strings.Contains(err.Error(), "700ms") {
		t.Errorf("the error is %v; want one that names 700ms", err)
	}
}

func TestSlotsAreBounded(t *testing.T) {
	var b Blocks
	for second := range 100_000 {
		b.At(time.Duration(second)*time.Second).Sent++
		length, slots := b.Slots()
		if len(slots) > mostSlots || second >= mostSlots && len(slots) < leastSlots {
			t.Fatalf("%d slots of %v after %d s", len(slots), length, second)
		}
	}
	length, slots := b.Slots()
	sum := Counts{}
	for i, slot := range slots {
		if seconds := int64(length / time.Second); slot.Sent != seconds && i < len(slots)-1 {
			t.Errorf("slot %d has %d exchanges; want %d", i, slot.Sent, seconds)
		}
		sum.add(slot.Counts)
	}
	if sum.Sent != 100_000 {
		t.Errorf("%d exchanges; want 100 000", sum.Sent)
	}
	b.At(1<<63-1).Sent++ // an absurd time is counted, and takes no memory
	b.At(-time.Second).Sent++
	if _, slots := b.Slots(); len(slots) > mostSlots {
		t.Errorf("%d slots", len(slots))
	}
}

// A planned run, and one that goes on to 2, 4 and 8 times its time, is cut into blocks of exactly the same length.
func TestBlocksOfAPlannedRun(t *testing.T) {
	for _, planned := range []time.Duration{5 * time.Second, 7 * time.Second, 10 * time.Second, 15 * time.Second, 19 * time.Second, 30 * time.Second,
		60 * time.Second, time.Hour} {
		for _, times := range []time.Duration{1, 2, 4, 8} {
			b := Blocks{Every: SlotLength(planned)}
			length := planned * times
			blocks := blocksOf(length)
			if times > 1 && blocksOf(planned) < wholeBlocks {
				continue // the longer run has more blocks than the slots were made for
			}
			const perBlock = 16
			for i := range blocks * perBlock {
				b.At(time.Duration(float64(length)*(float64(i)+0.5)/float64(blocks*perBlock))).Sent++
			}
			r := b.Run(length)
			if len(r.blocks) != blocks {
				t.Fatalf("%v of a planned %v: %d blocks; want %d", length, planned, len(r.blocks), blocks)
			}
			for i, block := range r.blocks {
				if block.Sent != perBlock {
					t.Errorf("%v of a planned %v: block %d has %d exchanges; want %d", length, planned, i, block.Sent, perBlock)
				}
			}
		}
	}
	if SlotLength(0) != time.Second || SlotLength(500*ms) != 12500*time.Microsecond {
		t.Error("a run of no length has no slots of a second, or half a second has not forty")
	}
}

// Nothing is lost when slots of a second are cut into blocks whose length is a fraction of a second.
func TestBlocksOfSeconds(t *testing.T) {
	for _, seconds := range []int{1, 4, 19, 20, 30, 47, 64, 65, 3601} {
		var b Blocks
		for second := range seconds {
			b.At(time.Duration(second)*time.Second).Sent++
		}
		r := b.Run(time.Duration(seconds) * time.Second)
		if want := max(1, min(seconds, 20)); len(r.blocks) != want {
			t.Errorf("%d s: %d blocks; want %d", seconds, len(r.blocks), want)
		}
		if r.Counts().Sent != int64(seconds) || r.Measured() != time.Duration(seconds)*time.Second {
			t.Errorf("%d s: %d exchanges in %v", seconds, r.Counts().Sent, r.Measured())
		}
		length, slots := b.Slots()
		for i, block := range r.blocks {
			if least := len(slots) / len(r.blocks) * int(length/time.Second); seconds >= 1 && i < len(r.blocks)-1 && block.Sent < int64(least) {
				t.Errorf("%d s: block %d has %d exchanges; want %d at least", seconds, i, block.Sent, least)
			}
		}
	}
}

func TestCensoredCounts(t *testing.T) {
	var a, b Slot
	a.Censor(500 * ms)
	b.Censor(400 * ms)
	b.Accept(time.Hour) // counts as the longest
	a.Add(b)
	if a.Censored != 2 || a.From != 400*ms || a.Total != 900*ms+10*time.Minute || timesIn(a.Accepted) != 3 {
		t.Errorf("%+v", a.Counts)
	}
	var none Slot
	none.Add(Slot{})
	none.Add(Slot{Counts: Counts{Censored: 1}})
	if none.Accepted != nil || none.From != 0 || none.Censored != 1 {
		t.Errorf("%+v", none)
	}
}
