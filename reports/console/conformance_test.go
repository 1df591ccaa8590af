package conformance

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file in testdata, in which escapes are spelt out so that it can be read.
func golden(t *testing.T, name, text string) {
	t.Helper()
	text = strings.NewReplacer("\x1b", "<ESC>", "\r", "<CR>").Replace(text)
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s: -want +got:\n%s", path, diff)
	}
}

// shown is what a console writes in a run that ends with report.
func shown(t testing.TB, report Report, options terminal.Options) string {
	t.Helper()
	var out bytes.Buffer
	c := NewConsole(&out, options)
	c.Begin(report)
	c.Step(1, 5, "pat", "pat.missing", assay.Login, assay.Pass)
	c.Step(2, 5, "pat", "pat.missing", assay.Phone, assay.Pass)
	c.Step(3, 5, "code", "code.single-use", assay.Login, assay.Fail)
	c.Step(4, 5, "host", "host.login-code", "", assay.Untested)
	c.Wait(23*time.Second, "code.expiry")
	c.Wait(21500*time.Millisecond, "code.expiry")
	c.Step(5, 5, "code", "code.expiry", assay.Login, assay.Error)
	if err := c.Summary(report, []string{"out/conformance.json", "out/junit.xml"}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestConsole(t *testing.T) {
	for name, report := range map[string]Report{
		"conformant": conformant(), "nonconformant": nonconformant(), "incomplete": incomplete(),
	} {
		golden(t, name+"-plain", shown(t, report, terminal.Options{}))
		golden(t, name+"-terminal", shown(t, report, terminal.Options{Terminal: true, Color: true, Width: 100}))
		golden(t, name+"-quiet", shown(t, report, terminal.Options{Quiet: true, Terminal: true}))
	}
}

func TestColourIsForTerminals(t *testing.T) {
	coloured := shown(t, nonconformant(), terminal.Options{Terminal: true, Color: true})
	mono := shown(t, nonconformant(), terminal.Options{Terminal: true})
	file := shown(t, nonconformant(), terminal.Options{Color: true})
	if !strings.Contains(coloured, "\x1b[1;31m") || strings.Contains(mono, "m") && strings.Contains(mono, "\x1b[1") {
		t.Error("colour is not where it was asked for")
	}
	if strings.ContainsAny(file, "\x1b\r") {
		t.Error("a file has escapes in it")
	}
	if file != shown(t, nonconformant(), terminal.Options{}) {
		t.Error("the wish for colour changes a file")
	}
}

// Whatever a target says, the console's own escapes are all there are, and lines keep to their width.
func TestConsoleIsSafe(t *testing.T) {
	report := nonconformant()
	report.Implementation = assay.Implementation{Organization: hostile, Product: hostile, Version: hostile}
	report.Target, report.Command = Target{APIServers: []string{hostile}, Driver: hostile}, hostile
	report.Reasons = append(report.Reasons, hostile)
	result := &report.Requirements[0]
	result.ID, result.Verdict, result.Reason, result.Says, result.Source = hostile, assay.Fail, hostile, hostile, hostile
	result.Needs = []string{hostile}
	result.Findings = []Finding{{Endpoint: assay.Endpoint(hostile), Situation: hostile, Expected: hostile, Actual: hostile, Exchanges: []string{hostile}, Reproduce: hostile}}
	text := shown(t, report, terminal.Options{})
	for _, c := range text {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Fatalf("%U is in %q", c, text)
		}
	}
	for line := range strings.Lines(shown(t, nonconformant(), terminal.Options{Width: 60})) {
		if line = strings.TrimSuffix(line, "\n"); terminal.Columns(line) > 60 && !strings.Contains(line, "curl") {
			t.Errorf("%d columns: %q", terminal.Columns(line), line)
		}
	}
	if n := strings.Count(text, "(ESC)"); n != 0 || len(text) > 1<<16 {
		t.Errorf("%d bytes", len(text))
	}
}

func TestTheCommandLineStaysWhole(t *testing.T) {
	text := shown(t, nonconformant(), terminal.Options{Width: 40})
	result, _ := nonconformant().Result("code.single-use")
	if !strings.Contains(text, " "+result.Findings[0].Reproduce+"\n") {
		t.Error("it cannot be copied")
	}
}

func TestConsoleIsSafeForConcurrentUse(t *testing.T) {
	var out bytes.Buffer
	c := NewConsole(&out, terminal.Options{Terminal: true})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			c.Begin(begun())
			c.Step(i, 8, "code", "code.opaque", assay.Login, assay.Pass)
			c.Wait(time.Second, "code.expiry")
		})
	}
	group.Wait()
	if err := c.Summary(conformant(), nil); err != nil || !strings.Contains(out.String(), "OUTCOME   CONFORMANT\n") {
		t.Errorf("%v, %q", err, out.String())
	}
}
