// Package compare decides whether the load runs of one build are worse than those of another, or whether that is not known.
//
// Start with [New]. A figure of a run is one sample, however many seconds the run has: what differs between two runs of the same
// build is in no second of either. [Comparison] is also a file, which [WriteJSON] writes.
package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// SchemaName is the schema member of a comparison.
const SchemaName = "assay.comparison/1"

// An Outcome is the result of a comparison.
type Outcome string

// The outcomes.
const (
	Regressed    Outcome = "worse"          // B is worse than A
	Held         Outcome = "not-worse"      // every deciding figure is known, and none is worse
	Undecided    Outcome = "unknown"        // a deciding figure is not known
	Incomparable Outcome = "not-comparable" // the runs cannot be compared: there are no figures
)

// A Verdict classifies the difference of one figure.
type Verdict string

// The verdicts.
const (
	Worse   Verdict = "worse"     // by more than the tolerance
	Better  Verdict = "better"    // by more than the tolerance
	Same    Verdict = "same"      // the difference is within the tolerance
	Differs Verdict = "differs"   // there is a difference, and it may be within the tolerance
	Unknown Verdict = "not-known" // there may be no difference, or it may be the generator's; more runs may tell
)

// A Comparison compares two sides, each of one or more runs, figure by figure.
type Comparison struct {
	Schema  string  `json:"schema"`
	Outcome Outcome `json:"outcome"`
	// Reasons say why Outcome is what it is; empty for Held.
	Reasons    []phrase.Phrase `json:"reasons"`
	ReasonKeys []*phrase.Keyed `json:"reasonKeys,omitempty"`
	// Notes are remarks that change nothing.
	Notes    []phrase.Phrase `json:"notes,omitempty"`
	NoteKeys []*phrase.Keyed `json:"noteKeys,omitempty"`
	// Tolerance is the share of A's figure by which B may be worse, ErrorTolerance the difference of the shares of errors.
	Tolerance      float64 `json:"tolerance"`
	ErrorTolerance float64 `json:"errorTolerance"`
	A              Side    `json:"a"`
	B              Side    `json:"b"`
	Figures        []Row   `json:"figures"`
	// Interleaved says that both sides were measured in one run, whose arrivals went to one or the other at random.
	Interleaved bool `json:"interleaved,omitempty"`
	// Pairs is how many such runs the sides are of, where they are of several: the differences within each were compared. It is 0 for a
	// single one, and for runs that were made apart.
	Pairs int `json:"pairs,omitempty"`
	// FalseAlarm is how often at most, from 0 to 1, a comparison of a build with itself whose runs vary as these finds it worse by its times
	// or, of closed loops, its throughput; nil without intervals.
	FalseAlarm *float64 `json:"falseAlarm,omitempty"`
}

// A Side sums up the runs of one side.
type Side struct {
	Runs int `json:"runs"`
	// Seconds is how long they measured, without warm-ups.
	Seconds   float64 `json:"seconds"`
	Sent      int64   `json:"sent"`
	Failed    int64   `json:"failed"`
	Incorrect int64   `json:"incorrect"`
	// Started is when each run started; nil in files of earlier versions.
	Started []time.Time `json:"started,omitempty"`
}

// A Row is one figure of both sides: seconds, a share from 0 to 1, or a number per second.
type Row struct {
	Name string `json:"name"`
	// A and B are the geometric means over the runs of a side; of a share, the arithmetic ones.
	A float64 `json:"a"`
	B float64 `json:"b"`
	// Change is B/A - 1; of a share, B - A. Low and High are the ends of its 95 % interval. They are nil if a side has fewer
	// than three runs.
	Change float64  `json:"change" number:"signed"`
	Low    *float64 `json:"low,omitempty" number:"signed"`
	High   *float64 `json:"high,omitempty" number:"signed"`
	// Detectable is the smallest change that nine of ten such comparisons see: their interval does not include 0. It is nil without an
	// interval, and where nothing varied.
	Detectable *float64 `json:"detectable,omitempty"`
	// OwnDelay is how late the generator itself was, in seconds, where that is why the verdict is not known.
	OwnDelay float64 `json:"ownDelay,omitempty"`
	// Decides says that the verdict is part of the outcome.
	Decides bool    `json:"decides"`
	Verdict Verdict `json:"verdict"`

	falseAlarm float64
	hidden     float64 // the difference of errors that so few exchanges may hide, where that is why it is not known
}

