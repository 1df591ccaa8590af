package docs

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// driver.md agrees with the requirement set: its table has every op with the requirements that need it.
func TestDriverGuide(t *testing.T) {
	guide, err := os.ReadFile("driver.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := tableRows(string(guide))
	for _, op := range assay.Ops() {
		if op != assay.OpHello && rows[string(op)] == nil {
			t.Errorf("driver.md does not say what %s is for", op)
		}
	}
	for _, requirement := range assay.Requirements().Requirements {
		for _, need := range requirement.Needs {
			op, isOp := strings.CutPrefix(need, "driver.")
			if isOp && rows[op] != nil && !slices.Contains(rows[op], requirement.ID) {
				t.Errorf("driver.md: %s needs %s and is not in its row", requirement.ID, op)
			}
		}
	}
	for op, ids := range rows {
		for _, id := range ids {
			if _, known := assay.Requirements().Find(id); !known {
				t.Errorf("driver.md: %s: there is no requirement %s", op, id)
			}
		}
	}
}

// tableRows returns the requirement ids of every row of the guide's table, by op.
func tableRows(guide string) map[string][]string {
	rows := map[string][]string{}
	id := regexp.MustCompile("`([a-z]+\\.[a-z-]+)`")
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|(.*)\\|$").FindAllStringSubmatch(guide, -1) {
		ids := []string{}
		for _, found := range id.FindAllStringSubmatch(row[2], -1) {
			ids = append(ids, found[1])
		}
		rows[row[1]] = ids
	}
	return rows
}
