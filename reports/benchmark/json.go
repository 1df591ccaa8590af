package benchmark

import (
	"bytes"
	_ "embed" // the schema is part of the package
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/jsonfile"
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
// the file is another kind of file, another version, cut off, followed by something, or says what no report says: an
// outcome or a verdict that there is not, or a number that no run counts. Of lists that are longer than any run makes them
// the beginning is read, and a note says so; a timeline is as long as the run was.
func ReadJSON(r io.Reader) (Report, error) {
	var report Report
	if err := jsonfile.Read(r, "benchmark report", SchemaName, &report); err != nil {
		return Report{}, err
	}
	if err := report.check(); err != nil {
		return Report{}, fmt.Errorf("benchmark report: %w", err)
	}
	report.shorten()
	return report, nil
}

// check refuses words that no run writes, so that whoever renders the report need not wonder what they mean.
func (r Report) check() error {
	if !slices.Contains(outcomes(), r.Outcome) {
		return fmt.Errorf("unknown outcome %.40q", r.Outcome)
	}
	if r.Search != nil {
		for _, step := range r.Search.Steps {
			if !slices.Contains(outcomes(), step.Outcome) {
				return fmt.Errorf("search: unknown outcome %.40q", step.Outcome)
			}
		}
	}
	for _, requirement := range r.Requirements {
		if !slices.Contains(assay.Verdicts(), requirement.Verdict) {
			return fmt.Errorf("requirement %.80q: unknown verdict %.40q", requirement.ID, requirement.Verdict)
		}
	}
	return nil
}

// shorten cuts the lists that are longer than any run makes them.
func (r *Report) shorten() {
	var cut jsonfile.Cutter
	jsonfile.Cut(&cut, "reasons", &r.Reasons, 100)
	jsonfile.Cut(&cut, "notes", &r.Notes, 100)
	jsonfile.Cut(&cut, "API servers", &r.Target.APIServers, 100)
	jsonfile.Cut(&cut, "service levels", &r.SLO, 100)
	jsonfile.Cut(&cut, "requirements", &r.Requirements, 100)
	jsonfile.Cut(&cut, "points of the distribution", &r.Distribution.Response, 1000)
	jsonfile.Cut(&cut, "points of the distribution", &r.Distribution.Service, 1000)
	jsonfile.Cut(&cut, "kinds of errors", &r.Errors, 100)
	for i := range r.Errors {
		jsonfile.Cut(&cut, "exchanges of errors", &r.Errors[i].Exchanges, 100)
	}
	if r.Search != nil {
		jsonfile.Cut(&cut, "steps of the search", &r.Search.Steps, 1000)
		for i := range r.Search.Steps {
			jsonfile.Cut(&cut, "reasons of steps", &r.Search.Steps[i].Reasons, 100)
		}
	}
	if r.NoiseFloor != nil {
		jsonfile.Cut(&cut, "percentiles below the noise floor", &r.NoiseFloor.Below, 10)
	}
	r.Notes = append(r.Notes, cut.Notes()...)
}
