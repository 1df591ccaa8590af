package driver_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/driver/check"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/targetfile"
)

// TestEveryKind: each transport can be named in a target file and by --driver, is reached by Dial, is checked by package
// check, and is in the guide. The schemas of the target file and of the reports have no other.
func TestEveryKind(t *testing.T) {
	guide, err := os.ReadFile("../docs/driver.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	codes := filepath.Join(dir, "codes.jsonl")
	code := `{"kind":"login","code":"c-1","appId":"fc1","userId":"u-1","channel":"finclip"}` + "\n"
	if err := os.WriteFile(codes, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	const nobody = "http://127.0.0.1:1" // no server has this port
	type sample struct{ member, flag string }
	samples := map[assay.DriverKind]sample{
		assay.DriverExec: {`["true"]`, "exec:true"},
		assay.DriverHTTP: {nobody, nobody},
		assay.DriverPool: {codes, "pool:" + codes},
	}
	for _, kind := range assay.DriverKinds() {
		sample, there := samples[kind]
		if !there {
			t.Errorf("DriverKinds has %s; add a sample of it to this test", kind)
			continue
		}
		if !strings.Contains(string(guide), fmt.Sprintf("driver: {%s: ", kind)) {
			t.Errorf("docs/driver.md has no example of driver: {%s: …}", kind)
		}
		t.Run(string(kind), func(t *testing.T) {
			target := loadTarget(t, fmt.Sprintf("driver: {%s: %s}", kind, sample.member), "")
			if flag := loadTarget(t, "", sample.flag); target.Driver.Kind() != kind || flag.Driver.Kind() != kind {
				t.Fatalf("a target file makes a driver of the kind %q, --driver one of %q", target.Driver.Kind(), flag.Driver.Kind())
			}
			_, closeHost, err := driver.Dial(target, nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = closeHost() // the command true has ended without an answer
			results := 0
			if err := check.Run(t.Context(), check.Config{Target: target, Tell: func(check.Result) { results++ }}); err != nil || results == 0 {
				t.Errorf("the check has %d results, error %v", results, err)
			}
		})
	}
	if kinds := schemaKinds(t); !slices.Equal(kinds, slices.Sorted(slices.Values(assay.DriverKinds()))) {
		t.Errorf("target.schema.json has the drivers %q, want %q", kinds, assay.DriverKinds())
	}
	reported := append(assay.DriverKinds(), assay.NoDriver)
	for name, test := range map[string]struct {
		schema []byte
		want   []assay.DriverKind
	}{
		"conformance.schema.json": {conformance.Schema(), append(slices.Clone(reported), "in process")}, // that of package suites
		"benchmark.schema.json":   {benchmark.Schema(), reported},
	} {
		if kinds := reportedKinds(t, test.schema); !slices.Equal(kinds, test.want) {
			t.Errorf("%s has the drivers %q, want %q", name, kinds, test.want)
		}
	}
}

// loadTarget reads a target file with the line more, or with the flag --driver.
func loadTarget(t *testing.T, more, flag string) assay.Target {
	t.Helper()
	path := filepath.Join(t.TempDir(), "target.yaml")
	text := "schema: assay.target/1\napiServer: https://api.acme.example\napps: [fc1]\npats: {valid: pat}\n" + more + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	target, err := targetfile.Overrides{Driver: flag}.Load(path, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// schemaKinds are the sorted members of driver in the target file's schema that are transports.
func schemaKinds(t *testing.T) []assay.DriverKind {
	t.Helper()
	var schema struct {
		Properties struct {
			Driver struct {
				Properties map[assay.DriverKind]any
			}
		}
	}
	if err := json.Unmarshal(targetfile.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	kinds := schema.Properties.Driver.Properties
	for _, other := range []assay.DriverKind{"token", "seal"} {
		delete(kinds, other)
	}
	return slices.Sorted(maps.Keys(kinds))
}

// reportedKinds are the drivers that a report can name, by its schema.
func reportedKinds(t *testing.T, schema []byte) []assay.DriverKind {
	t.Helper()
	var report struct {
		Properties struct {
			Target struct {
				Properties struct {
					Driver struct{ Enum []assay.DriverKind }
				}
			}
		}
	}
	if err := json.Unmarshal(schema, &report); err != nil {
		t.Fatal(err)
	}
	return report.Properties.Target.Properties.Driver.Enum
}
