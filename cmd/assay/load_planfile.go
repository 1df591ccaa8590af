package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/planfile"
	"github.com/unified-login/assay/reports/phrase"
)

// A fromPlan is what --plan gave: the file, and where it has the values of each flag that was not given.
type fromPlan struct {
	file     planfile.File
	places   map[string][]string
	fileTags []string // those that no --tag gives
}

// planMember is the member of a plan file that a flag of assay load stands for; empty for one that is about the target, the output or the
// plan file itself. A test compares it with the flags.
func planMember(flag string) string {
	switch flag {
	case "slo":
		return planfile.Levels
	case "tag":
		return planfile.Tags
	}
	first, rest, _ := strings.Cut(flag, "-")
	for part := range strings.SplitSeq(rest, "-") {
		if part != "" {
			first += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	if slices.Contains(planfile.Members(), first) {
		return first
	}
	return ""
}

// readPlan reads the file of --plan, and sets the flags that were not given to what it says.
func (f *loadFlags) readPlan(command *cobra.Command) error {
	f.given = command.Flags().Changed
	if f.planFile == "" {
		return nil
	}
	file, err := planfile.Load(f.planFile)
	if err != nil {
		return err
	}
	f.fromPlan = fromPlan{file: file, places: map[string][]string{}}
	var failed error
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		values := file.Members[planMember(flag.Name)]
		if flag.Name == "tag" {
			values = f.otherTags(values)
		} else if flag.Changed {
			return
		}
		if len(values) == 0 {
			return
		}
		for _, value := range values {
			f.places[flag.Name] = append(f.places[flag.Name], value.Place+": "+planMember(flag.Name))
		}
		failed = errors.Join(failed, f.take(flag, values))
	})
	for _, flag := range []string{"rate", "shape", "duration"} {
		if len(file.Stages) > 0 && f.given(flag) {
			failed = errors.Join(failed, phrase.Failed(phrase.FlagStages, flag, file.StagesAt, flag))
		}
	}
	return failed
}

// take sets a flag to values of the plan file.
func (f *loadFlags) take(flag *pflag.Flag, values []planfile.Value) error {
	var texts []string
	for _, value := range values {
		texts = append(texts, value.Text)
	}
	var err error
	switch list, isList := flag.Value.(pflag.SliceValue); {
	case flag.Name == "tag":
		f.fileTags = texts
	case isList:
		err = list.Replace(texts)
	default:
		err = flag.Value.Set(texts[0])
	}
	if err != nil {
		return phrase.Failed(phrase.MemberIsNot, values[0].Place, planMember(flag.Name), strconv.Quote(texts[0]), kindOf(flag))
	}
	return nil
}

// otherTags are the tags of the plan file that no --tag gives.
func (f loadFlags) otherTags(values []planfile.Value) []planfile.Value {
	return slices.DeleteFunc(slices.Clone(values), func(value planfile.Value) bool {
		name, _, _ := strings.Cut(value.Text, "=")
		return slices.ContainsFunc(f.tags, func(tag string) bool { return strings.HasPrefix(tag, name+"=") })
	})
}

// named is how an error names a flag: as it was given, or where the plan file has it.
func (f loadFlags) named(flag string) string { return f.item(flag, 0) }

// item is named for an item of a list.
func (f loadFlags) item(flag string, i int) string {
	if places := f.places[flag]; i < len(places) {
		return places[i]
	}
	return "--" + flag
}

// beside is how an error names a flag behind another one.
func (f loadFlags) beside(flag string) string {
	if places := f.places[flag]; len(places) > 0 {
		place, member, _ := strings.Cut(places[0], ": ")
		return member + " (" + place + ")"
	}
	return "--" + flag
}

// tagMap are the tags by name. An error names the flag.
func (f loadFlags) tagMap() (map[string]string, error) {
	all := slices.Concat(f.fileTags, f.tags)
	if len(all) > loadgen.MaxTags {
		return nil, phrase.Failed(phrase.TagsTooMany, len(all), loadgen.MaxTags)
	}
	var tags map[string]string
	for _, tag := range all {
		name, value, ok := strings.Cut(tag, "=")
		if !ok {
			return nil, phrase.Failed(phrase.TagForm, fmt.Sprintf("%.60q", tag))
		}
		if err := loadgen.CheckTag(name, value); err != nil {
			return nil, phrase.Failed(phrase.FlagWith, "--tag", err)
		}
		if _, twice := tags[name]; twice {
			return nil, phrase.Failed(phrase.TagTwice, strconv.Quote(name))
		}
		if tags == nil {
			tags = map[string]string{}
		}
		tags[name] = value
	}
	return tags, nil
}

// printedPlan is the plan of the command line, as a file: what the flags and the file of --plan give.
func (f loadFlags) printedPlan(command *cobra.Command) planfile.File {
	printed := planfile.File{Members: map[string][]planfile.Value{}, Stages: f.file.Stages}
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		member := planMember(flag.Name)
		if member == "" || !flag.Changed && len(f.places[flag.Name]) == 0 || f.overridesSearch() && isPrecision(member) {
			return
		}
		texts := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			texts = list.GetSlice()
		}
		if flag.Name == "tag" {
			texts = slices.Concat(f.fileTags, texts)
		}
		for _, text := range texts {
			if slo, err := assay.ParseSLO(text); member == planfile.Levels && err == nil {
				text = slo.Expression
			}
			printed.Members[member] = append(printed.Members[member], planfile.Value{Text: text})
		}
	})
	return printed
}

// isPrecision reports whether a member says how precise a search is.
func isPrecision(member string) bool {
	return member == planfile.LimitWithin || member == planfile.LimitTime
}

// writePlan writes the plan of the command line, once it is known to be possible for some target: it refuses what a run refuses.
func (f loadFlags) writePlan(command *cobra.Command, w io.Writer) error {
	if err := f.refuse(command); err != nil {
		return err
	}
	if _, err := printer(f.lang); err != nil {
		return err
	}
	if err := assay.CheckProfiles(f.target.overrides.Profiles); err != nil {
		return err
	}
	plan, err := f.plan(assay.Target{Profiles: f.target.overrides.Profiles})
	if err != nil {
		return err
	}
	if f.against != "" {
		if plan, err = firstHalf(plan); err != nil {
			return err
		}
	}
	if _, err := loadgen.Begin(loadgen.Config{Plan: plan, Search: f.findLimit}); err != nil {
		return err
	}
	return f.printedPlan(command).Write(w)
}
