package messages

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/told"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// families are the keys that are put together from a word of the contract.
func families() map[string][]string {
	words := map[string][]string{
		"level.":   {string(assay.Must), string(assay.Should), string(assay.May)},
		"outcome.": {"conformant", "conformant-with-waivers", "nonconformant", "incomplete", "error"},
		// What a page may hold is for the package page to say: its tests look up every one.
		"section.": nil, "environment.": nil,
		"compared.":   {string(compare.Regressed), string(compare.Held), string(compare.Undecided), string(compare.Incomparable)},
		"difference.": {string(compare.Worse), string(compare.Better), string(compare.Same), string(compare.Differs), string(compare.Unknown)},
	}
	words["meaning."] = words["outcome."]
	for _, result := range []assay.Result{assay.Accepted, assay.Refused, assay.Fault, assay.Inconclusive} {
		words["result."] = append(words["result."], result.String())
	}
	for _, role := range conformance.Roles() {
		words["role."] = append(words["role."], role.Key())
	}
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
	english, err := texts("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range Languages() {
		own, err := texts(string(language))
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

// TestEveryPhraseIsInChinese: each has a text that takes the same arguments, and nothing else has one.
func TestEveryPhraseIsInChinese(t *testing.T) {
	all, err := texts("zh.phrases")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range phrase.Keys() {
		english, _ := phrase.English(key)
		said, there := all[string(key)]
		if !there || said.Always == "" {
			t.Errorf("%s has no Chinese text", key)
		}
		if got, want := phrase.Verbs(said.Always), phrase.Verbs(english.Other); !slices.Equal(got, want) {
			t.Errorf("%s takes %v, and in English %v", key, got, want)
		}
		if said.Always == english.Other && strings.ContainsFunc(said.Always, unicode.IsLetter) && !slices.Contains([]phrase.Key{phrase.InSituation, phrase.AtServer, phrase.FlagWith, phrase.OfLevel, phrase.Key(told.Quoted)}, key) {
			t.Errorf("%s is not translated", key)
		}
	}
	for key := range all {
		if _, there := phrase.English(phrase.Key(key)); !there {
			t.Errorf("%s is not a phrase", key)
		}
	}
	for _, language := range Languages() {
		own, err := texts(string(language))
		if err != nil {
			t.Fatal(err)
		}
		for key := range own {
			if _, there := phrase.English(phrase.Key(key)); there {
				t.Errorf("%s.yaml has %s, which is a phrase", language, key)
			}
		}
	}
}

// TestEveryKeyIsUsed looks for the keys in the sources of the reports and the command, and for those of a family in the
// contract.
func TestEveryKeyIsUsed(t *testing.T) {
	sources := read(t, "..", "../../cmd")
	all, err := texts("en")
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
	all, err := texts("en")
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

// read is the text of all sources below directories that are not tests.
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
		{English, "no.such-key", nil, "no.such-key"},
	} {
		if got := For(test.in).Text(test.key, test.args...); got != test.want {
			t.Errorf("%s %s: %q, not %q", test.in, test.key, got, test.want)
		}
	}
}

func TestSay(t *testing.T) {
	for _, test := range []struct {
		in   Language
		said phrase.Phrase
		want string
	}{
		{English, phrase.Say(phrase.Violated, 2, []string{"a", "b"}), "2 violated: a and b"},
		{Chinese, phrase.Say(phrase.Violated, 2, []string{"a", "b"}), "2 项被违反：a 和 b"},
		{Chinese, phrase.Say(phrase.Waived, 4, []phrase.Phrase{phrase.Plain("a"), phrase.Plain("b"), phrase.Say(phrase.More, 2)}), "4 项已豁免：a、b 和另外 2 项"},
		{Chinese, phrase.Say(phrase.TraceIDs, 3, 4), "4 个应答中有 3 个带有 traceid，各不相同"},
		{Chinese, phrase.Join(phrase.Plain("no PAT"), phrase.Say(phrase.NotSelected)), "no PAT；未被选中"},
		{Chinese, phrase.Say(phrase.UntriedCutShort, phrase.Say(phrase.Oversized, 128)), "未尝试：超过 128 KiB"},
		{Chinese, phrase.Say("no.such"), "no.such"},
	} {
		if got := For(test.in).Say(test.said); got != test.want {
			t.Errorf("%s: %q, not %q", test.in, got, test.want)
		}
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
	for name, want := range map[string]Language{"zh": Chinese, "en": English, "zh-CN": Chinese, "zh_Hans_CN.UTF-8": Chinese, "ZH": Chinese, "en_GB@euro": English} {
		if in, err := Parse(name); in != want || err != nil {
			t.Errorf("%s: %q, %v", name, in, err)
		}
	}
	for _, name := range []string{"fr", "", "zhx", "-zh", "C.UTF-8"} {
		if _, err := Parse(name); err == nil || err.Error() != fmt.Sprintf("%q is not a language of the reports; use en or zh", name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPreferred(t *testing.T) {
	for _, test := range []struct {
		environment map[string]string
		want        Language
	}{
		{nil, English},
		{map[string]string{"LANG": "C.UTF-8"}, English},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, Chinese},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, English},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C"}, English},
		{map[string]string{"LANG": "de_DE", "LC_ALL": "zh"}, Chinese},
	} {
		if got := Preferred(func(name string) string { return test.environment[name] }); got != test.want {
			t.Errorf("%v: %s", test.environment, got)
		}
	}
}

// A percent sign that begins no verb is written twice; else the text would ask for an argument that nobody gives.
func TestPercentSignsAreWrittenTwice(t *testing.T) {
	stray := regexp.MustCompile(`%(%|\[[0-9]\])?[sdgq]?`)
	for _, language := range Languages() {
		own, err := texts(string(language))
		if err != nil {
			t.Fatal(err)
		}
		for key, said := range own {
			for _, words := range []string{said.Always, said.One, said.Other} {
				for _, found := range stray.FindAllString(words, -1) {
					if found == "%" || strings.HasSuffix(found, "]") {
						t.Errorf("%s: %s has a percent sign without a verb in %q; write %%%%", language, key, words)
					}
				}
			}
		}
	}
}
