// Package hdrlog writes, reads and adds up HdrHistogram logs with an interval for every second of a load run: timeline.hdr.
//
// Start with [Write] and [Read]; [Merge] adds up the logs of several shards. Any HdrHistogram tool reads such a log too. Its times are
// in nanoseconds, with three significant digits.
package hdrlog

import (
	"fmt"
	"io"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/internal/hdrtext"
)

// The tags of intervals: the response times of sign-ins, as response.hdr has them, and those of all other exchanges.
const (
	Accepted = "accepted"
	Others   = "others"
)

// The range and precision of the histograms, in nanoseconds and significant digits: those of the whole run's.
const (
	shortest = int64(time.Microsecond)
	longest  = int64(10 * time.Minute)
	digits   = 3
)

// A Times is a histogram of the times of one interval, in nanoseconds. It takes memory for the different times alone. Make one with
// [NewTimes].
type Times = hdrhistogram.PackedHistogram

// NewTimes returns an empty histogram.
func NewTimes() *Times { return hdrhistogram.NewPacked(shortest, longest, digits) }

// Record counts a time; a longer or a negative one counts as the nearest that fits.
func Record(h *Times, nanoseconds int64) {
	_ = h.RecordValue(max(0, min(nanoseconds, longest))) // always in range
}

// Begin writes what is before the first interval of a log that counts from start.
func Begin(w io.Writer, start time.Time) error {
	start = start.UTC()
	_, err := fmt.Fprintf(w, "#[assay response times in nanoseconds, by the second in which exchanges were due]\n"+
		"#[Histogram log format version %s]\n#[StartTime: %.3f (seconds since epoch), %s]\n"+
		"\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
		hdrhistogram.HISTOGRAM_LOG_FORMAT_VERSION, seconds(start), start.Format(time.RFC3339))
	return err
}

// Write writes the interval of a second, counted from start, with a tag. Nothing is written where h is nil or empty.
func Write(w io.Writer, start time.Time, second int, tag string, h *Times) error {
	if h == nil || h.TotalCount() == 0 {
		return nil
	}
	return line(w, start, second, tag, h.Max(), hdrtext.AppendPacked(nil, h))
}

// line writes an interval. Its largest time is in milliseconds, as tools expect it.
func line(w io.Writer, start time.Time, second int, tag string, most int64, text []byte) error {
	at := seconds(start.Add(time.Duration(second) * time.Second))
	_, err := fmt.Fprintf(w, "Tag=%s,%.3f,%.3f,%.6f,%s\n", tag, at, time.Second.Seconds(), float64(most)/hdrhistogram.MsToNsRatio, text)
	return err
}

// seconds since the epoch, to the millisecond.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
