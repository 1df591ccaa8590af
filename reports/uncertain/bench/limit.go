package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/unified-login/assay/reports/uncertain"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// A limited target has a rate up to which 99 % of the answers are right, and faster than a bound.
type limited struct {
	name  string
	limit float64 // per second
	bound float64 // seconds
	// start is the target as a search finds it. It makes a step at a rate, from an empty queue after a rest.
	start func(random *rand.Rand) func(rate float64) answers
}

// answers are what a target does: when the next exchange is due, in seconds from the start of the step, its response time, and whether it is an
// error.
type answers func() (due, response float64, failed bool)

// alike is a target that answers every step alike, without errors.
func alike(step func(random *rand.Rand, rate float64) source) func(*rand.Rand) func(float64) answers {
	return func(random *rand.Rand) func(float64) answers {
		return func(rate float64) answers {
			next := step(random, rate)
			return func() (float64, float64, bool) {
				due, response := next()
				return due, response, false
			}
		}
	}
}

// servers is a queue with some servers and exponential service, and its limit for a bound on p99.
func servers(count int, service, bound float64) limited {
	capacity := float64(count) / service
	low, high := 0.0, capacity
	for range 60 {
		if middle := (low + high) / 2; slower(count, service, middle, bound) < 0.01 {
			low = middle
		} else {
			high = middle
		}
	}
	return limited{name: fmt.Sprintf("M/M/%d, %g/s", count, capacity), limit: low, bound: bound,
		start: alike(func(random *rand.Rand, rate float64) source {
			now, free := 0.0, make([]float64, count)
			return func() (float64, float64) {
				now += random.ExpFloat64() / rate
				first := 0
				for i := range free {
					if free[i] < free[first] {
						first = i
					}
				}
				free[first] = max(free[first], now) + service*random.ExpFloat64()
				return now, free[first] - now
			}
		})}
}

// slower is the share of exchanges in an M/M/c that take t or longer: an exponential wait with Erlang's C, and the service.
func slower(count int, service, rate, t float64) float64 {
	load, term, sum := rate*service, 1.0, 0.0
	for i := range count {
		sum += term
		term *= load / float64(i+1)
	}
	last := term / (1 - load/float64(count))
	waits, mu, spare := last/(sum+last), 1/service, float64(count)/service-rate
	if math.Abs(mu-spare) < 1e-6*mu {
		return math.Exp(-mu*t) * (1 + waits*mu*t)
	}
	return math.Exp(-mu*t) + waits*mu/(mu-spare)*(math.Exp(-spare*t)-math.Exp(-mu*t))
}

// wobbling answers without a queue, the slower the higher the rate, and 3 % faster or slower from probe to probe.
func wobbling() limited {
	const limit, bound, sigma, wobble = 600.0, 0.046, 0.5, 0.03
	const p99 = 2.3263 * sigma // of the logarithm
	return limited{name: "wobbles by 3 %", limit: limit, bound: bound, start: alike(func(random *rand.Rand, rate float64) source {
		now, scale := 0.0, bound*rate/limit*math.Exp(wobble*random.NormFloat64()-p99)
		return func() (float64, float64) {
			now += random.ExpFloat64() / rate
			return now, scale * math.Exp(sigma*random.NormFloat64())
		}
	})}
}

// bucket answers a rate, and more while its tokens last: it saves up some of them, also while it rests. Its limit is the rate at which
// 1 % of the second half of a confirmation is errors.
func bucket(rate, tokens float64) limited {
	return limited{name: fmt.Sprintf("%g/s, saves up %g", rate, tokens), bound: 1, limit: (rate + tokens/confirmSeconds) / (1 - allowed/2),
		start: func(random *rand.Rand) func(float64) answers {
			left, last := tokens, 0.0
			return func(offered float64) answers {
				left = min(tokens, left+rate*restSeconds) // at least
				last = 0
				due := random.Float64() / offered
				return func() (float64, float64, bool) {
					due += 1 / offered
					left, last = min(tokens, left+rate*(due-last)), due
					if left < 1 {
						return due, 0.001, true
					}
					left--
					return due, 0.001, false
				}
			}
		}}
}

const (
	within, allowed             = limit.DefaultWithin, 0.01
	confirmSeconds, restSeconds = 30.0, 1.0
	firstRate                   = 50.0
	fewestSamples, firmSamples  = 299.0, 1000.0 // of a p99
)

// needs is how long a step lasts for its samples: a step of the bracket has the fewest that can say anything.
func needs(kind limit.Kind, rate float64) float64 {
	if kind == limit.Climb || kind == limit.Narrow {
		return math.Ceil(fewestSamples / rate)
	}
	return math.Ceil(firmSamples / rate)
}

