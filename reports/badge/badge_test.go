package badge_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/badge"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample/golden"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestGoldenFiles(t *testing.T) {
	for name, report := range golden.Documents() {
		for _, language := range messages.Languages() {
			var out strings.Builder
			if err := badge.WriteConformance(&out, messages.For(language), report); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, *update, name+"-badge-"+string(language), out.String())
		}
	}
}
