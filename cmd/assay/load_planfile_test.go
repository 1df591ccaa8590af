package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/planfile"
)

// otherFlags are the flags of assay load that a plan does not have: about the target, the output, or the plan file.
var otherFlags = []string{
	"target", "profile", "api-server", "app", "pat", "driver", "wait", // the target
	"against", "tolerance", "tolerance-errors", // another target, and the judgement of both
	"out", "raw", "lang", "metrics", "linger", "remote-write", "quiet", "json", // the output
	"plan", "print-plan",
}

// Every flag has its member in the plan, or says nothing of what the run does; and every member has its flag.
func TestEveryFlagOfLoadHasItsMember(t *testing.T) {
	var flags loadFlags
	command := &cobra.Command{Use: "load"}
	flags.register(command)
	var members []string
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		member := planMember(flag.Name)
		if member == "" && !slices.Contains(otherFlags, flag.Name) {
			t.Errorf("--%s has no member in a plan; give it one, or list it here", flag.Name)
		}
		if member != "" {
			members = append(members, member)
		}
	})
	want := planfile.Members()
	slices.Sort(want)
	slices.Sort(members)
	if !slices.Equal(members, want) {
		t.Errorf("flags for %q, members %q", members, want)
	}
}

// parsedLoad are the flags of a command line, with its plan.
func parsedLoad(t *testing.T, args ...string) (loadFlags, *cobra.Command, error) {
	t.Helper()
	var flags loadFlags
	command := &cobra.Command{Use: "load"}
	flags.register(command)
	if err := command.ParseFlags(args); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return flags, command, flags.readPlan(command)
}

// asked is everything that a run does by its flags.
type asked struct {
	Plan                 loadgen.Plan
	FindLimit, Calibrate bool
	Limit                limitFlags
	Patience             string
	Tags                 map[string]string
}

func askedBy(t *testing.T, flags loadFlags) asked {
	t.Helper()
	target := assay.Target{Declares: assay.Declarations{Rate: 77, SLO: []assay.SLO{{Expression: "p50<1s"}}}}
	plan, err := flags.plan(target)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := flags.tagMap()
	if err != nil {
		t.Fatal(err)
	}
	return asked{plan, flags.findLimit, flags.calibrate, flags.limit, flags.patience.String(), tags}
}

// printed is what --print-plan prints of a command line.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	flags, command, err := parsedLoad(t, args...)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	var out bytes.Buffer
	if err := flags.writePlan(command, &out); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return out.String()
}

// choices has values of each flag that a plan has, for random command lines.
var choices = map[string][]string{
	"rate": {"500/s", "70.7/s", "30000/m", "1234.5/s"}, "engine": {"lean", "vegeta"}, "shape": {"constant", "poisson"}, "duration": {"90s", "1h0m5s", "1500ms"},
	"warm-up": {"0s", "3s"}, "mix": {"login=1", "login=0.9,phone=0.1", "phone=1e-7,login=1, race=.5", "badPat=2,replay=0.25,login=3"},
	"users": {"1", "0x10", "1000"}, "in-flight": {"0", "64"}, "timeout": {"1m", "10ms"}, "patience-limit": {"0s", "20m"}, "seed": {"0", "9223372036854775807"},
	"slo": {"p99<50ms", "login.p999<=1m30s", "errors <= 0.5 %", "throughput>=0.5/s"}, "until": {"p99:5%", "mean:12.5%", "p50<1s"}, "abort-on": {"violated"},
	"connections": {"reuse=false", "reuse=true", "maxRequests=50"}, "tls-resume": {"true", "false"}, "find-limit": {"true", "true", "false"}, "limit-within": {"3%", "2.5%"}, "limit-time": {"2m", "1h30m"}, "calibrate": {"true", "false"}, "tag": {"a=1", "b=x=y", "c=yes", `d=it's "5": {x}, é`},
}

