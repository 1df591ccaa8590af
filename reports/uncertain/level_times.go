package uncertain

import (
	"math"

	"github.com/unified-login/assay"
)

// judgeMean judges a level on the mean by the interval of the mean.
func (r Run) judgeMean(slo assay.SLO, c Conditions) Judgement {
	at := func(alpha float64) (Interval, Verdict) {
		i := r.Mean(1 - 2*alpha)
		switch {
		case !i.Known():
			return i, NotKnown
		case i.High < slo.Bound, slo.Operator == "<=" && i.High == slo.Bound:
			return i, Holds
		case i.Low > slo.Bound:
			return i, Violated
		default:
			return i, NotKnown
		}
	}
	mean, verdict := at(c.alpha())
	j := Judgement{Verdict: verdict, Share: mean, Allowed: slo.Bound}
	switch {
	case r.whole.count() == 0:
		return j.unknown(Nothing, math.Inf(1))
	case !mean.Known():
		return j.unknown(FewBlocks, max(0, leastBlocks-r.measured.Seconds()))
	case verdict == NotKnown && mean.AtLeast:
		return j.unknown(TimedOut, math.Inf(1))
	case verdict == NotKnown:
		wide, gap := mean.High-mean.Value, math.Abs(mean.Value-slo.Bound)
		return j.unknown(Noise, r.more(wide/gap*(wide/gap)))
	}
	j.Confidence = confidenceOf(c.alpha(), verdict, func(alpha float64) Verdict { _, v := at(alpha); return v })
	return j
}

// judgeMaximum judges a level on the maximum. It is a fact of this run: it is violated when anything was beyond, and holds for what was
// sent when nothing was. A time in the bin that the bound divides counts by the middle of the bin.
func (r Run) judgeMaximum(slo assay.SLO, c Conditions) Judgement {
	q := question{parts: r.beyond(slo.Bound * nanoseconds), bulk: r.floor(slo.Bound * nanoseconds)}
	share, _ := q.at(c.alpha())
	j := Judgement{Share: share, Confidence: 1 - alpha}
	switch whole := Sum(q.parts); {
	case whole.Of == 0:
		return j.unknown(Nothing, math.Inf(1))
	case whole.Counted > 0:
		j.Verdict = Violated
	case c.Timeout > 0 && slo.Bound > c.Timeout.Seconds() && r.counts.Censored > 0:
		return j.unknown(TimedOut, math.Inf(1))
	default:
		j.Verdict = Holds
	}
	return j
}
