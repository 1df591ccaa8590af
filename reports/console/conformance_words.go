package console

import (
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

func (p conformancePrinter) say(key string, args ...any) string { return say(p.in, key, args...) }

func (p conformancePrinter) english() bool { return p.in.Language() == messages.English }

// sentence is that of a requirement.
func (p conformancePrinter) sentence(report conformance.Report, result conformance.Result) string {
	return p.in.Says(report.Suite.Digest, result.ID, result.Says)
}

// named is the outcome of the run: in English, that of conformance.json in capitals.
func (p conformancePrinter) named(outcome conformance.Outcome) string {
	if p.english() {
		return strings.ToUpper(strings.ReplaceAll(string(outcome), "-", " "))
	}
	return p.in.Text("outcome." + string(outcome))
}

// ofProfile is the outcome of a profile: in English, that of conformance.json.
func (p conformancePrinter) ofProfile(outcome conformance.Outcome) string {
	if p.english() {
		return string(outcome)
	}
	return p.in.Text("outcome." + string(outcome))
}

// verdict is that of a requirement: in English, that of conformance.json in capitals.
func (p conformancePrinter) verdict(verdict assay.Verdict) string {
	return strings.ToUpper(p.ofFinding(verdict))
}

// ofFinding is the verdict of a finding: in English, that of conformance.json.
func (p conformancePrinter) ofFinding(verdict assay.Verdict) string {
	if p.english() {
		return string(verdict)
	}
	return p.in.Text("verdict." + string(verdict))
}

// listed lists the exchanges of a finding with their roles: in English, as conformance.json has them.
func (p conformancePrinter) listed(finding conformance.Finding) []string {
	listed := finding.Listed()
	if p.english() {
		return listed
	}
	for i, id := range finding.Exchanges {
		if role := finding.Roles[id]; role.Known() {
			listed[i] = id + p.say("suite.in-parentheses", p.in.Text("role."+role.Key()))
		}
	}
	return listed
}

// problemCounts lists the counts of the verdicts that need attention, each after a comma.
func (p conformancePrinter) problemCounts(counts conformance.Counts) string {
	var text string
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Untested} {
		if n := counts.Of(verdict); n > 0 {
			text += p.say("console.comma") + p.say("suite.count", n, p.in.Text("verdict."+string(verdict)))
		}
	}
	return text
}

// tally lists the counts that are not 0.
func (p conformancePrinter) tally(counts conformance.Counts) string {
	var parts []string
	for _, verdict := range assay.Verdicts() {
		if n := counts.Of(verdict); n > 0 {
			parts = append(parts, p.say("suite.count", n, p.in.Text("verdict."+string(verdict))))
		}
	}
	return strings.Join(parts, p.say("console.comma"))
}
