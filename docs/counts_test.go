package docs

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/suites/power"
)

// TestReadmeCounts compares every number that README gives of the requirements, faults and legal variations with the code.
// A number grows with the code; then write the new one in README, in the sentence that the failure names.
func TestReadmeCounts(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(readme)), " ") // sentences continue on the next line
	set := assay.Requirements()
	violable, unbroken, alone := broken(set)
	onNode := 0
	for _, variation := range legal.All() {
		if variation.Node {
			onNode++
		}
	}
	bothHave := len(slices.DeleteFunc(faults.All(), func(f faults.Fault) bool { return !power.OnNode(f) }))
	for _, sentence := range []struct {
		says  string // %s stands for the number
		count int
	}{
		{"is judged against the %s requirements of", len(set.Requirements)},
		{"There are %s of them, each the reference with one defect", len(faults.All())},
		{"The Node platform, a second implementation, has %s of these defects too", bothHave},
		{"Of the %s requirements that can be violated outside a load run", violable},
		{"and %s fail one that no other requirement fails", alone},
		{"or one of the %s faults for load runs", len(faults.UnderLoad())},
		{"and %s of them before the Node platform as well", onNode},
		{"runs it against %s legal variations of the reference", len(legal.All())},
	} {
		pattern := strings.Replace(regexp.QuoteMeta(sentence.says), "%s", `(\S+)`, 1)
		found := regexp.MustCompile(pattern).FindStringSubmatch(text)
		switch want := strconv.Itoa(sentence.count); {
		case found == nil:
			t.Errorf("README.md has no sentence with %q; keep its words, or change this test with it", sentence.says)
		case found[1] != want && found[1] != inWords(sentence.count):
			t.Errorf("README.md says %q; write %q", found[0], fmt.Sprintf(sentence.says, want))
		}
	}
	if want := []string{"http.tls"}; !slices.Equal(unbroken, want) {
		t.Errorf("README.md says of the faults that all requirements but %q fail at least one; no fault names %q: add one, or reword the sentence",
			want, unbroken)
	}
}

// broken counts the requirements outside load runs that can be violated, and those that a fault breaks and nothing else; and
// lists those that no fault breaks.
func broken(set assay.RequirementSet) (violable int, unbroken []string, alone int) {
	byAny, byOne := map[string]bool{}, map[string]bool{}
	for _, fault := range faults.All() {
		for _, id := range fault.Trips {
			byAny[id] = true
			byOne[id] = byOne[id] || len(fault.Trips) == 1
		}
	}
	for _, requirement := range set.Requirements {
		if requirement.Level == assay.May || requirement.Chapter() == "load" {
			continue
		}
		violable++
		if !byAny[requirement.ID] {
			unbroken = append(unbroken, requirement.ID)
		}
		if byOne[requirement.ID] {
			alone++
		}
	}
	return violable, unbroken, alone
}

// inWords is a small number as text says it; empty for a larger one.
func inWords(n int) string {
	small := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= len(small) {
		return ""
	}
	return small[n]
}
