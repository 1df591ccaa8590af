package arrivals

import (
	"math"
	"math/big"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// How much of a Poisson schedule is kept. What is drawn is drawn again when it is needed, block by block: a block costs
// some 10 µs, and the generator's state at its start 24 bytes.
const (
	blockLen  = 1024          // arrivals
	keptLen   = 8             // blocks that are kept drawn, so that two readers some thousand arrivals apart cost nothing
	maxDrawn  = 1_000_000_000 // arrivals of a run: its length is known only when all of them have been drawn once
	drawnBits = 53            // of randomness in a draw
)

// A poisson is the schedule of the shape [Poisson]. Arrivals in order cost O(1) each, and so does going back by less than
// keptLen-1 blocks; a jump costs one block.
type poisson struct {
	rate     float64 // arrivals a second
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

// A block is some consecutive arrivals.
type block struct {
	number   int
	arrivals [blockLen]time.Duration
}

// newPoisson draws the whole run once, to know how many arrivals it has.
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

// gap draws the time from one arrival to the next. The exponential distribution is drawn by inversion: what the standard
// library's own draw makes of a seed may differ from one release of Go to the next.
func (p *poisson) gap(source *rand.PCG) time.Duration {
	uniform := float64(source.Uint64()>>(64-drawnBits)) / (1 << drawnBits) // 0 ≤ uniform < 1
	gap := math.Round(-math.Log1p(-uniform) / p.rate * float64(time.Second))
	if gap >= float64(p.duration) {
		return p.duration // all the same, and no overflow
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

// draw draws a block again.
func (p *poisson) draw(number int) *block {
	drawn := &block{number: number}
	source, last := p.starts[number].source, p.starts[number].last
	for i := range drawn.arrivals {
		last += p.gap(&source)
		drawn.arrivals[i] = last
	}
	return drawn
}

// Len implements [Schedule]. It is the seed's own draw: about rate times duration, give or take its square root.
func (p *poisson) Len() int { return p.len }

// Rate implements [Schedule].
func (p *poisson) Rate(t time.Duration) float64 {
	if t < 0 || t >= p.duration {
		return 0
	}
	return p.rate
}
