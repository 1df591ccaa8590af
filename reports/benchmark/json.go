package benchmark

import (
	"bytes"
	_ "embed" // the schema is part of the package
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/jsonfile"
	"github.com/unified-login/assay/reports/phrase"
)

//go:embed benchmark.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of benchmark.json.
func Schema() []byte { return bytes.Clone(schema) }

// WriteJSON writes report as benchmark.json, indented.
func WriteJSON(w io.Writer, report Report) error {
	return jsonfile.Write(w, "benchmark report", report.keyed())
}

// ReadJSON reads a benchmark.json of this version. It ignores unknown members. The error
// says whether the file is another kind of file, another version, cut off, or followed by something, or has an unknown
// outcome or verdict, or a number that no run counts. A list that is longer than any run makes it is cut, and a note says so;
// a timeline is as long as the run was.
func ReadJSON(r io.Reader) (Report, error) {
	var report Report
	if err := jsonfile.Read(r, "benchmark report", SchemaName, &report); err != nil {
		return Report{}, err
	}
	if err := report.check(); err != nil {
		return Report{}, fmt.Errorf("benchmark report: %w", err)
	}
	report.restore()
	report.shorten()
	return report, nil
}

// check refuses words that no run writes, so that renderers need not handle them.
func (r Report) check() error {
	if !slices.Contains(Outcomes(), r.Outcome) {
		return fmt.Errorf("unknown outcome %.40q", r.Outcome)
	}
	if r.Search != nil {
		for _, step := range r.Search.Steps {
			if !slices.Contains(Outcomes(), step.Outcome) {
				return fmt.Errorf("search: unknown outcome %.40q", step.Outcome)
			}
		}
	}
	for _, level := range r.SLO {
		if !slices.Contains([]LevelVerdict{"", Holds, DoesNotHold, NotKnown}, level.Verdict) {
			return fmt.Errorf("service level %.80q: unknown verdict %.40q", level.Expression, level.Verdict)
		}
	}
	for _, requirement := range r.Requirements {
		if !slices.Contains(assay.Verdicts(), requirement.Verdict) {
			return fmt.Errorf("requirement %.80q: unknown verdict %.40q", requirement.ID, requirement.Verdict)
		}
	}
	return nil
}

// keyed is the report with the keys of its phrases beside them.
func (r Report) keyed() Report {
	r.ErrorKey, r.NoteKeys, r.ReasonKeys = r.Error.Keyed(), phrase.KeyedList(r.Notes), phrase.KeyedList(r.Reasons)
	r.Requirements = slices.Clone(r.Requirements)
	for i, requirement := range r.Requirements {
		r.Requirements[i].ReasonKey = requirement.Reason.Keyed()
	}
	r.SLO = slices.Clone(r.SLO)
	for i, level := range r.SLO {
		r.SLO[i].ReasonKey = level.Reason.Keyed()
	}
	if r.Search != nil {
		search := *r.Search
		search.ReasonKey, search.Steps = search.Reason.Keyed(), slices.Clone(search.Steps)
		for i, step := range search.Steps {
			search.Steps[i].ReasonKeys = phrase.KeyedList(step.Reasons)
		}
		r.Search = &search
	}
	return r
}

// restore makes phrases of the texts and the keys beside them.
func (r *Report) restore() {
	r.Error, r.ErrorKey = r.Error.Restore(r.ErrorKey), nil
	r.Notes, r.NoteKeys = phrase.RestoreList(r.Notes, r.NoteKeys), nil
	r.Reasons, r.ReasonKeys = phrase.RestoreList(r.Reasons, r.ReasonKeys), nil
	for i := range r.Requirements {
		requirement := &r.Requirements[i]
		requirement.Reason, requirement.ReasonKey = requirement.Reason.Restore(requirement.ReasonKey), nil
	}
	for i := range r.SLO {
		level := &r.SLO[i]
		level.Reason, level.ReasonKey = level.Reason.Restore(level.ReasonKey), nil
		if level.Verdict == "" { // of an earlier version
			level.Verdict = map[bool]LevelVerdict{true: Holds, false: DoesNotHold}[level.Holds]
		}
	}
	if r.Search == nil {
		return
	}
	r.Search.Reason, r.Search.ReasonKey = r.Search.Reason.Restore(r.Search.ReasonKey), nil
	for i := range r.Search.Steps {
		step := &r.Search.Steps[i]
		step.Reasons, step.ReasonKeys = phrase.RestoreList(step.Reasons, step.ReasonKeys), nil
	}
}

