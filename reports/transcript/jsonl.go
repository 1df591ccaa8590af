package transcript

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"github.com/unified-login/assay"
)

// A Writer writes transcript.jsonl, one exchange a line. It is safe for concurrent use, and buffers until Flush or Close.
type Writer struct {
	redactor *Redactor

	mu  sync.Mutex
	out *bufio.Writer // it keeps its first error
}

// NewWriter returns a writer to w; redactor replaces the secrets.
func NewWriter(w io.Writer, redactor *Redactor) *Writer {
	return &Writer{redactor: redactor, out: bufio.NewWriterSize(w, 64<<10)}
}

// Write records x. It returns the first error of writing, after which nothing is written.
func (w *Writer) Write(x assay.Exchange) error {
	line, err := encode(w.redactor.Exchange(x))
	if err != nil {
		return fmt.Errorf("transcript: %s: %w", x.ID, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(line) > w.out.Available() { // so that the file of a run that is killed ends with a whole line
		_ = w.out.Flush() // Write returns its error
	}
	if _, err := w.out.Write(line); err != nil {
		return fmt.Errorf("transcript: %w", err)
	}
	return nil
}

// Flush writes what is buffered.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("transcript: %w", err)
	}
	return nil
}

// Close flushes. It does not close the underlying writer.
func (w *Writer) Close() error { return w.Flush() }

// encode returns the record's line with its newline.
func encode(record Record) ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(record)
	return line.Bytes(), err
}

// lineLimit is the longest line that Read accepts, in bytes. A Writer cuts bodies, so its lines are far shorter.
const lineLimit = 64 << 20

// Read yields the records of a transcript. A line that is not a record, has another version, is cut off or too long yields an
// error that names the line, and ends the sequence.
func Read(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		lines := bufio.NewReaderSize(r, 64<<10)
		for n := 1; ; n++ {
			line, err := readLine(lines)
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return
			}
			record, err := parse(line, err)
			if err != nil {
				yield(Record{}, fmt.Errorf("transcript line %d: %w", n, err))
				return
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

var errLong = fmt.Errorf("longer than %d MiB, the limit", lineLimit>>20)

// readLine reads a line with its newline.
func readLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > lineLimit:
			return nil, errLong
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}

// parse parses a line; err is the error of reading it.
func parse(line []byte, err error) (Record, error) {
	var record Record
	switch {
	case errors.Is(err, io.EOF):
		return record, errors.New("cut off: the file does not end with a newline")
	case err != nil:
		return record, err
	}
	if err := json.Unmarshal(line, &record); err != nil {
		return record, fmt.Errorf("not a record: %w", err)
	}
	if record.Schema != SchemaName {
		return record, fmt.Errorf("unknown schema %.80q: this version reads %s", record.Schema, SchemaName)
	}
	return record, nil
}
