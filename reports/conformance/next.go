package conformance

import (
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Next says what to do after the run: what to repair first, what to supply, or what to run, and with which command.
func (r Report) Next() (what phrase.Phrase, command string) {
	switch r.Outcome {
	case Nonconformant:
		return r.nextRepair()
	case Errored:
		return phrase.Say(phrase.NextConnect), r.again()
	case Incomplete:
		return r.nextJudge()
	case ConformantWithWaivers:
		return r.nextWaived()
	case Conformant:
		if worst := r.Harmed(); len(worst) > 0 {
			return phrase.Say(phrase.NextRepair, worst[0].ID), r.alone(worst[0].ID)
		}
		if slices.Contains(r.Declared(), assay.ProfileLoad) {
			return phrase.Say(phrase.NextKeep), r.again()
		}
		return phrase.Say(phrase.NextLoad), strings.TrimSpace("assay load " + r.target())
	default:
		return phrase.Phrase{}, ""
	}
}

// nextRepair names the worst violation that makes the run nonconformant, and what shows that it is repaired.
func (r Report) nextRepair() (phrase.Phrase, string) {
	for _, result := range r.ByHarm() {
		if result.Violates(r) && r.Leads(result) {
			return phrase.Say(phrase.NextRepair, result.ID), r.alone(result.ID)
		}
	}
	return phrase.Say(phrase.NextWaivers), r.again()
}

// nextJudge says what keeps the run from a verdict.
func (r Report) nextJudge() (phrase.Phrase, string) {
	switch {
	case r.Interrupted || !r.CutShort.IsZero():
		return phrase.Say(phrase.NextAgain), r.again()
	case r.Selection != nil:
		return phrase.Say(phrase.NextWhole), strings.TrimSpace("assay test " + r.target())
	case len(r.Profiles) == 0:
		return phrase.Say(phrase.NextDeclare), strings.TrimSpace("assay test --profile login " + r.target())
	}
	for _, result := range r.Requirements {
		if result.Verdict == assay.Error && slices.ContainsFunc(r.Declared(), result.Requirement().Binding) {
			return phrase.Say(phrase.NextTry, result.ID), r.alone(result.ID)
		}
	}
	return phrase.Say(phrase.NextSupply), r.again()
}

// nextWaived names the waiver that ends first.
func (r Report) nextWaived() (phrase.Phrase, string) {
	var first Waiver
	for _, waiver := range r.Waivers {
		if first.ID == "" || waiver.Expires < first.Expires {
			first = waiver
		}
	}
	return phrase.Say(phrase.NextWaived, first.ID, first.Expires), r.alone(first.ID)
}

// Left is how many days a waiver has left on the day of the run, its last day included; false if its day is not a date.
func (w Waiver) Left(started time.Time) (int, bool) {
	waiver, known := w.waiver()
	if !known || started.IsZero() {
		return 0, false
	}
	const day = 24 * time.Hour
	return int(waiver.Expires.Sub(started.UTC().Truncate(day))/day) + 1, true
}

// again is the command of the run.
func (r Report) again() string {
	if r.Command == "" {
		return strings.TrimSpace("assay test " + r.target())
	}
	return r.Command
}

// alone is the command that tries one requirement again.
func (r Report) alone(id string) string {
	return strings.Join(strings.Fields("assay test "+r.target()+" --only "+id), " ")
}

// target is the flag of the command that names the target; empty without one.
func (r Report) target() string {
	words := strings.Fields(r.Command)
	for i, word := range words {
		switch {
		case word == "--target" && i+1 < len(words) && !strings.ContainsAny(words[i+1], `'"\\`):
			return "--target " + words[i+1]
		case strings.HasPrefix(word, "--target=") && !strings.ContainsAny(word, `'"\\`):
			return word
		}
	}
	return ""
}
