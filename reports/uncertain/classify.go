package uncertain

// A Class is a difference in one word.
type Class string

// The classes.
const (
	Worse        Class = "worse"     // by more than the tolerance
	Better       Class = "better"    // by more than the tolerance
	Same         Class = "same"      // the difference is within the tolerance
	Differs      Class = "differs"   // there is a difference, and it may be within the tolerance
	Undetermined Class = "not-known" // there may be no difference
)

// Classify classifies a change by its interval. The tolerance is a relative change, such as 0.05, or a difference of two shares;
// higher says that a higher figure is better.
func (c Change) Classify(tolerance float64, higher bool) Class {
	low, high := c.Low, c.High
	if higher {
		low, high = -high, -low
	}
	switch {
	case !c.Known():
		return Undetermined
	case low > tolerance:
		return Worse
	case high < -tolerance:
		return Better
	case low >= -tolerance && high <= tolerance:
		return Same
	case low > 0 || high < 0:
		return Differs
	default:
		return Undetermined
	}
}

// ClassifyShares classifies two shares of which less is better, such as errors, by the intervals of both: B is worse where its
// lower end is above A's upper end and the shares differ by more than the tolerance, such as 0.001.
func ClassifyShares(a, b Interval, tolerance float64) Class {
	switch {
	case !a.Known() || !b.Known():
		return Undetermined
	case b.Low > a.High && b.Value-a.Value > tolerance:
		return Worse
	case a.Low > b.High && a.Value-b.Value > tolerance:
		return Better
	case b.High-a.Low <= tolerance && a.High-b.Low <= tolerance:
		return Same
	case b.Low > a.High || a.Low > b.High:
		return Differs
	default:
		return Undetermined
	}
}
