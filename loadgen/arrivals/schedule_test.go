package arrivals

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A drawn is a schedule and its parameters.
type drawn struct {
	Schedule
	shape    Shape
	from, to float64
	duration time.Duration
}

// drawSchedule draws a schedule of one of the shapes, short enough to look at every arrival.
func drawSchedule(t *rapid.T, shapes ...Shape) drawn {
	d := drawn{shape: rapid.SampledFrom(shapes).Draw(t, "shape")}
	rate := rapid.OneOf(rapid.Float64Range(0.01, 3000), rapid.Map(rapid.IntRange(1, 30_000), func(tenths int) float64 { return float64(tenths) / 10 }))
	d.from = rate.Draw(t, "from")
	lowest := d.from
	if form, _ := d.shape.form(); form.twoRates { // the shapes are from Shapes
		d.to = rate.Draw(t, "to")
		lowest = min(d.from, d.to)
	}
	highest := max(d.from, d.to)
	shortest, longest := 1.01/lowest, max(1.02/lowest, 3000/highest)
	d.duration = time.Duration(rapid.Float64Range(shortest, longest).Draw(t, "seconds") * 1e9)
	var err error
	seed := rapid.Uint64().Filter(func(seed uint64) bool {
		d.Schedule, err = New(d.shape, d.from, d.to, d.duration, seed)
		empty := err != nil && strings.HasPrefix(err.Error(), "no arrival falls")
		return d.shape != Poisson || !empty // if one arrival is expected, a third of the seeds draw none
	}).Draw(t, "seed")
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return d
}

func TestArrivalsAreOrderedAndWithinTheRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, Shapes()...)
		if s.Len() < 1 {
			t.Fatal("no arrivals")
		}
		if first := s.At(0); first < 0 || s.shape != Poisson && first != 0 {
			t.Fatalf("the first arrival is due at %v", first)
		}
		last := time.Duration(0)
		for n := range s.Len() {
			at := s.At(n)
			if at < last {
				t.Fatalf("arrival %d is due at %v, after one at %v", n, at, last)
			}
			last = at
		}
		if last >= s.duration {
			t.Fatalf("the last arrival is due at %v of %v", last, s.duration)
		}
	})
}

func deterministic(f form) bool { return f.stretches != nil }

// The area is computed from the public rate alone.
func TestAreaUnderTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, shapesWhere(deterministic)...)
		total := area(s, s.duration)
		if n := float64(s.Len()); total < n-1e-6*n || total > n+1+1e-6*n {
			t.Fatalf("%v arrivals under an area of %v", n, total)
		}
		n := rapid.IntRange(0, s.Len()-1).Draw(t, "n")
		at := s.At(n)
		if got, slack := area(s, at), 1e-9*(s.Rate(at)+max(s.from, s.to)*1e-3)+1e-6*float64(n); math.Abs(got-float64(n)) > slack+1e-6 {
			t.Fatalf("arrival %d is due at %v, where the area is %v", n, at, got)
		}
	})
}

// area is the integral of the rate of s up to the moment end, by Gauss's rule with three points between the moments at which
// a shape may jump.
func area(s drawn, end time.Duration) float64 {
	const slices = 200
	sum := 0.0
	for i := range int64(slices) {
		begin, stop := min(end, fraction(s.duration, i, slices)), min(end, fraction(s.duration, i+1, slices))
		middle, half := float64(begin+stop)/2, float64(stop-begin)/2
		at := func(x float64) float64 { return s.Rate(time.Duration(middle + half*x)) }
		x := math.Sqrt(0.6)
		sum += (5*at(-x) + 8*at(0) + 5*at(x)) / 9 * half / 1e9
	}
	return sum
}

func TestShardsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, Shapes()...)
		parts := rapid.IntRange(1, 7).Draw(t, "shards")
		var union, whole []time.Duration
		rate := 0.0
		for i := range parts {
			shard := Shard(s, i, parts)
			for n := range shard.Len() {
				union = append(union, shard.At(n))
			}
			rate += shard.Rate(s.duration / 3)
		}
		for n := range s.Len() {
			whole = append(whole, s.At(n))
		}
		slices.Sort(union)
		if !slices.Equal(union, whole) {
			t.Fatalf("%d arrivals in the shards, want %d", len(union), len(whole))
		}
		if want := s.Rate(s.duration / 3); math.Abs(rate-want) > 1e-9*want {
			t.Fatalf("the rates of the shards add up to %v, want %v", rate, want)
		}
	})
}

func TestShardPanicsOutOfRange(t *testing.T) {
	for _, bad := range [][2]int{{-1, 3}, {3, 3}, {0, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("shard %d of %d does not panic", bad[0], bad[1])
				}
			}()
			Shard(&curve{}, bad[0], bad[1])
		}()
	}
}

