package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// formerWords are words and turns that this project does not use, with the plain ones to write instead: its readers are
// engineers, most of whom did not grow up with English. Words that are also ordinary English ("given", "rest") are listed in
// the turns that a reader has to read twice.
var formerWords = []struct{ pattern, instead string }{
	{`crews?`, "worker pool"},
	{`clerks?`, "recorder"},
	{`dealers?`, "mix"},
	{`hunt(s|ed|ing)?`, "search"},
	{`hire[ds]?`, "start"},
	{`hang(s|ing)? ?up`, "close"},
	{`disband(s|ed)?`, "close"},
	{`whoever|whomever|whosoever`, "the caller, the user, anyone who"},
	{`(is|are|was|were|be) none`, "there is no …; unknown …"},
	{`own(s|ed|ing)? up`, "waive, accept"},
	{`c[oa]m(e|es|ing) by`, "obtain, get"},
	{`(to|not) speak of`, "nothing could be tested"},
	{`(he|him|his|himself)`, "it, its (a worker is no person)"},
	{`as (it|they) should(\s+be)?`, "as expected"},
	{`(what|that) became of`, "the result of"},
	{`c[oa]m(e|es|ing) to nothing`, "fail, be inconclusive"},
	{`came of it`, "the result"},
	{`be it`, "whether"},
	{`so to say`, ""},
	{`in its stead|in their stead`, "instead"},
	{`in vain`, "without success"},
	{`for want of`, "without"},
	{`lest`, "so that … not"},
	{`nought|naught`, "nothing"},
	{`spelt`, "spelled"},
	{`takes? down`, "record"},
	{`heeds?`, "respect, follow"},
	{`bent (request|code|token|body)s?`, "altered"},
	{`at a loss`, "cannot"},
	{`wherefore|whence|thence|hence`, "so, therefore"},
}

// TestFormerWords looks for them in everything that people read: code, comments, messages, reports and guides.
func TestFormerWords(t *testing.T) {
	patterns := make([]*regexp.Regexp, len(formerWords))
	for i, word := range formerWords {
		patterns[i] = regexp.MustCompile(`(?i)\b(` + word.pattern + `)\b`)
	}
	for _, file := range trackedText(t) {
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		for number, line := range strings.Split(string(text), "\n") {
			for i, pattern := range patterns {
				if found := pattern.FindString(line); found != "" {
					t.Errorf("%s:%d: %q; write %s", file, number+1, found, formerWords[i].instead)
				}
			}
		}
	}
}

// trackedText lists the files that people write and read, but for this one.
func trackedText(t *testing.T) []string {
	t.Helper()
	listed, err := exec.CommandContext(t.Context(), "git", "-C", "..", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{".go", ".md", ".yaml", ".yml", ".tmpl", ".css", ".js", ".mjs", ".py", ".sh", ".txtar", ".json", ""}
	var files []string
	for file := range strings.SplitSeq(string(listed), "\x00") {
		base := filepath.Base(file)
		if !slices.Contains(kinds, filepath.Ext(file)) || base == "words_test.go" || base == "LICENSE" || base == "package-lock.json" {
			continue
		}
		if info, err := os.Stat(filepath.Join("..", file)); err == nil && info.Mode().IsRegular() {
			files = append(files, file)
		}
	}
	if len(files) < 100 {
		t.Fatalf("git lists %d files; want those of the project", len(files))
	}
	return files
}
