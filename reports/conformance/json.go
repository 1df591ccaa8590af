package conformance

import (
	"bytes"
	"cmp"
	_ "embed" // the schema is part of the package
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"assay"
)

//go:embed conformance.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of conformance.json.
func Schema() []byte { return bytes.Clone(schema) }

// WriteJSON writes report as conformance.json, indented.
func WriteJSON(w io.Writer, report Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // a curl line is for copying
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(report); err != nil {
		return fmt.Errorf("conformance report: %w", err)
	}
	return nil
}

// ReadJSON reads a conformance.json of this version. Members that it does not know it passes over; the error says
// whether the file is another kind of file, another version, cut off, followed by something, or says what no report says:
// a verdict, level or outcome that there is not.
func ReadJSON(r io.Reader) (Report, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Report{}, fmt.Errorf("conformance report: %w", err)
	}
	var version struct {
		Schema *string `json:"schema"`
	}
	if err := decodeOne(text, &version); err != nil {
		return Report{}, err
	}
	switch {
	case version.Schema == nil:
		return Report{}, fmt.Errorf("conformance report: it has no member schema; it should say %q", SchemaName)
	case *version.Schema != SchemaName:
		return Report{}, fmt.Errorf("conformance report: unknown schema %q; this version reads %s", *version.Schema, SchemaName)
	}
	var report Report
	if err := decodeOne(text, &report); err != nil {
		return Report{}, err
	}
	if err := report.check(); err != nil {
		return Report{}, fmt.Errorf("conformance report: %w", err)
	}
	return report, nil
}

// check refuses words that no run writes, so that whoever renders the report need not wonder what they mean.
func (r Report) check() error {
	if !slices.Contains(outcomes(), r.Outcome) {
		return fmt.Errorf("unknown outcome %.40q", r.Outcome)
	}
	for _, profile := range r.Profiles {
		if !slices.Contains(outcomes(), profile.Outcome) {
			return fmt.Errorf("profile %.40q: unknown outcome %.40q", profile.Name, profile.Outcome)
		}
	}
	for _, result := range r.Requirements {
		if err := result.check(); err != nil {
			return fmt.Errorf("requirement %.80q: %w", result.ID, err)
		}
	}
	return nil
}

func (r Result) check() error {
	verdicts := []assay.Verdict{r.Verdict}
	for _, judged := range r.Endpoints {
		verdicts = append(verdicts, judged.Verdict)
	}
	for _, finding := range r.Findings {
		verdicts = append(verdicts, cmp.Or(finding.Verdict, r.Verdict))
	}
	for _, verdict := range verdicts {
		if !slices.Contains(assay.Verdicts(), verdict) {
			return fmt.Errorf("unknown verdict %.40q", verdict)
		}
	}
	if !slices.Contains([]assay.Level{assay.Must, assay.Should, assay.May}, r.Level) {
		return fmt.Errorf("unknown level %.40q", r.Level)
	}
	return nil
}

// decodeOne decodes the one JSON value that text is.
func decodeOne(text []byte, into any) error {
	err := json.Unmarshal(text, into)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		if len(bytes.TrimSpace(text)) == 0 {
			return errors.New("conformance report: the file is empty")
		}
		if syntax.Offset >= int64(len(text)) {
			return fmt.Errorf("conformance report: the file is cut off after %d bytes", len(text))
		}
		return fmt.Errorf("conformance report: no JSON at byte %d: %w", syntax.Offset, err)
	}
	if err != nil {
		return fmt.Errorf("conformance report: %w", err)
	}
	return nil
}
