// Package arrivals says when the exchanges of a load run are due, and waits for those moments.
//
// [New] returns the [Schedule] of a [Shape]: a function from a number to a moment, which nothing that the target does can
// change; [Sequence] puts several of them one after another. A [Pacer] makes vegeta's Attacker follow a schedule, and a [Sleeper] waits for moments punctually.
//
// To add a shape, give it a constant and a row of forms, both in shapes.go. The command and all messages take the names from
// there; the schema of the report, reports/benchmark/benchmark.schema.json, lists them too, and a test of package loadgen
// compares the two.
package arrivals

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/unified-login/assay/reports/phrase"
)

// A Schedule says when every exchange of a run is due. The schedules of this package are safe for concurrent use.
type Schedule interface {
	// At is when arrival n, from 0, is due after the start, to the nanosecond. It is defined for 0 ≤ n < Len(), never
	// decreases with n, and is before the end of the run.
	At(n int) time.Duration
	// Len is the number of arrivals.
	Len() int
	// Rate is the intended rate at a moment after the start, in arrivals per second; 0 outside the run.
	Rate(t time.Duration) float64
}

// The limits of a schedule are beyond what one machine can send.
const (
	maxRate     = 10_000_000                       // arrivals per second
	maxArrivals = min(10_000_000_000, math.MaxInt) // of a run
)

// New returns the schedule of a run that lasts for duration. Rates are in arrivals per second: it starts at the rate from,
// and every shape except [Constant] and [Poisson] goes on to the rate to, which has to be 0 for those two. Only Poisson
// uses the seed.
//
// A rate means the decimal that it is written as, so that 0.7/s for 10s are 7 arrivals. The first arrival is due at the
// start, except with Poisson. The error is for the user, who chose a rate, shape or duration that is not possible.
func New(shape Shape, from, to float64, duration time.Duration, seed uint64) (Schedule, error) {
	form, err := shape.form()
	if err != nil {
		return nil, err
	}
	if err := form.check(from, to); err != nil {
		return nil, err
	}
	if duration <= 0 {
		return nil, phrase.Failed(phrase.ScheduleLength, duration)
	}
	if form.stretches == nil {
		return newPoisson(from, duration, seed)
	}
	schedule := newCurve(form.stretches(decimal(from), decimal(to), duration))
	if err := checkArrivals(schedule.total, maxArrivals, duration); err != nil {
		return nil, err
	}
	return schedule, nil
}

// AnyWithin reports whether at least one arrival falls within d at a constant rate, in arrivals per second.
func AnyWithin(rate float64, d time.Duration) bool {
	return new(big.Rat).Mul(decimal(rate), seconds(d)).Cmp(big.NewRat(1, 1)) >= 0
}

// check returns an error for rates that the shape cannot have.
func (f form) check(from, to float64) error {
	if err := checkRate(from); err != nil {
		return err
	}
	switch {
	case f.twoRates && to == 0:
		return phrase.Failed(phrase.ShapeTwoRates, f.shape, perSecond(from), perSecond(4*from))
	case f.twoRates:
		return checkRate(to)
	case to != 0:
		return phrase.Failed(phrase.ShapeNoRange, f.shape, perSecond(from), perSecond(to), list(shapesWhere(func(other form) bool { return other.twoRates })))
	default:
		return nil
	}
}

// checkRate returns an error for a rate that is not possible.
func checkRate(rate float64) error {
	switch {
	case math.IsNaN(rate):
		return phrase.Failed(phrase.RateNumber)
	case rate <= 0:
		return phrase.Failed(phrase.RateNotPositive, perSecond(rate))
	case rate > maxRate:
		return phrase.Failed(phrase.RateTooHigh, perSecond(rate), perSecond(maxRate))
	default:
		return nil
	}
}

// checkArrivals returns an error for a run without arrivals, or with more than limit.
func checkArrivals(total *big.Rat, limit int64, duration time.Duration) error {
	switch {
	case total.Cmp(big.NewRat(1, 1)) < 0:
		return phrase.Failed(phrase.NoArrival, duration)
	case total.Cmp(big.NewRat(limit, 1)) > 0:
		return phrase.Failed(phrase.ManyArrivals, total.FloatString(0), duration, limit)
	default:
		return nil
	}
}

// perSecond formats a rate as the user writes it.
func perSecond(rate float64) string { return strconv.FormatFloat(rate, 'g', 15, 64) + "/s" }

// decimal is the number that rate, which is finite, was written as: 0.7 is seven tenths, which no float64 is.
func decimal(rate float64) *big.Rat {
	number, _ := new(big.Rat).SetString(strconv.FormatFloat(rate, 'g', -1, 64))
	return number
}

// seconds is the exact length of d.
func seconds(d time.Duration) *big.Rat { return big.NewRat(int64(d), int64(time.Second)) }

// Shard returns the i-th of n parts of s, with i from 0: every n-th arrival. Generators on n machines that follow one shard
// each send s exactly, without talking to each other. It panics unless 0 ≤ i < n.
func Shard(s Schedule, i, n int) Schedule {
	if i < 0 || i >= n {
		panic(fmt.Sprintf("arrivals: shard %d of %d does not exist", i, n))
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
