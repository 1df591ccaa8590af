package uncertain

import (
	"math"
	"slices"
)

// A question asks whether a share is below what is allowed of it.
type question struct {
	parts   []Part
	bulk    [][]Part
	exact   Part // the share itself, where it is known better than by the parts; zero where it is not
	allowed float64
	atMost  bool  // exactly what is allowed holds as well
	blind   bool  // the run cannot see what is beyond the bound, only what timed out
	least   int64 // effective samples
}

// whole is the share.
func (q question) whole() Part {
	if q.exact.Of > 0 {
		return q.exact
	}
	return Sum(q.parts)
}

// excuse takes what is counted in parts and not in the whole from the parts that have most of it, since what is excused comes in bursts.
func excuse(parts []Part, whole Part) []Part {
	excess := Sum(parts).Counted - whole.Counted
	if whole.Of == 0 || excess <= 0 {
		return parts
	}
	left := slices.Clone(parts)
	for ; excess > 0; excess-- {
		most := 0
		for i, part := range left {
			if part.Counted > left[most].Counted {
				most = i
			}
		}
		left[most].Counted--
	}
	return left
}

// share is the interval of the share.
func (q question) share(confidence float64) Interval {
	whole, c := q.whole(), clusterOf(excuse(q.parts, q.exact))
	if whole.Counted <= 0 || whole.Counted >= whole.Of {
		c = independent(c.blocks)
	}
	return c.atLeast(q.bulk).interval(whole.Value(), float64(whole.Of), confidence)
}

// at answers a question by one-sided ends that are each wrong in a share alpha of the runs.
func (q question) at(alpha float64) (Interval, Verdict) {
	i := q.share(1 - 2*alpha)
	if i.OneSided { // all of the confidence is on one end, which is the one that matters
		i = q.share(1 - alpha)
	}
	if few := q.few(1 - 2*alpha); !i.Known() && few.Low > q.allowed {
		return few, Violated
	}
	// Whatever the exchanges have in common, at most a share alpha of all runs has more than 1/alpha times the true share (Markov).
	if least := alpha * i.Value; i.Known() && least > q.allowed {
		i.Low = max(i.Low, least)
	}
	return i, q.verdict(i)
}

// few is the interval of a share when every block is worth one exchange, as if all in it were alike: of a run of a few seconds too
// short for more, in which most exchanges are beyond what is allowed.
func (q question) few(confidence float64) Interval {
	whole, blocks := q.whole(), clusterOf(q.parts).blocks
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
