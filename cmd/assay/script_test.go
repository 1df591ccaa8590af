package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/targetfile"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"assay": main, "supervise": supervise, "peer": peer})
}

// TestScripts runs testdata/script: the command as a user types it. The programs supervise and peer are in peers_test.go.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: produces(t).watch,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"await":     await,
			"setenv":    setenv,
			"driverurl": driverURL,
			"apiserver": apiServer,
			"terminate": terminate,
			"insist":    insist,
			"agree":     agree,
			"lost":      lost,
			"ledger":    checkLedger,
			"wrote":     wrote,
			"hides":     hides,
			"edit":      edit,
		},
	})
}

// exits runs a command and checks its exit code: exits CODE COMMAND ARGS. "0|3" is for a load run at a rate that a busy machine may
// not be able to keep: it then says that the generator was the bottleneck.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = ended.ExitCode()
	}
	if !slices.Contains(strings.Split(args[0], "|"), fmt.Sprint(code)) {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// patience is the longest time that a script waits for a condition. Only a failing script waits that long.
const patience = 2 * time.Minute

// await waits until a file exists and, with a pattern, matches it: await FILE [PATTERN].
func await(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile("(?m)" + strings.Join(args[1:], " "))
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); ; <-tick.C {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && pattern.Match(text) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s: no %q within %s: %s, %v", args[0], pattern, patience, text, err)
		}
	}
}

// setenv sets a variable to the content of a file: setenv NAME FILE.
func setenv(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// driverURL sets a variable to the URL of a target's driver: driverurl NAME TARGET.
func driverURL(ts *testscript.TestScript, _ bool, args []string) {
	target, err := targetfile.Load(ts.MkAbs(args[1]), os.LookupEnv)
	ts.Check(err)
	ts.Setenv(args[0], target.Driver.HTTP)
}

// apiServer sets a variable to the URL of a target's API server: apiserver NAME TARGET.
func apiServer(ts *testscript.TestScript, _ bool, args []string) {
	target, err := targetfile.Load(ts.MkAbs(args[1]), os.LookupEnv)
	ts.Check(err)
	ts.Setenv(args[0], target.APIServers[0])
}

// terminate sends SIGTERM to the background command that supervise runs for FILE, or to all of them: terminate [FILE].
func terminate(ts *testscript.TestScript, _ bool, args []string) {
	for _, command := range ts.BackgroundCmds() {
		if len(args) == 0 || slices.Contains(command.Args, args[0]) {
			ts.Check(command.Process.Signal(syscall.SIGTERM))
		}
	}
}

// insist interrupts the command that supervise runs for FILE until it has ended, as signals within a second count as one:
// insist FILE.
func insist(ts *testscript.TestScript, _ bool, args []string) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(patience)
	for _, command := range ts.BackgroundCmds() {
		for slices.Contains(command.Args, args[0]) && command.Process.Signal(os.Interrupt) == nil {
			if <-tick.C; time.Now().After(deadline) {
				ts.Fatalf("%s has not ended within %s", args[0], patience)
			}
		}
	}
}

// wrote checks which files the last command said it wrote to DIR: the files that are rendered from a run of the suite or a load
// run, and the files of the run itself, except some: wrote DIR [run] [suite] [load] [without FILE...].
func wrote(ts *testscript.TestScript, _ bool, args []string) {
	dir, kinds := args[0], args[1:]
	var without []string
	if at := slices.Index(kinds, "without"); at >= 0 {
		kinds, without = kinds[:at], kinds[at+1:]
	}
	want := renderedOf(func(file rendering) bool {
		return slices.Contains(kinds, "suite") && ofSuite(file) || slices.Contains(kinds, "load") && ofLoad(file)
	})
	if slices.Contains(kinds, "run") {
		want = append(want, reportFile, usersFile, transcriptFile)
	}
	want = slices.DeleteFunc(want, func(file string) bool { return slices.Contains(without, file) })
	var got []string
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "wrote "); ok {
			got = append(got, strings.TrimPrefix(path, dir+"/"))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		ts.Fatalf("files written to %s (-want +got):\n%s", dir, diff)
	}
}

// edit replaces the first occurrence of a text in a file: edit FILE OLD NEW.
func edit(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
	own(ts, args[0])
}

// agree checks that two reports have the same verdict for every requirement: agree FILE FILE.
func agree(ts *testscript.TestScript, _ bool, args []string) {
	var verdicts [2]map[string]assay.Verdict
	for i, name := range args {
		report, err := conformance.ReadJSON(strings.NewReader(ts.ReadFile(name)))
		ts.Check(err)
		verdicts[i] = map[string]assay.Verdict{}
		for _, result := range report.Requirements {
			verdicts[i][result.ID] = result.Verdict
		}
		if len(verdicts[i]) != len(assay.Requirements().Requirements) {
			ts.Fatalf("%s has %d requirements", name, len(verdicts[i]))
		}
	}
	if diff := cmp.Diff(verdicts[0], verdicts[1]); diff != "" {
		ts.Fatalf("(-%s +%s):\n%s", args[0], args[1], diff)
	}
}

// lost checks that a file says that every push of metrics failed, two at least: the first one, and that at the end. A run takes as long as
// the machine is busy, so that their number is not known: lost FILE.
func lost(ts *testscript.TestScript, _ bool, args []string) {
	const least = 2
	said := regexp.MustCompile(`(\d+) of (\d+) pushes failed, the last one too`).FindStringSubmatch(strings.Join(strings.Fields(ts.ReadFile(args[0])), " "))
	if said == nil {
		ts.Fatalf("%s does not say that pushes failed", args[0])
	}
	failed, err := strconv.Atoi(said[1])
	ts.Check(err)
	if said[1] != said[2] || failed < least {
		ts.Fatalf("%s: %s of %s pushes failed, want every one of %d at least", args[0], said[1], said[2], least)
	}
}

