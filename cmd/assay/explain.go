package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/sources"
	"github.com/unified-login/assay/reports/harm"
)

func explainCommand(around surroundings) *cobra.Command {
	var version string
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
				return fmt.Errorf("assay explain takes one ID, got a second, %q; for several use a pattern such as 'code.*'", args[1])
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			around := around.lasting()
			set, err := requirementSet(version)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return list(around.stdout, set)
			}
			return explainAll(around.stdout, set, args[0])
		},
	}
	command.Flags().StringVar(&version, "set", "", "`VERSION` of the requirement set, such as 1.0 (default: the one that this build judges by)")
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
	return assay.RequirementSet{}, fmt.Errorf("unknown --set %q; use %s", version, strings.Join(known, " or "))
}

// explainAll explains every requirement that the pattern matches.
func explainAll(w io.Writer, set assay.RequirementSet, pattern string) error {
	ids, err := set.Select(pattern)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if i > 0 {
			_, _ = fmt.Fprintln(w)
		}
		requirement, _ := set.Find(id)
		if err := explain(w, requirement); err != nil {
			return err
		}
	}
	return nil
}

// list prints one line for each requirement.
func list(w io.Writer, set assay.RequirementSet) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, requirement := range set.Requirements {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", requirement.ID, requirement.Level, requirement.Says)
	}
	_, _ = fmt.Fprintf(table, "\n%s, %d requirements, %s\n", set.Name, len(set.Requirements), set.Digest)
	return table.Flush()
}

// harmOf is what a violation does; empty where it is a matter of form.
func harmOf(requirement assay.Requirement) string {
	known, _ := harm.Of(requirement.ID)
	return known.English
}

// sourceOf is the source of a requirement, and a line for each kind of source that it cites.
func sourceOf(requirement assay.Requirement) string {
	lines := []string{requirement.Source}
	for _, kind := range sources.Of(requirement.Source) {
		lines = append(lines, kind.Name+" = "+kind.Means)
	}
	return strings.Join(lines, "\n\t")
}

// explain prints all members of one requirement.
func explain(w io.Writer, requirement assay.Requirement) error {
	level := string(requirement.Level)
	if requirement.Severity != "" {
		level += ", severity " + requirement.Severity
	}
	endpoints := "the host app"
	if len(requirement.On) > 0 {
		var paths []string
		for _, endpoint := range requirement.On {
			paths = append(paths, "POST "+endpoint.Path())
		}
		endpoints = strings.Join(paths, "\n\t")
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "%s\n\n%s\n\n", requirement.ID, requirement.Says)
	for _, row := range [][2]string{
		{"level", level}, {"harm", harmOf(requirement)}, {"on", endpoints}, {"profiles", strings.Join(requirement.Profiles, ", ")},
		{"source", sourceOf(requirement)}, {"tried by", requirement.Test}, {"accepted", requirement.Accept},
		{"needs", strings.Join(requirement.Needs, ", ")},
	} {
		if row[1] != "" {
			_, _ = fmt.Fprintf(table, "%s\t%s\n", row[0], row[1])
		}
	}
	return table.Flush()
}
