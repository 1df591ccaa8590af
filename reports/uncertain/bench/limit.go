package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/unified-login/assay/reports/uncertain"
)

// A limited target has a rate up to which 99 % of the answers are faster than a bound.
type limited struct {
	name  string
	limit float64 // per second
	bound float64 // seconds
	// probe is the target from an empty queue at a rate.
	probe func(random *rand.Rand, rate float64) source
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
		probe: func(random *rand.Rand, rate float64) source {
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
		}}
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
	return limited{name: "wobbles by 3 %", limit: limit, bound: bound, probe: func(random *rand.Rand, rate float64) source {
		now, scale := 0.0, bound*rate/limit*math.Exp(wobble*random.NormFloat64()-p99)
		return func() (float64, float64) {
			now += random.ExpFloat64() / rate
			return now, scale * math.Exp(sigma*random.NormFloat64())
		}
	}}
}

// A search is what a search for a limit found.
type search struct {
	limit   uncertain.Limit
	seconds float64
}

const (
	within, allowed                      = 0.03, 0.01
	probeSeconds, settleSeconds, restSec = 10.0, 1.0, 1.0
	leastProbes, longestSearch           = 15, 15 * 60.0
)

// search probes around a guess until the interval of the fitted limit is narrow.
func (l limited) search(random *rand.Rand) (s search) {
	guess := l.limit * math.Exp(0.2*random.Float64()-0.1) // what a bracket leaves
	var probes []uncertain.Probe
	for i := 0; s.seconds < longestSearch; i++ {
		rate := guess * math.Exp([]float64{-within, within, 0}[i%3])
		counted := uncertain.Sum(l.measure(random, rate).Beyond(time.Duration(l.bound * float64(time.Second))))
		probes = append(probes, uncertain.Probe{Rate: rate, Counted: float64(counted.Counted), Of: float64(counted.Of)})
		s.seconds += probeSeconds + settleSeconds + restSec
		fitted, ok := uncertain.Fit(probes, allowed, guess, uncertain.Confidence)
		switch share := counted.Value(); {
		case !ok && share > 3*allowed:
			guess *= math.Exp(-within)
		case !ok && share < allowed/3:
			guess *= math.Exp(within)
		case ok:
			s.limit = fitted
			guess = max(guess*math.Exp(-within), min(fitted.Rate, guess*math.Exp(within)))
		}
		if ok && len(probes) >= leastProbes && fitted.Within(within) {
			break
		}
	}
	return s
}

// measure is one probe after it has settled.
func (l limited) measure(random *rand.Rand, rate float64) uncertain.Run {
	next := l.probe(random, rate)
	return measure(func() (float64, float64) {
		due, response := next()
		for due < settleSeconds {
			due, response = next()
		}
		return due - settleSeconds, response
	}, probeSeconds)
}

// limit prints how near to the truth searches for a limit end.
func (b *bench) limit() {
	b.title("Limits by the fit, half-width 3 %", "target", "truth", "median", "95 % of results", "within ±3 %", "interval covers", "seconds (most)")
	for _, l := range []limited{servers(1, 0.001, 0.046), servers(4, 0.004, 0.046), wobbling()} {
		searches := collect(b, l.search)
		var off, seconds []float64
		near, covered := 0, 0
		for _, s := range searches {
			off, seconds = append(off, s.limit.Rate/l.limit-1), append(seconds, s.seconds)
			if math.Abs(s.limit.Rate/l.limit-1) <= within {
				near++
			}
			if s.limit.Low <= l.limit && l.limit <= s.limit.High {
				covered++
			}
		}
		slices.Sort(off)
		slices.Sort(seconds)
		n := len(off)
		b.row(l.name, fmt.Sprintf("%.0f/s", l.limit), fmt.Sprintf("%+.1f %%", 100*off[n/2]),
			fmt.Sprintf("%+.1f … %+.1f %%", 100*off[n/40], 100*off[n-1-n/40]), percent(near, n), percent(covered, n),
			fmt.Sprintf("%.0f (%.0f)", seconds[n/2], seconds[n-1]))
		b.atLeast("limit of "+l.name+": within 3 %", near, n, 0.95)
		b.atLeast("limit of "+l.name+": coverage", covered, n, 0.90)
		if seconds[n/2] > 240 {
			b.missed = append(b.missed, fmt.Sprintf("limit of %s: %.0f s at the median, goal 240 s", l.name, seconds[n/2]))
		}
	}
}