// checkLedger checks the counts of a load run: every exchange has one verdict, the timeline has the same sum, and each named
// count is COUNT, or more than COUNT: ledger FILE [NAME=COUNT | NAME>COUNT]...
func checkLedger(ts *testscript.TestScript, _ bool, args []string) {
	report, err := benchmark.ReadJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	sum := report.Exchanges
	var answered int64
	for _, second := range report.Timeline {
		answered += second.Answered
	}
	samples := report.Response.Samples + report.Refusals.Samples + report.Failures.Samples
	if all := sum.Right() + sum.Incorrect() + sum.Failed(); all != sum.Sent || answered != sum.Sent || samples != sum.Sent || report.All.Samples != sum.Sent {
		ts.Fatalf("%d sent, %d with a verdict, %d in the timeline, %d and %d samples", sum.Sent, all, answered, samples, report.All.Samples)
	}
	text, err := json.Marshal(sum)
	ts.Check(err)
	var members map[string]int64
	ts.Check(json.Unmarshal(text, &members))
	for _, claim := range args[1:] {
		at := strings.IndexAny(claim, "=>")
		count, err := strconv.ParseInt(claim[at+1:], 10, 64)
		ts.Check(err)
		if got := members[claim[:at]]; claim[at] == '=' && got != count || claim[at] == '>' && got <= count {
			ts.Fatalf("not %s: %s", claim, text)
		}
	}
}

// hides checks that no secret of a target file, and no line of the other files, is in the output of the last command or in
// the directory out: hides TARGET [FILE...].
func hides(ts *testscript.TestScript, _ bool, args []string) {
	target, err := targetfile.Load(ts.MkAbs(args[0]), os.LookupEnv)
	ts.Check(err)
	hidden := newSecrets()
	for _, secret := range []assay.Secret{
		target.PATs.Valid, target.PATs.Unscoped, target.PATs.Revoked, target.PATs.OtherTenant, target.PATs.OtherScope, target.PATs.Expired, target.Driver.Token, target.Driver.Seal,
	} {
		hidden.add(secret.Reveal())
	}
	for _, name := range args[1:] {
		for line := range strings.Lines(ts.ReadFile(name)) {
			hidden.add(strings.TrimSpace(line))
		}
	}
	written := map[string]string{"stdout": ts.ReadFile("stdout"), "stderr": ts.ReadFile("stderr")}
	ts.Check(filepath.WalkDir(ts.MkAbs("out"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			written[path] = ts.ReadFile(path)
		}
		return err
	}))
	if len(hidden.known) == 0 || len(written) < 3 || hidden.smaller != "" {
		ts.Fatalf("%d secrets to search for in %d files, %q is too short", len(hidden.known), len(written), hidden.smaller)
	}
	for name, text := range written {
		if at := hidden.in(text); at != "" {
			ts.Fatalf("%s holds a secret: %s", name, at)
		}
	}
	ts.Logf("none of %d secrets is in the %d files", len(hidden.known), len(written))
}

// Every command has a long text and an example, in lines that fit a terminal.
func TestHelp(t *testing.T) {
	for _, command := range rootCommand(surroundings{}).Commands() {
		if command.Example == "" || command.Long == "" {
			t.Errorf("%s has no long text or no example", command.CommandPath())
		}
		for line := range strings.Lines(command.Long + "\n" + command.Example) {
			if len([]rune(line)) > 100 {
				t.Errorf("%s: a line of %d columns: %s", command.CommandPath(), len([]rune(line)), line)
			}
		}
		if strings.Contains(command.UsageString(), "string ") {
			t.Errorf("%s: the value of a flag has no name:\n%s", command.CommandPath(), command.UsageString())
		}
	}
}

// The command line in a report can be pasted into a shell and holds no secret.
func TestAgain(t *testing.T) {
	root := rootCommand(surroundings{})
	for words, want := range map[string]string{
		"--out elsewhere --quiet":                                 "assay test --seed 7",
		"--target my|file.yaml --only code.*,pat.ok --timeout 3s": "assay test --target 'my|file.yaml' --only 'code.*' --only pat.ok --timeout 3s --seed 7",
		"--driver-only --patience 1m":                             "assay test --patience 1m0s --driver-only --seed 7",
		"--pat canary --driver http://d/?key=canary":              "assay test --pat PAT --driver 'http://d/ …' --seed 7",
		"--pat file:p --driver exec:run|--key=canary":             "assay test --pat file:p --driver 'exec:run …' --seed 7",
	} {
		command, _, err := root.Find([]string{"test"})
		if err != nil {
			t.Fatal(err)
		}
		command.ResetFlags()
		(&testFlags{}).register(command)
		args := strings.Fields(words)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "|", " ")
		}
		if err := command.ParseFlags(args); err != nil {
			t.Fatal(err)
		}
		if got := again(command, 7); got != strings.ReplaceAll(want, "|", " ") {
			t.Errorf("%q:\n got %s\nwant %s", words, got, want)
		}
	}
}

// An error that quotes control characters does not change the terminal.
func TestErrorsArePrintable(t *testing.T) {
	if got, want := strings.Map(printable, "a b\x1b[31m\u009b\u202e\t…é"), "a b\ufffd[31m\ufffd\ufffd\ufffd…é"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := fmt.Sprint(&exitError{exitUnknown, fs.ErrExist}); got != fs.ErrExist.Error() {
		t.Errorf("an exitError says %q", got)
	}
}
