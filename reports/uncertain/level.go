package uncertain

import (
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
)

// A Verdict says whether a service level holds.
type Verdict string

// The verdicts.
const (
	NotKnown Verdict = "unknown"
	Holds    Verdict = "holds"
	Violated Verdict = "violated"
)

// A Reason says why it is not known whether a level holds.
type Reason string

// The reasons.
const (
	Nothing    Reason = "nothing"     // there is nothing to judge it by
	FewBlocks  Reason = "few-blocks"  // exchanges were in fewer than five blocks of the run
	TooFew     Reason = "too-few"     // so few effective samples cannot prove the percentile: see [Fewest]
	Noise      Reason = "noise"       // the interval includes the bound
	TimedOut   Reason = "timed-out"   // the bound is among exchanges that timed out
	ClosedLoop Reason = "closed-loop" // a closed loop leaves out what would have come while the target stalled
	NotOffered Reason = "not-offered" // a schedule with random gaps had fewer arrivals than a level on throughput asks for: no target could keep it
	Saturated  Reason = "saturated"   // the generator was late, and its own lateness is in the times
)

// Conditions say how a run was made, and how sure a verdict has to be. The zero value is an open loop that is judged once.
type Conditions struct {
	// Alpha is the share of runs that may get a wrong verdict; 0 is 5 %. See [LookAlpha].
	Alpha float64
	// Timeout is that of an exchange; 0 where none is known.
	Timeout time.Duration
	// Offered is the rate of arrivals that ask for a correct answer, per second, for levels on throughput.
	Offered float64
	// Counted is the share of errors, or of arrivals without a correct answer, where it is known better than by the blocks: some were
	// excused later. It is zero where it is not.
	Counted Part
	// Total has the times of the run more precisely than its blocks; nil for none.
	Total *hdrhistogram.Histogram
	// Closed says that there was no schedule.
	Closed bool
	// Random says that the schedule had random gaps, so that chance decides what it offered.
	Random bool
	// Saturated says that the generator was late.
	Saturated bool
	// Alone says that the service times violate the level by themselves, whatever the generator did.
	Alone bool
}

// A Judgement is the verdict on a service level.
type Judgement struct {
	Verdict Verdict
	Reason  Reason // why it is not known; empty where it is
	// Confidence is 0.95, 0.99 or 0.999: the highest of these at which the verdict stands; 0 where it is not known.
	Confidence float64
	// Share is the share that the level bounds, with the ends by which it was judged: of exchanges beyond the bound of a
	// percentile or a maximum, of errors, or of arrivals without a correct answer. For a mean it is the mean in seconds, and for the
	// throughput of a closed loop the rate.
	Share Interval
	// Allowed is what the level allows of Share: 0.01 for p99; for a mean, and in a closed loop for a rate, the bound itself.
	Allowed float64
	// Far says that Share is of exchanges beyond a third of the bound of a percentile, or beyond a tenth of it in a run of fewer
	// than five seconds: so far from its bound that the level holds, although the run is too short to tell how much alike the
	// slowest exchanges are.
	Far bool
	// MoreSeconds is about how much longer a run would have to be to tell; 0 where the verdict is known, and +Inf where the bound is
	// within the noise of any run of reasonable length, or a longer run would not tell.
	MoreSeconds float64
}

// Judge judges a service level: it holds when the upper one-sided 95 % end of the share is below what is allowed, and is violated
// when the lower end is above it. A run of fewer than five seconds decides only what is far from its bound. The level's scope is the
// caller's: the run has to be of the exchanges that it is about.
func (r Run) Judge(slo assay.SLO, c Conditions) Judgement {
	switch {
	case slo.Metric == assay.MetricThroughput && c.Closed && r.counts.Wanted == 0, slo.Metric == assay.MetricMean && r.whole.count() == 0:
		return Judgement{Allowed: slo.Bound}.unknown(Nothing, math.Inf(1))
	case slo.Metric == assay.MetricThroughput && c.Random && !slo.Holds(c.Offered):
		return Judgement{Allowed: slo.Bound}.unknown(NotOffered, math.Inf(1))
	case slo.Metric == assay.MetricMax:
		return r.judgeMaximum(slo, c).ofTimes(c)
	case r.fine != nil:
		return r.judgeShort(slo, c)
	case slo.Metric == assay.MetricThroughput && c.Closed:
		return r.judgeFigure(slo, c, r.Rate)
	case slo.Metric == assay.MetricMean:
		return r.judgeFigure(slo, c, r.Mean).ofTimes(c)
	case slo.Metric.Quantile() == 0:
		return r.judgeShare(r.shareOf(slo, c), c)
	case c.blind(slo):
		return r.judgeShare(r.shareOf(slo, c), c).ofTimes(c)
	default:
		return r.judgePercentile(slo, c).ofTimes(c)
	}
}

