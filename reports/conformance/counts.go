package conformance

import "github.com/unified-login/assay"

// Counts are numbers of requirements, by verdict.
type Counts struct {
	Pass     int `json:"pass"`
	Fail     int `json:"fail"`
	Warn     int `json:"warn"`
	Observed int `json:"observed"`
	Untested int `json:"untested"`
	Error    int `json:"error"`
	Waived   int `json:"waived"`
}

// Of returns the count of one verdict.
func (c Counts) Of(verdict assay.Verdict) int {
	if n := c.of(verdict); n != nil {
		return *n
	}
	return 0
}

// Total is the number of counted requirements.
func (c Counts) Total() int {
	total := 0
	for _, verdict := range assay.Verdicts() {
		total += c.Of(verdict)
	}
	return total
}

// judged is the number of requirements with a judgement.
func (c Counts) judged() int { return c.Pass + c.Fail + c.Warn + c.Waived }

func (c *Counts) of(verdict assay.Verdict) *int {
	switch verdict {
	case assay.Pass:
		return &c.Pass
	case assay.Fail:
		return &c.Fail
	case assay.Warn:
		return &c.Warn
	case assay.Observed:
		return &c.Observed
	case assay.Untested:
		return &c.Untested
	case assay.Error:
		return &c.Error
	case assay.Waived:
		return &c.Waived
	default:
		return nil
	}
}

// count counts the results that belong to profile; "" for all.
func count(results []Result, profile string) Counts {
	var counts Counts
	for _, result := range results {
		if profile == "" || result.Requirement().In(profile) {
			*counts.of(result.Verdict)++
		}
	}
	return counts
}

// Add counts one more requirement with that verdict; an unknown verdict is not counted.
func (c *Counts) Add(verdict assay.Verdict) {
	if n := c.of(verdict); n != nil {
		*n++
	}
}
