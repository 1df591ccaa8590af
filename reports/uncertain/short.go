package uncertain

import (
	"math"

	"github.com/unified-login/assay"
)

// A run of fewer than five seconds has too few blocks to tell how much alike its exchanges are. Its parts of a fraction of a second
// tell less than blocks: what they have in common often lasts longer. They decide what is far from its bound only: times by a
// factor of ten, shares and rates by a factor of three. `make bench-stats` has the verdicts of simulated runs of 1 to 3 s.
const (
	farTimes  = 10
	farShares = 3
)

// judgeShort judges a service level by a run of fewer than five seconds.
func (r Run) judgeShort(slo assay.SLO, c Conditions) Judgement {
	q := slo.Metric.Quantile()
	switch {
	case slo.Metric == assay.MetricThroughput && c.Closed:
		return r.judgeShortFigure(slo, c, r.fine.Rate, farShares)
	case slo.Metric == assay.MetricMean:
		return r.judgeShortFigure(slo, c, r.fine.Mean, farTimes).ofTimes(c)
	case q > 0 && c.blind(slo):
		return r.judgeShortShare(r.fine.shareOf(slo, c), c).ofTimes(c)
	case q > 0:
		return r.judgeShortPercentile(slo, c).ofTimes(c)
	default:
		return r.judgeShortShare(r.fine.shareOf(slo, c), c)
	}
}

// judgeShortShare judges a share. One of which nothing was counted is what it is in a longer run.
func (r Run) judgeShortShare(q question, c Conditions) Judgement {
	j := r.fine.judgeShare(q, c)
	if q.whole().Counted == 0 || q.allowed <= 0 || j.Verdict == Violated && c.alpha()*j.Share.Value > q.allowed {
		return r.short(j)
	}
	below, above := q, q
	below.allowed, above.allowed = q.allowed/farShares, min(q.allowed*farShares, 1-(1-q.allowed)/farShares)
	if r.fine.judgeShare(below, c).Verdict == Holds || r.fine.judgeShare(above, c).Verdict == Violated {
		return j
	}
	return r.short(j.unsure())
}

// judgeShortPercentile judges a percentile by the shares beyond a tenth of its bound and beyond ten times its bound.
func (r Run) judgeShortPercentile(slo assay.SLO, c Conditions) Judgement {
	near := r.fine.shareOf(slo, c)
	below, above, t := near, near, slo.Bound*nanoseconds
	below.parts, below.bulk, below.exact = r.fine.beyond(t/farTimes), nil, c.beyond(t/farTimes)
	if j := r.fine.judgeShare(below, c); j.Verdict == Holds {
		j.Far = true
		return j
	}
	above.parts, above.bulk, above.exact = r.fine.beyond(t*farTimes), nil, c.beyond(t*farTimes)
	j := r.fine.judgeShare(near, c)
	if j.Verdict == Violated && (c.alpha()*j.Share.Value > near.allowed || r.fine.judgeShare(above, c).Verdict == Violated) {
		return j
	}
	return r.short(j.unsure())
}

// judgeShortFigure judges a figure that is not a share.
func (r Run) judgeShortFigure(slo assay.SLO, c Conditions, figure func(confidence float64) Interval, far float64) Judgement {
	j := r.fine.judgeFigure(slo, c, figure)
	below, above := slo, slo
	below.Bound, above.Bound = slo.Bound/far, slo.Bound*far
	if j.Verdict == NotKnown || r.fine.judgeFigure(below, c, figure).Verdict == j.Verdict && r.fine.judgeFigure(above, c, figure).Verdict == j.Verdict {
		return r.short(j)
	}
	return r.short(j.unsure())
}

// unsure is a judgement that parts of a fraction of a second are not enough for.
func (j Judgement) unsure() Judgement {
	if j.Verdict == NotKnown {
		return j
	}
	return j.unknown(FewBlocks, 0)
}

// short says of a judgement that is not known how long a run would tell: at least five seconds, for it to have blocks.
func (r Run) short(j Judgement) Judgement {
	if j.Verdict == NotKnown && !math.IsInf(j.MoreSeconds, 1) {
		j.MoreSeconds = max(j.MoreSeconds, leastBlocks-r.measured.Seconds())
	}
	return j
}