// blind reports whether a bound on times is longer than any exchange was waited for.
func (c Conditions) blind(slo assay.SLO) bool {
	return slo.Metric.Quantile() > 0 && c.Timeout > 0 && slo.Bound > c.Timeout.Seconds()
}

// shareOf is the share that a level on a percentile, on errors, or on the throughput of a schedule bounds.
func (r Run) shareOf(slo assay.SLO, c Conditions) question {
	q, t := slo.Metric.Quantile(), slo.Bound*nanoseconds
	switch {
	case slo.Metric == assay.MetricErrors:
		return question{parts: r.Failed(), exact: c.Counted, allowed: slo.Bound, atMost: slo.Operator == "<="}
	case slo.Metric == assay.MetricThroughput:
		return question{parts: r.Missed(), exact: c.Counted, allowed: 1 - slo.Bound/c.Offered, atMost: slo.Operator == ">="}
	case c.blind(slo):
		return question{parts: r.Censored(), allowed: 1 - q, blind: true, least: Fewest(q)}
	default:
		return question{parts: r.beyond(t), bulk: r.floor(t), exact: c.beyond(t), allowed: 1 - q, atMost: slo.Operator == "<=", least: Fewest(q)}
	}
}

// beyond is the share of exchanges that took t or longer, of the total; zero without one.
func (c Conditions) beyond(t float64) (part Part) {
	if c.Total != nil {
		withCurve(c.Total, func(total curve) { part = Part{Counted: total.beyond(t), Of: total.count()} })
	}
	return part
}

func (c Conditions) alpha() float64 {
	if c.Alpha <= 0 || c.Alpha >= 0.5 {
		return alpha
	}
	return c.Alpha
}

// margin is how far below its bound a percentile is no longer judged with the floor of the bulk. Near the bound, the floor keeps
// a run that met no busy spell from being sure of itself. In simulated queues the share beyond a third of the bound is so much
// larger than the one beyond the bound that no run misses it, and without this rule nine runs in ten of a target whose speed
// changes now and then cannot tell a bound thirty times its median.
const margin = 3

// judgePercentile judges a level on a percentile by the share beyond its bound.
func (r Run) judgePercentile(slo assay.SLO, c Conditions) Judgement {
	near, t := r.shareOf(slo, c), slo.Bound*nanoseconds
	j := r.judgeShare(near, c)
	if j.Verdict != NotKnown {
		return j
	}
	far := near
	far.parts, far.bulk, far.exact = r.beyond(t/margin), nil, c.beyond(t/margin)
	if other := r.judgeShare(far, c); other.Verdict == Holds {
		other.Far = true
		return other
	}
	return j
}

// judgeShare answers a question.
func (r Run) judgeShare(q question, c Conditions) Judgement {
	share, verdict := q.at(c.alpha())
	j := Judgement{Verdict: verdict, Share: share, Allowed: q.allowed}
	switch of := q.whole().Of; {
	case of == 0:
		return j.unknown(Nothing, math.Inf(1))
	case verdict == Violated && q.blind:
		return j.unknown(TimedOut, math.Inf(1))
	case verdict != Violated && !share.Known():
		return j.unknown(FewBlocks, r.moreBlocks(clusterOf(q.parts).blocks))
	case verdict == Violated:
	case verdict == Holds && share.Effective < float64(q.least):
		return j.unknown(TooFew, r.more(float64(q.least)/share.Effective))
	case verdict == NotKnown && q.blind:
		return j.unknown(TimedOut, math.Inf(1))
	case verdict == NotKnown && share.Effective < float64(q.least):
		return j.unknown(TooFew, r.more(max(float64(q.least)/share.Effective, q.longer(share))))
	case verdict == NotKnown:
		return j.unknown(Noise, r.more(q.longer(share)))
	}
	j.Confidence = confidenceOf(c.alpha(), verdict, func(alpha float64) Verdict { _, v := q.at(alpha); return v })
	return j
}

func (j Judgement) unknown(why Reason, more float64) Judgement {
	j.Verdict, j.Reason, j.MoreSeconds, j.Confidence = NotKnown, why, more, 0
	return j
}

// confidenceOf is the highest confidence at which a verdict stands.
func confidenceOf(judged float64, verdict Verdict, at func(alpha float64) Verdict) float64 {
	best := 1 - max(judged, alpha)
	for _, stricter := range []float64{0.01, 0.001} {
		if at(stricter) != verdict {
			break
		}
		best = 1 - stricter
	}
	return best
}

// ofTimes is the judgement of a level on times under the conditions of the run.
func (j Judgement) ofTimes(c Conditions) Judgement {
	switch {
	case j.Verdict == Violated && c.Saturated && !c.Alone:
		return j.unknown(Saturated, math.Inf(1))
	case j.Verdict == Holds && c.Closed:
		return j.unknown(ClosedLoop, math.Inf(1))
	case j.Verdict == NotKnown && c.Closed:
		j.Reason, j.MoreSeconds = ClosedLoop, math.Inf(1)
	}
	return j
}
