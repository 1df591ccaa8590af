package annotations_test

import (
	"errors"
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample/golden"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestGoldenFiles(t *testing.T) {
	in, files := messages.For(messages.English), map[string]func(io.Writer) error{}
	for name, report := range golden.Documents() {
		files[name] = func(w io.Writer) error { return annotations.WriteConformance(w, in, report) }
	}
	for name, report := range golden.LoadDocuments() {
		files[name] = func(w io.Writer) error { return annotations.WriteBenchmark(w, in, report) }
	}
	for name, write := range files {
		var out strings.Builder
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, *update, name+"-annotations", out.String())
	}
}

// A failure of the implementation is an error, an undecided run is a warning, and a pass is neither.
func TestBenchmark(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*benchmark.Report)
		want   string
	}{
		"all well":    {func(*benchmark.Report) {}, ""},
		"too slow":    {func(r *benchmark.Report) { r.Response.P99 = 1; r.Service.P99 = 1 }, "::error title=Service level violated::p99<50ms does not hold: 1.00s\n"},
		"wrong user":  {func(r *benchmark.Report) { r.Exchanges.WrongIdentity = 1 }, "::error title=Incorrect::1 exchange gave somebody else's identity\n"},
		"saturated":   {func(r *benchmark.Report) { r.Generator.Unsent = 62 }, "::warning title=Generator saturated::62 of 60662 exchanges that were due were never sent; lower the rate\n"},
		"interrupted": {func(r *benchmark.Report) { r.Interrupted = true }, "::warning title=Interrupted::the run was stopped before its end\n"},
	} {
		report := golden.LoadRan()
		test.change(&report)
		var out strings.Builder
		if err := annotations.WriteBenchmark(&out, messages.For(messages.English), benchmark.Conclude(report)); err != nil || out.String() != test.want {
			t.Errorf("%s: %q, %v", name, out.String(), err)
		}
	}
}

func TestErrorsOfWriting(t *testing.T) {
	in := messages.For(messages.English)
	if err := annotations.WriteConformance(&golden.FailingWriter{}, in, golden.Nonconformant()); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
	if err := annotations.WriteBenchmark(&golden.FailingWriter{}, in, golden.LoadBroken()); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}
