// Package conformance is the result of a conformance run, as data.
//
// Start with [Report], which is conformance.json; [Conclude], a pure function that derives the outcome from the results; and
// [ExitCode]. [WriteJSON] and [ReadJSON] write and read the file.
package conformance

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// SchemaName is the schema member of conformance.json.
const SchemaName = "assay.conformance/1"

// A Report is one conformance run: conformance.json. The runner of the suite fills in what was tested and Requirements,
// names the declared profiles in Profiles, and calls [Conclude] for the remaining members.
//
// The members whose names end in Key or Keys belong to the file: [WriteJSON] fills them in from the phrases before them,
// and [ReadJSON] makes phrases of both and empties them.
type Report struct {
	Schema         string               `json:"schema"`
	Suite          Suite                `json:"suite"`
	Implementation assay.Implementation `json:"implementation"`
	Target         Target               `json:"target"`
	Seed           int64                `json:"seed"`
	Started        time.Time            `json:"started"`
	Finished       time.Time            `json:"finished"`
	Seconds        float64              `json:"seconds"`
	// Command makes the run again: a command line free of secrets; empty when unknown.
	Command string `json:"command,omitempty"`
	// Selection is what --only and --skip asked for; nil when the run was not narrowed.
	Selection *Selection `json:"selection,omitempty"`
	// Interrupted is set when the run was stopped before its end.
	Interrupted bool `json:"interrupted,omitempty"`
	// CutShort says why the suite itself ended the run early: the target stopped answering, for example. Zero when it did not.
	CutShort    phrase.Phrase `json:"cutShort,omitzero"`
	CutShortKey *phrase.Keyed `json:"cutShortKey,omitempty"`
	// Notes qualify the verdicts, a clause each: a time limit that was adapted to a slow target, or clocks that differ.
	Notes    []phrase.Phrase `json:"notes,omitempty"`
	NoteKeys []*phrase.Keyed `json:"noteKeys,omitempty"`
	// Error says why nothing could be tested: the target was unreachable, for example. Zero when something was.
	Error    phrase.Phrase `json:"error,omitzero"`
	ErrorKey *phrase.Keyed `json:"errorKey,omitempty"`

	Outcome Outcome `json:"outcome"`
	// Reasons say why Outcome is what it is, a clause each; empty for conformant.
	Reasons    []phrase.Phrase `json:"reasons"`
	ReasonKeys []*phrase.Keyed `json:"reasonKeys,omitempty"`
	// Profiles are the declared profiles, in the order declared.
	Profiles     []ProfileResult `json:"profiles"`
	Counts       Counts          `json:"counts"`
	Requirements []Result        `json:"requirements"`
	// FailureModes are the rows of the failure-mode table, in the order observed.
	FailureModes []FailureMode `json:"failureModes"`
	// Waivers are those in force; Conclude applies them.
	Waivers []Waiver `json:"waivers,omitempty"`
}

// A Suite says what judged: the version of assay, and the requirement set by name and digest.
type Suite struct {
	Version        string `json:"version"`
	RequirementSet string `json:"requirementSet"`
	Digest         string `json:"digest"`
	// Rules is [Rules] of what judged; 0 in files of earlier versions.
	Rules int `json:"rules,omitempty"`
}

// A Target is what was tested, and the driver that issued the codes.
type Target struct {
	APIServers []string `json:"apiServer"`
	Driver     string   `json:"driver"` // assay.DriverConfig.Kind, or InProcess
	// Insecure is set where certificates were not checked.
	Insecure bool `json:"insecure,omitempty"`
}

// InProcess is the driver of a run that has the host app in its own process.
const InProcess = "in process"

// A Selection narrows a run to requirement ids; the members are the patterns of the command line.
type Selection struct {
	Only []string `json:"only,omitempty"`
	Skip []string `json:"skip,omitempty"`
}

// An Outcome is the result of a run, or of one profile of it.
type Outcome string

// The outcomes.
const (
	Conformant            Outcome = "conformant"
	ConformantWithWaivers Outcome = "conformant-with-waivers"
	Nonconformant         Outcome = "nonconformant"
	Incomplete            Outcome = "incomplete" // nothing failed, but a binding requirement was not judged
	Errored               Outcome = "error"      // nothing could be tested
)

// A ProfileResult is one declared profile.
type ProfileResult struct {
	Name string `json:"name"`
	// Digest is assay.RequirementSet.ProfileDigest: equal digests, equal requirements.
	Digest  string  `json:"digest"`
	Outcome Outcome `json:"outcome"`
	Counts  Counts  `json:"counts"` // of the profile's requirements, binding or not
}

