package benchmark

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/phrase"
)

const (
	longestTimeout  = 600       // seconds of --timeout
	longestDuration = 7 * 86400 // seconds of --duration
	mostInFlight    = 50_000    // of --in-flight
	lowestRate      = 0.001     // that is advised, per second
	longestStep     = 300       // seconds of a search's step
	longestSearch   = 86400     // seconds of --limit-time
)

// A Flag is one of assay load, and the value that a next run is advised to have; "" for a run without it.
type Flag struct{ Name, Value string }

// NextRun is the command line of the run that is advised: [Report.Command], with other flags where the same ones would end in the same
// way again. It is empty if the command is not known.
func (r Report) NextRun() string {
	if r.Command == "" {
		return ""
	}
	return withFlags(r.Command, r.otherFlags())
}

// nextRun says what to run next; zero if the command is not known, or the run decided.
func (r Report) nextRun() phrase.Phrase {
	run := r.NextRun()
	switch {
	case run == "" || r.Outcome == Passed || r.Outcome == Incorrect || r.Outcome == Violated && r.Search == nil:
		return phrase.Phrase{}
	case run == r.Command:
		return phrase.Say(phrase.NextSame, run)
	default:
		return phrase.Say(phrase.NextRun, run)
	}
}

// otherFlags are those with which the next run is more likely to decide; empty if the same may.
func (r Report) otherFlags() []Flag {
	switch {
	case r.Search != nil && !r.Search.Confirmed && !r.Interrupted && r.Outcome != Incorrect:
		return r.otherSearch()
	case r.Outcome == Saturated:
		return r.withStages(r.otherLoad())
	case r.Outcome == Unknown:
		return r.withStages(r.enough())
	default:
		return nil
	}
}

// withStages leaves out the flags that a plan with stages excludes: its file has to be changed instead.
func (r Report) withStages(flags []Flag) []Flag {
	if r.Plan.Shape != Staged {
		return flags
	}
	return slices.DeleteFunc(flags, func(flag Flag) bool { return flag.Name == "rate" || flag.Name == "duration" })
}

// otherSearch are the flags of the run behind a search without a limit.
func (r Report) otherSearch() []Flag {
	const further = 4
	lowest, failed, held := math.Inf(1), math.Inf(1), 0.0
	for _, step := range r.Search.Steps {
		lowest = min(lowest, step.Rate)
		if step.Holds {
			held = max(held, step.Rate)
		}
		if !step.Holds {
			failed = min(failed, step.Rate)
		}
	}
	switch r.Search.Reason.Key() {
	case phrase.SearchTooHigh:
		return from(lowest / 2)
	case phrase.SearchUnstable:
		return from(lowest / 2)
	case phrase.SearchTooLong:
		if enough := r.fastEnough(); enough < failed {
			return from(enough)
		}
		return alone(lowest)
	case phrase.SearchIncurable, phrase.SearchFloor: // no rate cures it: a run of its own shows more
		return alone(lowest)
	case phrase.SearchSaturated:
		return from(lowest / further)
	case phrase.SearchEndless, phrase.SearchNoTime: // nearer to the limit, or with more time
		if held > 0 {
			lowest = held
		}
		if len(r.Search.Steps) == 0 || rateFlag(lowest) == rateFlag(r.Search.Steps[0].Rate) {
			return r.moreTime()
		}
		return from(lowest)
	}
	switch r.Outcome {
	case Saturated:
		return from(lowest / further)
	case Unknown:
		return r.enough()
	default:
		return nil
	}
}

// moreTime gives the search twice the time.
func (r Report) moreTime() []Flag {
	if r.Limit == nil || r.Limit.Time <= 0 {
		return nil
	}
	return []Flag{{"limit-time", words.Duration(seconds(min(longestSearch, 2*r.Limit.Time)))}}
}

// from starts the search at another rate, and alone makes a run at one, without what is about a search.
func from(rate float64) []Flag {
	if math.IsInf(rate, 0) {
		return nil
	}
	return []Flag{{"rate", rateFlag(rate)}}
}

func alone(rate float64) []Flag {
	return append(from(rate), Flag{"find-limit", ""}, Flag{"limit-within", ""}, Flag{"limit-time", ""})
}

// fastEnough is the lowest rate at which a step has the samples that the service levels need.
func (r Report) fastEnough() (rate float64) {
	const spare = 1.2
	all := 0.0
	for _, weight := range r.Plan.Mix {
		all += weight
	}
	for _, level := range r.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil {
			continue
		}
		share := r.Plan.Mix["login"] + r.Plan.Mix["phone"]
		if endpoint := slo.Scope.Endpoint(); endpoint != "" {
			share = r.Plan.Mix[string(endpoint)]
		}
		if share > 0 {
			samples := float64(max(int64(slo.MinSamples()), FewestSamples(slo)))
			rate = max(rate, spare*samples*all/share/longestStep)
		}
	}
	return rate
}

