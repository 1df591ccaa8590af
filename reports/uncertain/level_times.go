package uncertain

import (
	"math"

	"github.com/unified-login/assay"
)

// judgeFigure judges a level on a figure that is not a share.
func (r Run) judgeFigure(slo assay.SLO, c Conditions, figure func(confidence float64) Interval) Judgement {
	at := func(alpha float64) (Interval, Verdict) {
		i := figure(1 - 2*alpha)
		worst, best := i.High, i.Low
		if slo.Operator == ">" || slo.Operator == ">=" {
			worst, best = best, worst
		}
		switch {
		case !i.Known():
			return i, NotKnown
		case slo.Holds(worst):
			return i, Holds
		case !slo.Holds(best) && best != slo.Bound:
			return i, Violated
		default:
			return i, NotKnown
		}
	}
	of, verdict := at(c.alpha())
	j := Judgement{Verdict: verdict, Share: of, Allowed: slo.Bound}
	switch {
	case !of.Known():
		return j.unknown(FewBlocks, r.moreBlocks(len(r.blocks)))
	case verdict == NotKnown && of.AtLeast:
		return j.unknown(TimedOut, math.Inf(1))
	case verdict == NotKnown:
		wide, gap := of.High-of.Value, math.Abs(of.Value-slo.Bound)
		return j.unknown(Noise, r.more(max(1, wide/gap*(wide/gap))))
	}
	j.Confidence = confidenceOf(c.alpha(), verdict, func(alpha float64) Verdict { _, v := at(alpha); return v })
	return j
}

// judgeMaximum judges a level on the maximum. It is a fact of this run: it is violated when anything was beyond, and holds for
// what was sent when nothing was. A time in the bin that the bound divides counts by the middle of the bin.
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
