package page

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

// WriteConformance writes report.html: report, and the exchanges that its findings name. The zero Evidence means that there is
// no transcript.
func WriteConformance(w io.Writer, in messages.Printer, report conformance.Report, evidence Evidence) error {
	b := builder{in: in, report: report, evidence: evidence, shown: map[string]bool{}}
	return write(w, in, "conformance", b.view())
}

// A builder builds the view of a report in one language.
type builder struct {
	in       messages.Printer
	report   conformance.Report
	evidence Evidence
	shown    map[string]bool // exchanges, by id
	bytes    int             // of the exchanges shown so far
	findings int             // shown so far
}

// A conformanceView is what the template conformance shows.
type conformanceView struct {
	Title, Name, Meaning, SetName, Command, CommandTitle string
	Icon                                                 assay.Verdict
	Outcome                                              conformance.Outcome
	Long                                                 bool // the name
	Facts, Reasons, Notes                                []string
	Harms                                                *harmsView // nil where nothing is violated or left open
	Next                                                 *nextView
	Waived                                               *waivedView
	Counted                                              string // the verdicts that need attention
	Total                                                int
	Sections                                             []section
	Tally                                                []tally
	Profiles                                             []profileView
	Levels                                               []assay.Level
	Attention                                            []attention
	Chapters                                             []*chapter
	Modes                                                []family
	Gaps                                                 []gapView
	Waivers                                              []waiverView
	Environment                                          []fact
}

type section struct {
	ID, Title string
	Count     int
}

// A tally is the count of one verdict.
type tally struct {
	Verdict  assay.Verdict
	Count    int
	Breaking int // warnings that make a declared profile nonconformant
}

type profileView struct {
	Name    string
	Icon    assay.Verdict
	Outcome conformance.Outcome
	Counts  []int
	// Violated counts the violations that make the profile nonconformant; Names are the first of them.
	Violated, Hidden int
	Names            []string
}

// An attention is a requirement that needs attention.
type attention struct {
	Verdict        assay.Verdict
	ID, Says, Hint string
	Harm, Breaks   string // what it does to a user; the profiles that a warning breaks
	Followers      []follower
}

// A follower is a requirement whose violation follows that of another.
type follower struct {
	Verdict assay.Verdict
	ID      string
}

type chapter struct {
	Index       int
	Name, Title string
	Held, Total int
	Results     []resultView
}

type waiverView struct {
	conformance.Waiver
	Verdict assay.Verdict // empty if the report does not have the requirement
}

func (b *builder) view() conformanceView {
	report := b.report
	view := conformanceView{
		Name: name(report), Icon: report.Outcome.Sign(), Meaning: b.in.Text("meaning." + string(report.Outcome)),
		Outcome: report.Outcome, SetName: report.Suite.RequirementSet, Command: report.Command, CommandTitle: "environment.again", Facts: b.facts(),
		Reasons: b.in.SayEach(report.Reasons), Notes: b.in.SayEach(report.Notes), Tally: b.tallies(),
		Long: len([]rune(name(report))) > headlineLong, Harms: b.harms(), Next: b.next(), Waived: b.waived(), Counted: b.counted(), Total: len(report.Requirements),
		Levels: []assay.Level{assay.Must, assay.Should, assay.May}, Attention: b.attention(), Chapters: b.chapters(),
		Modes: families(report.FailureModes), Gaps: b.gaps(), Environment: b.environment(),
	}
	view.Title = b.in.Text("outcome."+string(report.Outcome)) + " · " + cut1(view.Name, headlineLimit)
	for _, tally := range view.Tally {
		for i, profile := range report.Profiles {
			if len(view.Profiles) == i {
				view.Profiles = append(view.Profiles, b.profile(profile))
			}
			if tally.Count > 0 {
				view.Profiles[i].Counts = append(view.Profiles[i].Counts, profile.Counts.Of(tally.Verdict))
			}
		}
	}
	for _, waiver := range report.Waivers {
		result, _ := report.Result(waiver.ID)
		view.Waivers = append(view.Waivers, waiverView{waiver, result.Verdict})
	}
	view.Sections = b.sections(view)
	return view
}

