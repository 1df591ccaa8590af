package arrivals

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/unified-login/assay/internal/words"
)

// A Schedule says when each exchange of a run is due: a function from n to the moment of arrival n, which nothing that
// the target does can change. The schedules of this package are safe for concurrent use.
type Schedule interface {
	// At is when arrival n, counted from 0, is due after the start, to the nanosecond. It is defined for 0 ≤ n < Len(),
	// never decreases with n, and lies before the end of the run.
	At(n int) time.Duration
	// Len is how many arrivals there are within the duration.
	Len() int
	// Rate is the intended rate at a moment after the start, in arrivals a second; 0 outside the duration.
	Rate(t time.Duration) float64
}

// What a schedule is refused for beyond: more than one machine can send, or than is worth counting.
const (
	maxRate     = 10_000_000                       // arrivals a second
	maxArrivals = min(10_000_000_000, math.MaxInt) // of a run
)

// NewSchedule returns the schedule of a run that begins at a rate of from arrivals a second and lasts for duration. Every
// shape but [Constant] and [Poisson] goes on to the rate to, which is 0 for those two. The seed is Poisson's alone.
//
// Rates are taken for the decimals they are written as, so that 0.7/s for 10s is 7 arrivals. The first arrival is due at
// the start, except with Poisson. The errors are for the user, who chose a rate, shape or duration that cannot be.
func New(shape Shape, from, to float64, duration time.Duration, seed uint64) (Schedule, error) {
	if err := shape.check(from, to); err != nil {
		return nil, err
	}
	if duration <= 0 {
		return nil, fmt.Errorf("a run of %v is none; give it a duration like 30s", duration)
	}
	if shape == Poisson {
		return newPoisson(from, duration, seed)
	}
	schedule := newCurve(shape.stretches(decimal(from), decimal(to), duration))
	if err := checkArrivals(schedule.total, maxArrivals, duration); err != nil {
		return nil, err
	}
	return schedule, nil
}

// check reports a shape that does not exist, and rates that it cannot go at.
func (s Shape) check(from, to float64) error {
	if err := s.known(); err != nil {
		return err
	}
	if err := checkRate(from); err != nil {
		return err
	}
	oneRate := s == Constant || s == Poisson
	switch {
	case oneRate && to != 0:
		return fmt.Errorf("shape %s goes at one rate, not at %s..%s; give one, or choose a shape of two: %s",
			s, perSecond(from), perSecond(to), words.List(shapesOfTwoRates()))
	case oneRate:
		return nil
	case to == 0:
		return fmt.Errorf("shape %s goes between two rates; write them like %s..%s", s, perSecond(from), perSecond(4*from))
	default:
		return checkRate(to)
	}
}

// checkRate reports a rate that no run can go at.
func checkRate(rate float64) error {
	switch {
	case math.IsNaN(rate):
		return errors.New("the rate is not a number; write it like 500/s")
	case rate <= 0:
		return fmt.Errorf("a rate of %s makes no arrivals; give one above 0, like 500/s", perSecond(rate))
	case rate > maxRate:
		return fmt.Errorf("a rate of %s is beyond what can be sent; give one up to %s", perSecond(rate), perSecond(maxRate))
	default:
		return nil
	}
}

// checkArrivals reports a run in which nothing would happen, or more than limit.
func checkArrivals(total *big.Rat, limit int64, duration time.Duration) error {
	switch {
	case total.Cmp(big.NewRat(1, 1)) < 0:
		return fmt.Errorf("not one arrival falls within %v at that rate; raise the rate, or let the run last longer", duration)
	case total.Cmp(big.NewRat(limit, 1)) > 0:
		return fmt.Errorf("%s arrivals within %v are too many; at most %d can be: lower the rate, or shorten the run",
			total.FloatString(0), duration, limit)
	default:
		return nil
	}
}

// anyWithin reports whether at least one arrival falls within d at a constant rate of rate arrivals a second.
func AnyWithin(rate float64, d time.Duration) bool {
	return new(big.Rat).Mul(decimal(rate), seconds(d)).Cmp(big.NewRat(1, 1)) >= 0
}

// perSecond writes a rate as the user does.
func perSecond(rate float64) string { return strconv.FormatFloat(rate, 'g', 15, 64) + "/s" }

// decimal is the number that rate was written as: 0.7 is seven tenths, which no float64 is. The rate is finite.
func decimal(rate float64) *big.Rat {
	number, _ := new(big.Rat).SetString(strconv.FormatFloat(rate, 'g', -1, 64))
	return number
}

// seconds is the exact length of d.
func seconds(d time.Duration) *big.Rat { return big.NewRat(int64(d), int64(time.Second)) }

// Shard is every n-th arrival of s, beginning with the i-th (counted from 0): n generators that each take a shard need not
// talk to each other, and together send s exactly. It panics unless 0 ≤ i < n.
func Shard(s Schedule, i, n int) Schedule {
	if i < 0 || i >= n {
		panic(fmt.Sprintf("loadgen: there is no shard %d of %d", i, n))
	}
	return shard{whole: s, i: i, n: n}
}

// A shard is a part of a schedule.
type shard struct {
	whole Schedule
	i, n  int
}

func (s shard) At(n int) time.Duration       { return s.whole.At(s.i + n*s.n) }
func (s shard) Len() int                     { return (s.whole.Len() - s.i + s.n - 1) / s.n }
func (s shard) Rate(t time.Duration) float64 { return s.whole.Rate(t) / float64(s.n) }
