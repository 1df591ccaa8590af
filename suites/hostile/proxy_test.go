package hostile_test

import (
	"cmp"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/rogue"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

var (
	whole = flag.Bool("whole", false, "try every way to misbehave, after 5, 60 and 500 requests; takes a quarter of an hour")
	table = flag.String("table", "", "write a table of the tried ways to this `FILE`")
)

// quick are what every run of the tests tries, after 60 requests.
func quick() map[string][]string {
	return map[string][]string{
		"test": {"HTTP/1.1 closes-after-1ms", "HTTPS/1.1 certificate-renewed", "HTTPS/1.1 certificate-untrusted", "HTTP/2 one-stream", "HTTP/2 flood-continuation"},
		"load": {
			"HTTP/1.1 half-body", "HTTP/1.1 lone-lf", "HTTP/1.1 gzip-cut", "HTTPS/1.1 certificate-renewed",
			"HTTPS/1.1 certificate-untrusted", "HTTP/2 one-stream", "HTTP/2 goaway-mid", "HTTP/2 flood-continuation",
		},
	}
}

// A trial is one way to misbehave, tried by one command.
type trial struct {
	way     rogue.Way
	correct int
	command string
}

func trials() (all []trial) {
	turns := []int{60}
	if *whole {
		turns = []int{5, 60, 500}
	}
	chosen := quick()
	for _, way := range rogue.Ways() {
		for _, correct := range turns {
			for _, command := range []string{"test", "load"} {
				if *whole || slices.Contains(chosen[command], string(way.Protocol)+" "+way.Name) {
					all = append(all, trial{way, correct, command})
				}
			}
		}
	}
	return all
}

func (c trial) String() string {
	return fmt.Sprintf("%s/%s/%d/%s", strings.ReplaceAll(string(c.way.Protocol), "/", "-"), c.way.Name, c.correct, c.command)
}

// TestProxy: a target that is correct at first and then misbehaves in any way ends no run with a panic, without bounds, with a pass
// that was not earned, or with a violation of which the connection was the cause.
func TestProxy(t *testing.T) {
	var rows rows
	t.Run("ways", func(t *testing.T) {
		for _, c := range trials() {
			t.Run(c.String(), func(t *testing.T) {
				t.Parallel()
				server, arguments := c.start(t)
				got := launch(t, nil, append(c.arguments(), arguments...)...)
				if got.Memory > 0 && server.Requests() <= int64(c.correct) {
					t.Errorf("it sent %d requests, and the target misbehaves after %d", server.Requests(), c.correct)
				}
				says := c.demand(t, got)
				rows.add(c, got, t.Failed(), says)
			})
		}
	})
	if *table != "" {
		if err := os.WriteFile(*table, []byte(rows.String()), 0o600); err != nil {
			t.Error(err)
		}
	}
}

// start starts the target and its driver, and returns the arguments that name them.
func (c trial) start(t *testing.T) (*rogue.Server, []string) {
	t.Helper()
	r, err := newReference()
	if err != nil {
		t.Fatal(err)
	}
	server, err := rogue.Start(r.Handler(), c.way, c.correct)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	host := start(t, httptest.NewUnstartedServer(refdriver.Handler(r.Host(), "")))
	r.SetAPIServer(server.URL())
	dir := t.TempDir()
	file := filepath.Join(dir, "target.yaml")
	if err := r.WriteTarget(file, server.URL(), host.URL, ""); err != nil {
		t.Fatal(err)
	}
	if ca := server.CA(); ca != nil {
		trust(t, dir, file, ca)
	}
	return server, []string{"--target", file}
}

// arguments are those of the command. A load run sends enough requests to reach the hostile ones.
func (c trial) arguments() []string {
	timeout := "10s" // nothing takes that long, on a busy machine either
	if *whole {
		timeout = "3s"
	}
	if c.command == "test" {
		return []string{"test", "--seed", "1", "--profile", "login", "--patience", "0s", "--patience-limit", "30s", "--timeout", timeout}
	}
	duration := "1s"
	if c.correct > 100 {
		duration = "4s"
	}
	return []string{"load", "--seed", "1", "--rate", "200/s", "--duration", duration, "--warm-up", "0s", "--users", "20",
		"--mix", "login=0.9,replay=0.1", "--timeout", timeout}
}

// demand checks the outcome, and returns what the run said of it.
func (c trial) demand(t *testing.T, got outcome) (says string) {
	t.Helper()
	if !slices.Contains([]int{0, 1, 3}, got.Code) {
		t.Errorf("exit code %d\n%s", got.Code, tail(got.text))
	}
	if c.command == "load" {
		return c.demandOfLoad(t, got)
	}
	return c.demandOfTest(t, got)
}

func (c trial) demandOfTest(t *testing.T, got outcome) string {
	var failed, told []string
	for _, result := range got.report.Requirements {
		if result.Verdict == assay.Fail {
			failed = append(failed, result.ID)
		}
		if result.Verdict == assay.Fail || result.Verdict == assay.Error || result.Verdict == assay.Untested || result.Verdict == assay.Warn {
			told = append(told, result.Reason.String())
			for _, finding := range result.Findings {
				told = append(told, finding.Actual)
			}
		}
	}
	blamed := slices.DeleteFunc(slices.Clone(failed), func(id string) bool { return strings.HasPrefix(id, "http.") })
	if len(blamed) > 0 && c.way.Gain != rogue.Wrong {
		t.Errorf("it blames %q\n%s", blamed, tail(got.text))
	}
	switch {
	case (c.way.Gain == rogue.All || c.way.Gain == rogue.Most) && got.Code != 0, got.Code == 0 && (c.way.Gain == rogue.Nothing || c.way.Gain == rogue.Wrong),
		c.way.Gain == rogue.Nothing && got.Code != 3 && len(failed) == 0:
		t.Errorf("exit code %d, %s, a client gets %s\n%s", got.Code, got.report.Outcome, c.way.Gain, tail(got.text))
	}
	if c.way.Name == "certificate-renewed" && !slices.ContainsFunc(got.report.Notes, isRenewed) {
		t.Errorf("no note on the certificate: %q", got.report.Notes)
	}
	said := cmp.Or(got.report.Error.String(), got.report.CutShort.String())
	if said == "" && len(got.report.Reasons) > 0 {
		said = got.report.Reasons[0].String()
	}
	if trouble := c.way.Trouble; trouble != "" && !regexp.MustCompile(trouble).MatchString(said+"\n"+strings.Join(told, "\n")) {
		t.Errorf("nothing says %q: %s\n%s", trouble, said, tail(got.text))
	}
	if len(failed) > 0 {
		said = strings.Join(failed, " ") + "; " + said
	}
	return said
}

func (c trial) demandOfLoad(t *testing.T, got outcome) string {
	report := got.load
	var told []string
	for _, e := range report.Errors {
		told = append(told, fmt.Sprintf("%d %s: %s", e.Count, e.Verdict, cmp.Or(e.Reason, fmt.Sprint("status ", e.Status))))
	}
	told = append(told, report.Error.String())
	said := strings.Join(told, "; ")
	const few = 10
	noticed := slices.ContainsFunc(report.Notes, func(note phrase.Phrase) bool { return note.Key() == phrase.ClosesUnsaid })
	if c.way.Name == "certificate-renewed" && !slices.ContainsFunc(report.Notes, isRenewed) {
		t.Errorf("no note on the certificate: %q", report.Notes)
	}
	incorrect := report.Outcome == benchmark.Incorrect
	switch {
	case incorrect && c.way.Gain != rogue.Wrong, got.Code == 0 && (c.way.Gain == rogue.Nothing || c.way.Gain == rogue.Wrong),
		c.way.Gain == rogue.All && report.Exchanges.Failed() > 0, c.way.Gain == rogue.Most && report.Exchanges.Failed() > few && !noticed:
		t.Errorf("exit code %d, %s, a client gets %s: %s\n%s", got.Code, report.Outcome, c.way.Gain, said, tail(got.text))
	}
	if trouble := c.way.Trouble; trouble != "" && !regexp.MustCompile(trouble).MatchString(said) {
		t.Errorf("nothing says %q: %s", trouble, said)
	}
	return said
}

func isRenewed(note phrase.Phrase) bool { return note.Key() == phrase.CertificateNew }

// rows are the lines of the table.
type rows struct {
	mu  sync.Mutex
	all []row
}

type row struct {
	trial trial
	got   outcome
	wrong bool
	says  string
}

func (r *rows) add(c trial, got outcome, wrong bool, says string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, row{c, got, wrong, says})
}

