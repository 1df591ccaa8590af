package hdrlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// longestLine bounds a line of a log in bytes; a histogram of this package has at most a fifth of it.
const longestLine = 1 << 20

// An Interval is one line of a log.
type Interval struct {
	Tag    string
	Start  time.Time
	Length time.Duration
	Times  *hdrhistogram.Histogram
}

// A Log reads the intervals of a log, in the order of the file.
type Log struct {
	lines *bufio.Scanner
	start time.Time
	err   error
	at    int // the number of the line
}

// Read reads a log up to its first interval.
func Read(r io.Reader) *Log {
	l := &Log{lines: bufio.NewScanner(r)}
	l.lines.Buffer(nil, longestLine)
	l.lines.Split(wholeLines)
	return l
}

// wholeLines is bufio.ScanLines without a last line that has no end: a run that was killed may have written half of it.
func wholeLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		return end + 1, bytes.TrimRight(data[:end], "\r"), nil
	}
	if atEOF {
		return len(data), nil, nil
	}
	return 0, nil, nil
}

// Err is why the intervals ended before the log; nil at its end.
func (l *Log) Err() error { return l.err }

// Start is the moment from which the log counts, as far as it was read; zero where it does not say.
func (l *Log) Start() time.Time { return l.start }

// All returns the intervals. Look at [Log.Err] after the last.
func (l *Log) All() iter.Seq[Interval] {
	return func(yield func(Interval) bool) {
		for {
			interval, ok := l.next()
			if !ok || !yield(interval) {
				return
			}
		}
	}
}

// next returns the next interval; false after the last, or after an error.
func (l *Log) next() (Interval, bool) {
	for l.err == nil && l.lines.Scan() {
		l.at++
		text := l.lines.Text()
		switch {
		case strings.HasPrefix(text, "#[StartTime: "):
			number, _, _ := strings.Cut(strings.TrimPrefix(text, "#[StartTime: "), " ")
			at, err := moment(number)
			if err != nil {
				l.fail(err)
				return Interval{}, false
			}
			l.start = at
		case text == "", strings.HasPrefix(text, "#"), strings.HasPrefix(text, `"`):
		default:
			interval, err := parse(text)
			if err != nil {
				l.fail(err)
				return Interval{}, false
			}
			return interval, true
		}
	}
	if err := l.lines.Err(); l.err == nil && err != nil {
		l.at++
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("longer than %d KiB; %w", longestLine>>10, errInterval)
		}
		l.fail(err)
	}
	return Interval{}, false
}

func (l *Log) fail(err error) { l.err = fmt.Errorf("line %d: %w", l.at, err) }

var errInterval = errors.New("not an interval of an HdrHistogram log: Tag=accepted,START,LENGTH,MAX,HISTOGRAM")

// parse reads a line.
func parse(text string) (i Interval, err error) {
	fields := strings.Split(text, ",")
	tag, tagged := strings.CutPrefix(fields[0], "Tag=")
	if !tagged || len(fields) != 5 || tag != Accepted && tag != Others {
		return i, errInterval
	}
	i.Tag = tag
	if i.Start, err = moment(fields[1]); err != nil {
		return i, err
	}
	length, err := strconv.ParseFloat(fields[2], 64)
	if err != nil || !(length > 0 && length <= time.Hour.Seconds()) {
		return i, errInterval
	}
	i.Length = time.Duration(length * float64(time.Second))
	if i.Times, err = hdrhistogram.Decode([]byte(fields[4])); err != nil {
		return i, fmt.Errorf("the histogram cannot be decoded: %w", err)
	}
	if i.Times.LowestTrackableValue() != shortest || i.Times.HighestTrackableValue() != longest || i.Times.SignificantFigures() != digits {
		return i, fmt.Errorf("the histogram has other bounds than those of a load run, %d to %d with %d digits", shortest, longest, digits)
	}
	return i, nil
}

// moment reads seconds since the epoch.
func moment(text string) (time.Time, error) {
	const latest = 1 << 40
	at, err := strconv.ParseFloat(text, 64)
	if err != nil || !(at >= 0 && at < latest) {
		return time.Time{}, errInterval
	}
	return time.UnixMilli(int64(math.Round(at * 1000))), nil
}
