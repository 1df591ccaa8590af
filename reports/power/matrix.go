// Package power is the result of assay power as data: which requirement of the suite condemned which deliberately broken
// platform.
//
// Start with [Matrix], which is power.json, and [LegalMatrix], which is legal.json; [Matrix.Holds] decides the exit code of the command.
package power

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
)

// SchemaName is the schema member of a matrix.
const SchemaName = "assay.power/1"

// A Matrix says which requirement condemned which fault. Every format is rendered from it alone.
type Matrix struct {
	Schema         string  `json:"schema"`
	RequirementSet string  `json:"requirementSet"`
	Digest         string  `json:"digest"` // of the requirement set
	Seed           uint64  `json:"seed"`
	Seconds        float64 `json:"seconds"`
	// Reference is the run against the implementation without a fault. A clean one has neither Condemned nor NotJudged.
	Reference Row `json:"reference"`
	// Faults are in the order in which they were listed.
	Faults []Row `json:"faults"`
	// Requirements are in the set's order.
	Requirements []Column `json:"requirements"`
}

// A Row is the result of the suite for one fault.
type Row struct {
	Fault  string   `json:"fault"` // empty for the reference
	Breaks string   `json:"breaks"`
	Trips  []string `json:"trips"`
	Also   []string `json:"also"`
	// Tried are the requirements that judged the fault; empty for all of them.
	Tried []string `json:"tried,omitempty"`

	// Condemned are the requirements with the verdict fail or warn, in the set's order.
	Condemned []Condemnation `json:"condemned"`
	// Survived are the Trips that did not condemn the fault. Accused condemned it although they are not in Trips or Also.
	Survived []string `json:"survived"`
	Accused  []string `json:"accused"`
	// NotJudged are the requirements that are untested or in error here, but not on the reference.
	NotJudged []NotJudged `json:"untold"`
	Seconds   float64     `json:"seconds"`
	// Error says why the suite could not run; empty if it did.
	Error string `json:"error,omitempty"`
}

// A Condemnation is a requirement whose verdict on an implementation is fail or warn.
type Condemnation struct {
	ID      string        `json:"id"`
	Verdict assay.Verdict `json:"verdict"`
	// Actual is what the first finding observed.
	Actual string `json:"actual"`
}

// A NotJudged is a requirement without a judgement.
type NotJudged struct {
	ID      string        `json:"id"`
	Verdict assay.Verdict `json:"verdict"`
	Reason  string        `json:"reason"`
}

// A Column is the result of one requirement over all faults.
type Column struct {
	ID    string      `json:"id"`
	Level assay.Level `json:"level"`
	// Exempt says why the requirement need not condemn a fault; empty if it must.
	Exempt string `json:"exempt,omitempty"`
	Kills  int    `json:"kills"` // faults that name it and that it condemned
	Alone  int    `json:"alone"` // those of them that no other requirement, of those that tried it, condemned
}

// Holds reports whether the suite catches every fault and nothing else: the reference is clean, every fault is condemned by
// each requirement that it names and by no unrelated one, and no requirement is idle.
func (m Matrix) Holds() bool {
	return m.Clean() && len(m.Survivors())+len(m.FalseAccusations())+len(m.Broken())+len(m.Idle()) == 0
}

// Clean reports whether every requirement passed on the reference, except exempt ones.
func (m Matrix) Clean() bool {
	return m.Reference.Error == "" && len(m.Reference.Condemned)+len(m.Reference.NotJudged) == 0
}

// Survivors are the faults that name a requirement which did not condemn them.
func (m Matrix) Survivors() []Row {
	return m.where(func(r Row) bool { return r.Error == "" && len(r.Survived) > 0 })
}

// FalseAccusations are the faults that an unrelated requirement condemned.
func (m Matrix) FalseAccusations() []Row {
	return m.where(func(r Row) bool { return len(r.Accused) > 0 })
}

// Broken are the faults with which the suite could not run.
func (m Matrix) Broken() []Row { return m.where(func(r Row) bool { return r.Error != "" }) }

// Idle are the requirements that must condemn a fault and condemn none.
func (m Matrix) Idle() []Column {
	return slices.DeleteFunc(slices.Clone(m.Requirements), func(c Column) bool { return c.Exempt != "" || c.Kills > 0 })
}

// Kills counts the faults that were condemned by every requirement that they name.
func (m Matrix) Kills() int {
	return len(m.where(func(r Row) bool { return r.Error == "" && len(r.Survived) == 0 }))
}

func (m Matrix) where(keep func(Row) bool) []Row {
	return slices.DeleteFunc(slices.Clone(m.Faults), func(r Row) bool { return !keep(r) })
}

// TriedBy reports whether the requirement judged the fault.
func (r Row) TriedBy(id string) bool { return len(r.Tried) == 0 || slices.Contains(r.Tried, id) }

// IDs are the requirements that condemned the fault.
func (r Row) IDs() []string {
	ids := make([]string, len(r.Condemned))
	for i, condemnation := range r.Condemned {
		ids[i] = condemnation.ID
	}
	return ids
}

// Problems says, in a line each, why the matrix does not hold.
func (m Matrix) Problems() []string {
	var lines []string
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	if m.Reference.Error != "" {
		add("the reference could not be tried: %s", m.Reference.Error)
	}
	for _, condemned := range m.Reference.Condemned {
		add("the reference is condemned by %s: %s", condemned.ID, condemned.Actual)
	}
	for _, missing := range m.Reference.NotJudged {
		add("the reference was not judged by %s: %s", missing.ID, missing.Reason)
	}
	for _, row := range m.Broken() {
		add("%s could not be tried: %s", row.Fault, row.Error)
	}
	for _, row := range m.Survivors() {
		add("%s survived %s", row.Fault, strings.Join(row.Survived, ", "))
	}
	for _, row := range m.FalseAccusations() {
		add("%s is condemned by %s, which it does not break", row.Fault, strings.Join(row.Accused, ", "))
	}
	for _, column := range m.Idle() {
		add("%s condemns nothing", column.ID)
	}
	return lines
}

// Summary describes the matrix in a line.
func (m Matrix) Summary() string {
	busy, alone := 0, 0
	for _, column := range m.Requirements {
		if column.Kills > 0 {
			busy++
		}
		if column.Alone > 0 {
			alone++
		}
	}
	clean := "clean"
	if !m.Clean() {
		clean = "not clean"
	}
	return fmt.Sprintf("Faults: %d, condemned %d, survived %d, falsely accused %d. "+
		"Requirements that condemn a fault: %d; the only one that condemns it: %d.%s The reference is %s. Seed %d, %.0f s.",
		len(m.Faults), m.Kills(), len(m.Survivors()), len(m.FalseAccusations()), busy, alone, m.trials(), clean, m.Seed, m.Seconds)
}

// trials says how much of the requirement set the faults were tried by, unless it was the whole of it.
func (m Matrix) trials() string {
	tried, narrowed := 0, 0
	for _, row := range m.Faults {
		if len(row.Tried) > 0 {
			tried, narrowed = tried+len(row.Tried), narrowed+1
		}
	}
	if narrowed == 0 {
		return ""
	}
	return fmt.Sprintf(" Of the faults, %d were tried by %d of %d requirements on average: what they break, what follows, and a share of the rest.",
		narrowed, (tried+narrowed/2)/narrowed, len(m.Requirements))
}

// CondemnedBy reports whether the requirement condemned the fault.
func (r Row) CondemnedBy(id string) bool {
	return slices.ContainsFunc(r.Condemned, func(c Condemnation) bool { return c.ID == id })
}
