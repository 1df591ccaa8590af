package arrivals

import (
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestConstantIsExact compares with exact fractions, up to the last arrival of the longest run.
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

// TestRampIsExact puts the moments into the formula of the area, with exact fractions, in runs of a day between low and
// high rates.
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

// TestSineIsExact does the same with 200 bits, because a sine is not a fraction.
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

// sineArea is the area under a sine up to the moment at, minus n. The area is from·t + h·(a − sin a), where a = 2πt/duration.
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