func TestLenIsExact(t *testing.T) {
	for _, c := range []struct {
		shape    Shape
		from, to float64
		duration time.Duration
		want     int
	}{
		{Constant, 2000, 0, 30 * time.Second, 60_000},
		{Constant, 0.7, 0, 10 * time.Second, 7},
		{Constant, 0.1, 0, 30 * time.Second, 3},
		{Constant, 1.1, 0, 1_000_000 * time.Second, 1_100_000},
		{Constant, 3, 0, time.Second - time.Nanosecond, 2},
		{Constant, 10_000_000, 0, 1000 * time.Second, 10_000_000_000},
		{Ramp, 500, 2000, 30 * time.Second, 37_500},
		{Ramp, 0.1, 0.6, 20 * time.Second, 7},
		{Step, 0.1, 0.6, 20 * time.Second, 7},
		{Step, 500, 2000, 30 * time.Second, 37_500},
		{Sine, 500, 2000, 30 * time.Second, 37_500},
		{Spike, 500, 2000, 30 * time.Second, 24_000},
		{Spike, 2000, 500, 30 * time.Second, 51_000},
	} {
		s, err := New(c.shape, c.from, c.to, c.duration, 1)
		if err != nil {
			t.Fatal(err)
		}
		if s.Len() != c.want {
			t.Errorf("%s at %v..%v for %v: %d arrivals, want %d", c.shape, c.from, c.to, c.duration, s.Len(), c.want)
		}
	}
}

func TestRate(t *testing.T) {
	const duration = 100 * time.Second
	for _, c := range []struct {
		shape Shape
		want  map[int]float64 // at a second of 100
	}{
		{Constant, map[int]float64{-1: 0, 0: 100, 99: 100, 100: 0}},
		{Ramp, map[int]float64{-1: 0, 0: 100, 25: 175, 50: 250, 100: 0}},
		{Step, map[int]float64{0: 100, 19: 100, 20: 175, 59: 250, 60: 325, 80: 400, 99: 400, 100: 0}},
		{Sine, map[int]float64{0: 100, 25: 250, 50: 400, 75: 250, 100: 0}},
		{Spike, map[int]float64{0: 100, 39: 100, 40: 400, 59: 400, 60: 100, 99: 100, 100: 0}},
		{Poisson, map[int]float64{-1: 0, 0: 100, 99: 100, 100: 0}},
	} {
		to := 400.0
		if c.shape == Constant || c.shape == Poisson {
			to = 0
		}
		s, err := New(c.shape, 100, to, duration, 1)
		if err != nil {
			t.Fatal(err)
		}
		for second, want := range c.want {
			if got := s.Rate(time.Duration(second) * time.Second); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s: rate %v/s after %d s, want %v/s", c.shape, got, second, want)
			}
		}
	}
}

func TestNewErrors(t *testing.T) {
	for _, c := range []struct {
		shape    Shape
		from, to float64
		duration time.Duration
		want     string
	}{
		{"rammp", 1, 0, time.Minute, `unknown shape "rammp"; did you mean "ramp"?`},
		{"Constant", 1, 0, time.Minute, `did you mean "constant"?`},
		{"zigzag", 1, 0, time.Minute, "use " + list(Shapes())},
		{Constant, 0, 0, time.Minute, "rate 0/s is not positive"},
		{Constant, -5, 0, time.Minute, "rate -5/s"},
		{Constant, math.NaN(), 0, time.Minute, "not a number"},
		{Constant, math.Inf(1), 0, time.Minute, "rate +Inf/s is too high"},
		{Constant, 20e6, 0, time.Minute, "rate 20000000/s is too high; use at most 10000000/s"},
		{Ramp, 5, math.NaN(), time.Minute, "not a number"},
		{Ramp, 5, -1, time.Minute, "rate -1/s"},
		{Ramp, 0, 5, time.Minute, "rate 0/s"},
		{Sine, 5, 20e6, time.Minute, "rate 20000000/s"},
		{Constant, 500, 2000, time.Minute, "constant has one rate, not the range 500/s..2000/s; use one rate, or one of " + list(shapesWhere(func(f form) bool { return f.twoRates }))},
		{Poisson, 500, 2000, time.Minute, "poisson has one rate"},
		{Spike, 500, 0, time.Minute, "spike needs two rates; write them like 500/s..2000/s"},
		{Constant, 500, 0, 0, "duration 0s is not positive"},
		{Ramp, 500, 600, -time.Second, "duration -1s is not positive"},
		{Constant, 0.5, 0, time.Second, "no arrival falls within 1s"},
		{Constant, 1e-300, 0, math.MaxInt64, "no arrival"},
		{Poisson, 0.5, 0, time.Second, "no arrival"},
		{Constant, 10e6, 0, 1001 * time.Second, "10010000000 arrivals within 16m41s are more than 10000000000"},
		{Step, 10e6, 10e6, math.MaxInt64, "are more than"},
		{Poisson, 10e6, 0, time.Hour, "are more than 1000000000"},
	} {
		_, err := New(c.shape, c.from, c.to, c.duration, 1)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s at %v..%v for %v: %v, want %q", c.shape, c.from, c.to, c.duration, err, c.want)
		}
	}
}

func TestShortestRuns(t *testing.T) {
	for _, shape := range shapesWhere(func(f form) bool { return f.twoRates }) {
		s, err := New(shape, 10e6, 10e6, 101*time.Nanosecond, 0)
		if err != nil || s.Len() != 1 || s.At(0) != 0 {
			t.Errorf("%s of 101 ns: %v", shape, err)
		}
	}
}
