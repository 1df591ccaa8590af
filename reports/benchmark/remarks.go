package benchmark

import (
	"math"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/phrase"
)

const (
	// A closed loop stalled when nothing came for leastStall seconds, and for stallFactor times the usual time of an answer.
	leastStall, stallFactor = 0.1, 10
	// An API server is slower than the others by slowFactor, and by slowLeast seconds.
	slowFactor, slowLeast = 1.5, 0.002
)

// stall says that a closed loop leaves out what a stall of the target would have cost its users; zero without a stall.
func (r Report) stall() phrase.Phrase {
	if r.Plan.Shape != Closed || r.Gap < max(leastStall, stallFactor*r.Service.P50) {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.ClosedStall, Duration(r.Gap))
}

// silent says when nothing was answered on a schedule, and how many exchanges were due meanwhile; zero if that never was.
func (r Report) silent() phrase.Phrase {
	const standstill = 0.5 // seconds, as long as the shortest silence
	s := r.Silence
	if s == nil || len(s.Longest) == 0 {
		return phrase.Phrase{}
	}
	var spans []phrase.Phrase
	for _, quiet := range s.Longest {
		spans = append(spans, phrase.Say(phrase.SilentSpan, moment(quiet.From), moment(quiet.From+quiet.Seconds), quiet.Due))
	}
	said := phrase.Say(phrase.Silent, Duration(s.Seconds), phrase.Join(spans...))
	if more := s.Times - int64(len(spans)); more > 0 {
		said = phrase.Say(phrase.SilentMore, Duration(s.Seconds), phrase.Join(spans...), more)
	}
	if own := r.OwnDelay(assay.MetricMax); own >= standstill {
		said = phrase.Say(phrase.SilentOwn, said, Duration(own))
	}
	return said
}

// moment writes a time since the start of what is measured, to a tenth of a second.
func moment(seconds float64) string {
	return words.Duration(time.Duration(math.Round(seconds*10)) * 100 * time.Millisecond)
}

// slowServers names the API servers that are slower than the others, each by the lowest percentile at which it is.
func (r Report) slowServers() (notes []phrase.Phrase) {
	for i, server := range r.ByServer {
		for _, metric := range []assay.Metric{assay.MetricP50, assay.MetricP90, assay.MetricP99} {
			usual, known := r.usual(i, metric)
			own := server.Service.of(metric)
			if known && own > slowFactor*usual && own > usual+slowLeast {
				notes = append(notes, phrase.Say(phrase.SlowServer, server.APIServer, metric, server.Service.Text(metric), Duration(usual)))
				break
			}
		}
	}
	return notes
}

// usual is the median of a percentile over the API servers other than one; false where a server has too few samples.
func (r Report) usual(except int, metric assay.Metric) (seconds float64, known bool) {
	var others []float64
	for i, server := range r.ByServer {
		if server.Service.Samples < int64(assay.SLO{Metric: metric}.MinSamples()) {
			return 0, false
		}
		if i != except {
			others = append(others, server.Service.of(metric))
		}
	}
	if len(others) == 0 {
		return 0, false
	}
	slices.Sort(others)
	return others[(len(others)-1)/2], true
}
