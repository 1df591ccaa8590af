package suites

import (
	"maps"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// SoFar is the report of a run that has not ended, as it says itself, and how many of its specs have: a run that is killed
// leaves this one. It has no table of failure modes, whose cost grows with the run. It may be called from any goroutine.
func (s *Session) SoFar() (report conformance.Report, done int) {
	s.mu.Lock()
	specs, found := slices.Clone(s.specs), maps.Clone(s.found)
	s.mu.Unlock()
	report = s.Begin()
	report.CutShort = phrase.Say(phrase.NotEnded)
	report.Finished = report.Started.Add(time.Since(report.Started)) // whatever was done to the clock
	report.Seconds = report.Finished.Sub(report.Started).Seconds()
	evidence := map[string][]Evidence{}
	for _, own := range specs {
		of, known := found[own.key]
		if !known {
			of = Evidence{ID: own.key.id, Endpoint: own.key.endpoint, Verdict: assay.Untested,
				Reasons: []phrase.Phrase{phrase.Say(phrase.UntriedCutShort, report.CutShort)}}
		}
		evidence[own.key.id] = append(evidence[own.key.id], of)
	}
	for _, requirement := range s.set.Requirements {
		if of := evidence[requirement.ID]; of != nil {
			report.Requirements = append(report.Requirements, s.result(requirement, of))
		}
	}
	return conformance.Conclude(s.set, report), len(found)
}
