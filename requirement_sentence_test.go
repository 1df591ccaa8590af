package assay

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestSentences wants a sentence of every requirement, and of nothing besides, in each language.
func TestSentences(t *testing.T) {
	set := Requirements()
	for language, said := range sentences() {
		for _, requirement := range set.Requirements {
			sentence, there := said[requirement.ID]
			if !there {
				t.Errorf("%s: %s has no sentence", language, requirement.ID)
			}
			if !strings.ContainsFunc(sentence, func(c rune) bool { return unicode.Is(unicode.Han, c) }) || !strings.HasSuffix(sentence, "。") {
				t.Errorf("%s: %s: %q is no sentence", language, requirement.ID, sentence)
			}
		}
		for id := range said {
			if !slices.ContainsFunc(set.Requirements, func(r Requirement) bool { return r.ID == id }) {
				t.Errorf("%s: %s is no requirement", language, id)
			}
		}
	}
	if _, ok := Sentence("en", "code.single-use"); ok {
		t.Error("the English sentence is the set's own")
	}
}
