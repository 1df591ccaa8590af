package conformance

import (
	"bytes"
	"cmp"
	_ "embed" // the schema is part of the package
	"fmt"
	"io"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/jsonfile"
	"github.com/unified-login/assay/reports/phrase"
)

//go:embed conformance.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of conformance.json.
func Schema() []byte { return bytes.Clone(schema) }

// WriteJSON writes report as conformance.json, indented.
func WriteJSON(w io.Writer, report Report) error {
	return jsonfile.Write(w, "conformance report", report.keyed())
}

// ReadJSON reads a conformance.json of this version. It ignores unknown members. The error
// says whether the file is another kind of file, another version, cut off, or followed by something, or has an unknown
// verdict, level or outcome, or a number that no run counts. A list that is longer than any run makes it is cut, and a note
// says so.
func ReadJSON(r io.Reader) (Report, error) {
	var report Report
	if err := jsonfile.Read(r, "conformance report", SchemaName, &report); err != nil {
		return Report{}, err
	}
	if err := report.check(); err != nil {
		return Report{}, fmt.Errorf("conformance report: %w", err)
	}
	report.restore()
	report.shorten()
	return report, nil
}

// keyed is the report with the keys of its phrases beside them.
func (r Report) keyed() Report {
	r.CutShortKey, r.ErrorKey = r.CutShort.Keyed(), r.Error.Keyed()
	r.NoteKeys, r.ReasonKeys = phrase.KeyedList(r.Notes), phrase.KeyedList(r.Reasons)
	r.Requirements = slices.Clone(r.Requirements)
	for i, result := range r.Requirements {
		r.Requirements[i].ReasonKey = result.Reason.Keyed()
	}
	return r
}

// restore makes phrases of the texts and the keys beside them.
func (r *Report) restore() {
	r.CutShort, r.CutShortKey = r.CutShort.Restore(r.CutShortKey), nil
	r.Error, r.ErrorKey = r.Error.Restore(r.ErrorKey), nil
	r.Notes, r.NoteKeys = phrase.RestoreList(r.Notes, r.NoteKeys), nil
	r.Reasons, r.ReasonKeys = phrase.RestoreList(r.Reasons, r.ReasonKeys), nil
	for i := range r.Requirements {
		result := &r.Requirements[i]
		result.Reason, result.ReasonKey = result.Reason.Restore(result.ReasonKey), nil
	}
}

// shorten cuts the lists that are longer than any run makes them.
func (r *Report) shorten() {
	var cut jsonfile.Cutter
	jsonfile.Cut(&cut, phrase.ListReasons, &r.Reasons, jsonfile.MostPhrases)
	jsonfile.Cut(&cut, phrase.ListNotes, &r.Notes, jsonfile.MostPhrases)
	jsonfile.Cut(&cut, phrase.ListServers, &r.Target.APIServers, 100)
	jsonfile.Cut(&cut, phrase.ListProfiles, &r.Profiles, 100)
	jsonfile.Cut(&cut, phrase.ListWaivers, &r.Waivers, 1000)
	jsonfile.Cut(&cut, phrase.ListModes, &r.FailureModes, 5000)
	jsonfile.Cut(&cut, phrase.ListRequirements, &r.Requirements, 2000)
	findings := 10_000
	for i := range r.Requirements {
		result := &r.Requirements[i]
		jsonfile.Cut(&cut, phrase.ListEndpoints, &result.Endpoints, 10)
		jsonfile.Cut(&cut, phrase.ListTheirs, &result.Profiles, 100)
		jsonfile.Cut(&cut, phrase.ListNeeds, &result.Needs, 100)
		jsonfile.Cut(&cut, phrase.ListFindings, &result.Findings, findings)
		findings -= len(result.Findings)
	}
	r.Notes = append(r.Notes, cut.Notes()...)
}

// check refuses words that no run writes, so that renderers need not handle them.
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