// A plan that is printed is the same plan when it is read, and is printed again as it is. This is tried with random command lines of
// fixed seeds.
func TestAPrintedPlanIsReadAsItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.yaml")
	names := planFlags()
	tried := map[string]int{}
	for seed := range uint64(1000) {
		random := rand.New(rand.NewPCG(seed, 7))
		args := randomArgs(random, names)
		flags, _, err := parsedLoad(t, args...)
		if err != nil || flags.check() != nil || flags.limit.check(flags.findLimit, flags.named) != nil {
			continue // flags that cannot be combined
		}
		if _, err := flags.plan(assay.Target{}); err != nil {
			continue
		}
		for _, arg := range args {
			name, _, _ := strings.Cut(arg, "=")
			tried[strings.TrimPrefix(name, "--")]++
		}
		text := printed(t, args...)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		again, _, err := parsedLoad(t, "--plan", path)
		if err != nil {
			t.Fatalf("%q\n%s\n%v", args, text, err)
		}
		if got, want := askedBy(t, again), askedBy(t, flags); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\n%s\n got %+v\nwant %+v", args, text, got, want)
		}
		if second := printed(t, "--plan", path); second != text {
			t.Fatalf("%q (-first +second)\n%s", args, cmp.Diff(text, second))
		}
	}
	for _, name := range names {
		if tried[name] < 10 {
			t.Errorf("--%s was tried %d times", name, tried[name])
		}
	}
}

