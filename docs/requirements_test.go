package docs

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/sources"
)

var update = flag.Bool("update", false, "write the generated pages")

// TestRequirements holds requirements.md against the requirement set that it is generated from.
func TestRequirements(t *testing.T) {
	page := requirementsPage(assay.Requirements())
	if *update {
		if err := os.WriteFile("requirements.md", []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile("requirements.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != page {
		t.Error("requirements.md is not what the requirement set says; make docs generates it again")
	}
}

// TestSources: every source of a requirement is of a kind that is explained, or a sentence; and every kind is cited.
func TestSources(t *testing.T) {
	cited := map[string]bool{}
	for _, set := range append(assay.FormerRequirements(), assay.Requirements()) {
		for _, requirement := range set.Requirements {
			for part := range strings.SplitSeq(requirement.Source, "; ") {
				kinds := sources.Of(part)
				for _, kind := range kinds {
					cited[kind.Name] = true
				}
				if len(kinds) == 0 && len(strings.Fields(part)) < 4 {
					t.Errorf("%s: %s: nothing explains the source %q; add its kind to internal/sources", set.Name, requirement.ID, part)
				}
			}
		}
	}
	for _, kind := range sources.Kinds() {
		if !cited[kind.Name] {
			t.Errorf("no requirement cites the kind of source %q", kind.Name)
		}
	}
}

func requirementsPage(set assay.RequirementSet) string {
	var page strings.Builder
	fmt.Fprintf(&page, "# Requirements\n\n<!-- Generated from requirements.yaml by make docs. -->\n\n")
	fmt.Fprintf(&page, "The requirement set %s has %d requirements; its digest is\n`%s`.\n\n", set.Name, len(set.Requirements), set.Digest)
	page.WriteString("A violated **must** makes an implementation nonconformant. A violated *should* is a warning; one of high severity\n" +
		"fails the profile hardened. A may is never judged: what was seen is recorded.\n\n" +
		"A source is a document, or a sentence that gives the reason itself:\n\n")
	for _, kind := range sources.Kinds() {
		fmt.Fprintf(&page, "- *%s*: %s\n", kind.Name, kind.Means)
	}
	chapter := ""
	for _, requirement := range set.Requirements {
		if requirement.Chapter() != chapter {
			chapter = requirement.Chapter()
			fmt.Fprintf(&page, "\n## %s\n", chapter)
		}
		writeRequirement(&page, requirement)
	}
	return page.String()
}

func writeRequirement(page *strings.Builder, requirement assay.Requirement) {
	level := map[assay.Level]string{assay.Must: "**must**", assay.Should: "*should*", assay.May: "may"}[requirement.Level]
	if requirement.Severity != "" {
		level += ", severity " + requirement.Severity
	}
	fmt.Fprintf(page, "\n### %s\n\n%s\n\n", requirement.ID, requirement.Says)
	rows := [][2]string{{"level", level}, {"profiles", strings.Join(requirement.Profiles, ", ")}, {"source", requirement.Source},
		{"tried by", requirement.Test}, {"accepted", requirement.Accept}, {"needs", strings.Join(requirement.Needs, ", ")}}
	for _, row := range rows {
		if row[1] != "" {
			fmt.Fprintf(page, "- %s: %s\n", row[0], row[1])
		}
	}
}
