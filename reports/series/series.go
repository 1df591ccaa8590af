// Package series writes the timeline of a load run as a table of comma-separated values (RFC 4180), for spreadsheets, notebooks and
// plotting programs.
package series

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/unified-login/assay/reports/benchmark"
)

// Columns are the names in the first line. A name that ends in _seconds is of a time; every other column is a number of exchanges, codes
// or seconds. The members of the timeline in benchmark.json have the same order.
func Columns() []string {
	return []string{"second", "offered", "answered", "accepted", "wrong", "failed", "aged", "apart", "busy", "refused_as_it_should",
		"p50_seconds", "p90_seconds", "p99_seconds", "max_seconds", "sum_seconds", "late_p99_seconds", "in_flight", "codes", "partial"}
}

// WriteBenchmark writes a line for every row of the run's timeline, after one with the names of the columns. A time that is not known is
// empty; partial is 1 where the measured time does not cover the whole second, else 0.
func WriteBenchmark(w io.Writer, report benchmark.Report) error {
	table := csv.NewWriter(w)
	table.UseCRLF = true // as RFC 4180 has it
	if err := table.Write(Columns()); err != nil {
		return err
	}
	for _, row := range report.Timeline {
		partial := "0"
		if row.Partial {
			partial = "1"
		}
		if err := table.Write([]string{
			strconv.Itoa(row.Second), count(row.Offered), count(row.Answered), count(row.Accepted), count(row.Wrong), count(row.Failed),
			count(row.Aged), count(row.Apart), count(row.Busy), count(row.RefusedAsItShould),
			time(row.P50), time(row.P90), time(row.P99), time(row.Max), time(row.Sum), time(row.Late),
			count(row.InFlight), count(row.Pool), partial,
		}); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

// time is in seconds with as many decimals as in benchmark.json: seven at most, and nine of a sum.
func time(seconds *float64) string {
	if seconds == nil {
		return ""
	}
	return strconv.FormatFloat(*seconds, 'f', -1, 64)
}
