package uncertain

import (
	"testing"
	"time"
)

// A clone has what its original had, and keeps it when that counts on; what it counts itself is not in the original. So it is with the first
// that is merged into empty blocks.
func TestAClonedBlockIsItsOwn(t *testing.T) {
	for name, copied := range map[string]func(*Blocks) Blocks{
		"a clone": func(b *Blocks) Blocks { return b.Clone() },
		"a merge": func(b *Blocks) (sum Blocks) { _ = sum.Merge(b); return sum },
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
