package messages

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// families are the keys that are put together from a word of the contract.
func families() map[string][]string {
	words := map[string][]string{
		"level.":   {string(assay.Must), string(assay.Should), string(assay.May)},
		"outcome.": {"conformant", "conformant-with-waivers", "nonconformant", "incomplete", "error"},
		// What a page may hold is for the package page to say: its tests look up every one.
		"section.": nil, "environment.": nil,
	}
	words["meaning."] = words["outcome."]
	for _, verdict := range assay.Verdicts() {
		words["verdict."] = append(words["verdict."], string(verdict))
	}
	for _, requirement := range assay.Requirements().Requirements {
		words["chapter."] = append(words["chapter."], requirement.Chapter())
		for _, need := range requirement.Needs {
			for alternative := range strings.SplitSeq(need, " or ") {
				key, _, _ := strings.Cut(alternative, ">=")
				words["need."] = append(words["need."], key)
			}
		}
	}
	return words
}

func TestEveryLanguageHasEveryKey(t *testing.T) {
	english, err := texts(English)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range Languages() {
		own, err := texts(language)
		if err != nil {
			t.Fatal(err)
		}
		for key, said := range own {
			other, there := english[key]
			if !there {
				t.Errorf("%s has %s, which en lacks", language, key)
			}
			if said.Always == "" && (said.One == "" || said.Other == "") {
				t.Errorf("%s: %s says nothing", language, key)
			}
			if got, want := verbs(said), verbs(other); !slices.Equal(got, want) {
				t.Errorf("%s: %s takes %v, and in English %v", language, key, got, want)
			}
		}
		for key := range english {
			if _, there := own[key]; !there {
				t.Errorf("%s lacks %s", language, key)
			}
		}
	}
}

var verb = regexp.MustCompile(`%[a-z]|\{[a-z]+\}`)

func verbs(said text) []string {
	if said.Always != "" {
		return verb.FindAllString(said.Always, -1)
	}
	return verb.FindAllString(said.Other, -1)
}

// TestEveryKeyIsUsed looks for the keys in the sources of the reports and the command, and for those of a family in the
// contract.
func TestEveryKeyIsUsed(t *testing.T) {
	sources := read(t, "..", "../../cmd")
	all, err := texts(English)
	if err != nil {
		t.Fatal(err)
	}
	for key := range all {
		if strings.Contains(sources, `"`+key+`"`) {
			continue
		}
		family, word, _ := strings.Cut(key, ".")
		words, there := families()[family+"."]
		switch {
		case !there, !strings.Contains(sources, `"`+family+`."`):
			t.Errorf("%s is used nowhere", key)
		case words != nil && !slices.Contains(words, word):
			t.Errorf("%s: there is no %s in the contract", key, word)
		case words == nil && !strings.Contains(sources, `add("`+word+`"`):
			t.Errorf("%s is added to no page", key)
		}
	}
	for family, words := range families() {
		for _, word := range words {
			if _, there := all[family+word]; !there {
				t.Errorf("%s%s is missing", family, word)
			}
		}
	}
}

// keys in templates and in Go.
var used = regexp.MustCompile(`(?:\{\{-? *t|\.Text\(|\(in,|named\(in,) *"([a-z][a-zA-Z.-]*[a-zA-Z])"`)

func TestEveryUsedKeyIsThere(t *testing.T) {
	all, err := texts(English)
	if err != nil {
		t.Fatal(err)
	}
	matches := used.FindAllStringSubmatch(read(t, "..", "../../cmd"), -1)
	if len(matches) < 100 {
		t.Fatalf("only %d keys were found", len(matches))
	}
	for _, match := range matches {
		if _, there := all[match[1]]; !there {
			t.Errorf("%s is used and not in the catalogue", match[1])
		}
	}
}

// read is the text of all sources below directories that are no tests.
func read(t *testing.T, directories ...string) string {
	t.Helper()
	var all strings.Builder
	for _, directory := range directories {
		err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") ||
				!slices.Contains([]string{".go", ".tmpl"}, filepath.Ext(path)) {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestText(t *testing.T) {
	for _, test := range []struct {
		in   Language
		key  string
		args []any
		want string
	}{
		{English, "verdict.pass", nil, "passed"},
		{Chinese, "verdict.pass", nil, "通过"},
		{English, "requirement.exchanges", []any{1}, "1 exchange"},
		{English, "requirement.exchanges", []any{1118}, "1,118 exchanges"},
		{Chinese, "requirement.exchanges", []any{1}, "1 次换取"},
		{English, "reason.violated", []any{2, "a and b"}, "2 violated: a and b"},
		{English, "no.such-key", nil, "no.such-key"},
	} {
		if got := For(test.in).Text(test.key, test.args...); got != test.want {
			t.Errorf("%s %s: %q, not %q", test.in, test.key, got, test.want)
		}
	}
	if got := For(Chinese).List([]string{"a", "b", "c"}); got != "a、b和c" {
		t.Error(got)
	}
}

func TestSaysIsOfThisSetOnly(t *testing.T) {
	set := assay.Requirements()
	chinese := For(Chinese)
	if got := chinese.Says(set.Digest, "code.single-use", "given"); got == "given" || !strings.Contains(got, "第二次") {
		t.Error(got)
	}
	for _, test := range [][2]string{{"sha256:other", "code.single-use"}, {set.Digest, "code.no-such"}} {
		if got := chinese.Says(test[0], test[1], "given"); got != "given" {
			t.Errorf("%v: %q", test, got)
		}
	}
	if got := For(English).Says(set.Digest, "code.single-use", "given"); got != "given" {
		t.Error(got)
	}
}

func TestParse(t *testing.T) {
	if in, err := Parse("zh"); in != Chinese || err != nil {
		t.Error(in, err)
	}
	if _, err := Parse("fr"); err == nil || err.Error() != `"fr" is not a language of the reports; use en or zh` {
		t.Error(err)
	}
}
