package uncertain

import (
	"math"
	"time"

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
	// Closed says that there was no schedule.
	Closed bool
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
	// Far says that Share is of exchanges beyond a third of the bound of a percentile: so far from its bound that the level
	// holds, although the run is too short to tell how much alike the slowest exchanges are.
	Far bool
	// MoreSeconds is about how much longer a run would have to be to tell; 0 where the verdict is known, and +Inf where the bound is
	// within the noise of any run of reasonable length, or a longer run would not tell.
	MoreSeconds float64
}

// Judge judges a service level: it holds when the upper one-sided 95 % end of the share is below what is allowed, and is violated
// when the lower end is above it. The level's scope is the caller's: the run has to be of the exchanges that it is about.
func (r Run) Judge(slo assay.SLO, c Conditions) Judgement {
	q := slo.Metric.Quantile()
	switch {
	case slo.Metric == assay.MetricErrors:
		return r.judgeShare(question{parts: r.Failed(), allowed: slo.Bound, atMost: slo.Operator == "<="}, c)
	case slo.Metric == assay.MetricThroughput && c.Closed && r.counts.Wanted == 0:
		return Judgement{Allowed: slo.Bound}.unknown(Nothing, math.Inf(1))
	case slo.Metric == assay.MetricThroughput && c.Closed:
		return r.judgeFigure(slo, c, r.Rate)
	case slo.Metric == assay.MetricThroughput:
		return r.judgeShare(question{parts: r.Missed(), allowed: 1 - slo.Bound/c.Offered, atMost: slo.Operator == ">="}, c)
	case q > 0 && c.Timeout > 0 && slo.Bound > c.Timeout.Seconds():
		return r.judgeShare(question{parts: r.Censored(), allowed: 1 - q, blind: true, least: Fewest(q)}, c).ofTimes(c)
	case q > 0:
		return r.judgePercentile(slo, c).ofTimes(c)
	case slo.Metric == assay.MetricMean:
		return r.judgeMean(slo, c).ofTimes(c)
	default:
		return r.judgeMaximum(slo, c).ofTimes(c)
	}
}

// A question is a share and what is allowed of it.
type question struct {
	parts   []Part
	bulk    [][]Part
	allowed float64
	atMost  bool  // exactly what is allowed holds as well
	blind   bool  // the run cannot see what is beyond the bound, only what timed out
	least   int64 // effective samples
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
	q, t := slo.Metric.Quantile(), slo.Bound*nanoseconds
	near := question{parts: r.beyond(t), bulk: r.floor(t), allowed: 1 - q, atMost: slo.Operator == "<=", least: Fewest(q)}
	j := r.judgeShare(near, c)
	if j.Verdict != NotKnown {
		return j
	}
	far := near
	far.parts, far.bulk = r.beyond(t/margin), nil
	if other := r.judgeShare(far, c); other.Verdict == Holds {
		other.Far = true
		return other
	}
	return j
}

// at answers a question by one-sided ends that are each wrong in a share alpha of the runs.
func (q question) at(alpha float64) (Interval, Verdict) {
	i := Share(q.parts, 1-2*alpha, q.bulk...)
	if i.OneSided { // all of the confidence is on one end, which is the one that matters
		i = Share(q.parts, 1-alpha, q.bulk...)
	}
	if !i.Known() && q.few(1-2*alpha).Low > q.allowed {
		return i, Violated
	}
	return i, q.verdict(i)
}

// few is the interval of a share when every block is worth one exchange, as if all in it were alike: of a run of a few seconds too
// short for more, in which most exchanges are beyond what is allowed.
func (q question) few(confidence float64) Interval {
	whole, blocks := Sum(q.parts), clusterOf(q.parts).blocks
	c := cluster{deff: float64(whole.Of) / float64(max(1, blocks)), degrees: math.Inf(1), blocks: leastBlocks}
	return c.interval(whole.Value(), float64(whole.Of), confidence)
}

func (q question) verdict(i Interval) Verdict {
	exact := q.atMost && q.allowed <= 0 && i.Value == 0 // no failure is allowed, and nothing failed
	switch {
	case !i.Known():
		return NotKnown
	case exact, i.High < q.allowed, q.atMost && i.High == q.allowed:
		return Holds
	case i.Low > q.allowed, q.allowed <= 0 && i.Value > q.allowed:
		return Violated
	default:
		return NotKnown
	}
}

// judgeShare answers a question.
func (r Run) judgeShare(q question, c Conditions) Judgement {
	share, verdict := q.at(c.alpha())
	j := Judgement{Verdict: verdict, Share: share, Allowed: q.allowed}
	switch of := Sum(q.parts).Of; {
	case of == 0:
		return j.unknown(Nothing, math.Inf(1))
	case verdict == Violated && q.blind:
		return j.unknown(TimedOut, math.Inf(1))
	case verdict != Violated && !share.Known():
		return j.unknown(FewBlocks, max(0, leastBlocks-r.measured.Seconds()))
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
