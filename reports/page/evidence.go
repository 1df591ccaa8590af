package page

import (
	"io"

	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/transcript"
)

// Evidence is the part of a transcript that a page needs. The zero value means no transcript.
type Evidence struct {
	records map[string]transcript.Record // by id; those that findings name
	tried   map[string]int               // the number of exchanges, by requirement
}

// ReadEvidence reads the transcript of a report. It keeps the exchanges that findings name and counts all of them. A
// transcript that cannot be read to its end is an error.
func ReadEvidence(r io.Reader, report conformance.Report) (Evidence, error) {
	named := map[string]bool{}
	for _, result := range report.Requirements {
		for _, finding := range result.Findings {
			for _, id := range finding.Exchanges {
				named[id] = true
			}
		}
	}
	evidence := Evidence{map[string]transcript.Record{}, map[string]int{}}
	for record, err := range transcript.Read(r) {
		if err != nil {
			return Evidence{}, err
		}
		if record.Requirement != "" {
			evidence.tried[record.Requirement]++
		}
		if named[record.ID] {
			evidence.records[record.ID] = record
		}
	}
	return evidence, nil
}
