package uncertain

import (
	"encoding/json"
	"fmt"
	"math"
)

// The confidence of intervals: of what is printed, and of the ends by which a level is judged. An end of a 90 % interval is wrong
// in at most 5 % of the runs.
const (
	Confidence      = 0.95
	levelConfidence = 1 - 2*alpha
	alpha           = 0.05
)

// An Interval is a figure with its error bar. The zero value is the figure 0 without an interval.
type Interval struct {
	// Value is the figure: seconds, a share from 0 to 1, or a number per second, as are Low and High.
	Value float64
	// Low and High are the ends. High is +Inf where the end is open: the run was too short to meet enough of what is slower.
	Low, High float64
	// Confidence is how often an interval made this way holds the truth, from 0 to 1; 0 where the blocks were too few for one.
	Confidence float64
	// Deff is the design effect: how many exchanges are worth one independent one; at least 1.
	Deff float64
	// Effective is the number of independent exchanges that the sample is worth.
	Effective float64
	// OneSided says that all of Confidence is spent on one end, since nothing, or everything, was counted.
	OneSided bool
	// AtLeast says that the figure itself is a lower bound, because exchanges timed out.
	AtLeast bool
	// Rough says that the run met so few busy spells that the interval of a mean is too low too often.
	Rough bool
}

// Known reports whether there is an interval.
func (i Interval) Known() bool { return i.Confidence > 0 }

// Open reports whether the interval has no upper end.
func (i Interval) Open() bool { return i.Known() && math.IsInf(i.High, 1) }

// HalfWidth is the distance from the figure to its farther end, as a share of the figure; +Inf where there is no such end, or the
// figure is 0.
func (i Interval) HalfWidth() float64 {
	if !i.Known() || i.AtLeast || i.Value <= 0 {
		return math.Inf(1)
	}
	return max(i.High-i.Value, i.Value-i.Low) / i.Value
}

// Holds reports whether the interval includes a value.
func (i Interval) Holds(value float64) bool { return i.Known() && i.Low <= value && value <= i.High }

// times returns the interval in another unit.
func (i Interval) times(factor float64) Interval {
	i.Value, i.Low, i.High = i.Value*factor, i.Low*factor, i.High*factor
	return i
}

// complement is the interval of the rest of a share.
func (i Interval) complement() Interval {
	i.Value, i.Low, i.High = 1-i.Value, 1-i.High, 1-i.Low
	return i
}

// unknown is a figure without an interval.
func unknown(value float64) Interval {
	return Interval{Value: value, High: math.Inf(1)}
}

// written is an Interval in JSON.
type written struct {
	Value      float64  `json:"value"`
	Low        *float64 `json:"low,omitempty"`
	High       *float64 `json:"high,omitempty"`
	Confidence float64  `json:"confidence,omitempty"`
	Deff       float64  `json:"deff,omitempty"`
	Effective  float64  `json:"effective,omitempty"`
	OneSided   bool     `json:"oneSided,omitempty"`
	AtLeast    bool     `json:"atLeast,omitempty"`
	Rough      bool     `json:"rough,omitempty"`
}

// MarshalJSON leaves out "high" where the upper end is open, and everything but "value" where there is no interval.
func (i Interval) MarshalJSON() ([]byte, error) {
	w := written{Value: i.Value, AtLeast: i.AtLeast, Rough: i.Rough}
	if i.Known() {
		w.Low, w.Confidence, w.Deff, w.Effective, w.OneSided = &i.Low, i.Confidence, i.Deff, i.Effective, i.OneSided
		if !i.Open() {
			w.High = &i.High
		}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes. A bare number is a figure without an interval, as files of older versions have it.
func (i *Interval) UnmarshalJSON(text []byte) error {
	var number float64
	if json.Unmarshal(text, &number) == nil {
		*i = unknown(number)
		return nil
	}
	var w written
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*i = unknown(w.Value)
	i.AtLeast, i.Rough = w.AtLeast, w.Rough
	if w.Confidence == 0 {
		return nil
	}
	if w.Low == nil || w.Confidence < 0 || w.Confidence >= 1 {
		return fmt.Errorf("the interval of %g has confidence %g and no usable ends; give it low and a confidence below 1", w.Value, w.Confidence)
	}
	i.Low, i.Confidence, i.Deff, i.Effective, i.OneSided = *w.Low, w.Confidence, w.Deff, w.Effective, w.OneSided
	if w.High != nil {
		i.High = *w.High
	}
	return nil
}
