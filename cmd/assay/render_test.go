package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
)

// A file that cannot be written to its end stays as it was, and no temporary file is left.
func TestWriteFileWritesAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "power.json")
	failed := errors.New("no more")
	for _, test := range []struct {
		put  func(string, func(io.Writer) error) error
		text string
		err  error
		want string
	}{
		{writeFile, "old", nil, "old"}, {writeFile, "part", failed, "old"}, {writeFile, "new", nil, "new"},
		{streamFile, "part", failed, "new"}, {streamFile, "newer", nil, "newer"},
	} {
		err := test.put(path, func(w io.Writer) error {
			_, _ = io.WriteString(w, test.text)
			return test.err
		})
		got, readErr := os.ReadFile(path)
		if !errors.Is(err, test.err) || readErr != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v, %v", test.text, got, err, readErr)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}

func TestWriteFileNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "power.json")
	for _, put := range []func(string, func(io.Writer) error) error{writeFile, streamFile} {
		err := put(path, func(io.Writer) error { return nil })
		if err == nil || err.Error() != "open "+path+": no such file or directory" {
			t.Error(err)
		}
	}
}

// A new format is easily forgotten in these places. The test of sample renders reports whose texts are hostile.
func TestRenderingsAreDocumentedAndTried(t *testing.T) {
	for _, place := range []string{"README.md", "docs/reports.md", "reports/doc.go", "reports/sample/hostile_test.go"} {
		text, err := os.ReadFile(filepath.Join("..", "..", place))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range renderedFiles() {
			named := strings.Contains(string(text), file)
			if strings.HasSuffix(place, ".go") && filepath.Base(place) != "doc.go" { // an entry of its renderers, not just the name
				named = strings.Contains(string(text), `{"`+file+`", `) || strings.Contains(string(text), `{"load's `+file+`", `)
			}
			if !named {
				t.Errorf("%s does not name %s, which renderings writes", place, file)
			}
		}
	}
}

// What another program, such as the driver, puts into the directory of a run costs the run no file: it renders its own report only.
func TestARunRendersItsOwnReport(t *testing.T) {
	r, dir, _ := opened(t)
	for _, name := range []string{reportFile, transcriptFile} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(`{"schema":`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report := benchmark.Conclude(benchmark.Report{Schema: benchmark.SchemaName})
	if files, err := r.write(report, loadgen.Histograms{}); err != nil || !slices.Contains(files, filepath.Join(dir, "benchmark.html")) {
		t.Errorf("a load run: %q, %v", files, err)
	}

	of, suite := r.results, conformance.Conclude(assay.Requirements(), conformance.Report{})
	if err := os.WriteFile(filepath.Join(dir, benchmarkFile), []byte(`{"schema":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, transcriptFile), 0); err != nil {
		t.Fatal(err)
	}
	files, err := of.write(suite, nil, r.in)
	if err != nil || !slices.Contains(files, filepath.Join(dir, "report.html")) {
		t.Errorf("a run of the suite: %q, %v", files, err)
	}
	if err := os.WriteFile(filepath.Join(dir, transcriptFile), []byte("no line of a transcript\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = of.write(suite, nil, r.in)
	if err == nil || !strings.Contains(err.Error(), "name a directory that no other program writes to") {
		t.Errorf("with another's transcript: %v", err)
	}
}
