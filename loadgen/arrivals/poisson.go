package arrivals

import (
	"math"
	"math/big"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// A Poisson schedule keeps the generator's state at the start of every block of arrivals, in 24 bytes, and draws a block
// again when it is needed, in about 10 µs.
const (
	blockLen  = 1024          // arrivals
	keptLen   = 8             // blocks that are kept, for readers that are a few thousand arrivals apart
	maxDrawn  = 1_000_000_000 // arrivals of a run, because all are drawn once to count them
	drawnBits = 53            // random bits of a draw
)

// A poisson is the schedule of the shape [Poisson]. Reading it in order costs O(1) an arrival, and so does going back by less
// than keptLen-1 blocks; a jump costs one block.
type poisson struct {
	rate     float64 // arrivals per second
	duration time.Duration
	len      int
	starts   []blockStart
	kept     [keptLen]atomic.Pointer[block]
}

// A blockStart is where the draws of a block begin.
type blockStart struct {
	source rand.PCG
	last   time.Duration // the arrival before the block's first
}

// A block is blockLen consecutive arrivals.
type block struct {
	number   int
	arrivals [blockLen]time.Duration
}

// newPoisson draws the whole run once, to count its arrivals.
func newPoisson(rate float64, duration time.Duration, seed uint64) (*poisson, error) {
	mean := new(big.Rat).Mul(decimal(rate), seconds(duration))
	if err := checkArrivals(mean, maxDrawn, duration); err != nil {
		return nil, err
	}
	p := &poisson{rate: rate, duration: duration}
	source := *rand.NewPCG(seed, 0)
	for last := time.Duration(0); ; p.len++ {
		if p.len%blockLen == 0 {
			p.starts = append(p.starts, blockStart{source: source, last: last})
		}
		gap := p.gap(&source)
		if gap >= duration-last {
			break
		}
		last += gap
	}
	if p.len == 0 {
		return nil, checkArrivals(new(big.Rat), maxDrawn, duration)
	}
	return p, nil
}

// gap draws the time from one arrival to the next, by inversion of the exponential distribution: the standard library's own
// draw may change from one release of Go to the next.
func (p *poisson) gap(source *rand.PCG) time.Duration {
	uniform := float64(source.Uint64()>>(64-drawnBits)) / (1 << drawnBits) // 0 ≤ uniform < 1
	gap := math.Round(-math.Log1p(-uniform) / p.rate * float64(time.Second))
	if gap >= float64(p.duration) {
		return p.duration // ends the run; a longer gap may overflow
	}
	return time.Duration(gap)
}

// At implements [Schedule].
func (p *poisson) At(n int) time.Duration {
	number := n / blockLen
	slot := &p.kept[number%keptLen]
	drawn := slot.Load()
	if drawn == nil || drawn.number != number {
		drawn = p.draw(number)
		slot.Store(drawn)
	}
	return drawn.arrivals[n%blockLen]
}

// draw draws a block.
func (p *poisson) draw(number int) *block {
	drawn := &block{number: number}
	source, last := p.starts[number].source, p.starts[number].last
	for i := range drawn.arrivals {
		last += p.gap(&source)
		drawn.arrivals[i] = last
	}
	return drawn
}

// Len implements [Schedule]. It depends on the seed: about rate times duration, with the square root of that as its standard
// deviation.
func (p *poisson) Len() int { return p.len }

// Rate implements [Schedule].
func (p *poisson) Rate(t time.Duration) float64 {
	if t < 0 || t >= p.duration {
		return 0
	}
	return p.rate
}
