package arrivals

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawn is a schedule and what it was made of.
type drawn struct {
	Schedule
	shape    Shape
	from, to float64
	duration time.Duration
}

// drawSchedule draws a schedule of one of the shapes, short enough to be walked through.
func drawSchedule(t *rapid.T, shapes ...Shape) drawn {
	d := drawn{shape: rapid.SampledFrom(shapes).Draw(t, "shape")}
	rate := rapid.OneOf(rapid.Float64Range(0.01, 3000), rapid.Map(rapid.IntRange(1, 30_000), func(tenths int) float64 { return float64(tenths) / 10 }))
	d.from = rate.Draw(t, "from")
	lowest := d.from
	if slices.Contains(shapesOfTwoRates(), string(d.shape)) {
		d.to = rate.Draw(t, "to")
		lowest = min(d.from, d.to)
	}
	highest := max(d.from, d.to)
	shortest, longest := 1.01/lowest, max(1.02/lowest, 3000/highest)
	d.duration = time.Duration(rapid.Float64Range(shortest, longest).Draw(t, "seconds") * 1e9)
	var err error
	seed := rapid.Uint64().Filter(func(seed uint64) bool {
		d.Schedule, err = New(d.shape, d.from, d.to, d.duration, seed)
		empty := err != nil && strings.HasPrefix(err.Error(), "not one arrival falls")
		return d.shape != Poisson || !empty // of one arrival that is expected, a third of the seeds draw none
	}).Draw(t, "seed")
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return d
}

func TestArrivalsAreInOrderAndWithinTheRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, Shapes()...)
		if s.Len() < 1 {
			t.Fatal("no arrival")
		}
		if first := s.At(0); first < 0 || s.shape != Poisson && first != 0 {
			t.Fatalf("the first arrival is due at %v", first)
		}
		last := time.Duration(0)
		for n := range s.Len() {
			at := s.At(n)
			if at < last {
				t.Fatalf("arrival %d is due at %v, before the one at %v", n, at, last)
			}
			last = at
		}
		if last >= s.duration {
			t.Fatalf("the last arrival is due at %v of %v", last, s.duration)
		}
	})
}

// TestAreaUnderTheRate compares with the area that is worked out from the public rate alone.
func TestAreaUnderTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, Constant, Ramp, Step, Sine, Spike)
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

// area is the integral of the rate of s up to the moment end, by Gauss's rule of three points between moments at which
// some shape may jump.
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

func TestShardsAddUpToTheWhole(t *testing.T) {
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
			t.Fatalf("%d arrivals in the shards, %d in the whole", len(union), len(whole))
		}
		if want := s.Rate(s.duration / 3); math.Abs(rate-want) > 1e-9*want {
			t.Fatalf("the shards' rates add up to %v of %v", rate, want)
		}
	})
}

func TestShardOutOfRange(t *testing.T) {
	for _, bad := range [][2]int{{-1, 3}, {3, 3}, {0, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("shard %d of %d exists", bad[0], bad[1])
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

// TestConstantIsExact compares with fractions of integers, up to the last arrival of the longest run.
func TestConstantIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.IntRange(1000, maxRate).Draw(t, "rate")
		duration := time.Duration(maxArrivals/rate) * time.Second
		s, err := New(Constant, float64(rate), 0, duration, 0)
		if err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(0, s.Len()-1).Draw(t, "n")
		exact := big.NewRat(int64(n), int64(rate))
		exact.Mul(exact, big.NewRat(1e9, 1)).Sub(exact, big.NewRat(int64(s.At(n)), 1))
		if exact.Abs(exact).Cmp(big.NewRat(501, 1000)) > 0 {
			t.Fatalf("arrival %d at %d/s is due at %d ns, which is off by %s ns", n, rate, s.At(n), exact.FloatString(3))
		}
	})
}

// TestRampIsExact puts the moments into the area's formula, with fractions of integers: in runs of a day, from the
// lowest rates to the highest and back.
func TestRampIsExact(t *testing.T) {
	const day = 24 * time.Hour
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom([]int64{1, 5, 100, 7000, 100_000}).Draw(t, "from")
		to := rapid.SampledFrom([]int64{1, 5, 100, 7000, 100_000}).Draw(t, "to")
		s, err := New(Ramp, float64(from), float64(to), day, 0)
		if err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(0, s.Len()-1).Draw(t, "n")
		x := seconds(s.At(n))
		rate := new(big.Rat).Quo(big.NewRat(to-from, 1), seconds(day))
		rate.Mul(rate, x)
		area := new(big.Rat).Quo(rate, big.NewRat(2, 1))
		area.Add(area, big.NewRat(from, 1)).Mul(area, x)
		rate.Add(rate, big.NewRat(from, 1))
		off := area.Sub(area, big.NewRat(int64(n), 1))
		off.Quo(off, rate).Mul(off, big.NewRat(1e9, 1))
		if off.Abs(off).Cmp(big.NewRat(11, 10)) > 0 {
			t.Fatalf("arrival %d is due at %d ns, which is off by %s ns", n, s.At(n), off.FloatString(3))
		}
	})
}

