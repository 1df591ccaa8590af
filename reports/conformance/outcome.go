package conformance

import (
	"slices"

	"github.com/unified-login/assay"
)

// Sign returns the verdict whose icon and colour stand for the outcome; "" for an unknown outcome.
func (o Outcome) Sign() assay.Verdict {
	return map[Outcome]assay.Verdict{Conformant: assay.Pass, ConformantWithWaivers: assay.Waived, Nonconformant: assay.Fail,
		Incomplete: assay.Untested, Errored: assay.Error}[o]
}

// Violates reports whether the result makes a declared profile of report nonconformant.
func (r Result) Violates(report Report) bool {
	return r.violated() && slices.ContainsFunc(report.Declared(), r.Requirement().Binding)
}

// Problems returns the findings that say what is wrong; a report also has findings that say what is right.
func (r Result) Problems() []Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool {
		return f.Verdict == assay.Pass || f.Verdict == assay.Observed
	})
}
