package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// What a run costs is said in several places: the suite's own figures, which its test counts, the progress, and the guides.
func TestWhatARunCostsIsSaidOnce(t *testing.T) {
	requests := figure(t, "../suites/cost_test.go", `const requests, codes = (\d+), \d+`)
	codes := figure(t, "../suites/cost_test.go", `const requests, codes = \d+, (\d+)`)
	for _, said := range []struct{ file, sentence, want string }{
		{"../suites/minting.go", `const codesOfRun = (\d+)`, codes},
		{"driver.md", `takes about ([\d ]+) codes`, codes},
		{"driver.md", `minting, 300 of about (\d+) codes`, codes},
		{"../README.md", `A run sends about (\d+) requests`, requests},
	} {
		if got := figure(t, said.file, said.sentence); got != said.want {
			t.Errorf("%s says %s; write %s, as suites/cost_test.go has it", said.file, got, said.want)
		}
	}
}

// figure is the number in a sentence of a file, without spaces.
func figure(t *testing.T, file, sentence string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(sentence).FindStringSubmatch(strings.Join(strings.Fields(string(text)), " "))
	if found == nil {
		t.Fatalf("%s has no sentence like %s; keep its words, or change this test with it", file, sentence)
	}
	return strings.ReplaceAll(found[1], " ", "")
}