// TestSineIsExact does the same with 200 bits, since a sine is no fraction.
func TestSineIsExact(t *testing.T) {
	const day = 24 * time.Hour
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom([]float64{1, 100, 7000, 100_000}).Draw(t, "from")
		to := rapid.SampledFrom([]float64{1, 100, 7000, 100_000}).Draw(t, "to")
		s, err := New(Sine, from, to, day, 0)
		if err != nil {
			t.Fatal(err)
		}
		n := rapid.OneOf(rapid.IntRange(0, 1000), rapid.IntRange(s.Len()-1000, s.Len()-1), rapid.IntRange(0, s.Len()-1)).Draw(t, "n")
		at := s.At(n)
		off := sineArea(from, to, at, day, n) / s.Rate(at) * 1e9
		if math.Abs(off) > 2 {
			t.Fatalf("arrival %d is due at %d ns, which is off by %.3f ns", n, at, off)
		}
	})
}

// sineArea is by how much the area under a sine up to the moment at is more than n. The area is from·t + h·(a − sin a),
// where a = 2πt/duration.
func sineArea(from, to float64, at, duration time.Duration, n int) float64 {
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	pi, _ := number(0).SetString("3.14159265358979323846264338327950288419716939937510582097494459")
	frequency := number(0).Quo(pi, number(duration.Seconds()/2))
	x := number(0).Quo(number(float64(at)), number(1e9))
	a := number(0).Mul(frequency, x)
	term, lessSine := number(0).Set(a), number(0)
	for i := 2.0; i < 80; i += 2 {
		term.Mul(term, a).Mul(term, a).Quo(term, number(-i*(i+1)))
		lessSine.Sub(lessSine, term)
	}
	h := number(0).Quo(number((to-from)/2), frequency)
	area := number(0).Mul(number(from), x)
	area.Add(area, h.Mul(h, lessSine))
	more, _ := area.Sub(area, number(float64(n))).Float64()
	return more
}

func TestRates(t *testing.T) {
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
				t.Errorf("%s: %v/s after %d s, want %v/s", c.shape, got, second, want)
			}
		}
	}
}

func TestScheduleRefuses(t *testing.T) {
	for _, c := range []struct {
		shape    Shape
		from, to float64
		duration time.Duration
		want     string
	}{
		{"rammp", 1, 0, time.Minute, `unknown shape "rammp"; did you mean "ramp"?`},
		{"Constant", 1, 0, time.Minute, `did you mean "constant"?`},
		{"zigzag", 1, 0, time.Minute, "there are constant, ramp, step, sine, spike and poisson"},
		{Constant, 0, 0, time.Minute, "a rate of 0/s makes no arrivals"},
		{Constant, -5, 0, time.Minute, "a rate of -5/s"},
		{Constant, math.NaN(), 0, time.Minute, "not a number"},
		{Constant, math.Inf(1), 0, time.Minute, "a rate of +Inf/s is beyond"},
		{Constant, 20e6, 0, time.Minute, "a rate of 20000000/s is beyond what can be sent; give one up to 10000000/s"},
		{Ramp, 5, math.NaN(), time.Minute, "not a number"},
		{Ramp, 5, -1, time.Minute, "a rate of -1/s"},
		{Ramp, 0, 5, time.Minute, "a rate of 0/s"},
		{Sine, 5, 20e6, time.Minute, "a rate of 20000000/s"},
		{Constant, 500, 2000, time.Minute, "constant goes at one rate, not at 500/s..2000/s; give one, or choose a shape of two: ramp, step"},
		{Poisson, 500, 2000, time.Minute, "poisson goes at one rate"},
		{Spike, 500, 0, time.Minute, "spike goes between two rates; write them like 500/s..2000/s"},
		{Constant, 500, 0, 0, "a run of 0s is none"},
		{Ramp, 500, 600, -time.Second, "a run of -1s is none"},
		{Constant, 0.5, 0, time.Second, "not one arrival falls within 1s"},
		{Constant, 1e-300, 0, math.MaxInt64, "not one arrival"},
		{Poisson, 0.5, 0, time.Second, "not one arrival"},
		{Constant, 10e6, 0, 1001 * time.Second, "10010000000 arrivals within 16m41s are too many; at most 10000000000 can be"},
		{Step, 10e6, 10e6, math.MaxInt64, "too many"},
		{Poisson, 10e6, 0, time.Hour, "at most 1000000000 can be"},
	} {
		_, err := New(c.shape, c.from, c.to, c.duration, 1)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s at %v..%v for %v: %v, want %q", c.shape, c.from, c.to, c.duration, err, c.want)
		}
	}
}

func TestShortestRuns(t *testing.T) {
	for _, shape := range []Shape{Ramp, Step, Sine, Spike} {
		s, err := New(shape, 10e6, 10e6, 101*time.Nanosecond, 0)
		if err != nil || s.Len() != 1 || s.At(0) != 0 {
			t.Errorf("%s of 101 ns: %v", shape, err)
		}
	}
}
