package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
)

func explainCommand(around surroundings) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [ID]",
		Short: "List the requirements, or explain one",
		Long: `List the requirements, or explain one: its text, level and source, how it is tested,
and which answers are accepted. ID may be a pattern such as 'code.*'.`,
		Example: `  assay explain                          list every requirement
  assay explain code.single-use-race     explain one
  assay explain 'pat.*'                  explain a chapter`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("assay explain takes one ID, got a second, %q; for several use a pattern such as 'code.*'", args[1])
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			set := assay.Requirements()
			if len(args) == 0 {
				return list(around.stdout, set)
			}
			return explainAll(around.stdout, set, args[0])
		},
	}
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
		{"level", level}, {"on", endpoints}, {"profiles", strings.Join(requirement.Profiles, ", ")},
		{"source", requirement.Source}, {"tried by", requirement.Test}, {"accepted", requirement.Accept},
		{"needs", strings.Join(requirement.Needs, ", ")},
	} {
		if row[1] != "" {
			_, _ = fmt.Fprintf(table, "%s\t%s\n", row[0], row[1])
		}
	}
	return table.Flush()
}
