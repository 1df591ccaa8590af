package arrivals

import (
	"math"
	"math/big"
	"time"
)

// A curve is the schedule of a deterministic shape: arrival n is due when the area under the rate reaches n. Areas are sums
// of exact fractions, so that rounding never loses or adds an arrival.
type curve struct {
	pieces []piece
	total  *big.Rat // arrivals
}

// newCurve joins stretches, at least one.
func newCurve(stretches []stretch) *curve {
	c := &curve{total: new(big.Rat)}
	var start time.Duration
	for _, s := range stretches {
		from, _ := s.from.Float64()
		to, _ := s.to.Float64()
		p := piece{start: start, length: s.length, before: newTally(c.total)}
		p.falls = from > to
		p.climb = climb{low: min(from, to), high: max(from, to), length: s.length.Seconds(), wave: s.wave}
		area := new(big.Rat).Add(s.from, s.to)
		area.Mul(area, big.NewRat(1, 2)).Mul(area, seconds(s.length))
		c.total.Add(c.total, area)
		p.after = newTally(c.total)
		c.pieces = append(c.pieces, p)
		start += s.length
	}
	return c
}

// Len implements [Schedule]: the area under the rate, rounded down.
func (c *curve) Len() int { return c.pieces[len(c.pieces)-1].after.whole }

// At implements [Schedule].
func (c *curve) At(n int) time.Duration {
	i := len(c.pieces) - 1
	for i > 0 && c.pieces[i].before.until(n) < 0 {
		i--
	}
	return c.pieces[i].at(n)
}

// Rate implements [Schedule].
func (c *curve) Rate(t time.Duration) float64 {
	for i := range c.pieces {
		if p := &c.pieces[i]; t >= p.start && t < p.start+p.length {
			return p.rate(t)
		}
	}
	return 0
}

// A piece is a stretch in its place in the run.
type piece struct {
	start, length time.Duration
	before, after tally // arrivals up to its start, and up to its end
	falls         bool  // the rate goes down: the climb runs backwards
	climb         climb
}

// at is when arrival n of the piece is due. It starts from the end with the lower rate, where a rounding error of the count
// would cost the most time.
func (p *piece) at(n int) time.Duration {
	if p.falls {
		return p.start + p.length - min(p.length, p.climb.reach(-p.after.until(n)))
	}
	return p.start + min(p.length, p.climb.reach(p.before.until(n)))
}

// rate is the rate at the moment t of the run, which is within the piece.
func (p *piece) rate(t time.Duration) float64 {
	if p.falls {
		return p.climb.rate((p.start + p.length - t).Seconds())
	}
	return p.climb.rate((t - p.start).Seconds())
}

// A tally is a number of arrivals. The integer is kept apart, so that differences are exact for any number of arrivals.
type tally struct {
	whole int
	part  float64 // 0 ≤ part < 1
}

func newTally(arrivals *big.Rat) tally {
	whole := new(big.Int).Div(arrivals.Num(), arrivals.Denom())
	part, _ := new(big.Rat).Sub(arrivals, new(big.Rat).SetInt(whole)).Float64()
	return tally{whole: int(whole.Int64()), part: part}
}

// until is n minus the tally.
func (t tally) until(n int) float64 { return float64(n-t.whole) - t.part }

// A climb is a rate that rises from low to high within length seconds, or stays constant.
type climb struct {
	low, high, length float64
	wave              bool
}

// rate is the rate after x seconds.
func (c climb) rate(x float64) float64 {
	if c.wave {
		return c.low + (c.high-c.low)/2*(1-math.Cos(math.Pi*x/c.length))
	}
	return c.low + (c.high-c.low)*(x/c.length)
}

// reach is the time at which the area reaches k ≥ 0.
func (c climb) reach(k float64) time.Duration {
	switch {
	case c.low == c.high:
		// FMA gives the exact remainder of the division, so the quotient has twice the digits of a float64.
		x := k / c.low
		return nanoseconds(x, math.FMA(-x, c.low, k)/c.low)
	case c.wave:
		return nanoseconds(c.reachWave(k), 0)
	default:
		// The root of low·x + slope·x²/2 = k, in the form without a subtraction.
		slope := (c.high - c.low) / c.length
		return nanoseconds(2*k/(c.low+math.Sqrt(c.low*c.low+2*slope*k)), 0)
	}
}

// reachWave solves low·x + h·(a − sin a) = k for x, where a = πx/length. The area is convex, so Newton's method, started
// above the root, decreases towards it and never passes it.
func (c climb) reachWave(k float64) float64 {
	frequency := math.Pi / c.length
	h := (c.high - c.low) / 2 / frequency
	// The root is below each of these: neither term is more than k, and a − sin a ≥ a³/π² up to π.
	x := min(c.length, k/c.low, math.Cbrt(math.Pi*math.Pi*k/h)/frequency)
	for range 64 {
		a := frequency * x
		step := (c.low*x + h*(a-math.Sin(a)) - k) / c.rate(x)
		x = max(0, x-step)
		if step < 1e-11 {
			break
		}
	}
	return x
}

// nanoseconds is x + lost seconds, where lost is what rounding took from x.
func nanoseconds(x, lost float64) time.Duration {
	whole, part := math.Modf(x)
	return time.Duration(whole)*time.Second + time.Duration(math.Round((part+lost)*1e9))
}
