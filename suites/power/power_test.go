package power_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/reports/phrase"
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

// TestMatrices runs what is long at once, in one pool of workers: while some of its runs wait, others compute.
func TestMatrices(t *testing.T) {
	withAssay(t)
	pool := power.NewPool(t.Context(), []string{os.Args[0], workerArgument}, os.Stderr)
	var group sync.WaitGroup // Ginkgo refuses go test -parallel, without which t.Parallel would run two of them
	for name, test := range map[string]func(*testing.T, *power.Pool){
		"the suite sees": theSuiteSees, "legal variations are not accused": legalVariationsAreNotAccused,
		"reproductions": reproductions, "the reference is clean again and again": theReferenceIsCleanAgainAndAgain,
		"what follows is no accusation": whatFollowsIsNoAccusation, "the matrix sees": theMatrixSees,
	} {
		group.Go(func() { t.Run(name, func(t *testing.T) { test(t, pool) }) })
	}
	group.Wait()
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
}

// theSuiteSees checks the matrix: each requirement that a fault breaks fails on it, no unrelated one does, every
// requirement that can be broken fails on some fault, and nothing fails on the reference.
func theSuiteSees(t *testing.T, pool *power.Pool) {
	matrix, err := power.Run(t.Context(), power.Options{Seed: *seed, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range matrix.Problems() {
		t.Error(line)
	}
	if own := matrix.On(report.OnReference); len(own) != len(faults.All()) || matrix.Holds() == t.Failed() {
		t.Errorf("%d rows for %d faults; holds: %v", len(own), len(faults.All()), matrix.Holds())
	}
	if matrix.NoNode != "" || matrix.Node == nil {
		t.Errorf("the Node platform was not tried: %s; tools/setup installs node", matrix.NoNode)
	}
	for _, fault := range faults.All() {
		tried := slices.ContainsFunc(matrix.On(report.OnNode), func(r report.Row) bool { return r.Fault == fault.Name })
		if tried != power.OnNode(fault) {
			t.Errorf("%s tried on the Node platform: %v", fault.Name, tried)
		}
	}
	var whole []string
	for _, row := range matrix.Faults {
		if row.Fault != "" && row.Tried == nil {
			whole = append(whole, row.Name())
		}
	}
	t.Logf("%s Whole runs, which shownBy in fixtures/faults makes rare: %q", matrix.Summary(), whole)
}

// theReferenceIsCleanAgainAndAgain runs the suite on the reference six times with different users, mutations and orders of the
// specs. Every run must pass every requirement.
func theReferenceIsCleanAgainAndAgain(t *testing.T, pool *power.Pool) {
	var group sync.WaitGroup
	for seed := range uint64(6) {
		group.Go(func() {
			matrix, err := power.Run(t.Context(), power.Options{Faults: []faults.Fault{}, Seed: seed, Pool: pool})
			if err != nil {
				t.Errorf("seed %d: %v", seed, err)
			} else if !matrix.Clean() {
				t.Errorf("seed %d: %s", seed, phrase.Join(matrix.Problems()...).String())
			}
		})
	}
	group.Wait()
}

// theMatrixSees labels one fault as another, so that one requirement misses it and an unrelated one fails.
func theMatrixSees(t *testing.T, pool *power.Pool) {
	fault, err := faults.Find("json-bom")
	if err != nil {
		t.Fatal(err)
	}
	fault.Trips = []string{"envelope.error"}
	var counts, names []string
	matrix, err := power.Run(t.Context(), power.Options{
		Faults: []faults.Fault{fault}, Seed: *seed, Pool: pool,
		Progress: func(done, total int, row report.Row) {
			counts, names = append(counts, fmt.Sprintf("%d/%d", done, total)), append(names, row.Name())
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range matrix.Faults {
		if !slices.Equal(row.Survived, fault.Trips) || !slices.Equal(row.Accused, []string{"envelope.json"}) {
			t.Errorf("%s: survived %v, accused %v", row.Name(), row.Survived, row.Accused)
		}
	}
	if matrix.Holds() || !matrix.Clean() || len(matrix.Survivors()) != 2 || len(matrix.FalseAccusations()) != 2 {
		t.Error(matrix.Summary())
	}
	slices.Sort(names) // workers end in any order
	if want := []string{"json-bom", "node/json-bom", "the Node platform", "the reference"}; !slices.Equal(names, want) {
		t.Errorf("progress of %q, want %q", names, want)
	}
	if want := []string{"1/4", "2/4", "3/4", "4/4"}; !slices.Equal(counts, want) {
		t.Errorf("progress %q, want %q", counts, want)
	}
}

// whatFollowsIsNoAccusation: a fault that names its root alone is condemned by what follows as well, and by nothing
// else.
func whatFollowsIsNoAccusation(t *testing.T, pool *power.Pool) {
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
	matrix, err := power.Run(t.Context(), power.Options{Faults: list, Sparing: true, Seed: *seed, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range matrix.Faults {
		if len(row.Accused)+len(row.Survived) > 0 || row.Error != "" {
			t.Errorf("%s: accused %v, survived %v, %s", row.Name(), row.Accused, row.Survived, row.Error)
		}
	}
	for _, row := range matrix.On(report.OnReference) {
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

// TestWithoutNode: a machine that cannot run the Node platform says so, and the matrix does not pass over it. Without workers, one run
// follows the other.
func TestWithoutNode(t *testing.T) {
	fault, err := faults.Find("json-bom")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	var told []string
	matrix, err := power.Run(t.Context(), power.Options{
		Faults: []faults.Fault{fault}, Sparing: true, Seed: *seed,
		Progress: func(done, total int, row report.Row) {
			told = append(told, fmt.Sprintf("%d/%d %s", done, total, row.Name()))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"1/2 the reference", "2/2 json-bom"}; !slices.Equal(told, want) {
		t.Errorf("progress %q, want %q", told, want)
	}
	const why = "this machine has no node, which 1 of them need"
	if matrix.NoNode != why || matrix.Node != nil || len(matrix.Faults) != 1 || !strings.Contains(phrase.Join(matrix.Summary()...).String(), "None on the Node platform: "+why) {
		t.Errorf("%q, %d rows: %s", matrix.NoNode, len(matrix.Faults), matrix.Summary())
	}
}

// TestOnNode: a fault of what the Node platform does not have is not tried on it.
func TestOnNode(t *testing.T) {
	for name, want := range map[string]bool{"ledger-none": true, "ledger-half-life": false, "token-huge": false} {
		fault, err := faults.Find(name)
		if err != nil || power.OnNode(fault) != want {
			t.Errorf("%s: %v, want %v; %v", name, power.OnNode(fault), want, err)
		}
	}
}
