package power_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/reports/phrase"
	report "github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/suites/power"
)

// legalVariationsAreNotAccused runs the suite against every legal variation: what it concerns, and a share of the rest.
func legalVariationsAreNotAccused(t *testing.T, pool *power.Pool) {
	matrix, err := power.RunLegal(t.Context(), power.Options{
		Seed: *seed, Pool: pool,
		LegalProgress: func(done, total int, row report.LegalRow) {
			if testing.Verbose() {
				t.Logf("%d/%d %s %.1fs %s", done, total, row.Name(), row.Seconds, row.Outcome())
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const least = 40
	if len(matrix.Variations) < max(least, len(legal.All())) {
		t.Errorf("%d rows for %d variations", len(matrix.Variations), len(legal.All()))
	}
	waiting := pending()
	judged := matrix
	judged.Variations = slices.DeleteFunc(slices.Clone(matrix.Variations), func(row report.LegalRow) bool {
		rule, waits := waiting[row.Variation]
		if waits && row.Clean() {
			t.Errorf("%s is clean: %s has landed; remove it from pending", row.Name(), rule)
		}
		return waits
	})
	for _, line := range judged.Problems() {
		t.Error(line)
	}
	if !judged.Holds() && !t.Failed() {
		t.Error("the matrix does not hold, and does not say why")
	}
	t.Log(matrix.Summary())
}

// pending are the variations that the suite still accuses, with the rule of fairness that will acquit them.
func pending() map[string]string {
	return map[string]string{}
}

// TestLegalMatrixSees accuses a legal variation by taking its list of warnings away, and declares a fault to be a legal
// variation: both must show.
func TestLegalMatrixSees(t *testing.T) {
	variation, err := legal.Find("gateway-nginx")
	if err != nil {
		t.Fatal(err)
	}
	fault, err := faults.Find("json-bom")
	if err != nil {
		t.Fatal(err)
	}
	variation.Warns = nil
	var told []string
	matrix, err := power.RunLegal(t.Context(), power.Options{
		Variations: []legal.Variation{variation}, Faults: []faults.Fault{fault}, Seed: *seed,
		Worker: []string{os.Args[0], workerArgument}, Log: os.Stderr,
		LegalProgress: func(done, total int, row report.LegalRow) {
			told = append(told, fmt.Sprintf("%d/%d %s: %s", done, total, row.Name(), row.Outcome()))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if matrix.Holds() || matrix.CleanRows() != 0 {
		t.Errorf("holds: %s", matrix.Summary())
	}
	problems := phrase.Join(matrix.Problems()...).String()
	for _, part := range []string{"gateway-nginx: warn of envelope.json-errors: ", "json-bom: warn of envelope.json: "} {
		if !strings.Contains(problems, part) {
			t.Errorf("no %q in\n%s", part, problems)
		}
	}
	if !slices.ContainsFunc(told, func(line string) bool { return strings.Contains(line, "json-bom: accused by envelope.json") }) {
		t.Errorf("progress %q", told)
	}
}
