package power

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
)

// LegalSchemaName is the schema member of a legal matrix.
const LegalSchemaName = "assay.legal/1"

// A LegalMatrix says what the suite made of implementations that keep the contract in unusual ways. Every format is rendered
// from it alone.
type LegalMatrix struct {
	Schema         string  `json:"schema"`
	RequirementSet string  `json:"requirementSet"`
	Digest         string  `json:"digest"` // of the requirement set
	Seed           uint64  `json:"seed"`
	Seconds        float64 `json:"seconds"`
	// Variations are in the order in which they were listed.
	Variations []LegalRow `json:"variations"`
}

// A LegalRow is the result of the suite for one legal variation.
type LegalRow struct {
	Variation string `json:"variation"`
	// On is the implementation that was varied: OnReference or OnNode.
	On    string `json:"on"`
	Does  string `json:"does"`
	Legal string `json:"legal"` // why the contract allows it
	// Warns and Untested are the requirements that may warn and that may be untested.
	Warns    []string `json:"warns"`
	Untested []string `json:"untested"`
	// Only are the patterns to which the run was narrowed, and Narrowed says why; empty for a whole run.
	Only     []string `json:"only,omitempty"`
	Narrowed string   `json:"narrowed,omitempty"`

	// Passed counts the requirements that passed or were observed.
	Passed int `json:"passed"`
	// Warned are the warnings within the list.
	Warned []Condemnation `json:"warned"`
	// Accused are the requirements that failed, warned beyond the list or ended in error.
	Accused []Condemnation `json:"accused"`
	// NotJudged are the requirements that were untested beyond the list.
	NotJudged []NotJudged `json:"untold"`
	Seconds   float64     `json:"seconds"`
	// Error says why the suite could not run; empty if it did.
	Error string `json:"error,omitempty"`
}

// The implementations that are varied, or have a fault.
const (
	OnReference = "reference"
	OnNode      = "node"
)

// Clean reports whether the variation was judged, and nothing accuses it.
func (r LegalRow) Clean() bool {
	return r.Error == "" && r.Passed > 0 && len(r.Accused)+len(r.NotJudged) == 0
}

// Name is the variation, with the implementation unless that is the reference.
func (r LegalRow) Name() string {
	if r.On == OnReference || r.On == "" {
		return r.Variation
	}
	return r.On + "/" + r.Variation
}

// Holds reports whether the suite accuses no legal variation.
func (m LegalMatrix) Holds() bool {
	return len(m.Variations) > 0 && !slices.ContainsFunc(m.Variations, func(r LegalRow) bool { return !r.Clean() })
}

// CleanRows counts the variations that nothing accuses.
func (m LegalMatrix) CleanRows() int {
	return len(slices.DeleteFunc(slices.Clone(m.Variations), func(r LegalRow) bool { return !r.Clean() }))
}

// Problems says, in a line each, why the matrix does not hold.
func (m LegalMatrix) Problems() []string {
	var lines []string
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	for _, row := range m.Variations {
		if row.Error != "" {
			add("%s could not be tried: %s", row.Name(), row.Error)
			continue
		}
		for _, found := range row.Accused {
			add("%s: %s of %s: %s", row.Name(), found.Verdict, found.ID, found.Actual)
		}
		for _, missing := range row.NotJudged {
			add("%s was not judged by %s: %s", row.Name(), missing.ID, missing.Reason)
		}
		if row.Passed == 0 {
			add("%s passed nothing", row.Name())
		}
	}
	return lines
}

// Summary describes the matrix in a line.
func (m LegalMatrix) Summary() string {
	on := map[string]int{}
	warned := 0
	for _, row := range m.Variations {
		on[row.On]++
		if len(row.Warned) > 0 {
			warned++
		}
	}
	return fmt.Sprintf("Legal variations: %d (%d of the reference, %d of the Node platform), clean %d, accused %d. "+
		"With expected warnings: %d. Seed %d, %.0f s.",
		len(m.Variations), on[OnReference], on[OnNode], m.CleanRows(), len(m.Variations)-m.CleanRows(), warned, m.Seed, m.Seconds)
}

// Outcome describes the row in a few words.
func (r LegalRow) Outcome() string {
	var parts []string
	list := func(verb string, found []Condemnation) {
		if len(found) > 0 {
			ids := make([]string, len(found))
			for i, one := range found {
				ids[i] = one.ID
			}
			parts = append(parts, verb+" "+strings.Join(ids, " "))
		}
	}
	list("accused by", r.Accused)
	if len(r.NotJudged) > 0 {
		parts = append(parts, fmt.Sprintf("not judged by %d", len(r.NotJudged)))
	}
	list("warned by", r.Warned)
	switch {
	case r.Error != "":
		return "not tried"
	case len(parts) == 0:
		return "clean"
	default:
		return strings.Join(parts, ", ")
	}
}

// Judge adds the verdict of a requirement to the row; exempt says that no variation is judged by it.
func (r *LegalRow) Judge(id string, verdict assay.Verdict, why string, exempt bool) {
	switch {
	case verdict == assay.Pass || verdict == assay.Observed:
		r.Passed++
	case verdict == assay.Warn && slices.Contains(r.Warns, id):
		r.Warned = append(r.Warned, Condemnation{id, verdict, why})
	case verdict == assay.Fail || verdict == assay.Warn || verdict == assay.Error:
		r.Accused = append(r.Accused, Condemnation{id, verdict, why})
	case !exempt && !slices.Contains(r.Untested, id):
		r.NotJudged = append(r.NotJudged, NotJudged{id, verdict, why})
	}
}
