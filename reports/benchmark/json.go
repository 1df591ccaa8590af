package benchmark

import (
	"bytes"
	_ "embed" // the schema is part of the package
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

//go:embed benchmark.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of benchmark.json.
func Schema() []byte { return bytes.Clone(schema) }

// WriteJSON writes report as benchmark.json, indented.
func WriteJSON(w io.Writer, report Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // a service level is for reading
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(report); err != nil {
		return fmt.Errorf("benchmark report: %w", err)
	}
	return nil
}

// ReadJSON reads a benchmark.json of this version. Members that it does not know it passes over; the error says whether
// the file is another kind of file, another version, cut off, or followed by something.
func ReadJSON(r io.Reader) (Report, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Report{}, fmt.Errorf("benchmark report: %w", err)
	}
	var version struct {
		Schema *string `json:"schema"`
	}
	if err := decode(text, &version); err != nil {
		return Report{}, err
	}
	switch {
	case version.Schema == nil:
		return Report{}, fmt.Errorf("benchmark report: it has no member schema; it should say %q", SchemaName)
	case *version.Schema != SchemaName:
		return Report{}, fmt.Errorf("benchmark report: unknown schema %q; this version reads %s", *version.Schema, SchemaName)
	}
	var report Report
	if err := decode(text, &report); err != nil {
		return Report{}, err
	}
	return report, nil
}

// decode decodes the one JSON value that text is.
func decode(text []byte, into any) error {
	err := json.Unmarshal(text, into)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		if len(bytes.TrimSpace(text)) == 0 {
			return errors.New("benchmark report: the file is empty")
		}
		if syntax.Offset >= int64(len(text)) {
			return fmt.Errorf("benchmark report: the file is cut off after %d bytes", len(text))
		}
		return fmt.Errorf("benchmark report: no JSON at byte %d: %w", syntax.Offset, err)
	}
	if err != nil {
		return fmt.Errorf("benchmark report: %w", err)
	}
	return nil
}
