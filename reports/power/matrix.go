package power

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/conformance"
)

// SchemaName is the schema member of a matrix.
const SchemaName = "assay.power/1"

// A Matrix is which requirement condemned which fault. It is data: whatever is rendered from it follows from it alone.
type Matrix struct {
	Schema         string  `json:"schema"`
	RequirementSet string  `json:"requirementSet"`
	Digest         string  `json:"digest"` // of the requirement set
	Seed           uint64  `json:"seed"`
	Seconds        float64 `json:"seconds"`
	// Reference is the run on the implementation with no fault. Its Condemned and Untold are empty when it is clean.
	Reference Row `json:"reference"`
	// Faults are in the order of the list they were tried from.
	Faults []Row `json:"faults"`
	// Requirements are in the set's order.
	Requirements []Column `json:"requirements"`
}

// A Row is one implementation and what the suite made of it.
type Row struct {
	Fault  string   `json:"fault"` // empty for the reference
	Breaks string   `json:"breaks"`
	Trips  []string `json:"trips"`
	Also   []string `json:"also"`

	// Condemned are the requirements with the verdict fail or warn, in the set's order.
	Condemned []Condemnation `json:"condemned"`
	// Survived are the Trips that did not condemn it, and Accused those that did and are neither in Trips nor in Also.
	Survived []string `json:"survived"`
	Accused  []string `json:"accused"`
	// Untold are the requirements that the fault kept from being judged: untested or error here, but not on the reference.
	Untold  []Untold `json:"untold"`
	Seconds float64  `json:"seconds"`
	// Error says why there was no run to speak of.
	Error string `json:"error,omitempty"`

	verdicts map[string]assay.Verdict
	reasons  map[string]string
}

// A Condemnation is a requirement that found an implementation wrong.
type Condemnation struct {
	ID      string        `json:"id"`
	Verdict assay.Verdict `json:"verdict"`
	// Actual is what the first finding saw.
	Actual string `json:"actual"`
}

// An Untold is a requirement that came to no judgement.
type Untold struct {
	ID      string        `json:"id"`
	Verdict assay.Verdict `json:"verdict"`
	Reason  string        `json:"reason"`
}

// A Column is one requirement over all faults.
type Column struct {
	ID    string      `json:"id"`
	Level assay.Level `json:"level"`
	// Exempt says why nothing can be asked of it here; empty for a requirement that has to condemn something.
	Exempt string `json:"exempt,omitempty"`
	Kills  int    `json:"kills"` // faults that name it and that it condemned
	Alone  int    `json:"alone"` // of these, the ones that nothing else condemned
}

// Holds reports whether the suite sees what it ought to and nothing else: the reference is clean, every fault is
// condemned by each requirement that it names and by no unrelated one, and no requirement is idle.
func (m Matrix) Holds() bool {
	return m.Clean() && len(m.Survivors())+len(m.FalseAccusations())+len(m.Broken())+len(m.Idle()) == 0
}

// Clean reports whether nothing was held against the reference and all of it was judged that can be here.
func (m Matrix) Clean() bool {
	return m.Reference.Error == "" && len(m.Reference.Condemned)+len(m.Reference.Untold) == 0
}

// Survivors are the faults that a requirement did not condemn which they name.
func (m Matrix) Survivors() []Row {
	return m.where(func(r Row) bool { return r.Error == "" && len(r.Survived) > 0 })
}

// FalseAccusations are the faults that an unrelated requirement condemned.
func (m Matrix) FalseAccusations() []Row {
	return m.where(func(r Row) bool { return len(r.Accused) > 0 })
}

// Broken are the faults without a run to speak of.
func (m Matrix) Broken() []Row { return m.where(func(r Row) bool { return r.Error != "" }) }

// Idle are the requirements that ought to condemn something and condemn nothing.
func (m Matrix) Idle() []Column {
	return slices.DeleteFunc(slices.Clone(m.Requirements), func(c Column) bool { return c.Exempt != "" || c.Kills > 0 })
}

