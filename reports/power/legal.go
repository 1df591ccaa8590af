package power

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
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

// Problems says why the matrix does not hold.
func (m LegalMatrix) Problems() []phrase.Phrase {
	var all []phrase.Phrase
	for _, row := range m.Variations {
		if row.Error != "" {
			all = append(all, phrase.Say(phrase.PowerUntried, row.Name(), row.Error))
			continue
		}
		for _, found := range row.Accused {
			all = append(all, phrase.Say(phrase.LegalFound, row.Name(), Said(found.Verdict), found.ID, found.Actual))
		}
		for _, missing := range row.NotJudged {
			all = append(all, phrase.Say(phrase.PowerNotJudged, row.Name(), missing.ID, missing.Reason))
		}
		if row.Passed == 0 {
			all = append(all, phrase.Say(phrase.LegalPassedNothing, row.Name()))
		}
	}
	return all
}

// Said is a verdict that accuses, as a phrase.
func Said(verdict assay.Verdict) phrase.Phrase {
	switch verdict {
	case assay.Fail:
		return phrase.Say(phrase.VerdictFail)
	case assay.Warn:
		return phrase.Say(phrase.VerdictWarn)
	case assay.Error:
		return phrase.Say(phrase.VerdictError)
	default:
		return phrase.Plain(string(verdict))
	}
}

// Summary describes the matrix, sentence by sentence.
func (m LegalMatrix) Summary() []phrase.Phrase {
	on := map[string]int{}
	warned := 0
	for _, row := range m.Variations {
		on[row.On]++
		if len(row.Warned) > 0 {
			warned++
		}
	}
	return []phrase.Phrase{
		phrase.Say(phrase.LegalVariations, len(m.Variations), on[OnReference], on[OnNode], m.CleanRows(), len(m.Variations)-m.CleanRows()),
		phrase.Say(phrase.LegalWarned, warned), seeded(m.Seed, m.Seconds),
	}
}

// Outcome describes the row in a few words.
func (r LegalRow) Outcome() phrase.Phrase {
	if r.Error != "" {
		return phrase.Say(phrase.Untried)
	}
	var parts []phrase.Phrase
	if len(r.Accused) > 0 {
		parts = append(parts, phrase.Say(phrase.LegalAccusedBy, idsOf(r.Accused)))
	}
	if len(r.NotJudged) > 0 {
		parts = append(parts, phrase.Say(phrase.LegalNotJudgedBy, len(r.NotJudged)))
	}
	if len(r.Warned) > 0 {
		parts = append(parts, phrase.Say(phrase.LegalWarnedBy, idsOf(r.Warned)))
	}
	if len(parts) == 0 {
		return phrase.Say(phrase.LegalClean)
	}
	whole := parts[0]
	for _, part := range parts[1:] {
		whole = phrase.Say(phrase.LegalBoth, whole, part)
	}
	return whole
}

func idsOf(found []Condemnation) []string {
	ids := make([]string, len(found))
	for i, one := range found {
		ids[i] = one.ID
	}
	return ids
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
