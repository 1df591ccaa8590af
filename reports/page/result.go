package page

import (
	"cmp"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// Limits of a page, so that it opens quickly with any report. The page says what it leaves out.
const (
	findingLimit     = 2500    // of a page
	perFinding       = 6       // exchanges shown for a finding
	elsewhereLimit   = 24      // ids of further exchanges of a finding
	openExchanges    = 2       // a finding with more has all of them closed
	openFindings     = 40      // later findings have their exchanges closed
	drawnFindings    = 2       // of a requirement have a diagram
	fullFindings     = 100     // later findings name their exchanges, and have no command line
	exchangesInBytes = 3 << 20 // of a page
)

// A resultView is one requirement.
type resultView struct {
	Anchor, ID, Says, Source, Profiles, Needs, Reason, Follows string
	Harm, Breaks                                               string
	Dot                                                        dot
	Verdict                                                    assay.Verdict
	Level                                                      assay.Level
	High, Open                                                 bool
	Endpoints                                                  []conformance.EndpointVerdict
	Tried                                                      int // number of exchanges in the transcript
	Findings                                                   []findingView
	More                                                       int
}

type findingView struct {
	Endpoint                               assay.Endpoint
	Situation, Expected, Actual, Reproduce string
	Reused                                 string
	Verdict                                assay.Verdict
	Exchanges                              []exchangeView
	Elsewhere                              []string // ids of exchanges that are not shown
	Uncounted                              int      // further exchanges, without id
	Brief                                  bool     // rendered with few elements
	Sequence                               *sequenceView
	Race                                   *raceView
}

func (b *builder) result(result conformance.Result) resultView {
	view := resultView{
		Anchor: anchor(result.ID), ID: result.ID, Says: b.says(result), Source: result.Source, Profiles: strings.Join(result.Profiles, ", "),
		Needs: strings.ReplaceAll(strings.Join(result.Needs, ", "), " or ", b.in.Text("needs.or")), Reason: b.in.Say(result.Reason), Harm: b.harm(result), Breaks: b.breaks(result), Dot: b.dot(result), Follows: result.Follows, Verdict: result.Verdict, Level: result.Level,
		High: result.Severity == assay.High, Tried: b.evidence.tried[result.ID], Endpoints: result.Endpoints,
		Open: result.Verdict == assay.Fail || result.Verdict == assay.Warn || result.Verdict == assay.Error,
	}
	drawn := 0
	for i, finding := range result.Findings {
		if b.findings == findingLimit {
			view.More = len(result.Findings) - i
			break
		}
		b.findings++
		shown := b.finding(result, finding)
		if shown.Verdict != assay.Pass && shown.Verdict != assay.Observed && drawn < drawnFindings && b.findings <= openFindings {
			drawn++
			shown.Race, shown.Sequence = b.race(finding), b.sequence(finding)
		}
		view.Findings = append(view.Findings, shown)
	}
	return view
}

// harm is the sentence of harm of a requirement that is violated.
func (b *builder) harm(result conformance.Result) string {
	said, _ := b.in.Harm(result.ID, result.Harms())
	return said
}

func (b *builder) finding(result conformance.Result, finding conformance.Finding) findingView {
	view := findingView{
		Endpoint: finding.Endpoint, Situation: finding.Situation, Expected: finding.Expected, Actual: finding.Actual,
		Reproduce: finding.Reproduce, Reused: b.in.Say(finding.Reuse.Said()), Verdict: cmp.Or(finding.Verdict, result.Verdict),
	}
	open := len(finding.Exchanges) <= openExchanges && b.findings <= openFindings
	if b.findings > fullFindings {
		view.Brief, view.Reproduce = true, ""
	}
	for _, id := range finding.Exchanges {
		room := len(view.Exchanges) < perFinding && !view.Brief
		exchange, there := b.exchange(id, open, room)
		if role := finding.Roles[id]; role.Known() {
			exchange.Role = b.in.Text("role." + role.Key())
		}
		switch {
		case there:
			view.Exchanges = append(view.Exchanges, exchange)
		case len(view.Elsewhere) < elsewhereLimit:
			view.Elsewhere = append(view.Elsewhere, id)
		default:
			view.Uncounted++
		}
	}
	return view
}
