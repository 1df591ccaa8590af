package docs

import (
	"os"
	"regexp"
	"testing"
)

// The package comment of reports is the map of its folders: it names each of them.
func TestMapOfReports(t *testing.T) {
	comment, err := os.ReadFile("../reports/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	folders, err := os.ReadDir("../reports")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if name := folder.Name(); folder.IsDir() && !regexp.MustCompile(`\b`+name+`\b`).Match(comment) {
			t.Errorf("reports/doc.go does not name the package %s", name)
		}
	}
}
