package codes

import "time"

// A batch is how many codes a minting loop requests at once. It aims at requests that take batchTime, and larger ones where
// a request takes long however many codes it asks for.
type batch struct {
	size int

	n    int     // of the last request
	pace float64 // of the last request, in codes per second
}

// took adapts the size after a request for some codes that got n in some time. A driver that gives fewer is asked for as many
// as it gives, and for more from time to time. longest bounds the time of a request.
func (b *batch) took(asked, n int, d, longest time.Duration) {
	last := *b
	b.n, b.pace = n, float64(n)/max(d, time.Microsecond).Seconds()
	if n < asked {
		b.size = max(n, 1)
		return
	}
	pays := n > last.n && b.pace > 1.3*last.pace || n < last.n && b.pace < last.pace/1.3
	switch {
	case d < batchTime/2 || pays && d <= longest:
		b.size = min(2*b.size, maxBatch)
	case d > longest || n != last.n && d > 2*batchTime: // the time grows with the number of codes
		b.size = max(b.size/2, 1)
	}
}
