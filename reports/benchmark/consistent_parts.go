package benchmark

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A part is a histogram that is a part of another.
type part struct {
	name string
	of   Times
}

// mixed says which times are not those of their parts together.
func (r Report) mixed() phrase.Phrase {
	var response, service, servers []part
	for _, one := range r.ByEndpoint {
		response = append(response, part{string(one.Endpoint) + ".response", one.Response})
		service = append(service, part{string(one.Endpoint) + ".service", one.Service})
	}
	for _, one := range r.ByServer {
		servers = append(servers, part{"byServer.service", one.Service})
	}
	if len(servers) < len(r.Target.APIServers) {
		servers = nil // there are more
	}
	const exact, coarse = 0.01, 0.03 // the precision of the histograms
	for _, sum := range []struct {
		part
		of        []part
		precision float64
	}{
		{part{"response", r.Response}, response, exact}, {part{"service", r.Service}, service, exact}, {part{"service", r.Service}, servers, coarse},
		{part{"all", r.All}, []part{{"response", r.Response}, {"refusals", r.Refusals}, {"failures", r.Failures}}, coarse},
	} {
		if found := sum.mixes(sum.of, sum.precision); !found.IsZero() {
			return found
		}
	}
	return cmp.Or(r.lateOnly(), r.misrowed())
}

// mixes says what of a histogram is not possible as the sum of the parts; nothing of no parts.
func (p part) mixes(parts []part, precision float64) phrase.Phrase {
	var samples int64
	sum, longest := 0.0, 0.0
	for _, one := range parts {
		if !one.of.ordered() {
			return phrase.Say(phrase.Contradicts, one.name, "the order of its percentiles")
		}
		samples, sum, longest = samples+one.of.Samples, sum+one.of.Mean*float64(one.of.Samples), max(longest, one.of.Max)
	}
	if len(parts) == 0 || p.of.Samples == 0 && samples == 0 {
		return phrase.Phrase{}
	}
	if found := differ(p.name+".samples", p.of.Samples, "the sum of its parts", samples); !found.IsZero() {
		return found
	}
	for _, figure := range []struct {
		name       string
		whole, own float64
	}{{"max", p.of.Max, longest}, {"mean", p.of.Mean, sum / float64(samples)}} {
		if differs(figure.whole, figure.own, precision) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s.%s %s", p.name, figure.name, Duration(figure.whole)), "that of its parts: "+Duration(figure.own))
		}
	}
	for _, metric := range assay.Metrics() {
		if metric.Quantile() > 0 && !p.between(metric, parts, precision) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s.%s %s", p.name, metric, Duration(p.of.of(metric))), "those of its parts")
		}
	}
	return phrase.Phrase{}
}

// differs reports whether two times differ by more than a precision.
func differs(a, b, precision float64) bool { return math.Abs(a-b) > precision*max(a, b)+2e-7 }

// between reports whether a percentile lies between those of the parts, as far as that follows from the ranks of their samples.
func (p part) between(metric assay.Metric, parts []part, precision float64) bool {
	rank := func(samples int64) int64 {
		return max(1, min(samples, int64(100*metric.Quantile()/100*float64(samples)+0.5)))
	}
	var ranks, kinds int64
	least, most := math.Inf(1), 0.0
	for _, one := range parts {
		if one.of.Samples > 0 {
			at := one.of.of(metric)
			ranks, kinds, least, most = ranks+rank(one.of.Samples), kinds+1, min(least, at), max(most, at)
		}
	}
	at, own := p.of.of(metric), rank(p.of.Samples)
	within := func(a, b float64) bool { return a <= b || !differs(a, b, precision) }
	return (ranks < own || within(at, most)) && (ranks >= own+kinds || within(least, at))
}

// lateOnly says that a response took less time than its service, or that not every exchange has a lateness.
func (r Report) lateOnly() phrase.Phrase {
	if r.Plan.Shape == Closed || r.Response.Samples == 0 {
		return phrase.Phrase{}
	}
	for _, metric := range assay.Metrics() {
		if at := r.Response.of(metric); isTime(metric) && above(r.Service.of(metric), at) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("response.%s %s", metric, Duration(at)), fmt.Sprintf("service.%s %s", metric, Duration(r.Service.of(metric))))
		}
	}
	if !r.Lateness.ordered() {
		return phrase.Say(phrase.Contradicts, "lateness", "the order of its percentiles")
	}
	return differ("lateness.samples", r.Lateness.Samples, "exchanges.sent", r.Exchanges.Sent)
}