// Options say how much worse B may be. The zero value tolerates nothing.
type Options struct {
	Tolerance      float64 // a share of A's figure, such as 0.05
	ErrorTolerance float64 // a difference of two shares, such as 0.001
	// Files are those of the runs of A and of B, for reasons; nil names runs by their start alone.
	Files [2][]string
	// Interleaved are the parts of the two runs, where they were measured at the same time with arrivals at random to one or the other: see
	// [uncertain.Interleaved]. Such a run decides alone. Nil for runs that were made apart.
	Interleaved *[2]uncertain.Run

	paired bool // each run of B was measured together with the run of A at its place
}

// sameMoments reports whether both sides were measured at the same time.
func (o Options) sameMoments() bool { return o.Interleaved != nil || o.paired }

// Check is the error of options that are not possible.
func (o Options) Check() error {
	for _, one := range []struct {
		name  string
		value float64
	}{{"tolerance", o.Tolerance}, {"tolerance of errors", o.ErrorTolerance}} {
		if math.IsNaN(one.value) || one.value < 0 || one.value >= 1 {
			return phrase.Failed(phrase.ToleranceForm, one.name, one.value, "5%")
		}
	}
	return nil
}

// New compares two sides, each of at least one run. The error is for options that are not possible: runs that cannot be compared
// make a [Comparison] that says why.
func New(a, b []benchmark.Report, options Options) (Comparison, error) {
	if err := options.Check(); err != nil {
		return Comparison{}, err
	}
	c := Comparison{Schema: SchemaName, Tolerance: options.Tolerance, ErrorTolerance: options.ErrorTolerance,
		Reasons: []phrase.Phrase{}, Figures: []Row{}}
	which := options.whichOf(a, b)
	if c.Interleaved = options.Interleaved != nil; !c.Interleaved {
		a, b = c.once("A", a), c.once("B", b)
	}
	c.A, c.B = sum(a), sum(b)
	c.noteContext(a, b)
	if c.refuse(a, b, which) {
		return c, nil
	}
	if partners, _ := pairsOf(a, b); partners != nil && !c.Interleaved {
		b, c.Pairs, options.paired = partners, len(partners), true
	}
	bySeconds(a, b)
	for _, f := range figures(a[0].Plan.Shape == benchmark.Closed) {
		if row, ok := f.compare(a, b, options); ok {
			switch {
			case f.name == silentFigure:
				row.Decides = row.Verdict == Worse
			case c.A.Incorrect > 0 && !f.share:
				row.Decides = false // how fast the wrong answers were is no standard
			}
			c.Figures = append(c.Figures, row)
		}
	}
	c.FalseAlarm = falseAlarm(c.Figures)
	c.conclude(a, b)
	return c, nil
}

// falseAlarm is the sum over the figures that decide: of any of them, it is no more.
func falseAlarm(rows []Row) *float64 {
	sum, known := 0.0, false
	for _, row := range rows {
		if row.Decides && row.Low != nil && row.Name != errorsFigure {
			sum, known = sum+row.falseAlarm, true
		}
	}
	if !known {
		return nil
	}
	return &sum
}

// once returns the runs of a side without those that are named again.
func (c *Comparison) once(side string, runs []benchmark.Report) []benchmark.Report {
	var different []benchmark.Report
	for _, run := range runs {
		if !slices.ContainsFunc(different, func(other benchmark.Report) bool { return sameRun(run, other) }) {
			different = append(different, run)
		}
	}
	if again := len(runs) - len(different); again > 0 {
		c.Notes = append(c.Notes, phrase.Say(phrase.CompareTwice, again, side))
	}
	return different
}

// sameRun reports whether two reports are of one run, whatever else was changed in one. No two runs of one machine start at the same
// nanosecond with the same seed, and no two measure the same times to a tenth of a microsecond.
func sameRun(a, b benchmark.Report) bool {
	const enough = 100 // samples: fewer may be alike by chance
	alike := a.All.Samples >= enough && a.Response == b.Response && a.Service == b.Service && a.All == b.All && a.Lateness == b.Lateness
	return a.Started.Equal(b.Started) && a.Plan.Seed == b.Plan.Seed || alike
}