// planFlags are the flags that have a member, sorted.
func planFlags() (names []string) {
	for name := range choices {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestEveryMemberIsTried(t *testing.T) {
	if len(choices) != len(planfile.Members()) {
		t.Errorf("%d flags are tried, there are %d members", len(choices), len(planfile.Members()))
	}
}

// randomArgs are a few flags, some of them with several values. A tag has one value.
func randomArgs(random *rand.Rand, names []string) (args []string) {
	for _, name := range names {
		values := choices[name]
		if random.IntN(4) > 0 {
			continue
		}
		first := random.IntN(len(values))
		args = append(args, fmt.Sprintf("--%s=%s", name, values[first]))
		if (name == "slo" || name == "tag" || name == "until") && random.IntN(2) == 0 {
			args = append(args, fmt.Sprintf("--%s=%s", name, values[(first+1)%len(values)]))
		}
	}
	return args
}

const stagedPlan = `schema: assay.plan/1
stages:
  - name: calm
    rate: 100/s
    duration: 5s
  - name: peak
    rate: 100/s..400/s
    shape: ramp
    duration: 10s
levels:
  - p99<50ms
  - peak/login.p99<80ms
tags:
  build: "1"
  env: staging
`

func planAt(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A plan file is printed as it is, and flags override its members: one list by another, tags one by one.
func TestFlagsOverrideThePlan(t *testing.T) {
	path := planAt(t, stagedPlan)
	if got := printed(t, "--plan", path); got != stagedPlan {
		t.Errorf("(-want +got)\n%s", cmp.Diff(stagedPlan, got))
	}
	flags, _, err := parsedLoad(t, "--plan", path, "--slo", "calm/p50<1s", "--tag", "build=2", "--timeout", "3s")
	if err != nil {
		t.Fatal(err)
	}
	got := askedBy(t, flags)
	want := map[string]string{"build": "2", "env": "staging"}
	if !reflect.DeepEqual(got.Tags, want) || len(got.Plan.SLO) != 1 || got.Plan.SLO[0].Expression != "calm/p50<1s" || got.Plan.Timeout != 3e9 ||
		len(got.Plan.Stages) != 2 || got.Plan.Duration != 15e9 {
		t.Errorf("%+v", got)
	}
}

// A problem names the flag that was given, or the place in the file.
func TestErrorsNameTheFlagOrThePlace(t *testing.T) {
	const head = "schema: assay.plan/1\n"
	for name, test := range map[string]struct {
		plan string
		args []string
		want string
	}{
		"a file's value":       {head + "duration: 0s\n", nil, "PLAN:2:11: duration 0s is out of range; use more than 0s and at most 168h0m0s"},
		"a flag's value":       {head + "duration: 5s\n", []string{"--duration", "0s"}, "--duration 0s is out of range; use more than 0s and at most 168h0m0s"},
		"two of the file":      {head + "shape: ramp\nabortOn: [violated]\n", nil, "PLAN:3:11: abortOn needs one rate and cannot be combined with shape (PLAN:2:8) ramp; omit one of them"},
		"a flag and the file":  {head + "shape: ramp\n", []string{"--until", "p99:5%"}, "--until needs one rate and cannot be combined with shape (PLAN:2:8) ramp; omit one of them"},
		"a rate and its shape": {head + "rate: 10/s..20/s\n", nil, "PLAN:2:7: rate 10/s..20/s: shape constant has one rate, not the range 10/s..20/s; use one rate, or one of ramp, step, sine and spike"},
		"stages and a rate":    {stagedPlan, []string{"--rate", "5/s"}, "--rate cannot be combined with the stages of PLAN:3:3; change the stages, or omit --rate"},
		"stages and a search":  {stagedPlan, []string{"--find-limit"}, "--find-limit cannot be combined with the stages of PLAN:3:3; omit one of them"},
		"stages and until":     {stagedPlan, []string{"--until", "p99:5%"}, "--until needs one rate and cannot be combined with the stages of PLAN:3:3; omit one of them"},
		"another stage":        {stagedPlan, []string{"--slo", "peek/p99<5ms"}, `--slo "peek/p99<5ms" is about the stage peek, which the plan does not have; use calm and peak`},
		"no stages":            {head, []string{"--slo", "peak/p99<5ms"}, `--slo "peak/p99<5ms" is about the stage peak, which the plan does not have; name a plan with stages by --plan`},
		"too much throughput":  {head + "rate: 500/s\nlevels: [throughput>=900/s]\n", nil, `PLAN:3:10: levels "throughput>=900/s" can never hold, as the schedule offers 500/s; use a lower bound or a higher rate`},
		"half of the rate":     {head, []string{"--against", "reference", "--slo", "throughput>=251/s"}, `--slo "throughput>=251/s" can never hold, as the schedule offers 250/s; use a lower bound or a higher rate`},
		"a lower rate":         {head + "rate: 500/s\n", []string{"--slo", "throughput>=500/s", "--rate", "100/s"}, `--slo "throughput>=500/s" can never hold, as the schedule offers 100/s; use a lower bound or a higher rate`},
		"a tag":                {head, []string{"--tag", "build"}, `--tag "build" is not NAME=VALUE; write it like build=1.4.2`},
		"a tag's name":         {head, []string{"--tag", "le=5"}, `--tag "le" has the name of a label that the metrics have already; use another name`},
		"a tag twice":          {head, []string{"--tag", "a=5", "--tag", "a=6"}, `--tag "a" is given twice; keep one of the two`},
	} {
		path := planAt(t, test.plan)
		flags, command, err := parsedLoad(t, append(test.args, "--plan", path)...)
		if err == nil {
			err = flags.writePlan(command, &bytes.Buffer{})
		}
		if got := ""; err == nil || strings.ReplaceAll(err.Error(), path, "PLAN") != test.want {
			if err != nil {
				got = strings.ReplaceAll(err.Error(), path, "PLAN")
			}
			t.Errorf("%s:\n got %s\nwant %s", name, got, test.want)
		}
	}
}

// A secret of the target is no tag: every report shows tags.
func TestATagIsNoSecret(t *testing.T) {
	const pat = "pat_of-the-target-1234567890"
	file := filepath.Join(t.TempDir(), "target.yaml")
	target := "schema: assay.target/1\napiServer: [http://127.0.0.1:1]\napps: [fc1]\npats: {valid: " + pat + "}\ndriver: {pool: " + codes(t) + "}\n"
	if err := os.WriteFile(file, []byte(target), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	code, out, complaints := pairRun(t, dir, "--target", file, "--rate", "20/s", "--duration", "200ms", "--tag", "build="+pat)
	if code != exitUsage || !strings.Contains(complaints, `--tag "build" has a secret`) || strings.Contains(out+complaints, pat) || there(filepath.Join(dir, benchmarkFile)) {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
}
