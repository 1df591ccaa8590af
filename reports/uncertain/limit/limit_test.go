package limit

import (
	"math"
	"slices"
	"testing"
)

// A script is a target that a search tries.
type script struct {
	options Options
	// share is the share beyond a level of which 1 % is allowed, in a step.
	share func(step Step, before float64) float64
	// sees changes what a step shows; nil for nothing.
	sees  func(step Step, seen *Seen)
	steps []Step
}

// rising is a share that reaches 1 % at a limit.
func rising(limit, slope float64) func(Step, float64) float64 {
	return func(step Step, _ float64) float64 {
		return 1 / (1 + 99*math.Exp(-slope*math.Log(step.Rate/limit)))
	}
}

func (s *script) search(t *testing.T) Result {
	t.Helper()
	if s.options.Levels == nil {
		s.options.Levels = []Level{{Allowed: 0.01}}
	}
	s.options.Duration = max(s.options.Duration, 30)
	search, before := New(s.options), 0.0
	for range 1000 {
		step, more := search.Next()
		if !more {
			return search.Result()
		}
		s.steps = append(s.steps, step)
		share, of := s.share(step, before), step.Rate*(step.Seconds-step.From)
		seen := Seen{Holds: share <= 0.01, Took: step.Seconds + 1, Levels: []Observed{{Counted: share * of, Of: of, Missed: share > 0.01}}}
		if s.sees != nil {
			s.sees(step, &seen)
		}
		if len(s.steps) == 1 {
			seen.Took = step.Seconds // the rest is before every other step
		}
		before = step.Rate
		search.Saw(seen)
	}
	t.Fatalf("the search does not end: %+v", s.steps[len(s.steps)-10:])
	return Result{}
}

// kinds are how many steps there were of each kind.
func (s *script) kinds() map[Kind]int {
	all := map[Kind]int{}
	for _, step := range s.steps {
		all[step.Kind]++
	}
	return all
}

func TestTheLimitIsWhereTheCurveMeetsTheLevel(t *testing.T) {
	for _, from := range []float64{7, 50, 880, 5000} {
		s := script{options: Options{Rate: from}, share: rising(900, 40)}
		r := s.search(t)
		if r.End != Confirmed || math.Abs(r.Limit.Rate/900-1) > 0.002 || r.Limit.Low > 900 || r.Limit.High < 900 || r.Confirmed > r.Limit.Low || r.Confirmed < 0.97*r.Limit.Low {
			t.Errorf("from %g: %s, %+v, confirmed %g", from, r.End, r.Limit, r.Confirmed)
		}
		last := s.steps[len(s.steps)-1]
		if kinds := s.kinds(); kinds[Probing] != fewestProbes || kinds[Confirm] != 1 || last.Kind != Confirm || last.Seconds != 30 {
			t.Errorf("from %g: %v, the last is %+v", from, kinds, last)
		}
		for _, p := range r.Probes {
			if p.Seconds != 11 || p.From != 1 || s.steps[p.Number] != p.Step {
				t.Errorf("%+v is not %+v", p, s.steps[p.Number])
			}
		}
	}
}

// A share that jumps has its limit between the probes on both sides, and no curve says where.
func TestAJumpIsBetweenProbes(t *testing.T) {
	s := script{options: Options{Rate: 50}, share: func(step Step, _ float64) float64 {
		if step.Rate > 300 {
			return 0.6
		}
		return 0
	}}
	if r := s.search(t); r.End != Confirmed || r.Limit.Low > 300 || r.Limit.High < 300 || !r.Limit.Within(0.03) || r.Confirmed > 300 {
		t.Errorf("%s, %+v, confirmed %g", r.End, r.Limit, r.Confirmed)
	}
}

