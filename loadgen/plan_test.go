package loadgen

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// The report says the shape of a run. Its package cannot import arrivals, so its schema has a list of its own, as the guide has.
func TestSchemaAndGuideKnowEveryShape(t *testing.T) {
	type property struct {
		Properties map[string]property
		Enum       []string
	}
	var schema property
	if err := json.Unmarshal(benchmark.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, shape := range arrivals.Shapes() {
		want = append(want, string(shape))
	}
	guide, err := os.ReadFile("../docs/load.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, shape := range want {
		if !strings.Contains(string(guide), "`"+shape+"`") {
			t.Errorf("docs/load.md does not describe the shape %s", shape)
		}
	}
	want = append(want, benchmark.Closed, benchmark.Staged)
	if got := schema.Properties["plan"].Properties["shape"].Enum; !slices.Equal(got, want) {
		t.Errorf("reports/benchmark/benchmark.schema.json knows the shapes %q; write %q, those of arrivals.Shapes, closed and stages", got, want)
	}
}
