package uncertain

import (
	"testing"
	"time"
)

// A clone has what its original had, and keeps it when that counts on; what it counts itself is not in the original. So it is with the first
// that is merged into empty blocks.
func TestAClonedBlockIsItsOwn(t *testing.T) {
	for name, copied := range map[string]func(*Blocks) Blocks{
		"a clone":       func(b *Blocks) Blocks { return b.Clone() },
		"a clone after": func(b *Blocks) Blocks { return b.CloneAfter(Blocks{}) },
		"a merge":       func(b *Blocks) (sum Blocks) { _ = sum.Merge(b); return sum },
	} {
		original := Blocks{Every: time.Second}
		original.At(0).Accept(time.Millisecond)
		original.At(90 * time.Second).Accept(time.Millisecond) // has folded
		own := copied(&original)
		original.At(0).Accept(time.Millisecond)
		own.At(0).Accept(time.Millisecond)
		own.At(0).Accept(time.Millisecond)
		for of, want := range map[*Blocks]int64{&original: 3, &own: 4} {
			run := of.Run(2 * time.Minute)
			if got := run.whole.count(); got != want || of.length() != original.length() {
				t.Errorf("%s: %d times, want %d; slots of %v", name, got, want, of.length())
			}
		}
	}
}

// A later copy has what was counted since, shares what has not changed, and leaves the earlier copy as it was.
func TestALaterCopyHasWhatWasCountedSince(t *testing.T) {
	var b Blocks
	for second := range 10 {
		b.At(time.Duration(second) * time.Second).Accept(time.Millisecond)
	}
	earlier := b.Clone()
	changes := map[int]func(*Slot){
		1: func(s *Slot) { s.Accept(time.Second) },
		3: func(s *Slot) { s.Other(time.Second) },
		5: func(s *Slot) { s.Failed++ },
		7: func(s *Slot) { s.Censor(time.Second) },
	}
	for second, change := range changes {
		change(b.At(time.Duration(second) * time.Second))
	}
	b.At(10 * time.Second).Accept(time.Millisecond)
	later := b.CloneAfter(earlier)
	for i, slot := range later.slots {
		if !slot.isAs(b.slots[i]) {
			t.Errorf("slot %d: %+v of %+v", i, slot, b.slots[i])
		}
		_, changed := changes[i]
		if shared := i < 10 && slot.Accepted == earlier.slots[i].Accepted; shared == (changed || i == 10) {
			t.Errorf("slot %d is shared: %t", i, shared)
		}
	}
	if n := timesIn(earlier.slots[1].Accepted); n != 1 || len(later.slots) != 11 || len(earlier.slots) != 10 {
		t.Errorf("%d times in the earlier copy, %d and %d slots", n, len(earlier.slots), len(later.slots))
	}
	b.At(100 * time.Second).Accept(time.Millisecond) // neighbours are added up
	folded := b.CloneAfter(later)
	if run := folded.Run(101 * time.Second); run.whole.count() != 14 {
		t.Errorf("%d times", run.whole.count())
	}
}
