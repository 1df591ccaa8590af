// Package steadytest makes times that were read after the machine's clock had been set, which no test can do.
package steadytest

import (
	"time"
	"unsafe"
)

// Set returns what t would be if the machine's clock had been set forward by whole seconds before it was read: its wall clock differs,
// its monotonic clock does not. It panics if t has none, or if a later Go keeps times in another way.
func Set(t time.Time, by time.Duration) time.Time {
	const nanoseconds = 30 // the bits of a time.Time that hold them, below the seconds
	set := t
	*(*uint64)(unsafe.Pointer(&set)) += uint64(by/time.Second) << nanoseconds //nolint:gosec // no other way leads to the field
	if set.Sub(t) != 0 || set.Round(0).Sub(t.Round(0)) != by.Truncate(time.Second) {
		panic("steadytest: this is no time with two clocks")
	}
	return set
}