// misrowed says which row of the timeline is not of the run's figures.
func (r Report) misrowed() phrase.Phrase {
	var apart, busy int64
	last, longest := -1, 0.0
	if found := r.misaddedRows(); !found.IsZero() {
		return found
	}
	for _, row := range r.Timeline {
		times, whole := []float64{0}, []*float64{row.P50, row.P90, row.P99, row.Max}
		for _, at := range whole {
			if at != nil {
				times, longest = append(times, *at), max(longest, *at)
			}
		}
		if row.Second <= last || !slices.IsSorted(times) || len(times) != 1 && len(times) != 1+len(whole) || row.Apart > row.Answered || row.Busy > min(row.Apart, row.Failed) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("timeline, second %d", row.Second), "itself or the row before")
		}
		last, apart, busy = row.Second, apart+row.Apart, busy+row.Busy
	}
	e := r.Exchanges
	switch {
	case !r.ended():
		return phrase.Phrase{}
	case len(r.Timeline) == 0:
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("exchanges.sent %d", e.Sent), "an empty timeline")
	case differs(longest, r.Response.Max, 0.01):
		return phrase.Say(phrase.Contradicts, "response.max "+Duration(r.Response.Max), "the longest of timeline max "+Duration(longest))
	}
	return cmp.Or(
		differ("the sum of timeline busy", busy, "refusalsBusy", e.RefusalsBusy),
		differ("the sum of timeline apart", apart, "what was to be refused and is no error", e.ToRefuse()-e.RefusalsFaulty-e.DoubleRedeemed-e.BadPATsAccepted),
		r.missilent())
}

// misaddedRows says which row of the timeline does not add up, or that the sums of times are not those of the run. A file of an earlier version
// has neither sums nor the correct refusals.
func (r Report) misaddedRows() phrase.Phrase {
	summed, refused, sum := false, false, 0.0
	for _, row := range r.Timeline {
		summed, refused = summed || row.Sum != nil, refused || row.RefusedAsItShould != 0
	}
	for _, row := range r.Timeline {
		parts := row.Accepted + row.Failed + row.Wrong + row.Aged + row.RefusedAsItShould
		if refused && (row.RefusedAsItShould < 0 || row.Answered != parts) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("timeline answered %d", row.Answered), fmt.Sprintf("its parts %d in second %d", parts, row.Second))
		}
		if !summed {
			continue
		}
		if (row.Sum == nil) != (row.Max == nil) || row.Sum != nil && above(*row.Max, *row.Sum) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("timeline sum in second %d", row.Second), "its times")
		}
		if row.Sum != nil {
			sum += *row.Sum
		}
	}
	if mean := sum / max(1, float64(r.Response.Samples)); summed && r.ended() && differs(mean, r.Response.Mean, 0.005) {
		return phrase.Say(phrase.Contradicts, "response.mean "+Duration(r.Response.Mean), "the sum of timeline sum: "+Duration(mean)+" for each")
	}
	return phrase.Phrase{}
}

// missilent says that the silences are not those of the timeline.
func (r Report) missilent() phrase.Phrase {
	const fewest = 10 // due in a silence
	accepted := func(row Second) bool { return row.Accepted > 0 }
	least, since := 0.0, 0.0
	for _, row := range r.Timeline[max(0, slices.IndexFunc(r.Timeline, accepted)):] { // before the first answer, one may be on its way
		if row.Answered == 0 && row.Offered >= fewest && !row.Partial {
			since++
		}
		if accepted(row) {
			least, since = least+since, 0
		}
	}
	switch s := r.Silence; {
	case (s == nil) != (r.Plan.Shape == Closed):
		return phrase.Say(phrase.Contradicts, "a report of the shape "+r.Plan.Shape, "whether it has silences")
	case s != nil && (s.Seconds < least-0.01 || s.Seconds > r.Plan.Duration+0.01 || (s.Times > 0) != (s.Seconds > 0)):
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("silence of %s, %d times", Duration(s.Seconds), s.Times), fmt.Sprintf("silent seconds in the timeline: %g", least))
	}
	return phrase.Phrase{}
}