// A level without a share holds in a probe or does not, and one on the mean has a bound.
func TestLevelsWithoutAShare(t *testing.T) {
	whole := script{options: Options{Rate: 50, Levels: []Level{{}}}, share: rising(300, 1000)}
	if r := whole.search(t); r.End != Confirmed || math.Abs(r.Limit.Rate/300-1) > 0.03 || r.Confirmed > 300 {
		t.Errorf("%s, %+v, confirmed %g", r.End, r.Limit, r.Confirmed)
	}
	mean := script{options: Options{Rate: 50, Levels: []Level{{Mean: true, Allowed: 0.02}}}, share: rising(300, 1000), sees: func(step Step, seen *Seen) {
		seen.Levels[0].Value = 0.02 * step.Rate / 300
		seen.Levels[0].Missed = step.Rate > 300
	}}
	if r := mean.search(t); r.End != Confirmed || math.Abs(r.Limit.Rate/300-1) > 0.01 || r.Confirmed > 300 {
		t.Errorf("%s, %+v, confirmed %g", r.End, r.Limit, r.Confirmed)
	}
}

// The lowest of the limits is the limit.
func TestTheLowestLevelDecides(t *testing.T) {
	s := script{options: Options{Rate: 50, Levels: []Level{{Allowed: 0.01}, {Allowed: 0.05, Errors: true}, {}}}, share: rising(300, 40), sees: func(step Step, seen *Seen) {
		early := rising(270, 40)(step, 0) // 1 %; it reaches 5 % at 281/s
		of := seen.Levels[0].Of
		seen.Levels = append(seen.Levels, Observed{Counted: early * of, Of: of, Missed: early > 0.05}, Observed{})
		seen.Holds = seen.Holds && early <= 0.05
	}}
	r := s.search(t)
	if r.End != Confirmed || r.Lowest != 1 || math.Abs(r.Limit.Rate/281.3-1) > 0.005 || math.Abs(r.Levels[0].Rate/300-1) > 0.01 || r.Levels[2].Probes != 0 {
		t.Errorf("%s, level %d, %+v", r.End, r.Lowest, r.Levels)
	}
}

// Where the generator is the bottleneck twice at a rate, the limit is beyond what it can do.
func TestTheGeneratorGivesOut(t *testing.T) {
	s := script{options: Options{Rate: 100}, share: rising(9000, 40), sees: func(step Step, seen *Seen) { seen.Saturated = step.Rate > 1500 }}
	r := s.search(t)
	if r.End != Confirmed || !r.Beyond || r.Limit.Rate != 0 || r.Confirmed < 1200 || r.Confirmed > 1500 || s.kinds()[Probing] != 0 {
		t.Errorf("%s, beyond %t: %+v, confirmed %g, %v", r.End, r.Beyond, r.Limit, r.Confirmed, s.kinds())
	}
	busy := script{options: Options{Rate: 100}, share: rising(9000, 40), sees: func(_ Step, seen *Seen) { seen.Saturated = true }}
	if r := busy.search(t); r.End != Busy || r.At != 50 || len(busy.steps) != 4 {
		t.Errorf("%s at %g after %+v", r.End, r.At, busy.steps)
	}
}

// A step in which the generator was the bottleneck is made again, and is no probe.
func TestASaturatedProbeIsLeftOut(t *testing.T) {
	for _, kind := range []Kind{Climb, Narrow, Probing, Confirm} {
		busy := 0
		s := script{options: Options{Rate: 50}, share: rising(300, 40), sees: func(step Step, seen *Seen) {
			if step.Kind == kind && busy == 0 {
				busy++
				*seen = Seen{Saturated: true, Took: seen.Took}
			}
		}}
		r := s.search(t)
		i := slices.IndexFunc(s.steps, func(step Step) bool { return step.Kind == kind })
		if r.End != Confirmed || math.Abs(r.Limit.Rate/300-1) > 0.002 || s.steps[i+1] != s.steps[i] ||
			slices.ContainsFunc(r.Probes, func(p Probe) bool { return p.Number == i }) {
			t.Errorf("%s: %s, %+v, %+v after %+v", kind, r.End, r.Limit, s.steps[i+1], s.steps[i])
		}
	}
}

