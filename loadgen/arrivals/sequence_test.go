package arrivals

import (
	"testing"
	"time"
)

// stages are three schedules with fractions of arrivals at their ends.
func stages(t *testing.T) []Part {
	t.Helper()
	var parts []Part
	for _, one := range []struct {
		shape    Shape
		from, to float64
		lasts    time.Duration
	}{{Constant, 0.7, 0, 10 * time.Second}, {Ramp, 10, 1000, 1500 * time.Millisecond}, {Poisson, 300, 0, 2 * time.Second}, {Spike, 3, 8, 777 * time.Millisecond}} {
		schedule, err := New(one.shape, one.from, one.to, one.lasts, 5)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, Part{schedule, one.lasts})
	}
	return parts
}

// Each part of a sequence has the arrivals of its own schedule, at the same moments after its start, and so have the shards together.
func TestASequenceHasTheArrivalsOfItsParts(t *testing.T) {
	parts := stages(t)
	whole, err := Sequence(parts...)
	if err != nil {
		t.Fatal(err)
	}
	n, start := 0, time.Duration(0)
	for _, p := range parts {
		for i := range p.Schedule.Len() {
			if at := whole.At(n); at != start+p.Schedule.At(i) || at >= start+p.Duration {
				t.Fatalf("arrival %d at %v, want %v, before %v", n, at, start+p.Schedule.At(i), start+p.Duration)
			}
			n++
		}
		if got, want := whole.Rate(start), p.Schedule.Rate(0); got != want {
			t.Errorf("rate at %v: %g, want %g", start, got, want)
		}
		start += p.Duration
	}
	if whole.Len() != n {
		t.Errorf("%d arrivals, want %d", whole.Len(), n)
	}
	if got := whole.Rate(start); got != 0 {
		t.Errorf("rate after the end: %g", got)
	}
	const shards = 3
	sum := 0
	for i := range shards {
		part := Shard(whole, i, shards)
		for k := range part.Len() {
			if part.At(k) != whole.At(i+k*shards) {
				t.Fatalf("shard %d, arrival %d", i, k)
			}
		}
		sum += part.Len()
	}
	if sum != n {
		t.Errorf("the shards have %d arrivals, want %d", sum, n)
	}
}

func TestASequenceNeedsParts(t *testing.T) {
	if _, err := Sequence(); err == nil {
		t.Error("no parts")
	}
	part := stages(t)[0]
	part.Duration = 0
	if _, err := Sequence(part); err == nil {
		t.Error("a part without a duration")
	}
}
