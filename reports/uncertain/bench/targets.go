package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"gonum.org/v1/gonum/mathext"

	"github.com/unified-login/assay/reports/uncertain"
)

// A source is what a simulated target does: when the next exchange is due, in seconds from the start, and its response time.
type source func() (due, response float64)

// A target is a simulated target whose truth is known.
type target struct {
	name string
	rate float64 // of arrivals, per second
	// start is a target that has been under load for a while.
	start func(random *rand.Rand) source
	// truth is the percentile q, and mean the mean, in seconds.
	truth func(q float64) float64
	mean  float64
}

// mm1 is a queue with one server, Poisson arrivals and exponential service. The response time is exponential, too, with rate
// μ - λ (Kleinrock, Queueing Systems 1, 1975).
func mm1(load, rate float64) target {
	spare := rate/load - rate
	return target{name: "M/M/1 " + short(load), rate: rate, mean: 1 / spare,
		truth: func(q float64) float64 { return -math.Log(1-q) / spare },
		start: func(random *rand.Rand) source {
			return queue(random, rate, load, func() float64 { return random.ExpFloat64() * load / rate })
		}}
}

// mg1 is a queue with one server, Poisson arrivals and log-normal service with a squared coefficient of variation of 4. Its
// truth is that of five million exchanges.
func mg1(load float64, long sample) target {
	const rate, squared = 500.0, 4
	sigma := math.Sqrt(math.Log(1 + squared))
	service := load / rate
	t := target{name: "M/G/1 " + short(load), rate: rate,
		start: func(random *rand.Rand) source {
			return queue(random, rate, load, func() float64 { return service * math.Exp(sigma*random.NormFloat64()-sigma*sigma/2) })
		}}
	t.mean = service + load*service*(1+squared)/2/(1-load) // Pollaczek and Khinchine
	var times []float64
	t.truth = func(q float64) float64 {
		if times == nil {
			times = long(t)
		}
		return times[int(q*float64(len(times)))]
	}
	return t
}

// A sample draws a long run of a target, and returns its response times in order.
type sample func(target) []float64

// longRun is a sample of some exchanges.
func longRun(exchanges int, seed uint64) sample {
	return func(t target) []float64 {
		next := t.start(rand.New(rand.NewPCG(seed, 0)))
		times := make([]float64, exchanges)
		for i := range times {
			_, times[i] = next()
		}
		sort.Float64s(times)
		return times
	}
}

// queue is a queue of one server by Lindley's recursion, after it has forgotten that it was empty.
func queue(random *rand.Rand, rate, load float64, service func() float64) source {
	now, wait, last := 0.0, 0.0, service()
	step := func() float64 {
		gap := random.ExpFloat64() / rate
		wait = max(0, wait+last-gap)
		last = service()
		return gap
	}
	// about the time in which an M/M/1 forgets, several times over; a more varied service takes longer
	for range int(200 * load / math.Pow(1-math.Sqrt(load), 2)) {
		step()
	}
	return func() (float64, float64) {
		now += step()
		return now, wait + last
	}
}

// independent has exponential response times without any queue.
func independent() target {
	const rate, mean = 500.0, 0.010
	return target{name: "independent", rate: rate, mean: mean,
		truth: func(q float64) float64 { return -mean * math.Log(1-q) },
		start: func(random *rand.Rand) source {
			now := 0.0
			return func() (float64, float64) {
				now += random.ExpFloat64() / rate
				return now, mean * random.ExpFloat64()
			}
		}}
}

// stalls answers in 5 ms, and stops for 0.5 s in every 10 s.
func stalls(rate float64) target {
	const every, stop, answer = 10.0, 0.5, 0.005
	return target{name: "stops 0.5 s in 10 s", rate: rate, mean: answer + stop*stop/2/every,
		truth: func(q float64) float64 { return answer + max(0, stop-(1-q)*every) },
		start: func(random *rand.Rand) source {
			now, phase := 0.0, every*random.Float64()
			return func() (float64, float64) {
				now += random.ExpFloat64() / rate
				return now, answer + max(0, stop-math.Mod(now+phase, every))
			}
		}}
}

// changing has log-normal response times without a queue, and is faster or slower for about 10 s at a time.
func changing(rate, size float64) target {
	const median, sigma = 0.003, 0.5
	return target{name: fmt.Sprintf("changes by %g", size), rate: rate, mean: median * math.Exp((sigma*sigma+size*size)/2),
		truth: func(q float64) float64 { return median * math.Exp(math.Hypot(sigma, size)*mathext.NormalQuantile(q)) },
		start: func(random *rand.Rand) source {
			now, w := 0.0, noise{neighbor: size}.weather(random)
			return func() (float64, float64) {
				now += random.ExpFloat64() / rate
				return now, median * math.Exp(sigma*random.NormFloat64()) * w.at(now)
			}
		}}
}

// measure counts some seconds of a target as the load generator does.
func measure(next source, seconds float64) uncertain.Run {
	length := time.Duration(seconds * float64(time.Second))
	blocks := uncertain.Blocks{Every: uncertain.SlotLength(length)}
	for {
		due, response := next()
		if due >= seconds {
			return blocks.Run(length)
		}
		record(&blocks, due, response)
	}
}

// record counts an exchange that was answered correctly.
func record(blocks *uncertain.Blocks, due, response float64) {
	s := blocks.At(time.Duration(due * float64(time.Second)))
	s.Accept(time.Duration(response * float64(time.Second)))
	s.Sent++
	s.Wanted++
	s.Answered++
}