// Of a target that answers at first what it cannot sustain, probes as long as the confirmation tell the limit by their second half. Those
// that were shorter are dropped.
func TestSavings(t *testing.T) {
	const rate, saved = 300.0, 300.0
	half := func(step Step, from, to float64) (counted, of float64) {
		empty := saved / max(1e-9, step.Rate-rate) // from which moment on nothing is saved
		return max(0, to-max(from, empty)) * max(0, step.Rate-rate), (to - from) * step.Rate
	}
	for _, kind := range []Kind{Narrow, Probing, Confirm} { // which sees first that it is so
		s := script{options: Options{Rate: 50, Levels: []Level{{Allowed: 0.01, Errors: true}}}}
		s.share = func(step Step, _ float64) float64 {
			counted, of := half(step, 0, step.Seconds)
			return counted / of
		}
		s.sees = func(step Step, seen *Seen) {
			seen.Levels[0].Counted, seen.Levels[0].Of = half(step, step.From, step.Seconds)
			counted, of := half(step, step.Seconds/2, step.Seconds)
			first, _ := half(step, 0, step.Seconds/2)
			seen.Savings = counted > 0.01*of && first == 0 && (step.Kind == kind || step.Kind == Confirm)
			seen.Holds = seen.Holds && !seen.Savings
		}
		r := s.search(t)
		if r.End != Confirmed || !r.Long || math.Abs(r.Limit.Rate/311.6-1) > 0.02 || r.Confirmed > 312 || r.Confirmed < 296 {
			t.Errorf("%s: %s, long %t, %+v, confirmed %g", kind, r.End, r.Long, r.Limit, r.Confirmed)
		}
		for _, p := range r.Probes {
			if p.Seconds != 30 || p.From != 15 {
				t.Errorf("%s: %+v", kind, p)
			}
		}
	}
}

// A target whose levels on throughput hold nowhere below a floor is searched from there on, and not below.
func TestTheFloor(t *testing.T) {
	s := script{options: Options{Rate: 50, Floor: 400}, share: rising(900, 40)}
	if r := s.search(t); r.End != Confirmed || s.steps[0].Rate != 400 || slices.ContainsFunc(s.steps, func(step Step) bool { return step.Rate < 400 }) {
		t.Errorf("%s after %+v", r.End, s.steps)
	}
	none := script{options: Options{Rate: 50, Floor: 400}, share: rising(300, 40)}
	if r := none.search(t); r.End != TooHigh || len(none.steps) != 1 {
		t.Errorf("%s after %+v", r.End, none.steps)
	}
	above := script{options: Options{Rate: 500, Floor: 400}, share: rising(300, 40)}
	if r := above.search(t); r.End != TooHigh || len(above.steps) != 2 || above.steps[1].Rate != 400 {
		t.Errorf("%s after %+v", r.End, above.steps)
	}
	little := script{options: Options{Rate: 50}, share: rising(900, 40), sees: func(step Step, seen *Seen) {
		seen.TooLittle, seen.Holds = step.Rate < 700, seen.Holds && step.Rate >= 700
	}}
	if r := little.search(t); r.End != Confirmed || math.Abs(r.Limit.Rate/900-1) > 0.002 {
		t.Errorf("%s, %+v", r.End, r.Limit)
	}
}

func TestNothingHolds(t *testing.T) {
	s := script{options: Options{Rate: 64}, share: func(Step, float64) float64 { return 1 }}
	if r := s.search(t); r.End != TooHigh || len(s.steps) != 7 || s.steps[6].Rate != 1 || r.Limit.Rate != 0 {
		t.Errorf("%s after %+v", r.End, s.steps)
	}
	long := script{options: Options{Rate: 1, Needs: func(_ Kind, rate float64) float64 { return 299 / rate }}, share: func(Step, float64) float64 { return 1 }}
	if r := long.search(t); r.End != TooLong || r.At != 0.5 || len(long.steps) != 1 {
		t.Errorf("%s at %g after %+v", r.End, r.At, long.steps)
	}
}

