package console_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/reproduce"
	"github.com/unified-login/assay/reports/sample/golden"
)

var update = flag.Bool("update", false, "write the golden files again")

// output is the output for a run that ends with report.
func output(t testing.TB, report conformance.Report, options terminal.Options) string {
	t.Helper()
	var out bytes.Buffer
	c := console.NewConformance(&out, options)
	c.Begin(report)
	c.Step(1, 5, "pat.missing", assay.Login, assay.Pass)
	c.Step(2, 5, "pat.missing", assay.Phone, assay.Pass)
	c.Step(3, 5, "code.single-use", assay.Login, assay.Fail)
	c.Step(4, 5, "host.login-code", "", assay.Untested)
	c.Wait(23*time.Second, "code.expiry")
	c.Wait(21500*time.Millisecond, "code.expiry")
	c.Step(5, 5, "code.expiry", assay.Login, assay.Error)
	if err := c.Summary(report, []string{"out/conformance.json", "out/junit.xml"}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestConformance(t *testing.T) {
	for name, report := range map[string]conformance.Report{
		"conformant": golden.Conformant(), "nonconformant": golden.Nonconformant(), "incomplete": golden.Incomplete(),
	} {
		golden.Check(t, *update, name+"-plain", output(t, report, terminal.Options{}))
		golden.Check(t, *update, name+"-terminal", output(t, report, terminal.Options{Terminal: true, Color: true, Width: 100}))
		golden.Check(t, *update, name+"-quiet", output(t, report, terminal.Options{Quiet: true, Terminal: true}))
	}
}

// TestPaced: the pace of a run says how long it takes, and whether that is longer than it may wait.
func TestPaced(t *testing.T) {
	for want, told := range map[string]struct {
		rate        float64
		left, bound time.Duration
		options     terminal.Options
	}{
		"the target lets about 2.6 requests a second through: the rest of the run takes about 31m40s, and it may wait 19m20s; raise the target's limit, or --patience-limit\n": {
			2.64, 1900 * time.Second, 1160*time.Second + time.Millisecond, terminal.Options{}},
		"the target lets about 16 requests a second through: the rest of the run takes about 5m0s\n": {16.2, 5 * time.Minute, 20 * time.Minute, terminal.Options{}},
		"": {16.2, 5 * time.Minute, 20 * time.Minute, terminal.Options{Quiet: true}},
	} {
		var out bytes.Buffer
		console.NewConformance(&out, told.options).Paced(told.rate, told.left, told.bound)
		if out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
	}
}

func TestColourIsForTerminals(t *testing.T) {
	coloured := output(t, golden.Nonconformant(), terminal.Options{Terminal: true, Color: true})
	mono := output(t, golden.Nonconformant(), terminal.Options{Terminal: true})
	file := output(t, golden.Nonconformant(), terminal.Options{Color: true})
	if !strings.Contains(coloured, "\x1b[1;31m") || strings.Contains(mono, "m") && strings.Contains(mono, "\x1b[1") {
		t.Error("colours do not follow Options.Color")
	}
	if strings.ContainsAny(file, "\x1b\r") {
		t.Error("a file has escape sequences")
	}
	if file != output(t, golden.Nonconformant(), terminal.Options{}) {
		t.Error("Options.Color changes a file")
	}
}

// No text of a target reaches the console unescaped, and lines keep to their width.
func TestConformanceIsSafe(t *testing.T) {
	report := golden.Nonconformant()
	report.Implementation = assay.Implementation{Organization: golden.Hostile, Product: golden.Hostile, Version: golden.Hostile}
	report.Target, report.Command = conformance.Target{APIServers: []string{golden.Hostile}, Driver: golden.Hostile}, golden.Hostile
	report.Reasons = append(report.Reasons, phrase.Plain(golden.Hostile))
	result := &report.Requirements[0]
	result.ID, result.Verdict, result.Reason, result.Says, result.Source = golden.Hostile, assay.Fail, phrase.Plain(golden.Hostile), golden.Hostile, golden.Hostile
	result.Needs = []string{golden.Hostile}
	result.Findings = []conformance.Finding{{Endpoint: assay.Endpoint(golden.Hostile), Situation: golden.Hostile, Expected: golden.Hostile, Actual: golden.Hostile, Exchanges: []string{golden.Hostile}, Reproduce: golden.Hostile}}
	text := output(t, report, terminal.Options{})
	for _, c := range text {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Fatalf("%U is in %q", c, text)
		}
	}
	for line := range strings.Lines(output(t, golden.Nonconformant(), terminal.Options{Width: 60})) {
		if line = strings.TrimSuffix(line, "\n"); terminal.Columns(line) > 60 && !strings.Contains(line, " try ") && !strings.Contains(line, " assay test ") {
			t.Errorf("%d columns: %q", terminal.Columns(line), line)
		}
	}
	if n := strings.Count(text, "(ESC)"); n != 0 || len(text) > 1<<16 {
		t.Errorf("%d bytes", len(text))
	}
}

func TestTheCommandLineStaysWhole(t *testing.T) {
	text := output(t, golden.Nonconformant(), terminal.Options{Width: 40})
	result, _ := golden.Nonconformant().Result("code.single-use")
	if !strings.Contains(text, " "+reproduce.Command(result.Findings[0].Reproduce)+"\n") {
		t.Error("the command line is wrapped")
	}
}

func TestConformanceIsSafeForConcurrentUse(t *testing.T) {
	var out bytes.Buffer
	c := console.NewConformance(&out, terminal.Options{Terminal: true})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			c.Begin(golden.Begun())
			c.Step(i, 8, "code.opaque", assay.Login, assay.Pass)
			c.Wait(time.Second, "code.expiry")
		})
	}
	group.Wait()
	if err := c.Summary(golden.Conformant(), nil); err != nil || !strings.Contains(out.String(), "OUTCOME   CONFORMANT\n") {
		t.Errorf("%v, %q", err, out.String())
	}
}

