package uncertain

import (
	"fmt"
	"math"
	"time"
)

const (
	// mostSlots bounds the slots that are kept: when they are full, neighbours are added up.
	mostSlots = 64
	// leastSlots is half of that: a run that filled the slots once has no fewer.
	leastSlots = mostSlots / 2
	// wholeBlocks is how many blocks a run is cut into, and leastBlocks how few of them carry an interval.
	wholeBlocks, leastBlocks = 20, 5
)

// Blocks keeps what was due over a run of any length in at most 64 slots of equal length. When all are full, neighbours are added up
// in pairs, and a slot is twice as long. The zero value is empty, with slots of a second. It is not safe for concurrent use.
type Blocks struct {
	// Every is the length of the slots at first; 0 is a second. The shards of a run need the same. See [SlotLength].
	Every time.Duration
	slots []Slot
	folds int // how often neighbours were added up
}

// SlotLength is the length of slots from which a run of a planned duration is cut into blocks of exactly the same length; a second
// where there is no plan. The run may become 2, 4 or 8 times as long.
func SlotLength(planned time.Duration) time.Duration {
	if planned < leastSlots {
		return time.Second
	}
	blocks := time.Duration(blocksOf(planned))
	if blocks < leastBlocks {
		blocks = wholeBlocks // of a fraction of a second
	}
	whole := blocks * ((leastSlots + blocks - 1) / blocks)
	return planned / whole
}

// BlockLength is the length of slots for a part of a run of exactly a planned duration: each slot is a block.
func BlockLength(planned time.Duration) time.Duration {
	blocks := time.Duration(blocksOf(planned))
	if blocks < leastBlocks {
		blocks = wholeBlocks // of a fraction of a second
	}
	return max(1, (planned+blocks-1)/blocks)
}

// blocksOf is how many blocks a run is cut into: of at least a second each.
func blocksOf(measured time.Duration) int {
	return int(min(wholeBlocks, measured/time.Second))
}

// every is the length of a slot at first.
func (b *Blocks) every() time.Duration {
	if b.Every <= 0 {
		return time.Second
	}
	return b.Every
}

// length is that of a slot now.
func (b *Blocks) length() time.Duration {
	every := b.every()
	if b.folds >= 62 || every > math.MaxInt64>>b.folds {
		return math.MaxInt64
	}
	return every << b.folds
}

// At is the slot of what is due some time after the start, for the caller to add to. It is valid until the next call.
func (b *Blocks) At(due time.Duration) *Slot {
	due = max(0, due)
	for due/b.length() >= mostSlots {
		b.fold()
	}
	i := int(due / b.length())
	for len(b.slots) <= i {
		b.slots = append(b.slots, Slot{})
	}
	return &b.slots[i]
}

// fold adds up neighbours.
func (b *Blocks) fold() {
	for i := range b.slots {
		if i%2 == 1 {
			b.slots[i/2].Add(b.slots[i])
		} else {
			b.slots[i/2] = b.slots[i]
		}
	}
	half := (len(b.slots) + 1) / 2
	clear(b.slots[half:])
	b.slots = b.slots[:half]
	b.folds++
}

// Merge adds what another shard of the same run, or another part of its traffic, counted from the same start. Slots are added up
// one by one, since shards share the target's bad moments: they are not more blocks. The sum is what one shard would have counted.
// An error says that the slots of the two do not fit.
func (b *Blocks) Merge(o *Blocks) error {
	if len(o.slots) == 0 {
		return nil
	}
	if len(b.slots) == 0 && (b.Every == 0 || b.Every == o.Every) && b.folds <= o.folds {
		*b = o.Clone()
		return nil
	}
	other := *o
	if b.length() > o.length() {
		other = o.Clone() // a fold adds to histograms, which are o's
	}
	for b.length() < other.length() {
		b.fold()
	}
	for other.length() < b.length() {
		other.fold()
	}
	if b.length() != other.length() {
		return fmt.Errorf("slots of %v and of %v cannot be added up; give the shards of a run the same Every", b.every(), other.every())
	}
	for i, slot := range other.slots {
		b.At(time.Duration(i) * b.length()).Add(slot)
	}
	return nil
}

// Clone returns a copy that shares nothing with b.
func (b *Blocks) Clone() Blocks { return b.CloneAfter(Blocks{}) }

// CloneAfter is Clone where an earlier copy is at hand, which nobody may change any more: the copy shares with that what has not changed
// since, which is most of a long run.
func (b *Blocks) CloneAfter(earlier Blocks) Blocks {
	c := Blocks{Every: b.Every, folds: b.folds, slots: make([]Slot, len(b.slots))}
	same := earlier.length() == b.length()
	for i, slot := range b.slots {
		if same && i < len(earlier.slots) && slot.isAs(earlier.slots[i]) {
			c.slots[i] = earlier.slots[i]
		} else {
			c.slots[i].Add(slot)
		}
	}
	return c
}

// Empty reports whether nothing was counted.
func (b *Blocks) Empty() bool { return len(b.slots) == 0 }

// Slots are what was due in each stretch of a length, from the start. The caller must not change them.
func (b *Blocks) Slots() (every time.Duration, slots []Slot) { return b.length(), b.slots }

// Until is the run up to a moment at the end of a slot, without what was due later.
func (b *Blocks) Until(moment time.Duration) Run {
	first := Blocks{Every: b.Every, folds: b.folds, slots: b.slots[:min(len(b.slots), int((moment+b.length()/2)/b.length()))]}
	return first.Run(moment)
}

// From is the run from a moment at the end of a slot on, without what was due before.
func (b *Blocks) From(moment, measured time.Duration) Run {
	skipped := min(len(b.slots), int((moment+b.length()/2)/b.length()))
	rest := Blocks{Every: b.Every, folds: b.folds, slots: b.slots[skipped:]}
	return rest.Run(max(0, measured-moment))
}

// Run cuts a measured time into blocks of the same length, 20 or one for each second of a shorter run. Slots are added up whole, so
// that without [SlotLength] one block may have a slot more than another. What was due later belongs to the last block. Without a
// measured time it is the whole of the slots.
func (b *Blocks) Run(measured time.Duration) Run {
	if measured <= 0 {
		measured = time.Duration(len(b.slots)) * b.length()
	}
	if measured <= 0 {
		return Run{}
	}
	r := b.cut(measured, max(1, blocksOf(measured)))
	if len(r.blocks) < leastBlocks {
		fine := b.cut(measured, wholeBlocks)
		r.fine = &fine
	}
	return r
}

// cut cuts a measured time into n blocks.
func (b *Blocks) cut(measured time.Duration, n int) Run {
	cut, slots := make([]Slot, n), make([]float64, n)
	whole := max(float64(len(b.slots)), math.Ceil(float64(measured)/float64(b.length())))
	for i := range int(whole) {
		middle := (float64(i) + 0.5) * float64(b.length())
		block := min(n-1, int(middle/float64(measured)*float64(n)))
		slots[block] += 1 / whole
		if i < len(b.slots) {
			cut[block].Add(b.slots[i])
		}
	}
	r := NewRun(cut, measured)
	r.lengths = slots
	return r
}