func sum(runs []benchmark.Report) (side Side) {
	side.Runs = len(runs)
	for _, run := range runs {
		side.Started = append(side.Started, run.Started)
		side.Seconds += run.Measured()
		side.Sent += run.Exchanges.Sent
		side.Failed += run.Exchanges.Failed()
		side.Incorrect += run.Everything().Incorrect()
	}
	return side
}

// conclude determines the outcome.
func (c *Comparison) conclude(a, b []benchmark.Report) {
	worse, unknown := brokenLevels(a, b)
	switch broken := c.incorrect(); {
	case broken.IsZero():
	case c.B.Incorrect > 0: // A is not: see refuse
		worse = slices.Insert(worse, 0, broken)
	default:
		c.Notes = append(c.Notes, broken)
	}
	var few []string
	for _, row := range c.Figures {
		switch {
		case !row.Decides:
		case row.Verdict == Worse:
			worse = append(worse, phrase.Say(phrase.CompareWorse, Named(row.Name), row.show(row.A), row.show(row.B)))
		case row.Verdict == Unknown && row.hidden > 0:
			unknown = append(unknown, c.hidden(row))
		case row.Verdict == Unknown && row.Low == nil && row.Name == errorsFigure:
			unknown = append(unknown, c.fewErrors(row))
		case row.Verdict == Unknown && c.Interleaved && row.Low != nil && row.Name == errorsFigure:
			unknown = append(unknown, phrase.Say(phrase.ComparePairErrors, row.show(row.A), row.show(row.B)))
		case row.Verdict == Unknown && row.Low != nil && row.OwnDelay == 0:
			unknown = append(unknown, c.noise(row))
		case row.Verdict == Unknown && row.Low == nil:
			few = append(few, row.Name)
		case row.Verdict == Unknown && row.OwnDelay > 0:
			unknown = append(unknown, phrase.Say(phrase.CompareOwnDelay, Named(row.Name), row.show(row.A), row.show(row.B), benchmark.Duration(row.OwnDelay)))
		}
	}
	if len(few) > 0 {
		unknown = append(unknown, c.tooFew(Named(few...)))
	}
	switch {
	case len(worse) > 0:
		c.Outcome, c.Reasons = Regressed, worse
	case len(unknown) > 0:
		c.Outcome, c.Reasons = Undecided, unknown
	default:
		c.Outcome, c.Reasons = Held, []phrase.Phrase{}
	}
}

// fewErrors says that errors cannot be compared without the noise between runs.
func (c *Comparison) fewErrors(row Row) phrase.Phrase {
	if c.Interleaved {
		return phrase.Say(phrase.ComparePairErrors, row.show(row.A), row.show(row.B))
	}
	return phrase.Say(phrase.CompareFewErrors, row.show(row.A), row.show(row.B), uncertain.LeastRuns, c.A.Runs, c.B.Runs)
}

// hidden says that no difference of errors was seen, and that one beyond the tolerance could not have been.
func (c *Comparison) hidden(row Row) phrase.Phrase {
	return phrase.Say(phrase.CompareHidden, row.show(row.A), row.show(row.B), strings.TrimPrefix(row.ShowChange(row.hidden), "+"), fmt.Sprint(c.ErrorTolerance))
}

// noise says that the interval of a change has both no difference and one beyond the tolerance.
func (c *Comparison) noise(row Row) phrase.Phrase {
	key := phrase.CompareNoise
	switch {
	case c.Interleaved:
		key = phrase.ComparePairNoise
	case c.Pairs > 0:
		key = phrase.ComparePairsNoise
	}
	return phrase.Say(key, Named(row.Name), row.ShowChange(*row.Low), row.ShowChange(*row.High))
}

// tooFew says that figures have no interval.
func (c *Comparison) tooFew(names phrase.Phrase) phrase.Phrase {
	switch {
	case c.Interleaved:
		return phrase.Say(phrase.CompareShort, names)
	case c.Pairs > 0:
		return c.tooFewPairs(names)
	}
	return phrase.Say(phrase.CompareFewRuns, names, uncertain.LeastRuns, c.A.Runs, c.B.Runs)
}