// A limit that no confirmation holds is tried four times, each time lower.
func TestAnUnstableLimit(t *testing.T) {
	s := script{options: Options{Rate: 50}, share: func(step Step, before float64) float64 {
		if step.Kind == Confirm {
			return 0.02
		}
		return rising(300, 40)(step, before)
	}}
	r := s.search(t)
	var tried []float64
	for _, step := range s.steps {
		if step.Kind == Confirm {
			tried = append(tried, step.Rate)
		}
	}
	if r.End != Unstable || r.Confirmed != 0 || len(tried) != 4 || !slices.IsSortedFunc(tried, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
		t.Errorf("%s after confirmations at %v", r.End, tried)
	}
}

// Probes that scatter too much end with the time, and the limit is confirmed as it is.
func TestTheTimeEnds(t *testing.T) {
	n := 0
	s := script{options: Options{Rate: 200, Time: 300}}
	s.share = func(step Step, before float64) float64 {
		share := rising(300, 5)(step, before)
		if n++; step.Kind == Probing {
			share *= []float64{0.2, 2, 0.5, 1.3}[n%4]
		}
		return share
	}
	r, took := s.search(t), 0.0
	for _, step := range s.steps[:len(s.steps)-1] {
		if took += step.Seconds + 1; step.Kind == Confirm {
			t.Errorf("confirmed after %g s", took)
		}
	}
	if r.Limit.Within(0.03) || r.Limit.Rate == 0 || took < 288 || took > 300 || s.steps[len(s.steps)-1].Kind != Confirm {
		t.Errorf("%s, %+v after %g s", r.End, r.Limit, took)
	}
	never := script{options: Options{Rate: 1, Time: 20}, share: func(Step, float64) float64 { return 0 }}
	if r := never.search(t); r.End != Endless || len(never.steps) != 3 || r.Unmade.Rate != 8 || r.Unmade.Seconds != 5 {
		t.Errorf("%s without %+v, after %+v", r.End, r.Unmade, never.steps)
	}
}

// Only a confirmation may end after the time: no other step is begun that would not end in it, whatever the search is doing.
func TestNoStepEndsAfterTheTime(t *testing.T) {
	savings := func(step Step, seen *Seen) { seen.Savings = step.Kind == Confirm && step.Rate > 250 }
	busy := func(step Step, seen *Seen) { seen.Saturated = step.Kind == Probing }
	needs := func(_ Kind, rate float64) float64 { return 299 * 50 / rate }
	for name, s := range map[string]script{
		"plain": {}, "savings": {sees: savings}, "a busy generator": {sees: busy}, "long steps": {options: Options{Needs: needs}},
	} {
		for time := 10.0; time < 400; time += 0.25 {
			s := script{options: Options{Rate: 60, Time: time, Needs: s.options.Needs}, share: rising(300, 40), sees: s.sees}
			r, spent := s.search(t), -rest // which the first step has not
			for _, step := range s.steps {
				if spent += rest + step.Seconds; step.Kind != Confirm && spent > time {
					t.Errorf("%s: of %g s, %g would be spent with %+v", name, time, spent, step)
				}
			}
			if r.End == Endless && (r.Unmade.Seconds == 0 || r.Confirmed > 0) || r.End == "" {
				t.Errorf("%s: %g s: %s without %+v", name, time, r.End, r.Unmade)
			}
		}
	}
}

// Probes that disagree tell no limit: an interval that reaches from less than half of its rate to more than twice that says nothing. What
// still holds at half of the rate can be confirmed.
func TestProbesThatDisagree(t *testing.T) {
	n := 0
	s := script{options: Options{Rate: 200, Time: 70}, share: func(step Step, _ float64) float64 {
		switch {
		case step.Kind == Probing:
			n++
			return []float64{0.003, 0.03, 0.01, 0.001}[n%4]
		case step.Rate > 300:
			return 0.5
		}
		return 0
	}}
	r := s.search(t)
	if !r.Scattered || r.Limit.Rate != 0 || r.Lowest != 0 || r.Beyond || r.End != Confirmed || r.Confirmed < 0.49*r.Around || r.Confirmed > 1.01*r.Around {
		t.Errorf("%s around %g: %+v of %+v, confirmed %g", r.End, r.Around, r.Limit, r.Levels, r.Confirmed)
	}
	if r := (&script{options: Options{Rate: 200}, share: rising(300, 40)}).search(t); r.Scattered || !Tells(r.Levels[0]) {
		t.Errorf("%+v", r.Limit)
	}
}

