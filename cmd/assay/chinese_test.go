package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/sources"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// TestTheChineseExplanationsHaveNoEnglishSentence walks every requirement, and the list of them. Sources are cited as they are named.
func TestTheChineseExplanationsHaveNoEnglishSentence(t *testing.T) {
	set, in := assay.Requirements(), messages.For(messages.Chinese)
	for _, requirement := range set.Requirements {
		var out bytes.Buffer
		if err := explain(&out, in, set.Digest, requirement); err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(out.String(), requirement.Source, "…", 1)
		if found := sample.ForeignSentences(text); len(found) > 0 || !hasHan(text) {
			t.Errorf("%q in\n%s", found, text)
		}
	}
	var out bytes.Buffer
	if err := list(&out, in, set); err != nil {
		t.Fatal(err)
	}
	if found := sample.ForeignSentences(out.String()); len(found) > 0 {
		t.Errorf("%q", found)
	}
	for _, kind := range sources.Kinds() {
		if !hasHan(kind.Chinese) {
			t.Errorf("%s has no Chinese meaning", kind.Name)
		}
	}
}

// TestAnEnglishExplanationIsFound guards the test above, and shows that a set of another version is explained in its own words.
func TestAnEnglishExplanationIsFound(t *testing.T) {
	set := assay.FormerRequirements()[0]
	requirement, _ := set.Find("code.single-use")
	var out bytes.Buffer
	if err := explain(&out, messages.For(messages.Chinese), set.Digest, requirement); err != nil {
		t.Fatal(err)
	}
	if found := sample.ForeignSentences(out.String()); len(found) == 0 {
		t.Errorf("nothing is found in\n%s", &out)
	}
}

// TestTheChineseHelpHasNoEnglishSentence: every command and every flag has a Chinese text, which fits the window, and nothing else has one.
func TestTheChineseHelpHasNoEnglishSentence(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	texts, used := chineseHelp(), map[string]bool{}
	for _, command := range shownCommands() {
		if said := texts.Commands[command.CommandPath()]; !hasHan(said.Short) || !hasHan(said.Long) || said.Example == "" {
			t.Errorf("%s has no Chinese summary, description or examples", command.CommandPath())
		}
		used[command.CommandPath()] = true
		command.InitDefaultHelpFlag()
		command.InitDefaultVersionFlag()
		var want, got []string
		command.Flags().VisitAll(func(flag *pflag.Flag) {
			if flag.Hidden {
				return
			}
			want = append(want, flag.Name)
			used[command.Name()+" "+flag.Name], used[flag.Name] = true, true
			name, _ := pflag.UnquoteUsage(flag)
			if said := texts.flag(command, flag.Name); !hasHan(said) || strings.Contains(said, "`") != strings.Contains(flag.Usage, "`") || !strings.Contains(said, name) {
				t.Errorf("%s --%s is described as %q in Chinese, and names %q", command.CommandPath(), flag.Name, said, name)
			}
		})
		examples := commandLines(command.Example)
		var help bytes.Buffer
		command.SetOut(&help)
		if err := command.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(help.String()) {
			if line = strings.TrimRight(line, "\n"); terminal.Columns(line) > usageColumns {
				t.Errorf("%s --help is wider than %d columns: %s", command.CommandPath(), usageColumns, line)
			}
		}
		if found := sample.ForeignSentences(help.String()); len(found) > 0 || strings.Contains(help.String(), "Usage") {
			t.Errorf("%q in\n%s", found, help.String())
		}
		if in := commandLines(command.Example); !slices.Equal(in, examples) {
			t.Errorf("%s has the examples %q, and in English %q", command.CommandPath(), in, examples)
		}
		for _, flag := range described.FindAllStringSubmatch(help.String(), -1) {
			got = append(got, flag[1])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s --help describes %q, want %q", command.CommandPath(), got, want)
		}
	}
	for name := range texts.Commands {
		if !used[name] {
			t.Errorf("%s is no command", name)
		}
	}
	for name := range texts.Flags {
		if !used[name] {
			t.Errorf("%s is no flag", name)
		}
	}
}

// commandLines are the lines of examples without what is said of them, which follows three spaces.
func commandLines(examples string) []string {
	var all []string
	for line := range strings.Lines(examples) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "   ")
		all = append(all, line)
	}
	return all
}
