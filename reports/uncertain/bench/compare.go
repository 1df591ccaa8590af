package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

// A noise is what changes the response times of a target from run to run, and within one.
type noise struct {
	name              string
	between, neighbor float64 // standard deviations of the logarithm: of whole runs, and for about 10 s at a time
	queue             bool
}

// A weather is the factor of the service times at a time of one run, which both sides of an interleaved run share.
type weather struct {
	noise  noise
	run    float64
	now    float64
	until  float64
	random *rand.Rand
}

func (n noise) weather(random *rand.Rand) *weather {
	return &weather{noise: n, run: n.between * random.NormFloat64(), random: random}
}

const comparedSeconds, neighborSeconds = 60.0, 10.0

// at is the factor at a time; times do not fall.
func (w *weather) at(due float64) float64 {
	for w.noise.neighbor > 0 && due >= w.until {
		w.now = w.noise.neighbor * w.random.NormFloat64()
		w.until += neighborSeconds * w.random.ExpFloat64()
	}
	return math.Exp(w.run + w.now)
}

// sides simulates an interleaved run at a rate of each side, whose B is slower by a share; only A where B is not wanted.
func (n noise) sides(random *rand.Rand, rate, slower float64, both bool) (a, b uncertain.Run) {
	const service, sigma, load = 0.010, 0.5, 0.8
	length := comparedSeconds * float64(time.Second)
	blocks := [2]uncertain.Blocks{{Every: uncertain.SlotLength(time.Duration(length))}, {Every: uncertain.SlotLength(time.Duration(length))}}
	w := n.weather(random)
	var queues [2]*server
	for i := range queues {
		factor := 1.0
		if i == 1 || !both {
			factor += slower
		}
		queues[i] = &server{random: random, scale: factor}
		if n.queue {
			queues[i].load = load / rate
			queues[i].warm(rate)
		}
	}
	draw := func(i int, due float64) {
		response := queues[i].scale * service * math.Exp(sigma*random.NormFloat64())
		if n.queue {
			response = queues[i].serve(due)
		}
		record(&blocks[i], due, response*w.at(due))
	}
	for due := random.ExpFloat64() / rate; due < comparedSeconds; due += random.ExpFloat64() / rate {
		if draw(0, due); both { // arrivals in pairs, which a coin tells apart: here both sides are simulated
			draw(1, due)
		}
	}
	return blocks[0].Run(time.Duration(length)), blocks[1].Run(time.Duration(length))
}

// A server is an M/M/1 queue.
type server struct {
	random      *rand.Rand
	load, scale float64 // mean service time, and what it is slower by
	busyUntil   float64
}

func (s *server) warm(rate float64) {
	due := 0.0
	for range 20_000 {
		due += s.random.ExpFloat64() / rate
		s.serve(due)
	}
	s.busyUntil -= due
}

func (s *server) serve(due float64) float64 {
	s.busyUntil = max(s.busyUntil, due) + s.scale*s.load*s.random.ExpFloat64()
	return s.busyUntil - due
}

// A try is what one comparison of two builds said of p50 and p99.
type try [2]uncertain.Change

var compared = [2]assay.Metric{assay.MetricP50, assay.MetricP99}

// apart compares runs that were made apart, some a side.
func (n noise) apart(random *rand.Rand, runs int, slower float64) (t try) {
	for i, metric := range compared {
		var sides [2][]float64
		for side := range sides {
			for range runs {
				run, _ := n.sides(random, 500, slower*float64(side), false)
				sides[side] = append(sides[side], run.Percentile(metric.Quantile(), uncertain.Confidence, nil).Value)
			}
		}
		t[i] = uncertain.Apart(sides[0], sides[1], true, uncertain.Confidence)
	}
	return t
}

// interleaved compares two sides of one run.
func (n noise) interleaved(random *rand.Rand, slower float64) (t try) {
	rate := 250.0
	if n.queue {
		rate = 500
	}
	a, b := n.sides(random, rate, slower, true)
	for i, metric := range compared {
		t[i] = uncertain.Interleaved(a, b, uncertain.Figure{Metric: metric}, uncertain.Confidence)
	}
	return t
}

// compare prints how often the interval of a difference excludes 0, which is a false alarm where the sides are alike, and power
// elsewhere.
func (b *bench) compare() {
	const tolerance = 0.05
	ways := []struct {
		name string
		do   func(noise, *rand.Rand, float64) try
	}{
		{"3 runs a side", func(n noise, random *rand.Rand, slower float64) try { return n.apart(random, 3, slower) }},
		{"interleaved, 60 s", noise.interleaved},
	}
	columns := []string{"noise, slower by"}
	for _, way := range ways {
		columns = append(columns, way.name)
	}
	b.title("Comparisons: % of tries whose interval excludes 0, p50 / p99; [% that are worse by more than 5 %; smallest change that 90 % find]", columns...)
	for _, n := range []noise{{name: "none"}, {name: "runs differ by 3 %", between: 0.03}, {name: "and a neighbor", between: 0.03, neighbor: 0.2},
		{name: "M/M/1 ρ 0.8", queue: true}} {
		for _, slower := range []float64{0, 0.02, 0.05, 0.2} {
			var texts []string
			for _, way := range ways {
				tries := collect(b, func(random *rand.Rand) try { return way.do(n, random, slower) })
				texts = append(texts, b.tried(n.name+", "+way.name, tries, slower, tolerance))
			}
			b.row(fmt.Sprintf("%s, %g %%", n.name, 100*slower), texts...)
		}
	}
}

// tried sums up the tries of a cell.
func (b *bench) tried(name string, tries []try, slower, tolerance float64) string {
	var found, worse [2]int
	var least [2][]float64
	for _, t := range tries {
		for i, change := range t {
			if change.Low > 0 || change.High < 0 {
				found[i]++
			}
			if change.Classify(tolerance, false) == uncertain.Worse {
				worse[i]++
			}
			least[i] = append(least[i], change.Detectable(0.9))
		}
	}
	n := len(tries)
	for i, metric := range compared {
		if slower == 0 {
			b.atMost(fmt.Sprintf("%s, %s: A/A intervals that exclude 0", name, metric), found[i], n, 0.05)
			b.atMost(fmt.Sprintf("%s, %s: A/A comparisons that are worse", name, metric), worse[i], n, 0.02)
		}
	}
	return fmt.Sprintf("%s / %s [%s / %s; %.1f / %.1f %%]", percent(found[0], n), percent(found[1], n), percent(worse[0], n), percent(worse[1], n),
		100*median(least[0]), 100*median(least[1]))
}