// A search is what a search for a limit found.
type search struct {
	limit.Result
	seconds float64
}

// search searches from 50/s with the product's own search.
func (l limited) search(random *rand.Rand) search {
	s := limit.New(limit.Options{Rate: firstRate, Duration: confirmSeconds, Levels: []limit.Level{{Allowed: allowed}, {Allowed: allowed, Errors: true}},
		Needs: needs})
	target := l.start(random)
	for {
		step, more := s.Next()
		if !more {
			return search{s.Result(), s.Spent()}
		}
		s.Saw(l.step(target(step.Rate), step))
	}
}

// step makes a step, counts it as the load generator does, and judges it.
func (l limited) step(next answers, step limit.Step) limit.Seen {
	length := time.Duration(step.Seconds * float64(time.Second))
	blocks := uncertain.Blocks{Every: uncertain.SlotLength(length)}
	var parts [3]uncertain.Part // errors of the halves, and of the end
	for {
		due, response, failed := next()
		if due >= step.Seconds {
			break
		}
		record(&blocks, due, response)
		if failed {
			blocks.At(time.Duration(due*float64(time.Second))).Failed++
		}
		for i, in := range []bool{due < step.Seconds/2, due >= step.Seconds/2, due >= 0.9*step.Seconds} {
			if in {
				parts[i].Of++
			}
			if in && failed {
				parts[i].Counted++
			}
		}
	}
	bound := time.Duration(l.bound * float64(time.Second))
	whole, counted := blocks.Run(length), blocks.From(time.Duration(step.From*float64(time.Second)), length)
	slow, failed := uncertain.Sum(whole.Beyond(bound)).Value() >= allowed, uncertain.Sum(whole.Failed()).Value() >= allowed
	seen := limit.Seen{Holds: !slow && !failed, Took: step.Seconds + restSeconds, Savings: limit.Savings(allowed, parts[0], parts[1], parts[2])}
	for i, part := range []uncertain.Part{uncertain.Sum(counted.Beyond(bound)), uncertain.Sum(counted.Failed())} {
		seen.Levels = append(seen.Levels, limit.Observed{Counted: float64(part.Counted), Of: float64(part.Of), Missed: i == 0 && slow || i == 1 && failed})
	}
	return seen
}

// limit prints how near to the truth searches for a limit end.
func (b *bench) limit() {
	b.title("Limits by probes and a fit, half-width 3 %, from 50/s", "target", "truth", "median", "95 % of results", "within ±3 %", "interval covers", "confirmed", "within 5 % below", "seconds (most)")
	for _, l := range []limited{servers(1, 0.001, 0.046), servers(4, 0.004, 0.046), wobbling(), bucket(300, 300), bucket(300, 100), bucket(100, 100)} {
		b.limitOf(l)
	}
}

func (b *bench) limitOf(l limited) {
	searches := collect(b, l.search)
	var off, seconds []float64
	near, covered, confirmed, low := 0, 0, 0, 0
	for _, s := range searches {
		off, seconds = append(off, s.Limit.Rate/l.limit-1), append(seconds, s.seconds)
		if math.Abs(s.Limit.Rate/l.limit-1) <= within {
			near++
		}
		if s.Limit.Low <= l.limit && l.limit <= s.Limit.High {
			covered++
		}
		if s.Confirmed > 0 {
			confirmed++
		}
		if s.Confirmed > 0.95*l.limit && s.Confirmed <= l.limit {
			low++
		}
	}
	slices.Sort(off)
	slices.Sort(seconds)
	n := len(off)
	b.row(l.name, fmt.Sprintf("%.0f/s", l.limit), fmt.Sprintf("%+.1f %%", 100*off[n/2]),
		fmt.Sprintf("%+.1f … %+.1f %%", 100*off[n/40], 100*off[n-1-n/40]), percent(near, n), percent(covered, n), percent(confirmed, n), percent(low, n),
		fmt.Sprintf("%.0f (%.0f)", seconds[n/2], seconds[n-1]))
	b.atLeast("limit of "+l.name+": within 3 %", near, n, 0.95)
	b.atLeast("limit of "+l.name+": coverage", covered, n, 0.90)
	b.atLeast("limit of "+l.name+": confirmed", confirmed, n, 0.90)
	if seconds[n/2] > 240 {
		b.missed = append(b.missed, fmt.Sprintf("limit of %s: %.0f s at the median, goal 240 s", l.name, seconds[n/2]))
	}
}
