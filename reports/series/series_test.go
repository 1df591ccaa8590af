package series_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/series"
)

func TestRowsOfTheTimeline(t *testing.T) {
	report := benchmark.Report{Timeline: []benchmark.Second{
		{Second: 0, Offered: 50, Answered: 48, Accepted: 45, Wrong: 1, Failed: 2, P50: new(0.0012), P90: new(0.003), P99: new(1e-7), Max: new(0.25), Late: new(0.0001), InFlight: 3, Pool: 4000},
		{Second: 1, Offered: 50, Partial: true},
	}}
	var out bytes.Buffer
	if err := series.WriteBenchmark(&out, report); err != nil {
		t.Fatal(err)
	}
	want := strings.Join(series.Columns(), ",") + "\n0,50,48,45,1,2,0.0012,0.003,0.0000001,0.25,0.0001,3,4000,0\n1,50,0,0,0,0,,,,,,0,0,1\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
	rows, err := csv.NewReader(&out).ReadAll() // which wants as many fields in each row
	if err != nil || len(rows) != 3 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestARunWithoutATimelineHasTheHeading(t *testing.T) {
	var out bytes.Buffer
	if err := series.WriteBenchmark(&out, benchmark.Report{}); err != nil || out.String() != strings.Join(series.Columns(), ",")+"\n" {
		t.Errorf("%q, %v", &out, err)
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAFullDiskIsAnError(t *testing.T) {
	if err := series.WriteBenchmark(full{}, benchmark.Report{}); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}