// name is the name of the implementation for a heading.
func name(report conformance.Report) string {
	i := report.Implementation
	return cmp.Or(strings.TrimSpace(i.Product+" "+i.Version), i.Organization, strings.Join(report.Target.APIServers, " "), "?")
}

func (b *builder) facts() []string {
	var facts []string
	if organization := b.report.Implementation.Organization; organization != "" {
		facts = append(facts, organization)
	}
	facts = append(facts, b.report.Target.APIServers...)
	if !b.report.Started.IsZero() {
		facts = append(facts, stamp(b.report.Started))
	}
	return facts
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// shownVerdicts are the verdicts in the order shown: those that need attention first.
func shownVerdicts() []assay.Verdict {
	return []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Waived, assay.Untested, assay.Observed, assay.Pass}
}

func (b *builder) attention() []attention {
	var all []attention
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Waived} {
		for _, result := range b.report.ByHarm() {
			if result.Verdict == verdict && b.report.Leads(result) {
				all = append(all, attention{verdict, result.ID, b.says(result), b.hint(result), b.harm(result), b.breaks(result), b.followers(result.ID)})
			}
		}
	}
	return all
}

func (b *builder) followers(id string) []follower {
	var all []follower
	for _, result := range b.report.Followers(id) {
		all = append(all, follower{result.Verdict, result.ID})
	}
	return all
}

// hint says in a few words what went wrong.
func (b *builder) hint(result conformance.Result) string {
	for _, finding := range result.Findings {
		if verdict := cmp.Or(finding.Verdict, result.Verdict); verdict != assay.Pass && finding.Actual != "" {
			where := cmp.Or(string(finding.Endpoint), b.in.Text("finding.host"))
			return b.in.Text("attention.got", where, firstLine(finding.Actual))
		}
	}
	return b.in.Say(result.Reason)
}

func firstLine(s string) string {
	first, _, more := strings.Cut(s, "\n")
	if more {
		first += " …"
	}
	return first
}

func (b *builder) says(result conformance.Result) string {
	return b.in.Says(b.report.Suite.Digest, result.ID, result.Says)
}

func (b *builder) chapters() []*chapter {
	var all []*chapter
	for _, result := range b.report.Requirements {
		name, _, _ := strings.Cut(result.ID, ".")
		at := slices.IndexFunc(all, func(c *chapter) bool { return c.Name == name })
		if at < 0 {
			at = len(all)
			all = append(all, &chapter{Index: at + 1, Name: name, Title: chapterTitle(b.in, name)})
		}
		c := all[at]
		c.Total++
		if result.Verdict == assay.Pass || result.Verdict == assay.Observed {
			c.Held++
		}
		c.Results = append(c.Results, b.result(result))
	}
	return all
}

// chapterTitle is the title of a chapter of this build's requirement set; "" for any other chapter.
func chapterTitle(in messages.Printer, name string) string {
	for _, requirement := range assay.Requirements().Requirements {
		if requirement.Chapter() == name {
			return in.Text("chapter." + name)
		}
	}
	return ""
}

// requirementID matches ids that can be linked to.
var requirementID = regexp.MustCompile(`^[a-z]+\.[a-z0-9-]+$`)

// anchor returns id if it can be linked to, else "".
func anchor(id string) string {
	if len(id) > lineLimit || !requirementID.MatchString(id) {
		return ""
	}
	return id
}

func (b *builder) sections(view conformanceView) []section {
	var all []section
	add := func(id string, count int, there bool) {
		if there {
			all = append(all, section{id, b.in.Text("section." + id), count})
		}
	}
	add("attention", b.problems(), len(view.Attention) > 0)
	add("requirements", len(b.report.Requirements), true)
	add("modes", 0, len(view.Modes) > 0)
	add("untested", b.report.Counts.Untested, len(view.Gaps) > 0)
	add("waivers", len(view.Waivers), len(view.Waivers) > 0)
	add("environment", 0, true)
	return all
}