// A Result is one requirement of the set and its verdict. Level to Needs are the requirement's own, so that a report
// can be read without the set; [Conclude] fills them in.
type Result struct {
	ID       string      `json:"id"`
	Level    assay.Level `json:"level"`
	Severity string      `json:"severity"` // "high" or "normal"
	Says     string      `json:"says"`
	Source   string      `json:"source"`
	// Harm says what happens to a user or a service where the requirement is violated, in a sentence; empty for most forms.
	Harm     string   `json:"harm,omitempty"`
	Profiles []string `json:"profiles"`
	Needs    []string `json:"needs"`

	Verdict assay.Verdict `json:"verdict"`
	// Applicable is false where the contract leaves out what the requirement is about and the implementation has none; it is
	// nil otherwise. Such a requirement is untested, and a profile is complete without it.
	Applicable *bool `json:"applicable,omitempty"`
	// Follows is the id of the violated requirement that this violation is a consequence of: see assay.Yields. Empty for a
	// violation of its own, and for what is not violated.
	Follows string `json:"follows,omitempty"`
	// Endpoints are the verdicts on the endpoints it was judged on; none for requirements about the host app.
	Endpoints []EndpointVerdict `json:"endpoints,omitempty"`
	Findings  []Finding         `json:"findings"`
	// Reason says what was missing where Verdict is untested, what went wrong where it is error, who waived it where it
	// is waived, and is a remark otherwise. ReasonKey belongs to the file.
	Reason    phrase.Phrase `json:"reason"`
	ReasonKey *phrase.Keyed `json:"reasonKey,omitempty"`
	Seconds   float64       `json:"seconds"`
}

// An EndpointVerdict is the verdict of a requirement on one endpoint.
type EndpointVerdict struct {
	Endpoint assay.Endpoint `json:"endpoint"`
	Verdict  assay.Verdict  `json:"verdict"`
}

// A Finding is one observation behind a verdict: on a failure, what was expected and what came instead.
type Finding struct {
	// Endpoint is empty for requirements about the host app.
	Endpoint assay.Endpoint `json:"endpoint,omitempty"`
	// Situation names the variation that was sent: "the used code with a newline behind it".
	Situation string `json:"situation,omitempty"`
	Expected  string `json:"expected"`
	Actual    string `json:"actual"`
	// Verdict is the finding's own, where it is not the requirement's: a pass with a remark on one endpoint, say.
	Verdict assay.Verdict `json:"verdict,omitempty"`
	// Exchanges are ids in transcript.jsonl, the probe first. Roles says what each of them is to the finding.
	Exchanges []string        `json:"exchanges"`
	Roles     map[string]Role `json:"roles,omitempty"`
	// Reuse is set where the probe is a replay.
	Reuse *Reuse `json:"reuse,omitempty"`
	// Reproduce is a script for a shell, or one command line, that shows the fault again: see package reproduce.
	Reproduce string `json:"reproduce,omitempty"`
}

// A FailureMode is how the implementation answers one way of going wrong: a row of its failure-mode table.
type FailureMode struct {
	Situation string         `json:"situation"`
	Endpoint  assay.Endpoint `json:"endpoint"`
	Status    int            `json:"status"`
	Errcode   string         `json:"errcode"`
	Error     string         `json:"error"`
}

// A Waiver accepts one violation until the end of its last day; it is an assay.Waiver as a report shows it.
type Waiver struct {
	ID      string `json:"id"`
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires"` // the last day on which it holds, for example "2026-12-31"
}

// Waivers returns waivers as a report shows them.
func Waivers(waivers []assay.Waiver) []Waiver {
	shown := make([]Waiver, len(waivers))
	for i, w := range waivers {
		shown[i] = Waiver{ID: w.ID, Reason: w.Reason, Owner: w.Owner, Expires: w.Expires.Format(time.DateOnly)}
	}
	return shown
}

// waiver is the waiver as the contract has it; false if its day is not a date.
func (w Waiver) waiver() (assay.Waiver, bool) {
	expires, err := time.Parse(time.DateOnly, w.Expires)
	return assay.Waiver{ID: w.ID, Reason: w.Reason, Owner: w.Owner, Expires: expires}, err == nil
}

// Declare returns the profiles of a report that is not concluded yet.
func Declare(names ...string) []ProfileResult {
	profiles := make([]ProfileResult, len(names))
	for i, name := range names {
		profiles[i].Name = name
	}
	return profiles
}

// Declared lists the names of the declared profiles.
func (r Report) Declared() []string {
	names := make([]string, len(r.Profiles))
	for i, profile := range r.Profiles {
		names[i] = profile.Name
	}
	return names
}

// Result returns the result of the requirement id.
func (r Report) Result(id string) (Result, bool) {
	for _, result := range r.Requirements {
		if result.ID == id {
			return result, true
		}
	}
	return Result{}, false
}