// shorten cuts the lists that are longer than any run makes them.
func (r *Report) shorten() {
	var cut jsonfile.Cutter
	jsonfile.Cut(&cut, phrase.ListReasons, &r.Reasons, jsonfile.MostPhrases)
	jsonfile.Cut(&cut, phrase.ListNotes, &r.Notes, jsonfile.MostPhrases)
	jsonfile.Cut(&cut, phrase.ListServers, &r.Target.APIServers, 100)
	jsonfile.Cut(&cut, phrase.ListProfiles, &r.Target.Profiles, 100)
	jsonfile.Cut(&cut, phrase.ListLevels, &r.SLO, 100)
	jsonfile.Cut(&cut, phrase.ListRequirements, &r.Requirements, 100)
	jsonfile.Cut(&cut, phrase.ListPoints, &r.Distribution.Response, 1000)
	jsonfile.Cut(&cut, phrase.ListPoints, &r.Distribution.Service, 1000)
	jsonfile.Cut(&cut, phrase.ListServers, &r.ByServer, 100)
	for i := range r.ByEndpoint {
		jsonfile.Cut(&cut, phrase.ListPoints, &r.ByEndpoint[i].Distribution.Response, 1000)
		jsonfile.Cut(&cut, phrase.ListPoints, &r.ByEndpoint[i].Distribution.Service, 1000)
	}
	jsonfile.Cut(&cut, phrase.ListErrors, &r.Errors, 100)
	for i := range r.Errors {
		jsonfile.Cut(&cut, phrase.ListExchanges, &r.Errors[i].Exchanges, 100)
		r.Errors[i].Users, r.Errors[i].Contradicts = most(r.Errors[i].Users, 100), most(r.Errors[i].Contradicts, 100)
	}
	if r.Search != nil {
		jsonfile.Cut(&cut, phrase.ListSteps, &r.Search.Steps, 1000)
		for i := range r.Search.Steps {
			jsonfile.Cut(&cut, phrase.ListLevels, &r.Search.Steps[i].Broke, 100)
			jsonfile.Cut(&cut, phrase.ListStepReasons, &r.Search.Steps[i].Reasons, jsonfile.MostPhrases)
		}
	}
	if r.Limit != nil {
		jsonfile.Cut(&cut, phrase.ListLevels, &r.Limit.Levels, 100)
		jsonfile.Cut(&cut, phrase.ListSteps, &r.Limit.Probes, 1000)
		if picture := r.Limit.Picture; picture != nil {
			jsonfile.Cut(&cut, phrase.ListPoints, &picture.Points, 1000)
		}
		for i := range r.Limit.Probes {
			jsonfile.Cut(&cut, phrase.ListLevels, &r.Limit.Probes[i].Levels, 100)
		}
	}
	r.Plan.Until = most(r.Plan.Until, 10)
	jsonfile.Cut(&cut, phrase.ListStages, &r.Plan.Stages, 100)
	jsonfile.Cut(&cut, phrase.ListStages, &r.ByStage, 100)
	r.shortenTags(&cut)
	if r.NoiseFloor != nil {
		jsonfile.Cut(&cut, phrase.ListBelow, &r.NoiseFloor.Below, 10)
	}
	r.Notes = append(r.Notes, cut.Notes()...)
}

// shortenTags keeps the first tags by name, and the beginnings of their values.
func (r *Report) shortenTags(cut *jsonfile.Cutter) {
	const mostTags, longest = 100, 200
	names := slices.Sorted(maps.Keys(r.Tags))
	jsonfile.Cut(cut, phrase.ListTags, &names, mostTags)
	kept := map[string]string{}
	for _, name := range names {
		kept[words.Shorten(name, longest)] = words.Shorten(r.Tags[name], longest)
	}
	if len(r.Tags) > 0 {
		r.Tags = kept
	}
}

// most returns the beginning of a list.
func most(list []string, length int) []string { return list[:min(len(list), length)] }
