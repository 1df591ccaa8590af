package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/jsonfile"
	"github.com/unified-login/assay/reports/phrase"
)

// timelineFile has the timeline of a long load run in progress, a row a line. A run that is killed leaves it; benchmark.json then
// has the last rows.
const timelineFile = "timeline.jsonl"

// checkpointRows is how many rows of the timeline are written again at every checkpoint: a minute. Earlier ones are written
// once, so that a checkpoint does not cost more as the run goes on.
const checkpointRows = 60

// A timelineLog is the file of the rows.
type timelineLog struct {
	dir  string
	rows int // in the file
}

// shorten returns the last rows of a timeline, if the file in the directory has all of them.
func (l *timelineLog) shorten(dir string, timeline []benchmark.Second) ([]benchmark.Second, error) {
	if len(timeline) < l.rows || dir != l.dir { // another step of a search, or the directory was lost
		if err := l.remove(); err != nil {
			return timeline, err
		}
	}
	if len(timeline) <= checkpointRows {
		return timeline, nil
	}
	l.dir = dir
	if err := l.add(timeline[l.rows:]); err != nil {
		return timeline, err
	}
	l.rows = len(timeline)
	return timeline[len(timeline)-checkpointRows:], nil
}

// add appends rows to the file.
func (l *timelineLog) add(rows []benchmark.Second) error {
	file, err := os.OpenFile(filepath.Join(l.dir, timelineFile), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666) // less the umask
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	lines := json.NewEncoder(out)
	for i := range rows {
		if err := lines.Encode(rows[i]); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return errors.Join(out.Flush(), file.Close())
}

// remove removes the file, if there is one.
func (l *timelineLog) remove() error {
	if l.rows == 0 {
		return nil
	}
	l.rows = 0
	if err := os.Remove(filepath.Join(l.dir, timelineFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// completed returns the report at path with the rows that a killed run wrote beside it.
func completed(report benchmark.Report, path string) (benchmark.Report, error) {
	path = filepath.Join(filepath.Dir(path), timelineFile)
	if !report.Interrupted || len(report.Timeline) < checkpointRows || !there(path) {
		return report, nil
	}
	earlier, err := readUpTo(jsonfile.Limit, path, func(r io.Reader) ([]benchmark.Second, error) {
		return readRows(r, report.Timeline[0].Second)
	})
	report.Timeline = slices.Concat(earlier, report.Timeline)
	return report, err
}

// readRows reads the rows before a second. The last line may be cut off.
func readRows(r io.Reader, before int) (rows []benchmark.Second, err error) {
	lines := json.NewDecoder(r)
	for {
		var row benchmark.Second
		switch err := lines.Decode(&row); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err == nil && row.Second >= before:
			return rows, nil
		case err != nil:
			return nil, phrase.Failed(phrase.RowFailed, len(rows)+1, err)
		case len(rows) > 0 && row.Second <= rows[len(rows)-1].Second:
			return nil, phrase.Failed(phrase.RowOutOfOrder, len(rows)+1, row.Second, rows[len(rows)-1].Second)
		}
		rows = append(rows, row)
	}
}
