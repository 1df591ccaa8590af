package codes

import (
	"testing"
	"time"
)

// A buffer is for two seconds; that of a slow run is for longer, against a pause of the driver, but for no more than a quarter of
// what its codes live.
func TestCapacity(t *testing.T) {
	for _, test := range []struct {
		rate     float64
		lifetime time.Duration
		want     int
	}{
		{0.1, time.Hour, 2}, {1, time.Hour, 20}, {10, time.Hour, 200}, {100, time.Hour, 256}, {500, time.Hour, 1000}, {1e6, time.Hour, 1 << 15},
		{1, 0, 5}, {10, 0, 50}, {100, 0, 256}, {500, 0, 1000},
		{1, 8 * time.Second, 2}, {10, 8 * time.Second, 20}, {500, 4 * time.Second, 500}, {0, time.Hour, 1 << 14},
	} {
		b := NewBuffer(1)
		b.Expect(test.rate)
		b.live(test.lifetime)
		if got := b.capacity(); got != test.want {
			t.Errorf("at %g/s, of codes that live %s, %d are buffered, want %d", test.rate, test.lifetime, got, test.want)
		}
	}
}
