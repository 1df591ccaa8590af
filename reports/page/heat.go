package page

import (
	"io"
	"math"
	"slices"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/hdrlog"
)

// heatColumns is the largest number of columns of a heat map: the seconds of a longer run are combined. heatRows is how many cells a
// factor of ten has.
const heatColumns, heatRows = 180, 10

// A heat has the response times of sign-ins by the second in which they were due. The zero value has none.
type heat struct {
	start   time.Time // of what was measured
	seconds int       // that a column combines
	columns []heatColumn
}

// A heatColumn combines some seconds. Its times are the worst of them, and NaN without any.
type heatColumn struct {
	second        int // the first
	count         int64
	p50, p99, max float64
	cells         map[int]int64 // by the row that [heatRow] tells
}

// heatRow is the row of a time in seconds, and heatTime the time at which a row begins.
func heatRow(seconds float64) int { return int(math.Floor(heatRows*math.Log10(seconds) + 1e-9)) }
func heatTime(row int) float64    { return math.Pow(10, float64(row)/heatRows) }

// readHeat reads the log of a run by the second. It has no columns where the log is not of this run.
func readHeat(r io.Reader, report benchmark.Report) (heat, error) {
	h := newHeat(lasted(report))
	log := hdrlog.Read(r)
	for interval := range log.All() {
		start := log.Start()
		h.start = start
		if start.Before(report.Started.Add(-time.Second)) || start.After(report.Finished.Add(time.Second)) {
			return heat{}, nil
		}
		second := int(math.Round(interval.Start.Sub(start).Seconds()))
		if interval.Tag != hdrlog.Accepted || second < 0 || second/h.seconds >= len(h.columns) {
			continue
		}
		h.columns[second/h.seconds].add(interval)
	}
	if err := log.Err(); err != nil {
		return heat{}, err
	}
	if !slices.ContainsFunc(h.columns, func(c heatColumn) bool { return c.count > 0 }) {
		return heat{}, nil
	}
	return h, nil
}

// lasted is how many seconds of a run are on the axis of time.
func lasted(report benchmark.Report) int {
	const most = 366 * 86400
	last := report.Measured()
	if n := len(report.Timeline); n > 0 {
		last = max(last, float64(report.Timeline[n-1].Second+1))
	}
	return int(math.Ceil(max(1, min(most, last))))
}

func newHeat(seconds int) heat {
	h := heat{seconds: (seconds + heatColumns - 1) / heatColumns}
	for second := 0; second < seconds; second += h.seconds {
		h.columns = append(h.columns, heatColumn{second: second, p50: math.NaN(), p99: math.NaN(), max: math.NaN(), cells: map[int]int64{}})
	}
	return h
}

// add adds a second.
func (c *heatColumn) add(interval hdrlog.Interval) {
	const perSecond = 1e9
	times := interval.Times
	if times.TotalCount() <= 0 {
		return
	}
	at := func(percentile float64) *float64 {
		return new(float64(times.ValueAtPercentile(percentile)) / perSecond)
	}
	c.count += times.TotalCount()
	c.p50, c.p99, c.max = worst(c.p50, at(50)), worst(c.p99, at(99)), worst(c.max, new(float64(times.Max())/perSecond))
	for _, bar := range times.Distribution() {
		if bar.Count > 0 {
			c.cells[heatRow(max(1e-6, float64(bar.To)/perSecond))] += bar.Count
		}
	}
}

// ends are the first and the last row that have a cell.
func (h heat) ends() (first, last int) {
	first, last = math.MaxInt, math.MinInt
	for _, column := range h.columns {
		for row := range column.cells {
			first, last = min(first, row), max(last, row)
		}
	}
	return first, last
}

// A happened is what the timeline says of the seconds of a column.
type happened struct{ wrong, failed, refused, answered, inFlight int64 }

// happenings are those of the timeline, by column. They are in the seconds of the answers.
func (h heat) happenings(timeline []benchmark.Second) []happened {
	all := make([]happened, len(h.columns))
	for _, row := range timeline {
		i := row.Second / h.seconds
		if row.Second < 0 || i >= len(all) {
			continue
		}
		at := &all[i]
		at.wrong, at.failed, at.refused = at.wrong+row.Wrong, at.failed+row.Failed, at.refused+row.RefusedAsItShould
		at.answered, at.inFlight = at.answered+row.Answered, max(at.inFlight, row.InFlight)
	}
	return all
}

// A quiet is a time without answers.
type quiet struct {
	from, to float64 // seconds from the start of what was measured
	due      int64   // 0 where it is not known
	inFlight int64
}

// quiets are the longest times without answers. Where the run did not note them, they are whole seconds of the timeline.
func quiets(report benchmark.Report) (all []quiet) {
	most := func(from, to float64) (most int64) {
		for _, row := range report.Timeline {
			if float64(row.Second+1) > from && float64(row.Second) < to {
				most = max(most, row.InFlight)
			}
		}
		return most
	}
	if s := report.Silence; s != nil && (len(s.Longest) > 0 || s.Times == 0) {
		for _, one := range s.Longest[:min(len(s.Longest), benchmark.MostQuiet)] {
			if end := one.From + one.Seconds; one.Seconds > 0 && finite(end) {
				all = append(all, quiet{one.From, end, one.Due, most(one.From, end)})
			}
		}
		return all
	}
	for _, row := range report.Timeline {
		at := float64(row.Second)
		switch n := len(all); {
		case row.Answered > 0 || row.InFlight == 0 || row.Partial:
		case n > 0 && all[n-1].to == at:
			all[n-1].to, all[n-1].inFlight = at+1, max(all[n-1].inFlight, row.InFlight)
		default:
			all = append(all, quiet{at, at + 1, 0, row.InFlight})
		}
	}
	slices.SortStableFunc(all, func(a, b quiet) int { return int((b.to - b.from) - (a.to - a.from)) })
	return all[:min(len(all), benchmark.MostQuiet)]
}
