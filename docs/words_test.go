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
	{`told (from|apart)`, "distinguish"},
	{`(that|which|what|one) (is|are) no ([a-kn-z]|l[a-np-z]|m[a-np-z])\w*`, "that is not a …"}, // no longer and no more are plain
	{`pass(es|ed) over|passing over`, "ignore, leave out"},
	{`another hand`, "that assay did not write"},
	{`f[ae]lls? short|falling short`, "is too slow, too few; fails"},
	{`b(ears?|ore) (it |them )?out`, "confirm"},
	{`vouch(e[sd]|ing)?`, "prove, confirm"},
	{`deal(s|t|ing)? out`, "return"},
	{`lean(s|ed|ing)? on`, "use"},
	{`go(es)? unseen`, "is not noticed"},
	{`becomes? of`, "the result of"},
	{`(what|which) [a-z ]{0,20}came to`, "the result of"},
	{`for good`, "permanently"},
	{`anew`, "again"},
	{`but for (the|those|one|this)`, "except"},
	{`be had`, "be issued, be obtained"},
	{`misspelt`, "misspelled"},
	{`taken for`, "treated as, read as, counted as"},
	{`amounts? to`, "is, is the result of"},
	{`in spite of`, "despite"},
	{`honest`, "correct (a platform has no morals)"},
	{`senseless`, "invalid"},
	{`(client|server|sender|driver) (has|have) gone`, "disconnected, ended"},
	{`works? out the`, "determine"},
	{`of before`, "previous; issued before …"},
	{`(is|are) told`, "is reported, shown, described; gets"},
	{`(in|taking) turns`, "alternately"},
	{`(tells?|told) nothing of`, "does not show; cannot be compared"},
}

// TestFormerWords looks for them in everything that people read: code, comments, messages, reports and guides.
func TestFormerWords(t *testing.T) {
	patterns, alternatives := make([]*regexp.Regexp, len(formerWords)), make([]string, len(formerWords))
	for i, word := range formerWords {
		patterns[i], alternatives[i] = regexp.MustCompile(`(?i)\b(`+word.pattern+`)\b`), word.pattern
	}
	anyOf := regexp.MustCompile(`(?i)\b(` + strings.Join(alternatives, "|") + `)\b`)
	for _, file := range trackedText(t) {
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if !anyOf.Match(text) { // one pass instead of one for each pattern
			continue
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
