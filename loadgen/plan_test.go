package loadgen

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// The report says the shape of a run. Its package cannot import arrivals, so its schema has a list of its own.
func TestTheReportsSchemaKnowsEveryShape(t *testing.T) {
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
	want = append(want, benchmark.Closed)
	if got := schema.Properties["plan"].Properties["shape"].Enum; !slices.Equal(got, want) {
		t.Errorf("reports/benchmark/benchmark.schema.json knows the shapes %q; write %q, those of arrivals.Shapes and closed", got, want)
	}
}