// A target that recovers late holds less after a higher rate than after a lower one.
func TestHysteresis(t *testing.T) {
	late := func(step Step, before float64) float64 {
		if before > step.Rate {
			return rising(290, 40)(step, 0)
		}
		return rising(310, 40)(step, 0)
	}
	s := script{options: Options{Rate: 50}, share: late}
	r := s.search(t)
	if up, down := r.Recovers.Up, r.Recovers.Down; math.Abs(up.Rate/310-1) > 0.005 || math.Abs(down.Rate/290-1) > 0.005 || up.Low < down.High {
		t.Errorf("%s: up %+v, down %+v", r.End, up, down)
	}
	if r := (&script{options: Options{Rate: 50}, share: rising(300, 40)}).search(t); r.Recovers.Up.Probes != 0 {
		t.Errorf("no hysteresis: %+v", r.Recovers)
	}
}

// What is left never grows but by a confirmation that failed.
func TestMost(t *testing.T) {
	search := New(Options{Rate: 50, Levels: []Level{{Allowed: 0.01}}, Duration: 30, Time: 300})
	if most := search.Most(); most != 300+4*31 {
		t.Errorf("%g s", most)
	}
	step, _ := search.Next()
	search.Saw(Seen{Holds: true, Took: step.Seconds + 1, Levels: []Observed{{Of: 100}}})
	if most := search.Most(); most != 300-6+4*31 || search.Spent() != 6 {
		t.Errorf("%g s left, %g s spent", most, search.Spent())
	}
}

// A level that holds or does not is fitted like one exchange a probe, and its interval reaches to both sides of the jump.
func TestAnIntervalReachesToBothSides(t *testing.T) {
	var probes []Probe
	for i, rate := range []float64{264, 264, 264, 264, 264, 264, 330, 330, 330, 330, 330, 330} {
		probes = append(probes, Probe{Step: Step{Rate: rate}, Number: i, Levels: []Observed{{Missed: rate > 300}}})
	}
	if limits, lowest := Fits([]Level{{}}, probes, 297, false); lowest != 0 || limits[0].Low > 264 || limits[0].High < 330 {
		t.Errorf("%+v", limits)
	}
	probes = append(probes, Probe{Step: Step{Rate: 336}, Levels: []Observed{{}}}) // one on the wrong side
	if limits, lowest := Fits([]Level{{}}, probes, 297, false); lowest != 0 || limits[0].High > 1000*limits[0].Low {
		t.Errorf("%+v", limits)
	}
	if _, lowest := Fits([]Level{{}, {Allowed: 0.01}, {Mean: true, Allowed: 1}}, probes[:2], 297, false); lowest != -1 {
		t.Errorf("two probes tell level %d", lowest)
	}
}

// A generator that gives out only during probes bounds them from above, and the search ends all the same.
func TestTheGeneratorGivesOutDuringProbes(t *testing.T) {
	for _, truth := range []float64{306, 400} {
		s := script{options: Options{Rate: 50}, share: rising(truth, 40), sees: func(step Step, seen *Seen) { seen.Saturated = step.Kind == Probing && step.Rate > 303 }}
		if r := s.search(t); r.End != Confirmed && r.End != Busy && r.End != Endless || r.Confirmed > truth || len(s.steps) > 120 {
			t.Errorf("%g/s: %s after %d steps, %+v, confirmed %g", truth, r.End, len(s.steps), r.Limit, r.Confirmed)
		}
	}
}
