package codes

import (
	"testing"
	"time"
)

// A driver may be slow per request or per code.
func TestBatchGrowsWhileItPays(t *testing.T) {
	for _, test := range []struct {
		request, code time.Duration
		least, most   int
	}{
		{0, time.Microsecond, maxBatch, maxBatch},
		{300 * time.Millisecond, 0, maxBatch / 2, maxBatch}, // a long round trip
		{3 * time.Second, 100 * time.Microsecond, maxBatch / 2, maxBatch},
		{100 * time.Millisecond, 0, maxBatch / 2, maxBatch},
		{0, 5 * time.Millisecond, minBatch, 2 * minBatch},
		{0, 50 * time.Millisecond, 1, 4},
		{0, time.Second, 1, 1},
	} {
		b := batch{size: minBatch}
		for range 40 {
			b.took(b.size, test.request+time.Duration(b.size)*test.code)
		}
		if b.size < test.least || b.size > test.most {
			t.Errorf("%s per request and %s per code: batches of %d", test.request, test.code, b.size)
		}
	}
}
