package benchmark

import (
	"math"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// A Limit is the rate up to which every service level holds, as the probes of a search tell.
type Limit struct {
	// Rate is the limit, and Low and High are the ends of its interval; 0 where no curve fitted, or Scattered is set.
	Rate       float64 `json:"rate,omitempty"`
	Low        float64 `json:"low,omitempty"`
	High       float64 `json:"high,omitempty"`
	Confidence float64 `json:"confidence,omitempty"`
	// Level is the service level that ends first.
	Level string `json:"level,omitempty"`
	// Scattered says that the probes disagree: a curve fits, but its interval reaches so far beyond their rates that it is no figure.
	Scattered bool `json:"scattered,omitempty"`
	// Beyond says that the generator gave out before the target: the limit is at least Confirmed.
	Beyond bool `json:"beyond,omitempty"`
	// Confirmed is the rate at which everything held for Seconds; 0 for none.
	Confirmed float64 `json:"confirmed"`
	Seconds   float64 `json:"seconds,omitempty"`
	// Within is the half-width of the interval that was asked for, as a share of the limit.
	Within float64 `json:"within"`
	// Time is the longest that the search might take, in seconds, without its confirmation; 0 if it is not known.
	Time float64 `json:"time,omitempty"`
	// Around is the rate around which the probes were fitted.
	Around float64 `json:"around,omitempty"`
	// Long says that probes were as long as the confirmation and count by their second half, as the target answers for a while what it
	// cannot sustain. Shorter ones before are not among Probes.
	Long     bool          `json:"long,omitempty"`
	Levels   []LimitLevel  `json:"levels"`
	Probes   []LimitProbe  `json:"probes"`
	Recovers *LimitRecover `json:"recovers,omitempty"`
	// Picture is how the throughput grows with the requests in flight. It decides nothing.
	Picture *LimitPicture `json:"picture,omitempty"`
}

// A LimitLevel is where one service level ends. Rate is 0 where no probe came near to its bound.
type LimitLevel struct {
	Expression string  `json:"expression"`
	Rate       float64 `json:"rate,omitempty"`
	Low        float64 `json:"low,omitempty"`
	High       float64 `json:"high,omitempty"`
	// Allowed is the share that the level allows, or the bound of the mean in seconds, where Mean is set. It is 0 for a level that has no
	// share: its limit is where half of the probes hold it.
	Allowed float64 `json:"allowed,omitempty"`
	Mean    bool    `json:"mean,omitempty"`
	Errors  bool    `json:"errors,omitempty"`
	// Slope is how much the logit of the share rises with the logarithm of the rate, Dispersion how much more the probes scatter than
	// independent exchanges would, and Probes how many were near enough.
	Slope      float64 `json:"slope,omitempty"`
	Dispersion float64 `json:"dispersion,omitempty"`
	Probes     int     `json:"probes,omitempty"`
}

// A LimitProbe is a step of the search that was fitted.
type LimitProbe struct {
	// Step is its place in the steps of the search, from 0.
	Step int     `json:"step"`
	Rate float64 `json:"rate"`
	// Seconds is how long it lasted, and From the moment from which on exchanges count.
	Seconds float64 `json:"seconds"`
	From    float64 `json:"from"`
	// Up says that the step before was at a lower rate.
	Up bool `json:"up,omitempty"`
	// Levels are in the order of those of the limit.
	Levels []LimitShare `json:"levels"`
}

// A LimitShare is what a probe showed of a level: Counted of Of exchanges were beyond it. Value is the mean in seconds, and Missed says that
// the level did not hold in the probe as a whole.
type LimitShare struct {
	Counted float64 `json:"counted"`
	Of      float64 `json:"of"`
	Value   float64 `json:"value,omitempty"`
	Missed  bool    `json:"missed,omitempty"`
}

// A LimitRecover has the limits of the probes that followed a lower rate, and of those that followed a higher one, where they differ by more
// than chance explains.
type LimitRecover struct {
	Up   LimitEnd `json:"up"`
	Down LimitEnd `json:"down"`
}

// A LimitEnd is a limit with its interval.
type LimitEnd struct {
	Rate float64 `json:"rate"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// A LimitPicture is a fit of the universal scalability law to the steps: with N requests in flight the target answers
// Alone·N/(1+Contention·(N-1)+Coherency·N·(N-1)) of them a second.
type LimitPicture struct {
	Alone      float64 `json:"alone"`
	Contention float64 `json:"contention"`
	Coherency  float64 `json:"coherency"`
	// Knee is the number of requests in flight beyond which it answers fewer; 0 where the curve has none.
	Knee float64 `json:"knee,omitempty"`
	// Off is the mean size of the residuals, as a share of what was answered.
	Off    float64      `json:"off"`
	Points []LimitPoint `json:"points"`
}

// A LimitPoint is a step: requests in flight by Little's law, what was answered correctly per second, and what the curve says of it.
type LimitPoint struct {
	InFlight   float64 `json:"inFlight"`
	Throughput float64 `json:"throughput"`
	Curve      float64 `json:"curve"`
}

// Residual is how far the throughput is from the curve, as a share of it.
func (p LimitPoint) Residual() float64 {
	if p.Curve <= 0 {
		return 0
	}
	return p.Throughput/p.Curve - 1
}

// LimitOf is what a search has found. expressions are its levels, in the order of the search.
func LimitOf(found limit.Result, levels []limit.Level, expressions []string, duration, within float64) *Limit {
	l := &Limit{Confirmed: digits(found.Confirmed), Within: within, Beyond: found.Beyond, Long: found.Long, Around: digits(found.Around),
		Levels: []LimitLevel{}, Probes: []LimitProbe{}}
	if found.Confirmed > 0 {
		l.Seconds = duration
	}
	for i, expression := range expressions {
		fitted := found.Levels[i]
		one := LimitLevel{Expression: expression, Allowed: digits(levels[i].Allowed), Mean: levels[i].Mean, Errors: levels[i].Errors, Probes: fitted.Probes}
		if limit.Tells(fitted) {
			one.Rate, one.Low, one.High = digits(fitted.Rate), digits(fitted.Low), digits(fitted.High)
		}
		if fitted.Probes > 0 {
			one.Slope, one.Dispersion = digits(fitted.Slope), digits(fitted.Dispersion)
		}
		l.Levels = append(l.Levels, one)
	}
	if found.Lowest >= 0 {
		lowest := l.Levels[found.Lowest]
		l.Rate, l.Low, l.High, l.Level, l.Scattered = lowest.Rate, lowest.Low, lowest.High, lowest.Expression, found.Scattered
		if l.Rate > 0 {
			l.Confidence = uncertain.Confidence
		}
	}
	for _, p := range found.Probes {
		probe := LimitProbe{Step: p.Number, Rate: p.Rate, Seconds: p.Seconds, From: p.From, Up: p.Up, Levels: []LimitShare{}}
		for i := range expressions {
			o := p.Levels[i]
			probe.Levels = append(probe.Levels, LimitShare{Counted: o.Counted, Of: o.Of, Value: digits(o.Value), Missed: o.Missed})
		}
		l.Probes = append(l.Probes, probe)
	}
	if up, down := found.Recovers.Up, found.Recovers.Down; up.Probes > 0 {
		l.Recovers = &LimitRecover{LimitEnd{digits(up.Rate), digits(up.Low), digits(up.High)}, LimitEnd{digits(down.Rate), digits(down.Low), digits(down.High)}}
	}
	return l
}

// Draw adds the picture of how the throughput grew with the requests in flight in the steps of the search; none where no curve fits.
func (l *Limit) Draw(steps []Step) {
	var loads []uncertain.Load
	for _, step := range steps {
		if inFlight := step.Achieved * step.Response.Mean; step.Outcome != Saturated && inFlight > 0 {
			loads = append(loads, uncertain.Load{InFlight: inFlight, Throughput: step.Achieved})
		}
	}
	fitted, ok := uncertain.FitScaling(loads)
	if !ok {
		return
	}
	l.Picture = &LimitPicture{Alone: digits(fitted.Alone), Contention: digits(fitted.Contention), Coherency: digits(fitted.Coherency), Knee: digits(fitted.Knee), Off: digits(fitted.Off)}
	for _, load := range loads {
		l.Picture.Points = append(l.Picture.Points, LimitPoint{digits(load.InFlight), digits(load.Throughput), digits(fitted.At(load.InFlight))})
	}
}

// Curve is the fitted curve at a rate: the share beyond the level, or the mean; 0 for a level that has none.
func (l LimitLevel) Curve(rate float64) float64 {
	switch {
	case l.Rate <= 0 || rate <= 0:
		return 0
	case l.Mean:
		return max(0, l.Allowed+l.Slope*math.Log(rate/l.Rate))
	default:
		return uncertain.LogitCurve(l.Rate, l.Allowed, l.Slope, rate)
	}
}

// Seen is what a probe showed of the level at a place in its list: the share beyond it, or the mean.
func (l LimitLevel) Seen(of []LimitShare, place int) float64 {
	switch {
	case place >= len(of):
		return 0
	case l.Mean:
		return of[place].Value
	default:
		return of[place].Counted / max(1, of[place].Of)
	}
}

// Place is the place of the level that ends first in Levels; -1 where none does.
func (l Limit) Place() int {
	return slices.IndexFunc(l.Levels, func(level LimitLevel) bool { return level.Rate > 0 && level.Expression == l.Level })
}

// At is the curve with some requests in flight.
func (p LimitPicture) At(inFlight float64) float64 {
	return uncertain.Scaling{Alone: p.Alone, Contention: p.Contention, Coherency: p.Coherency}.At(inFlight)
}

// HalfWidth is that of the interval, as a share of the limit.
func (l Limit) HalfWidth() float64 {
	if l.Rate <= 0 {
		return math.Inf(1)
	}
	return max(l.High-l.Rate, l.Rate-l.Low) / l.Rate
}

// Says is the limit in words: with its interval and the level that ends first, and what was confirmed.
func (l Limit) Says() phrase.Phrase {
	said := phrase.Say(phrase.LimitNone)
	switch {
	case l.Beyond && l.Confirmed > 0:
		said = phrase.Say(phrase.LimitBeyond, Rate(l.Confirmed))
	case l.Scattered:
		said = phrase.Say(phrase.LimitScattered, Rate(l.Around))
	case l.Rate > 0:
		level := "?" // of a file that somebody edited
		if slo, err := assay.ParseSLO(l.Level); err == nil {
			level = slo.String()
		}
		said = phrase.Say(phrase.LimitFitted, Rate(l.Rate), Percent(l.Confidence), Rate(l.Low), Rate(l.High), level)
	}
	if l.Confirmed > 0 {
		return phrase.Say(phrase.LimitConfirmed, said, Span(l.Seconds), Rate(l.Confirmed))
	}
	return phrase.Say(phrase.LimitNotConfirmed, said)
}

// Says is the picture in words.
func (p LimitPicture) Says() phrase.Phrase {
	said := phrase.Say(phrase.LimitPictured, Rate(p.Alone), Percent(p.Contention), Percent(p.Coherency), Percent(p.Off))
	if p.Knee <= 0 {
		return said
	}
	return phrase.Say(phrase.LimitKnee, said, int64(min(p.Knee, 1e15)))
}

// Remarks are what else a search found out.
func (l Limit) Remarks() (all []phrase.Phrase) {
	if l.Rate > 0 && l.HalfWidth() > l.Within*(1+1e-6) && !l.Beyond {
		all = append(all, phrase.Say(phrase.LimitWide, Percent(l.HalfWidth()), Percent(l.Within)))
	}
	if l.Scattered && !l.Beyond {
		all = append(all, phrase.Say(phrase.LimitScatter))
	}
	if l.Recovers != nil && l.Recovers.Down.Rate < l.Recovers.Up.Rate {
		all = append(all, phrase.Say(phrase.LimitRecovers, Rate(l.Recovers.Down.Rate), Rate(l.Recovers.Up.Rate)))
	}
	if l.Recovers != nil && l.Recovers.Down.Rate > l.Recovers.Up.Rate {
		all = append(all, phrase.Say(phrase.LimitWarms, Rate(l.Recovers.Up.Rate), Rate(l.Recovers.Down.Rate)))
	}
	if l.Long {
		all = append(all, phrase.Say(phrase.LimitLong))
	}
	return all
}

// limitRemarks are those of the limit, if there is one.
func (r Report) limitRemarks() []phrase.Phrase {
	if r.Limit == nil {
		return nil
	}
	return r.Limit.Remarks()
}
