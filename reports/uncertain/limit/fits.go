package limit

import (
	"math"

	"github.com/unified-login/assay/reports/uncertain"
)

// Fits are the limits of levels that probes around a guess tell, in the order of the levels, and which of them is the lowest; -1 without any.
// A level that no probe came near to has a zero limit. long says that the probes were as long as the confirmation: see [Result].
func Fits(levels []Level, probes []Probe, guess float64, long bool) (limits []uncertain.Limit, lowest int) {
	limits, lowest = make([]uncertain.Limit, len(levels)), -1
	for i, level := range levels {
		found, ok := fit(i, level, probes, guess)
		if !ok {
			continue
		}
		limits[i] = bounded(parted(i, level, probes, found, long), guess)
		if lowest < 0 || limits[i].Rate < limits[lowest].Rate {
			lowest = i
		}
	}
	return limits, lowest
}

// disagree is the factor between a limit and an end of its interval from which on the probes disagree.
const disagree = 2

// Tells reports whether a fitted limit is a figure: probes that disagree fit many curves, and the interval reaches far beyond the rates that
// were tried.
func Tells(l uncertain.Limit) bool {
	return l.Probes > 0 && l.Low*disagree >= l.Rate && l.High <= l.Rate*disagree
}

// bounded keeps a limit and its interval within a factor of the guess: two probes that scatter tell any number.
func bounded(l uncertain.Limit, guess float64) uncertain.Limit {
	const factor = 1000
	for _, rate := range []*float64{&l.Rate, &l.Low, &l.High} {
		*rate = max(guess/factor, min(*rate, guess*factor))
	}
	return l
}

// fit fits the probes for a level. A level without a share is one exchange a probe, which was beyond it or not: its limit is where half of
// the probes hold it.
func fit(i int, level Level, probes []Probe, guess float64) (uncertain.Limit, bool) {
	const half = 0.5
	if level.Mean {
		var all []uncertain.MeanProbe
		for _, p := range probes {
			if o := observed(p.Levels, i); o.Value > 0 {
				all = append(all, uncertain.MeanProbe{Rate: p.Rate, Value: o.Value})
			}
		}
		return uncertain.FitMean(all, level.Allowed, guess, confidence)
	}
	all := points(i, level, probes)
	if !level.share() {
		return uncertain.Fit(all, half, guess, confidence)
	}
	return uncertain.Fit(all, level.Allowed, guess, confidence)
}

func points(i int, level Level, probes []Probe) (all []uncertain.Probe) {
	for _, p := range probes {
		o := observed(p.Levels, i)
		one := uncertain.Probe{Rate: p.Rate, Counted: o.Counted, Of: o.Of}
		if !level.share() {
			one.Counted, one.Of = 0, 1
			if o.Missed {
				one.Counted = 1
			}
		}
		all = append(all, one)
	}
	return all
}

// parted is for a limit that no probe is on the wrong side of, though the probes do not lie on the curve: the share jumps somewhere between
// the highest rate that held and the lowest that did not, and nothing says where. The interval reaches to both. Where as many probes as a
// search needs are all far from the level, or those of a target that lives on savings, which has no chance in it, the two rates are the
// interval.
func parted(i int, level Level, probes []Probe, fitted uncertain.Limit, long bool) uncertain.Limit {
	const certain, offCurve, nearby = 2, 4, 0.15
	near := func(p Probe) bool { return long || math.Abs(p.Rate/fitted.Rate-1) <= nearby }
	e := edgesOf(i, level, probes, near)
	if e.held == 0 || e.failed == 0 || e.mixed || (level.share() || level.Mean) && fitted.Dispersion < offCurve {
		return fitted
	}
	fitted.Low, fitted.High = min(fitted.Low, e.below), max(fitted.High, e.above)
	if long || e.jumps {
		fitted.Rate = math.Sqrt(e.below * e.above)
	}
	if (long || e.jumps && e.held+e.failed >= fewestProbes) && min(e.held, e.failed) >= certain {
		fitted.Low, fitted.High = e.below, e.above
	}
	return fitted
}

// edges are the rates between which a level stops to hold.
type edges struct {
	below, above float64 // the highest rate that held below the lowest that did not
	held, failed int
	jumps        bool // every probe is far from the level
	mixed        bool // a probe held at a rate that is clearly above one that did not
}

// edgesOf are those of the probes that are near.
func edgesOf(i int, level Level, probes []Probe, near func(Probe) bool) edges {
	const far, clearly = 10, 1.01
	e := edges{above: math.Inf(1), jumps: level.share()}
	var held []float64
	for _, p := range probes {
		o := observed(p.Levels, i)
		switch share := o.Counted / max(1, o.Of); {
		case !near(p):
		case level.held(o):
			held, e.jumps = append(held, p.Rate), e.jumps && share <= level.Allowed/far
		default:
			e.above, e.failed, e.jumps = min(e.above, p.Rate), e.failed+1, e.jumps && share >= min(far*level.Allowed, (1+level.Allowed)/2)
		}
	}
	for _, rate := range held {
		switch {
		case rate < e.above:
			e.below, e.held = max(e.below, rate), e.held+1
		case rate > clearly*e.above:
			e.mixed = true
		}
	}
	return e
}

// held reports whether a level held in a probe.
func (l Level) held(o Observed) bool {
	switch {
	case l.Mean:
		return o.Value <= l.Allowed
	case l.share():
		return o.Counted <= l.Allowed*o.Of
	default:
		return !o.Missed
	}
}
