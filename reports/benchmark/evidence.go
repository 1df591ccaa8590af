package benchmark

import (
	"cmp"
	"math"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// Evidence judges a service level by the parts of a run. counted are the errors that the level is about; zero for a level on anything
// else.
type Evidence func(slo assay.SLO, counted uncertain.Part) uncertain.Judgement

// Proof is what the parts of a run tell of a service level. The zero value is no proof: the level is judged by what was observed. Levels on
// the maximum have none, and neither have the steps of a search, and files of earlier versions.
type Proof struct {
	// Low and High are the ends by which the level is judged, each with a confidence of 95 %: for a percentile, of the share of
	// exchanges beyond the bound; else in the unit of Observed. High is 0 where the end is open.
	Low  float64 `json:"low,omitempty"`
	High float64 `json:"high,omitempty"`
	// Confidence is 0.95, 0.99 or 0.999: the highest of these at which the verdict stands; 0 where it is not known.
	Confidence float64 `json:"confidence,omitempty"`
	// Effective is the number of independent exchanges that those of the run are worth.
	Effective float64 `json:"effective,omitempty"`
	// Far says that Low and High are of the share beyond a third of the bound, or beyond a tenth of it in a run of less than five
	// seconds.
	Far bool `json:"far,omitempty"`
	// Cause is why the parts of the run do not tell.
	Cause uncertain.Reason `json:"cause,omitempty"`
	// NeedsSeconds is about how much longer the run would have to be to tell; 0 where it tells, and where no reasonable length would.
	NeedsSeconds float64 `json:"needsSeconds,omitempty"`
}

// proofOf is the proof of a judgement of a level.
func proofOf(slo assay.SLO, j uncertain.Judgement, offered float64) (p Proof) {
	p.Cause, p.Confidence, p.Far = j.Reason, j.Confidence, j.Far
	if seconds := j.MoreSeconds; j.Verdict == uncertain.NotKnown && !math.IsInf(seconds, 1) {
		p.NeedsSeconds = digits(seconds)
	}
	if !j.Share.Known() {
		if p.Cause == "" {
			p.Cause = uncertain.FewBlocks
		}
		return p
	}
	low, high := j.Share.Low, j.Share.High
	if slo.Metric == assay.MetricThroughput && j.Allowed != slo.Bound { // the share of what was missed on a schedule
		low, high = (1-high)*offered, (1-low)*offered
	}
	p.Low, p.Effective = digits(low), digits(j.Share.Effective)
	if !math.IsInf(high, 1) {
		p.High = digits(high)
	}
	if j.Verdict == uncertain.NotKnown && p.Cause == "" {
		p.Cause = uncertain.Noise
	}
	return p
}

// digits keeps nine decimals.
func digits(x float64) float64 { return math.Round(x*1e9) / 1e9 }

// proof is what the parts of the run tell of a level: by the evidence of a run that is being judged, or as a judged report has it.
func (r Report) proof(slo assay.SLO, observed float64, samples int64) Proof {
	if slo.Metric == assay.MetricMax {
		return Proof{}
	}
	if r.Evidence == nil {
		i := slices.IndexFunc(r.SLO, func(level Level) bool { return level.Expression == slo.Expression })
		if i < 0 {
			return Proof{}
		}
		return r.SLO[i].Proof
	}
	var counted uncertain.Part
	if slo.Metric == assay.MetricErrors {
		counted = uncertain.Part{Counted: int64(math.Round(observed * float64(samples))), Of: samples}
	}
	return proofOf(slo, r.Evidence(slo, counted), r.Throughput.Offered)
}

// verdict is what the proof says of a level; empty without proof.
func (p Proof) verdict(slo assay.SLO, observed float64) LevelVerdict {
	high := cmp.Or(p.High, math.Inf(1))
	allowed := digits(1 - slo.Metric.Quantile())
	switch {
	case p == Proof{}:
		return ""
	case p.Cause != "":
		return NotKnown
	case observed == slo.Bound && slo.Holds(observed): // the bound is what no exchange may miss
		return Holds
	case slo.Metric.Quantile() == 0 && slo.Holds(p.Low) && slo.Holds(high):
		return Holds
	case slo.Metric.Quantile() == 0 && !slo.Holds(p.Low) && !slo.Holds(high):
		return DoesNotHold
	case slo.Metric.Quantile() == 0:
		return NotKnown
	case high < allowed || slo.Operator == "<=" && high <= allowed:
		return Holds
	case p.Low > allowed:
		return DoesNotHold
	default:
		return NotKnown
	}
}

// doubt says why the parts of the run do not tell whether a level holds, and how long a run would.
func (r Report) doubt(level Level, slo assay.SLO, times Times) phrase.Phrase {
	var why phrase.Phrase
	switch level.Cause {
	case uncertain.TimedOut:
		return phrase.Say(phrase.LevelCensored, times.Censored, Duration(times.CensoredFrom))
	case uncertain.Nothing:
		return phrase.Say(phrase.LevelUnobserved)
	case uncertain.NotOffered:
		return phrase.Say(phrase.LevelNotOffered, Rate(r.Throughput.Offered))
	case uncertain.FewBlocks:
		why = phrase.Say(phrase.LevelShort)
	case uncertain.TooFew:
		why = phrase.Say(phrase.LevelWorth, int64(min(level.Effective, 1e15)), string(slo.Metric), FewestSamples(slo))
	default:
		why = level.between(slo)
	}
	if level.NeedsSeconds <= 0 {
		return phrase.Say(phrase.LevelNoLonger, why)
	}
	switch longer := Span(r.longer(level)); {
	case slo.Stage != "":
		return phrase.Say(phrase.LevelStage, why, longer, slo.Stage)
	case r.Plan.Shape == Staged:
		return phrase.Say(phrase.LevelStages, why, longer)
	default:
		return phrase.Say(phrase.LevelLonger, why, longer)
	}
}

// between says between which values a figure lies.
func (l Level) between(slo assay.SLO) phrase.Phrase {
	shown := func(x float64) string { return Level{Expression: l.Expression, Observed: x, Verdict: Holds}.Shown() }
	if slo.Metric.Quantile() > 0 {
		shown = Percent
	}
	high := "∞"
	if l.High > 0 {
		high = shown(l.High)
	}
	if slo.Metric.Quantile() > 0 {
		return phrase.Say(phrase.LevelNear, shown(l.Low), high, Percent(1-slo.Metric.Quantile()))
	}
	return phrase.Say(phrase.LevelBetween, shown(l.Low), high)
}

// longer is the length of a run that would tell, in seconds that are easy to type.
func (r Report) longer(level Level) float64 {
	return easy(r.Plan.Duration + someMore*level.NeedsSeconds)
}

// someMore is a factor for a computed length: the next run is not the same.
const someMore = 1.1

// easy rounds a length up to one that is easy to type.
func easy(wanted float64) float64 {
	step := 1.0
	for _, coarser := range []struct{ from, step float64 }{{10, 5}, {60, 10}, {300, 60}, {3600, 600}} {
		if wanted > coarser.from {
			step = coarser.step
		}
	}
	return step * math.Ceil(wanted/step)
}

// Share is the share of exchanges beyond the bound of a percentile that is certain: at most so many where it holds, and at least so many
// where it does not. It is empty for any other level, and where nothing was judged by a share.
func (l Level) Share() string {
	slo, err := assay.ParseSLO(l.Expression)
	switch {
	case err != nil || l.Confidence == 0 || slo.Metric.Quantile() == 0:
		return ""
	case l.Verdict == Holds:
		return Percent(l.High)
	default:
		return Percent(l.Low)
	}
}

// Beyond says what is certain of a level that was judged by an interval: the share beyond its bound, or the ends of its figure. It is zero
// for any other level, and where an end is open.
func (l Level) Beyond() phrase.Phrase {
	slo, err := assay.ParseSLO(l.Expression)
	switch share := l.Share(); {
	case err != nil || l.Confidence == 0:
		return phrase.Phrase{}
	case share == "" && l.High > 0:
		return l.between(slo)
	case share == "":
		return phrase.Phrase{}
	case l.Verdict == Holds:
		return phrase.Say(phrase.LevelAtMost, share, Percent(1-slo.Metric.Quantile()))
	default:
		return phrase.Say(phrase.LevelAtLeast, share, Percent(1-slo.Metric.Quantile()))
	}
}
