package benchmark

import (
	"testing"
	"unsafe"
)

// The guide says what a second of the timeline takes in the memory of a long run.
func TestARowOfTheTimelineIsSmall(t *testing.T) {
	const times = 5 // of which a row has the addresses
	if size := unsafe.Sizeof(Second{}) + times*unsafe.Sizeof(float64(0)); size > 200 {
		t.Errorf("a row takes %d bytes; docs/load.md says 200", size)
	}
}
