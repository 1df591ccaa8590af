package power_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/fixtures/faults"
	report "github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/suites/power"
)

var seed = flag.Uint64("seed", 1, "seed of the users, the mutations and the order of the specs")

// A test binary started with this argument alone is a worker of the process that started it.
const workerArgument = "power-worker"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerArgument {
		if err := power.Work(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

// TestTheSuiteSees checks the matrix: each requirement that a fault breaks fails on it, no unrelated one does, every
// requirement that can be broken fails on some fault, and nothing fails on the reference.
func TestTheSuiteSees(t *testing.T) {
	matrix, err := power.Run(t.Context(), power.Options{
		Seed: *seed, Worker: []string{os.Args[0], workerArgument}, Log: os.Stderr,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range matrix.Problems() {
		t.Error(line)
	}
	if len(matrix.Faults) != len(faults.All()) || matrix.Holds() == t.Failed() {
		t.Errorf("%d rows for %d faults; holds: %v", len(matrix.Faults), len(faults.All()), matrix.Holds())
	}
	t.Log(matrix.Summary())
}

// TestTheReferenceIsCleanAgainAndAgain runs the suite on the reference ten times with different users, mutations and
// orders of the specs. Every run must pass every requirement.
func TestTheReferenceIsCleanAgainAndAgain(t *testing.T) {
	for seed := range uint64(10) {
		matrix, err := power.Run(t.Context(), power.Options{
			Faults: []faults.Fault{}, Seed: seed, Worker: []string{os.Args[0], workerArgument}, Log: os.Stderr,
		})
		if err != nil {
			t.Fatal(err)
		}
		if !matrix.Clean() {
			t.Errorf("seed %d: %s", seed, strings.Join(matrix.Problems(), "\n"))
		}
	}
}

// TestTheMatrixSees labels one fault as another, so that one requirement misses it and an unrelated one fails.
func TestTheMatrixSees(t *testing.T) {
	fault, err := faults.Find("json-bom")
	if err != nil {
		t.Fatal(err)
	}
	fault.Trips = []string{"envelope.error"}
	var told []string
	matrix, err := power.Run(t.Context(), power.Options{
		Faults: []faults.Fault{fault}, Seed: *seed,
		Progress: func(done, total int, row report.Row) {
			told = append(told, fmt.Sprintf("%d/%d %s", done, total, row.Fault))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	row := matrix.Faults[0]
	if !slices.Equal(row.Survived, fault.Trips) || !slices.Equal(row.Accused, []string{"envelope.json"}) {
		t.Errorf("survived %v, accused %v", row.Survived, row.Accused)
	}
	if matrix.Holds() || !matrix.Clean() || len(matrix.Survivors()) != 1 || len(matrix.FalseAccusations()) != 1 {
		t.Error(matrix.Summary())
	}
	if want := []string{"1/2 ", "2/2 json-bom"}; !slices.Equal(told, want) {
		t.Errorf("progress %q, want %q", told, want)
	}
}

// TestWhatFollowsIsNoAccusation: a fault that names its root alone is condemned by what follows as well, and by nothing
// else.
func TestWhatFollowsIsNoAccusation(t *testing.T) {
	follows := map[string][]string{
		"pat-not-asked-for": {"pat.exact", "pat.trailing", "pat.unscoped", "pat.other-scope", "pat.revoked", "pat.expired", "pat.other-tenant"},
		"ledger-none":       {"code.single-use-later", "code.single-use-race"},
		"openid-constant":   {"login.user-exact", "host.user-switch"},
	}
	roots := map[string][]string{
		"pat-not-asked-for": {"pat.missing", "pat.unknown"}, "ledger-none": {"code.single-use"}, "openid-constant": {"login.openid-distinct"},
	}
	var list []faults.Fault
	for name, ids := range roots {
		fault, err := faults.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		fault.Trips, fault.Also = ids, nil
		list = append(list, fault)
	}
	matrix, err := power.Run(t.Context(), power.Options{Faults: list, Seed: *seed, Worker: []string{os.Args[0], workerArgument}, Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range matrix.Faults {
		if len(row.Accused)+len(row.Survived) > 0 || row.Error != "" {
			t.Errorf("%s: accused %v, survived %v, %s", row.Fault, row.Accused, row.Survived, row.Error)
		}
		for _, id := range follows[row.Fault] {
			if !row.CondemnedBy(id) {
				t.Errorf("%s: %s does not say so any more", row.Fault, id)
			}
		}
	}
}

func TestRunSaysWhatKeptIt(t *testing.T) {
	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()
	self := []string{os.Args[0], workerArgument}
	for name, test := range map[string]struct {
		ctx    context.Context
		worker []string
		is     error
		says   string
	}{
		"interrupted":              {interrupted, nil, context.Canceled, ""},
		"interrupted, with worker": {interrupted, self, context.Canceled, ""},
		"no such worker":           {t.Context(), []string{"no-such-worker"}, nil, "no-such-worker"},
		"a worker that leaves":     {t.Context(), []string{os.Args[0], "-test.list", "^$"}, nil, "the reference"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := power.Run(test.ctx, power.Options{Faults: []faults.Fault{}, Worker: test.worker})
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