// String is the table, with the wrong ones last.
func (r *rows) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortFunc(r.all, func(a, b row) int {
		if a.wrong != b.wrong {
			return map[bool]int{true: 1, false: -1}[a.wrong]
		}
		return cmp.Or(cmp.Compare(a.trial.way.Protocol, b.trial.way.Protocol), cmp.Compare(a.trial.way.Name, b.trial.way.Name),
			cmp.Compare(a.trial.correct, b.trial.correct), cmp.Compare(b.trial.command, a.trial.command))
	})
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "protocol\tway\tafter\tcommand\toutcome\texit\tseconds\tMiB\tright\treason")
	wrong := 0
	for _, one := range r.all {
		right := "yes"
		if one.wrong {
			right = "NO"
			wrong++
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%d\t%.1f\t%d\t%s\t%.200s\n", one.trial.way.Protocol, one.trial.way.Name, one.trial.correct, one.trial.command,
			cmp.Or(string(one.got.report.Outcome), string(one.got.load.Outcome)), one.got.Code, one.got.took.Seconds(), one.got.Memory>>20, right, strings.Join(strings.Fields(one.says), " "))
	}
	_ = w.Flush() // a builder takes everything
	_, _ = fmt.Fprintf(&text, "%d tried, %d not right\n", len(r.all), wrong)
	return text.String()
}
