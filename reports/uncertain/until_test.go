package uncertain

import (
	"testing"
	"time"
)

// A look at a run is of what was due before it, however long the run goes on and however often its slots were added up.
func TestALookLeavesOutWhatWasDueLater(t *testing.T) {
	for _, first := range []time.Duration{625 * ms, 5 * time.Second, 30 * time.Second} {
		b := Blocks{Every: SlotLength(first)}
		n := 0
		for _, at := range Looks(first) {
			for ; time.Duration(n)*10*ms < at+first/2; n++ {
				b.At(time.Duration(n)*10*ms).Sent++
			}
			r := b.Until(at)
			if want := int64((at + 10*ms - 1) / (10 * ms)); r.Counts().Sent != want || r.Measured() != at {
				t.Errorf("%v of %v: %d exchanges in %v; want %d", at, first, r.Counts().Sent, r.Measured(), want)
			}
			if seconds := int(at / time.Second); seconds >= leastBlocks && len(r.blocks) != min(wholeBlocks, seconds) {
				t.Errorf("%v of %v: %d blocks", at, first, len(r.blocks))
			}
		}
	}
}