// otherLoad are the flags of a run that the generator may keep up with.
func (r Report) otherLoad() []Flag {
	const spare = 0.8
	g, late := r.Generator, r.late()
	switch {
	case r.Plan.Shape == Closed:
		return []Flag{{"in-flight", strconv.Itoa(max(1, r.Plan.InFlight/2))}}
	case r.Starved() && g.Codes.Held > 0 && g.Codes.UsersNeeded > r.Plan.Users && r.Plan.MaxUsers == 0:
		return []Flag{{"users", strconv.Itoa(g.Codes.UsersNeeded)}}
	case r.Starved() && g.Codes.Aged == 0 && r.Plan.Duration > 0 && g.Codes.Minted > 0:
		return r.atRate(min(spare*float64(g.Codes.Minted)/r.Plan.Duration, r.Plan.Rate/2))
	case late.Key() == phrase.LateCrowded && 2*r.Plan.InFlight <= mostInFlight:
		return []Flag{{"in-flight", strconv.Itoa(2 * r.Plan.InFlight)}}
	default:
		return r.atRate(r.Plan.Rate / 2)
	}
}

// atRate keeps the shape of the schedule: both of its rates are lower.
func (r Report) atRate(rate float64) []Flag {
	if r.Plan.To > 0 && r.Plan.Rate > 0 {
		return []Flag{{"rate", rateFlag(rate) + ".." + rateFlag(rate*r.Plan.To/r.Plan.Rate)}}
	}
	return from(rate)
}

// enough are the flags of a run that has the samples which the levels need.
func (r Report) enough() (flags []Flag) {
	set := func(flag Flag) {
		if !slices.ContainsFunc(flags, func(known Flag) bool { return known.Name == flag.Name }) {
			flags = append(flags, flag)
		}
	}
	longer := 1.0
	for _, level := range r.SLO {
		switch samples := r.Samples(level); level.Reason.Key() {
		case phrase.LevelTooFew, phrase.LevelTooFewFor, phrase.LevelTooFewStage:
			longer = max(longer, someMore*float64(level.Needs)/float64(max(1, samples)))
		case phrase.LevelCensored:
			set(Flag{"timeout", words.Duration(seconds(min(longestTimeout, 2*r.Plan.Timeout)))})
		case phrase.LevelClosed:
			if r.Plan.DeclaredRate > 0 {
				set(r.declaredRate())
			} else if rate := r.Throughput.Achieved; rate > 0 {
				set(Flag{"rate", rateFlag(rate / 2)})
			}
		}
	}
	if longer > 1 {
		set(Flag{"duration", words.Duration(seconds(min(longestDuration, easy(longer*r.Plan.Duration))))})
	}
	return flags
}

// declaredRate is the rate that the target declares: the default, unless a plan file has another.
func (r Report) declaredRate() Flag {
	if slices.Contains(quotedWords(r.Command), "--plan") {
		return Flag{"rate", rateFlag(r.Plan.DeclaredRate)}
	}
	return Flag{"rate", ""}
}

// rateFlag writes a rate as --rate takes it, cut to two digits.
func rateFlag(rate float64) string {
	const rounding = 1e-9
	rate = max(rate, lowestRate)
	digits := 1 - int(math.Floor(math.Log10(rate)+rounding)) // after the point
	scale := math.Pow(10, float64(digits))
	text := strconv.FormatFloat(math.Floor(rate*scale+rounding)/scale, 'f', max(0, digits), 64)
	if digits > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text + "/s"
}

// withFlags changes flags of a command line, whose words are quoted for a shell.
func withFlags(command string, flags []Flag) string {
	line := quotedWords(command)
	for _, flag := range flags {
		line = withFlag(line, flag)
	}
	return strings.Join(line, " ")
}

// withFlag changes a flag of a command line.
func withFlag(line []string, flag Flag) []string {
	name, at := "--"+flag.Name, len(line)
	if at > 2 && line[at-2] == "--seed" {
		at -= 2 // which is the last
	}
	i := slices.IndexFunc(line, func(word string) bool { return word == name || strings.HasPrefix(word, name+"=") })
	switch planned := slices.Contains(line, "--plan"); {
	case i >= 0 && (strings.HasPrefix(line[i], name+"=") || isSwitch(flag.Name)):
		line, at = slices.Delete(line, i, i+1), i
	case i >= 0:
		line, at = slices.Delete(line, i, min(len(line), i+2)), i
	case planned && flag.Value == "" && isSwitch(flag.Name): // the plan file has it
		return slices.Insert(line, at, name+"=false")
	}
	if flag.Value == "" {
		return line
	}
	return slices.Insert(line, at, name, flag.Value)
}

// isSwitch reports whether a flag has no value of its own on a command line.
func isSwitch(name string) bool { return name == "find-limit" }

// quotedWords splits a command line at the spaces that are outside of quotes.
func quotedWords(line string) (all []string) {
	begins, quote := 0, byte(0)
	for i := range len(line) {
		switch c := line[i]; {
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		case quote == 0 && c == ' ':
			all, begins = append(all, line[begins:i]), i+1
		}
	}
	return append(all, line[begins:])
}
