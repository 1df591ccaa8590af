package page

import (
	"fmt"
	"math"
	"testing"
)

func TestScales(t *testing.T) {
	for _, test := range []struct {
		scale scale
		ticks string
		value float64
		pixel string
	}{
		{linear(60, 0, 600), "[0 20 40 60]", 30, "300.0"},
		{linear(7, 0, 100), "[0 2 4 6 8]", 4, "50.0"},
		{linear(0, 0, 100), "[0 0.2 0.4 0.6 0.8 1]", 0, "0.0"},
		{linear(math.Inf(1), 0, 100), "[0 0.2 0.4 0.6 0.8 1]", math.NaN(), "0.0"},
		{linear(60, 100, 0), "[0 20 40 60]", 61, "0.0"},
		{logarithmic(.001, .1, 0, 100), "[0.001 0.002 0.005 0.01 0.02 0.05 0.1]", .01, "50.0"},
		{logarithmic(.0012, .9, 0, 300), "[0.001 0.01 0.1 1]", .1, "200.0"},
		{logarithmic(.0042, .15, 0, 100), "[0.002 0.005 0.01 0.02 0.05 0.1 0.2]", .02, "50.0"},
		{logarithmic(.00016, .7, 0, 100), "[0.0001 0.001 0.01 0.1 1]", .01, "50.0"},
		{overTime(59, 0, 590), "[0 10 20 30 40 50]", 30, "300.0"},
		{overTime(3599, 0, 3599), "[0 600 1200 1800 2400 3000]", 60, "60.0"},
		{overTime(3e5, 0, 300), "[0 8.64e+04 1.728e+05 2.592e+05]", 3e5, "300.0"},
		{overTime(0, 0, 100), "[0 1]", 0, "0.0"},
		{overTime(math.Inf(1), 0, 100), "[0 1]", 0, "0.0"},
		{logarithmic(1, 1, 0, 100), "[1 2 5 10]", 0, "0.0"},
	} {
		var ticks []string
		for _, tick := range test.scale.ticks() {
			ticks = append(ticks, plain(tick))
		}
		if got := fmt.Sprint(ticks); got != test.ticks {
			t.Errorf("ticks %s, want %s", got, test.ticks)
		}
		if got := coordinate(test.scale.pixel(test.value)); got != test.pixel {
			t.Errorf("%g is at %s, want %s", test.value, got, test.pixel)
		}
	}
	if n := len(logarithmic(1e-300, 1e300, 0, 100).ticks()); n > 12 {
		t.Errorf("%d ticks", n)
	}
}

func TestLabelsDoNotOverlap(t *testing.T) {
	if got := fmt.Sprint(apart([]float64{100, 98, 10})); got != "[112 98 10]" {
		t.Error(got)
	}
}
