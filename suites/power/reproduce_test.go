package power_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/suites/power"
)

var reproduced = flag.String("reproduce", "", "names of the faults whose reproductions are run, with commas; empty for all")

// byChance are the faults that a reproduction need not show, because they depend on chance.
func byChance() map[string]string {
	const seldom = "one answer in fifty is wrong"
	return map[string]string{
		"openid-number-seldom": seldom, "unionid-number-seldom": seldom, "phone-number-seldom": seldom,
		"code-malleable":  "which member of the code's content is hit depends on the user",
		"ledger-released": "the replay that releases the code is one of many that were sent together",
		"checks-give-up":  "on a busy machine, another case runs within the second after the storm, which its reproduction does not make",
	}
}

// reproductions runs the reproduction of every finding of the matrix: it shows the fault where it came from, and not on the
// reference.
func reproductions(t *testing.T, pool *power.Pool) {
	var list []faults.Fault
	for name := range strings.SplitSeq(*reproduced, ",") {
		if name == "" {
			continue
		}
		fault, err := faults.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fault)
	}
	began := time.Now()
	onFaults, onReference, err := power.Reproduce(t.Context(), power.Options{Faults: list, Seed: *seed, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	scripts := 0
	for _, one := range onFaults {
		if one.IsScript() {
			scripts++
		}
		if why := byChance()[one.Fault]; !one.Shown && why == "" {
			t.Errorf("%s, %s on %s: not shown: %s\n%s", one.Fault, one.Requirement, one.Endpoint, one.Said, one.Script)
		}
	}
	for _, one := range onReference {
		if one.Shown || strings.Contains(one.Said, "exit status") || strings.Contains(one.Said, "could not tell") {
			t.Errorf("%s, %s on %s: on the reference: %s\n%s", one.Fault, one.Requirement, one.Endpoint, one.Said, one.Script)
		}
	}
	t.Logf("%d reproductions, %d of them scripts; %d on the reference; %s", len(onFaults), scripts, len(onReference), time.Since(began))
}

// withAssay puts an assay in front of the PATH of this process and its children.
func withAssay(t *testing.T) {
	t.Helper()
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("reproductions need %s: %v", program, err)
		}
	}
	dir := t.TempDir()
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(dir, "assay"), "../../cmd/assay")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build assay: %v\n%s", err, out)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}
