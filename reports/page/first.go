package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// Limits of the first screen, in items.
const (
	shownHarms    = 3
	shownWaivers  = 3
	profileBroken = 3  // violations named in the row of a profile
	headlineLong  = 40 // characters of a name in large letters
)

// harmsView is what can happen to a user, the worst first.
type harmsView struct {
	Title  string
	List   []harmView
	Hidden int
}

type harmView struct {
	Verdict        assay.Verdict
	ID, Says, Mark string
	Breaks         string
	Where          []string // endpoints
}

// nextView is what to do next.
type nextView struct{ Says, Command string }

// waivedView is the waivers, the first to end first.
type waivedView struct {
	List   []waivedItem
	Hidden int
}

type waivedItem struct {
	Verdict         assay.Verdict
	ID, Owner, Left string
}

// A dot is a requirement on the map.
type dot struct {
	Verdict            assay.Verdict
	Anchor, Name, Says string
	Breaks             string
	Differs            bool
}

// harms are those of what is violated; where nothing is, those that the run does not rule out.
func (b *builder) harms() *harmsView {
	title, list := "harm.title", b.report.Harmed()
	if len(list) == 0 && b.report.Outcome == conformance.Incomplete {
		title, list = "harm.open", b.report.Open()
	}
	if len(list) == 0 && (b.report.Outcome == conformance.Nonconformant || b.report.Outcome == conformance.ConformantWithWaivers) {
		title, list = "harm.form", b.formal()
	}
	if len(list) == 0 {
		return nil
	}
	view := harmsView{Title: b.in.Text(title)}
	for i, result := range list {
		if i == shownHarms {
			view.Hidden = len(list) - i
			break
		}
		view.List = append(view.List, b.harmful(result))
	}
	return &view
}

// formal are the violations without a harm.
func (b *builder) formal() []conformance.Result {
	return slices.DeleteFunc(slices.Clone(b.report.Requirements), func(r conformance.Result) bool {
		return !r.Violates(b.report) && r.Verdict != assay.Waived || !b.report.Leads(r)
	})
}

func (b *builder) harmful(result conformance.Result) harmView {
	said, _ := b.in.Harm(result.ID, result.Harm)
	view := harmView{Verdict: result.Verdict, ID: result.ID, Says: cmp.Or(said, b.says(result)), Breaks: b.breaks(result)}
	if result.Verdict == assay.Waived {
		view.Mark = b.in.Text("verdict.waived")
	}
	for _, endpoint := range result.BrokenOn() {
		view.Where = append(view.Where, string(endpoint))
	}
	return view
}

// next is what to do next; nil for nothing.
func (b *builder) next() *nextView {
	what, command := b.report.Next()
	if what.IsZero() {
		return nil
	}
	return &nextView{b.in.Say(what), command}
}

// waived are the waivers of the run; nil for none.
func (b *builder) waived() *waivedView {
	waivers := slices.Clone(b.report.Waivers)
	slices.SortStableFunc(waivers, func(a, b conformance.Waiver) int { return cmp.Compare(a.Expires, b.Expires) })
	var view waivedView
	for i, waiver := range waivers {
		if i == shownWaivers {
			view.Hidden = len(waivers) - i
			break
		}
		result, _ := b.report.Result(waiver.ID)
		item := waivedItem{cmp.Or(result.Verdict, assay.Error), waiver.ID, waiver.Owner, waiver.Expires}
		if left, known := waiver.Left(b.report.Started); known {
			item.Left = b.in.Text("waivers.left", max(left, 0))
		}
		view.List = append(view.List, item)
	}
	if len(view.List) == 0 {
		return nil
	}
	return &view
}

// breaks are the declared profiles that a warning makes nonconformant; empty for what only warns.
func (b *builder) breaks(result conformance.Result) string {
	var broken []string
	for _, profile := range b.report.Declared() {
		if result.Verdict == assay.Warn && result.Violates(b.report) && result.Requirement().Binding(profile) {
			broken = append(broken, profile)
		}
	}
	return strings.Join(broken, ", ")
}

// profile is the row of a profile, with what makes it nonconformant.
func (b *builder) profile(profile conformance.ProfileResult) profileView {
	view := profileView{Name: profile.Name, Outcome: profile.Outcome, Icon: profile.Outcome.Sign()}
	for _, result := range b.report.ByHarm() {
		if !result.Violates(b.report) || !result.Requirement().Binding(profile.Name) {
			continue
		}
		if view.Violated++; view.Violated <= profileBroken {
			view.Names = append(view.Names, result.ID)
		} else {
			view.Hidden++
		}
	}
	return view
}

// tallies are the counts of the run, by verdict.
func (b *builder) tallies() []tally {
	var all []tally
	for _, verdict := range shownVerdicts() {
		counted := tally{Verdict: verdict, Count: b.report.Counts.Of(verdict)}
		for _, result := range b.report.Requirements {
			if result.Verdict == verdict && b.breaks(result) != "" {
				counted.Breaking++
			}
		}
		all = append(all, counted)
	}
	return all
}

// attentive are the verdicts that need attention.
func attentive() []assay.Verdict {
	return []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Waived}
}

// problems is how many requirements need attention, those that follow others among them.
func (b *builder) problems() int {
	n := 0
	for _, verdict := range attentive() {
		n += b.report.Counts.Of(verdict)
	}
	return n
}

// counted are the counts of the verdicts that need attention.
func (b *builder) counted() string {
	var all []string
	for _, verdict := range attentive() {
		if n := b.report.Counts.Of(verdict); n > 0 {
			all = append(all, b.in.Text("attention.counted", n, b.in.Text("verdict."+string(verdict))))
		}
	}
	return strings.Join(all, b.in.Text("attention.comma"))
}

// dot is a requirement on the map.
func (b *builder) dot(result conformance.Result) dot {
	verdict := b.in.Text("verdict." + string(result.Verdict))
	broken := b.breaks(result)
	if broken != "" {
		verdict += b.in.Text("attention.comma") + b.in.Text("attention.breaks", cut1(broken, lineLimit))
	}
	name := b.in.Text("map.dot", result.ID, verdict)
	return dot{Verdict: result.Verdict, Anchor: anchor(result.ID), Name: name, Says: name + "\n" + b.says(result), Breaks: broken}
}
