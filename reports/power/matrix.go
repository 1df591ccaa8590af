// Package power is the result of assay power as data: which requirement of the suite condemned which deliberately broken
// platform.
//
// Start with [Matrix], which is power.json, and [LegalMatrix], which is legal.json; [Matrix.Holds] decides the exit code of the command.
package power

import (
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
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
	// Node is the run against the Node platform without a fault; nil if no fault was tried on it. NoNode says why, if some
	// could have been.
	Node   *Row   `json:"node,omitempty"`
	NoNode string `json:"noNode,omitempty"`
	// Faults are in the order in which they were listed: first those of the reference, then those of the Node platform.
	Faults []Row `json:"faults"`
	// Requirements are in the set's order.
	Requirements []Column `json:"requirements"`
}

// A Row is the result of the suite for one fault of one implementation.
type Row struct {
	Fault string `json:"fault"` // empty for the implementation without a fault
	// On is the implementation that has the fault: OnReference or OnNode. Empty, as in older files, means the reference.
	On     string   `json:"on,omitempty"`
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
	// NotJudged are the requirements that are untested or in error here, but not on the implementation without a fault.
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
	Kills  int    `json:"kills"` // faults of the reference that name it and that it condemned
	Alone  int    `json:"alone"` // those of them that no other requirement, of those that tried it, condemned
}

// Name is the fault, with the implementation unless that is the reference. Without a fault it is the implementation.
func (r Row) Name() string {
	switch {
	case r.On != OnNode && r.Fault == "":
		return "the reference"
	case r.On != OnNode:
		return r.Fault
	case r.Fault == "":
		return "the Node platform"
	default:
		return r.On + "/" + r.Fault
	}
}

// Named is Name for people.
func (r Row) Named() phrase.Phrase {
	switch {
	case r.Fault != "":
		return phrase.Plain(r.Name())
	case r.On == OnNode:
		return phrase.Say(phrase.PowerNodePlatform)
	default:
		return phrase.Say(phrase.PowerReference)
	}
}

// Holds reports whether the suite catches every fault and nothing else: the implementations are clean, every fault is condemned by
// each requirement that it names and by no unrelated one, and no requirement is idle.
func (m Matrix) Holds() bool {
	return m.Clean() && len(m.Survivors())+len(m.FalseAccusations())+len(m.Broken())+len(m.Idle()) == 0
}

// Clean reports whether every requirement passed on the implementations without a fault, except exempt ones.
func (m Matrix) Clean() bool {
	return !slices.ContainsFunc(m.clean(), func(r Row) bool { return r.Error != "" || len(r.Condemned)+len(r.NotJudged) > 0 })
}

// clean are the rows of the implementations without a fault.
func (m Matrix) clean() []Row {
	if m.Node == nil {
		return []Row{m.Reference}
	}
	return []Row{m.Reference, *m.Node}
}

// On are the rows of the faults of one implementation.
func (m Matrix) On(implementation string) []Row {
	return m.where(func(r Row) bool { return (r.On == OnNode) == (implementation == OnNode) })
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

// Problems says why the matrix does not hold.
func (m Matrix) Problems() []phrase.Phrase {
	var all []phrase.Phrase
	for _, row := range m.clean() {
		if row.Error != "" {
			all = append(all, phrase.Say(phrase.PowerUntried, row.Named(), row.Error))
		}
		for _, condemned := range row.Condemned {
			all = append(all, phrase.Say(phrase.PowerCondemned, row.Named(), condemned.ID, condemned.Actual))
		}
		for _, missing := range row.NotJudged {
			all = append(all, phrase.Say(phrase.PowerNotJudged, row.Named(), missing.ID, missing.Reason))
		}
	}
	for _, row := range m.Broken() {
		all = append(all, phrase.Say(phrase.PowerUntried, row.Named(), row.Error))
	}
	for _, row := range m.Survivors() {
		all = append(all, phrase.Say(phrase.PowerSurvived, row.Named(), row.Survived))
	}
	for _, row := range m.FalseAccusations() {
		all = append(all, phrase.Say(phrase.PowerAccused, row.Named(), row.Accused))
	}
	for _, column := range m.Idle() {
		all = append(all, phrase.Say(phrase.PowerIdle, column.ID))
	}
	return all
}

// Summary describes the matrix, sentence by sentence.
func (m Matrix) Summary() []phrase.Phrase {
	busy, alone := 0, 0
	for _, column := range m.Requirements {
		if column.Kills > 0 {
			busy++
		}
		if column.Alone > 0 {
			alone++
		}
	}
	own := m
	own.Faults = m.On(OnReference)
	all := append([]phrase.Phrase{phrase.Say(phrase.PowerFaults, own.tally())}, m.second()...)
	all = append(all, phrase.Say(phrase.PowerBusy, busy, alone))
	all = append(all, m.trials()...)
	return append(all, m.cleanness(), seeded(m.Seed, m.Seconds))
}

func seeded(seed uint64, seconds float64) phrase.Phrase {
	return phrase.Say(phrase.PowerSeed, fmt.Sprint(seed), fmt.Sprintf("%.0f", seconds))
}

// tally counts the rows by what came of them.
func (m Matrix) tally() phrase.Phrase {
	return phrase.Say(phrase.PowerTally, len(m.Faults), m.Kills(), len(m.Survivors()), len(m.FalseAccusations()))
}

// second describes the rows of the Node platform, and what they cost; or says why it has no rows.
func (m Matrix) second() []phrase.Phrase {
	if m.NoNode != "" {
		return []phrase.Phrase{phrase.Say(phrase.PowerNoNode, m.NoNode)}
	}
	if m.Node == nil {
		return nil
	}
	m.Faults = m.On(OnNode)
	seconds := 0.0
	for _, row := range m.Faults {
		seconds += row.Seconds
	}
	return []phrase.Phrase{phrase.Say(phrase.PowerOnNode, m.tally(), fmt.Sprintf("%.1f", seconds/float64(max(len(m.Faults), 1))))}
}

func (m Matrix) cleanness() phrase.Phrase {
	switch {
	case m.Node == nil && m.Clean():
		return phrase.Say(phrase.PowerCleanReference)
	case m.Node == nil:
		return phrase.Say(phrase.PowerUncleanReference)
	case m.Clean():
		return phrase.Say(phrase.PowerClean)
	default:
		return phrase.Say(phrase.PowerUnclean)
	}
}

// trials says how much of the requirement set the faults were tried by, unless it was the whole of it.
func (m Matrix) trials() []phrase.Phrase {
	tried, narrowed := 0, 0
	for _, row := range m.Faults {
		if len(row.Tried) > 0 {
			tried, narrowed = tried+len(row.Tried), narrowed+1
		}
	}
	if narrowed == 0 {
		return nil
	}
	return []phrase.Phrase{phrase.Say(phrase.PowerNarrowed, narrowed, (tried+narrowed/2)/narrowed, len(m.Requirements))}
}

// CondemnedBy reports whether the requirement condemned the fault.
func (r Row) CondemnedBy(id string) bool {
	return slices.ContainsFunc(r.Condemned, func(c Condemnation) bool { return c.ID == id })
}