func TestSummaryReportsErrors(t *testing.T) {
	for _, after := range []int{0, 50, 500} {
		if err := console.NewConformance(&golden.FailingWriter{After: after}, terminal.Options{}).Summary(golden.Nonconformant(), nil); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("suite, after %d bytes: %v", after, err)
		}
		if err := console.NewBenchmark(&golden.FailingWriter{After: after}, terminal.Options{}).Summary(golden.LoadBroken(), nil); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("load, after %d bytes: %v", after, err)
		}
	}
}

// TestChaptersAreInTheOrderOfTheSet: each has one line, whatever the order in which its requirements were tried.
func TestChaptersAreInTheOrderOfTheSet(t *testing.T) {
	var out bytes.Buffer
	c := console.NewConformance(&out, terminal.Options{})
	for i, id := range []string{"http.tls", "code.single-use", "host.logout", "code.expiry", "http.allow", "code.unknown"} {
		c.Step(i+1, 6, id, assay.Login, []assay.Verdict{assay.Pass, assay.Fail}[i/5])
	}
	if err := c.Summary(golden.Conformant(), nil); err != nil {
		t.Fatal(err)
	}
	var tried []string
	for line := range strings.Lines(out.String()) {
		if name, rest, _ := strings.Cut(line, " "); strings.Contains(rest, " tried") && !strings.Contains(line, " of ") {
			tried = append(tried, name+" "+strings.TrimSpace(rest))
		}
	}
	if got, want := strings.Join(tried, "; "), "host 1 tried; code 3 tried, 1 failed; http 2 tried"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestQuietNamesAWarningInALine: what violates no declared profile takes no more, and a violation is whole.
func TestQuietNamesAWarningInALine(t *testing.T) {
	report := golden.Nonconformant()
	text := output(t, report, terminal.Options{Quiet: true})
	for _, want := range []string{"WARN      http.no-store (should): A response with an identity forbids storing it.\n", "WARN      http.tls (should, high)\n",
		"WAIVED    phone.injected (must): data.phone is"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

// TestTheOutcomeSaysTheWorstHarmFirst, and then what to do.
func TestTheOutcomeSaysTheWorstHarmFirst(t *testing.T) {
	_, outcome, _ := strings.Cut(output(t, golden.Nonconformant(), terminal.Options{Width: 100}), "OUTCOME ")
	at := 0
	for _, want := range []string{"harm      A person who saw a used code can sign in as its user. (code.single-use)", "made-up token. (pat.unknown)",
		"(http.tls)", "and 2 more", "- 3 violated: code.single-use", "next      repair code.single-use first, then run it alone:\n          assay test --target acme.yaml --only code.single-use\n"} {
		found := strings.Index(outcome[at:], want)
		if found < 0 {
			t.Errorf("no %q, or not in this order, in %s", want, outcome)
		}
		at += max(found, 0)
	}
}
