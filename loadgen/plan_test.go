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

// A code that waits in the buffer for minutes may have expired, and the driver need not say how long codes live.
func TestSlowRunBuffersFewCodes(t *testing.T) {
	for _, test := range []struct {
		plan Plan
		want int
	}{
		{Plan{Rate: 0.1}, 8}, {Plan{Rate: 1}, 20}, {Plan{Rate: 10}, 200}, {Plan{Rate: 100}, 256}, {Plan{Rate: 500}, 1000},
		{Plan{Rate: 1, To: 500}, 1000}, {Plan{Rate: 1e6}, 1 << 15}, {Plan{Closed: true}, 1 << 14},
	} {
		if got := test.plan.buffered(); got != test.want {
			t.Errorf("at %g/s to %g/s %d codes are buffered, want %d", test.plan.Rate, test.plan.To, got, test.want)
		}
	}
}