// Kills counts the faults that every requirement which they name condemned.
func (m Matrix) Kills() int {
	return len(m.where(func(r Row) bool { return r.Error == "" && len(r.Survived) == 0 }))
}

func (m Matrix) where(keep func(Row) bool) []Row {
	return slices.DeleteFunc(slices.Clone(m.Faults), func(r Row) bool { return !keep(r) })
}

// exempt says why a requirement is not asked to condemn a fault; "" when it is.
func exempt(requirement assay.Requirement) string {
	switch {
	case requirement.Level == assay.May:
		return "a may is observed and condemns nothing"
	case requirement.Chapter() == "load":
		return "judged from a load run"
	case requirement.ID == "http.tls":
		return "not judged on loopback, where faults are served; its own unit test shows it a service without TLS"
	default:
		return ""
	}
}

// newRow sorts a result by the set's order.
func newRow(fault faults.Fault, r result) Row {
	row := Row{Fault: fault.Name, Breaks: fault.Breaks, Trips: list(fault.Trips), Also: list(fault.Also),
		Condemned: []Condemnation{}, Survived: []string{}, Accused: []string{}, Untold: []Untold{},
		Seconds: r.Seconds, Error: r.Error, verdicts: r.Verdicts, reasons: r.Reasons}
	for _, requirement := range assay.Requirements().Requirements {
		id, verdict := requirement.ID, r.Verdicts[requirement.ID]
		condemned := verdict == assay.Fail || verdict == assay.Warn
		switch named := slices.Contains(row.Trips, id); {
		case condemned && !named && !slices.Contains(row.Also, id):
			row.Accused = append(row.Accused, id)
		case !condemned && named:
			row.Survived = append(row.Survived, id)
		}
		if condemned {
			row.Condemned = append(row.Condemned, Condemnation{id, verdict, r.Reasons[id]})
		}
	}
	return row
}

func list(ids []string) []string { return append([]string{}, ids...) }

// complete works out what follows from the rows. Of a narrowed matrix only those requirements are asked to condemn
// something that a fault in it names.
func (m Matrix) complete(set assay.RequirementSet, narrowed bool) Matrix {
	for _, requirement := range set.Requirements {
		column := Column{ID: requirement.ID, Level: requirement.Level, Exempt: exempt(requirement)}
		m.Reference.tell(requirement.ID, column.Exempt != "" && requirement.Level != assay.May)
		names := func(r Row) bool { return slices.Contains(r.Trips, requirement.ID) }
		if narrowed && column.Exempt == "" && !slices.ContainsFunc(m.Faults, names) {
			column.Exempt = "none of its faults was tried"
		}
		for i := range m.Faults {
			row := &m.Faults[i]
			row.tell(requirement.ID, m.Reference.untold(requirement.ID))
			if slices.Contains(row.Trips, requirement.ID) && row.condemnedBy(requirement.ID) {
				column.Kills++
				if len(row.Condemned) == 1 {
					column.Alone++
				}
			}
		}
		m.Requirements = append(m.Requirements, column)
	}
	return m
}

// tell notes that a requirement came to no judgement, unless that was to be expected.
func (r *Row) tell(id string, expected bool) {
	if !expected && r.untold(id) {
		r.Untold = append(r.Untold, Untold{id, r.verdicts[id], r.reasons[id]})
	}
}

func (r Row) untold(id string) bool {
	return r.verdicts[id] == assay.Untested || r.verdicts[id] == assay.Error
}

func (r Row) condemnedBy(id string) bool {
	return slices.ContainsFunc(r.Condemned, func(c Condemnation) bool { return c.ID == id })
}

// reasonOf is why a requirement came to its verdict, in a line.
func reasonOf(r conformance.Result) string {
	const most = 300
	text := r.Reason
	for _, finding := range r.Findings {
		if finding.Verdict == "" || finding.Verdict == r.Verdict {
			text = strings.TrimPrefix(string(finding.Endpoint)+": ", ": ") + strings.TrimSuffix(finding.Situation+": ", ": ") +
				" " + finding.Actual
			break
		}
	}
	return strings.TrimSpace(words.Shorten(text, most))
}
