package series_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/series"
)

func TestRowsOfTheTimeline(t *testing.T) {
	report := benchmark.Report{Timeline: []benchmark.Second{
		{Second: 0, Offered: 50, Answered: 48, Accepted: 45, Wrong: 1, Failed: 2, Aged: 3, Apart: 4, Busy: 5, RefusedAsItShould: 6, P50: new(0.0012), P90: new(0.003), P99: new(1e-7), Max: new(0.25), Sum: new(12.000000001), Late: new(0.0001), InFlight: 3, Pool: 4000},
		{Second: 1, Offered: 50, Partial: true},
	}}
	var out bytes.Buffer
	if err := series.WriteBenchmark(&out, report); err != nil {
		t.Fatal(err)
	}
	want := strings.Join(series.Columns(), ",") + "\r\n0,50,48,45,1,2,3,4,5,6,0.0012,0.003,0.0000001,0.25,12.000000001,0.0001,3,4000,0\r\n1,50,0,0,0,0,0,0,0,0,,,,,,,0,0,1\r\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
	rows, err := csv.NewReader(&out).ReadAll() // which wants as many fields in each row
	if err != nil || len(rows) != 3 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// Every figure of a row is that of benchmark.json, to the last digit, and every member of a row has its column.
func TestFiguresAreThoseOfTheReport(t *testing.T) {
	member := map[string]string{"p50_seconds": "p50", "p90_seconds": "p90", "p99_seconds": "p99", "max_seconds": "max", "sum_seconds": "sum", "refused_as_it_should": "refusedAsItShould", "late_p99_seconds": "late",
		"in_flight": "inFlight", "codes": "pool"}
	row := benchmark.Second{Second: 7, Offered: 1 << 53, Answered: 2, Accepted: 3, Wrong: 4, Failed: 5, Aged: 6, Apart: 8, Busy: 9, RefusedAsItShould: 12,
		P50: new(0.0012345), P90: new(1.0 / 3), P99: new(599.9999999), Max: new(600.0), Sum: new(1e6 + 1e-9), Late: new(0.0), InFlight: 10, Pool: 11, Partial: true}
	var out bytes.Buffer
	if err := series.WriteBenchmark(&out, benchmark.Report{Timeline: []benchmark.Second{row}}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]any{}
	if err := json.Unmarshal(text, &written); err != nil {
		t.Fatal(err)
	}
	written["partial"] = 1.0
	if len(rows[0]) != len(written) {
		t.Errorf("%d columns of %d members: %q, %s", len(rows[0]), len(written), rows[0], text)
	}
	for i, name := range rows[0] {
		got, err := strconv.ParseFloat(rows[1][i], 64)
		if want := written[cmp.Or(member[name], name)]; err != nil || want != got {
			t.Errorf("%s is %q, %v; benchmark.json has %v", name, rows[1][i], err, want)
		}
	}
}

func TestARunWithoutATimelineHasTheHeading(t *testing.T) {
	var out bytes.Buffer
	if err := series.WriteBenchmark(&out, benchmark.Report{}); err != nil || out.String() != strings.Join(series.Columns(), ",")+"\r\n" {
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
