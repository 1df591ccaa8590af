package loadgen

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

// A progress is what was counted of a phase, second by second.
type progress struct {
	total, latest *ledger.Window
	signIns       ledger.SignIns // of latest, at both endpoints
	timeline      []benchmark.Second
	waited        []rowAges
	written       int64 // offered arrivals in the timeline
	elapsed       time.Duration
	spent         time.Duration // from the start to the end of the phase's time, or of the run; 0 before
	achieved      int64         // arrivals with correct answers by then
	gap           time.Duration // the longest time without an answer

	usageBefore, usageNow usage
	waitsBefore, waitsNow waits
	codesBefore           benchmark.Codes
	quit, done            chan struct{} // ends the counting, and is closed after it has ended
}

func newProgress() progress { return progress{total: ledger.NewWindow(), latest: ledger.NewWindow()} }

// add adds the latest window to the total, and completes its row of the timeline. offered is the number of arrivals that
// became due since the start. An empty row is left out while the phase drains.
func (p *progress) add(row benchmark.Second, offered int64, draining bool) benchmark.Second {
	p.total.Add(p.latest)
	p.latest.Times.Both(&p.signIns)
	offered = max(p.written, offered)
	counts, response, lateness := p.latest.Counts(), &p.signIns.Response, &p.latest.Times.Lateness
	row.Offered = offered - p.written
	row.Answered, row.Accepted = counts.Sum(), counts[ledger.Accepted]
	if response.Count() > 0 {
		row.P50, row.P90, row.P99 = at(response, 50), at(response, 90), at(response, 99)
		row.Max, row.Sum = new(inSeconds(response.Values().Max())), new(float64(response.Sum)/1e9)
	}
	if lateness.Count() > 0 {
		row.Late = at(lateness, 99)
	}
	for i, n := range counts {
		switch verdict := ledger.Verdict(i); {
		case verdict.Wrong():
			row.Wrong += n
		case !verdict.Right():
			row.Failed += n
		case verdict != ledger.Accepted:
			row.RefusedAsItShould += n
		}
	}
	tried := p.latest.Tried()
	row.Busy = tried.Busy
	row.Apart = tried.ToRefuse() - tried.Faulty - counts[ledger.DoubleRedeemed] - counts[ledger.BadPATAccepted]
	p.written = offered
	if row.Offered+row.Answered > 0 || !draining {
		p.keepAges()
		p.timeline = append(p.timeline, row)
	}
	return row
}

// A rowAges has what the codes went through that were refused in a row of the timeline, by endpoint: see [ledger.Window].
type rowAges struct {
	row  int
	ages [2]map[ledger.Wait]int64
}

// fold puts together what is known by now.
func (r rowAges) fold() {
	for _, ages := range r.ages {
		ledger.Fold(ages)
	}
}

// keepAges keeps the ages of the refusals of the next row, until it is known whether they explain them. Few are enough: see
// codes.Buffer.Answered.
func (p *progress) keepAges() {
	const most, open = 1000, 60 // rows, and how many of them may be about codes of which something is not known yet
	for _, row := range p.waited[max(0, len(p.waited)-open):] {
		row.fold()
	}
	ages := [2]map[ledger.Wait]int64{maps.Clone(p.latest.Waited[0]), maps.Clone(p.latest.Waited[1])}
	if len(ages[0])+len(ages[1]) > 0 && len(p.waited) < most {
		p.waited = append(p.waited, rowAges{len(p.timeline), ages})
	}
}

// excuse takes the refusals of codes that were kept too long from the failures in the timeline.
func (p *progress) excuse(excuses [2]ledger.Excuse) {
	for _, kept := range p.waited {
		kept.fold()
		row := &p.timeline[kept.row]
		row.Failed, row.Aged = row.Failed+row.Aged, 0
		for i, ages := range kept.ages {
			row.Aged += excuses[i].Aged(ages)
		}
		row.Failed -= row.Aged
	}
}

// at is a percentile in seconds.
func at(h *ledger.Histogram, percentile float64) *float64 {
	return new(inSeconds(valueAt(h.Values(), percentile)))
}

// valueAt is the shortest time that at least that percentage of the samples kept, as the points of a distribution have it. The histogram's
// own method rounds the rank, so that p99.9 of 700 samples would not be the last one.
func valueAt(h *hdrhistogram.Histogram, percentile float64) int64 {
	const rounding = 1e-9
	samples := float64(h.TotalCount())
	rank := math.Ceil(samples * (percentile/100 - rounding))
	return h.ValueAtQuantile(100 * rank / max(1, samples))
}

// index is the second of the next row: the one that just ended or, in the last row, the one that has begun. Every row has
// another one.
func (p *progress) index(last bool) int {
	index := int(p.elapsed/time.Second) - 1
	if last {
		const tolerance = time.Second / 20 // a row this soon after a second is about that second
		index = int((p.elapsed - tolerance) / time.Second)
	}
	if n := len(p.timeline); n > 0 {
		index = max(index, p.timeline[n-1].Second+1)
	}
	return max(index, 0)
}

// histograms are those of the whole phase, with the seconds that were not given yet. They must not change any more.
func (p *phase) histograms() Histograms {
	signIns := p.total.Times.Sum()
	return Histograms{signIns.Response.Values(), signIns.Service.Values(), p.total.Times.Lateness.Values(), p.seconds.take(p.recorder == nil)}
}

// summary summarizes a histogram in seconds.
func summary(h *ledger.Histogram) benchmark.Times {
	if h.Count() == 0 {
		return benchmark.Times{}
	}
	values := h.Values()
	at := func(percentile float64) float64 { return inSeconds(valueAt(values, percentile)) }
	return benchmark.Times{P50: at(50), P90: at(90), P95: at(95), P99: at(99), P999: at(99.9), Max: inSeconds(values.Max()),
		Mean: rounded(values.Mean() / 1e9), Samples: h.Count(), Censored: h.Censored, CensoredFrom: inSeconds(h.From)}
}

// percentiles are the points of a chart, closer and closer towards 100, as far as there are samples.
func percentiles(h *hdrhistogram.Histogram) []benchmark.Point {
	points := []benchmark.Point{}
	for _, bracket := range h.CumulativeDistributionWithTicks(5) {
		points = append(points, benchmark.Point{Percentile: rounded(bracket.Quantile), Seconds: inSeconds(bracket.ValueAt)})
	}
	for _, metric := range assay.Metrics() { // those that the summary has
		percentile := rounded(100 * metric.Quantile())
		if percentile == 0 || len(points) == 0 {
			continue
		}
		own := benchmark.Point{Percentile: percentile, Seconds: inSeconds(valueAt(h, percentile))}
		at, known := slices.BinarySearchFunc(points, percentile, func(p benchmark.Point, to float64) int { return cmp.Compare(p.Percentile, to) })
		if known {
			points[at] = own
		} else {
			points = slices.Insert(points, at, own)
		}
	}
	return points
}

func distribution(of *ledger.SignIns) benchmark.Distribution {
	return benchmark.Distribution{Response: percentiles(of.Response.Values()), Service: percentiles(of.Service.Values())}
}

func inSeconds(nanoseconds int64) float64 { return rounded(float64(nanoseconds) / 1e9) }

// rounded keeps seven decimals: of a time in seconds, a tenth of a microsecond.
func rounded(x float64) float64 { return math.Round(x*1e7) / 1e7 }
