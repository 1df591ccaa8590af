package main

import (
	"bytes"
	"time"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/hdrlog"
)

// secondsFile has the response times of every second of a load run, as an HdrHistogram log.
const secondsFile = "timeline.hdr"

// A secondsLog writes the seconds of a run as they complete. The open ones stand after them, and are written again each time, so that a run
// that is killed leaves all that it had at its last checkpoint.
type secondsLog struct {
	file     *keptFile
	start    time.Time // of the phase whose seconds are in the file
	complete int64     // bytes
	err      error     // the first; what was not written then is lost
}

// write adds seconds. Those of another phase replace what the file has.
func (l *secondsLog) write(s loadgen.Seconds) error {
	if s.Start.IsZero() || l.err != nil {
		return l.err
	}
	var text bytes.Buffer
	if !s.Start.Equal(l.start) {
		l.start, l.complete = s.Start, 0
		l.err = hdrlog.Begin(&text, s.Start)
	}
	for _, one := range s.Complete {
		l.add(&text, one)
	}
	complete := l.complete + int64(text.Len())
	for _, one := range s.Open {
		l.add(&text, one)
	}
	if l.err == nil {
		l.err = l.file.cut(l.complete)
	}
	if l.err == nil {
		_, l.err = l.file.Write(text.Bytes())
	}
	l.complete = complete
	return l.err
}

func (l *secondsLog) add(text *bytes.Buffer, one loadgen.Second) {
	for _, times := range []struct {
		tag string
		of  *hdrlog.Times
	}{{hdrlog.Accepted, one.Accepted}, {hdrlog.Others, one.Others}} {
		if err := hdrlog.Write(text, l.start, one.Second, times.tag, times.of); err != nil && l.err == nil {
			l.err = err
		}
	}
}

// finish writes the last seconds of the phase that the report is about. The file stays empty, and is removed, where it has those of another
// phase: of a search that went on after its confirmation.
func (l *secondsLog) finish(s loadgen.Seconds) error {
	if s.Start.IsZero() || !l.start.IsZero() && !s.Start.Equal(l.start) {
		return l.file.cut(0)
	}
	return l.write(s)
}
