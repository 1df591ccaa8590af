package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/sources"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/harm"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

func explainCommand(around surroundings) *cobra.Command {
	var version, lang string
	command := &cobra.Command{
		Use:   "explain [ID]",
		Short: "List the requirements, or explain one",
		Long: `List the requirements, or explain one: its text, level and source, how it is tested,
and which answers are accepted. ID may be a pattern such as 'code.*'.`,
		Example: `  assay explain                          list every requirement
  assay explain code.single-use-race     explain one
  assay explain 'pat.*'                  explain a chapter
  assay explain --set 1.0                list the requirements of an earlier set`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return phrase.Failed(phrase.ExplainOne, strconv.Quote(args[1]))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			around := around.lasting()
			set, err := requirementSet(version)
			if err != nil {
				return err
			}
			in, err := printer(lang)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return list(around.stdout, in, set)
			}
			return explainAll(around.stdout, in, set, args[0])
		},
	}
	command.Flags().StringVar(&version, "set", "", "`VERSION` of the requirement set, such as 1.0 (default: the one that this build judges by)")
	registerLanguage(command.Flags(), &lang, "the texts")
	return command
}

// requirementSet returns the set of a version: "1.0", or with its name, "unified-login/1.0"; "" is the current one.
func requirementSet(version string) (assay.RequirementSet, error) {
	current := assay.Requirements()
	var known []string
	for _, set := range append([]assay.RequirementSet{current}, assay.FormerRequirements()...) {
		_, number, _ := strings.Cut(set.Name, "/")
		if version == "" || version == number || version == set.Name {
			return set, nil
		}
		known = append(known, number)
	}
	return assay.RequirementSet{}, phrase.Failed(phrase.SetUnknown, strconv.Quote(version), folded(phrase.Either, known))
}

// explainAll explains every requirement that the pattern matches.
func explainAll(w io.Writer, in messages.Printer, set assay.RequirementSet, pattern string) error {
	ids, err := set.Select(pattern)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if i > 0 {
			_, _ = fmt.Fprintln(w)
		}
		requirement, _ := set.Find(id)
		if err := explain(w, in, set.Digest, requirement); err != nil {
			return err
		}
	}
	return nil
}

// list prints one line for each requirement.
func list(w io.Writer, in messages.Printer, set assay.RequirementSet) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, requirement := range set.Requirements {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", requirement.ID, in.Text("level."+string(requirement.Level)), in.Says(set.Digest, requirement.ID, requirement.Says))
	}
	_, _ = fmt.Fprintf(table, "\n%s\n", in.Text("explain.set", set.Name, fmt.Sprint(len(set.Requirements)), set.Digest))
	return table.Flush()
}

// harmOf is what a violation does; empty where it is a matter of form.
func harmOf(in messages.Printer, requirement assay.Requirement) string {
	known, _ := harm.Of(requirement.ID)
	said, _ := in.Harm(requirement.ID, known.English)
	return said
}

// sourceOf is the source of a requirement, and a line for each kind of source that it cites.
func sourceOf(in messages.Printer, requirement assay.Requirement) []string {
	lines := []string{requirement.Source}
	for _, kind := range sources.Of(requirement.Source) {
		means := kind.Means
		if in.Language() == messages.Chinese {
			means = kind.Chinese
		}
		lines = append(lines, in.Text("explain.means", kind.Name, means))
	}
	return lines
}

// endpointsOf are what a requirement applies to.
func endpointsOf(in messages.Printer, requirement assay.Requirement) []string {
	if len(requirement.On) == 0 {
		return []string{in.Text("explain.host")}
	}
	var paths []string
	for _, endpoint := range requirement.On {
		paths = append(paths, "POST "+endpoint.Path())
	}
	return paths
}

// trialOf says how a requirement is tested, and what is accepted; in English where it is of another set than this build's.
func trialOf(in messages.Printer, digest string, requirement assay.Requirement) assay.Trial {
	if digest == assay.Requirements().Digest {
		if trial, translated := assay.TrialIn(string(in.Language()), requirement.ID); translated {
			return trial
		}
	}
	return assay.Trial{Test: requirement.Test, Accept: requirement.Accept}
}

// explainColumn is the column of the texts beside the names of members.
const explainColumn = 10

// explain prints all members of one requirement.
func explain(w io.Writer, in messages.Printer, digest string, requirement assay.Requirement) error {
	level := in.Text("level." + string(requirement.Level))
	if requirement.Severity != "" {
		level = in.Text("explain.severity", level, in.Text("severity."+requirement.Severity))
	}
	names, or := in.Text("suite.names"), in.Text("needs.or")
	trial := trialOf(in, digest, requirement)
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\n%s\n\n", requirement.ID, in.Says(digest, requirement.ID, requirement.Says))
	for _, row := range []struct {
		key   string
		lines []string
	}{
		{"explain.level", []string{level}}, {"explain.harm", []string{harmOf(in, requirement)}}, {"explain.on", endpointsOf(in, requirement)},
		{"explain.profiles", []string{strings.Join(requirement.Profiles, names)}}, {"explain.source", sourceOf(in, requirement)},
		{"explain.tried", []string{trial.Test}}, {"explain.accepted", []string{trial.Accept}},
		{"explain.needs", []string{strings.ReplaceAll(strings.Join(requirement.Needs, names), " or ", or)}},
	} {
		label := in.Text(row.key)
		for _, line := range row.lines {
			if line != "" {
				text.WriteString(label + strings.Repeat(" ", explainColumn-terminal.Columns(label)) + line + "\n")
			}
			label = ""
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}
