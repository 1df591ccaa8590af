package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay/planfile"
)

// complaintsOf runs assay load, which has to refuse its flags, and returns what it says.
func complaintsOf(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	nothing := func(string) (string, bool) { return "", false }
	args = append([]string{"load", "--out", filepath.Join(t.TempDir(), "out")}, args...)
	if code := run(t.Context(), args, surroundings{env: nothing, stdin: &bytes.Buffer{}, stdout: &out, stderr: &complaints}); code != exitUsage || out.Len() > 0 {
		t.Errorf("%q: exit code %d\n%s%s", args, code, out.String(), complaints.String())
	}
	return complaints.String()
}

// What a run refuses, --print-plan refuses with the same words.
func TestPrintPlanRefusesWhatARunRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"week.yaml":    "schema: assay.plan/1\nstages:\n- {name: a, rate: 1/s, duration: 100h}\n- {name: b, rate: 1/s, duration: 69h}\n",
		"search.yaml":  "schema: assay.plan/1\nfindLimit: true\nlimitTime: 5m\n",
		"precise.yaml": "schema: assay.plan/1\nlimitTime: 5m\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{
		"--linger 5s", "--linger -1s --metrics 127.0.0.1:0", "--metrics nowhere", "--remote-write nowhere", "--tolerance 0.1", "--against reference --tolerance 2",
		"--against reference --find-limit", "--against reference --calibrate", "--against reference --rate max", "--against reference --raw x",
		"--against b.yaml", "--against reference --target a.yaml", "--against reference --plan search.yaml", "--lang xx", "--profile none",
		"--limit-time 5m", "--limit-time 5s --find-limit", "--limit-within 3 --find-limit", "--until p99:5% --rate max", "--until p99:5% --find-limit",
		"--shape ramp", "--rate 5/s..9/s", "--rate 5", "--find-limit --rate max", "--find-limit --shape poisson", "--abort-on never", "--slo p99", "--slo a/p99<5ms",
		"--mix login=0", "--mix none=1", "--users 0", "--in-flight -1", "--timeout 0s", "--duration 200h", "--warm-up -1s", "--tag le=1", "--tag a", "--patience-limit -1s",
		"--wait -1s", "--slo throughput>=501/s", "--slo throughput>500/s", "--until throughput>=900/s", "--rate 0.01/s --duration 1s", "--plan week.yaml", "--plan precise.yaml",
		"--engine fast", "--connections 50", "--connections maxRequests=0", "--connections reuse=maybe", "--tls-resume=maybe",
		"--plan search.yaml --find-limit=false --limit-within 2%", "--plan none.yaml",
	} {
		args := strings.Fields(line)
		made := complaintsOf(t, args...)
		if printed := complaintsOf(t, slices.Concat(args, []string{"--print-plan"})...); printed != made || strings.Count(made, "\n") != 1 {
			t.Errorf("%s:\n     run: %sprinting: %s", line, made, printed)
		}
	}
}

// A flag that turns off the search of a plan file also turns off how precise it is.
func TestASearchOfAPlanIsTurnedOff(t *testing.T) {
	path := planAt(t, "schema: assay.plan/1\nfindLimit: true\nlimitTime: 5m\nlimitWithin: 2%\n")
	const want = "schema: assay.plan/1\nfindLimit: false\n"
	if got := printed(t, "--plan", path, "--find-limit=false"); got != want {
		t.Errorf("%s", got)
	}
	if got := printed(t, "--plan", planAt(t, want)); got != want {
		t.Errorf("%s", got)
	}
}

// Whatever member of a plan file is wrong, the error begins with its place.
func TestEveryMemberHasItsPlaceInErrors(t *testing.T) {
	wrong := map[string][]string{
		planfile.Rate: {"5", "0/s", "[5/s]", "5/s..9/s"}, planfile.Shape: {"rmp", "5", "ramp"}, planfile.Duration: {"5", "0s", "200h", "soon"},
		planfile.WarmUp: {"5", "-1s", "200h"}, planfile.Mix: {"5", "{}", "{login: 0}", "{logn: 1}"}, planfile.Users: {"0", "99999999", "1.5", "many"},
		planfile.InFlight: {"-1", "99999999", "many"}, planfile.Engine: {"fast", "5", "[lean]"}, planfile.TLSResume: {"1", "maybe"},
		planfile.Connections: {"5", "{}", "{reuse: maybe}", "{maxRequests: 0}", "{maxRequests: x}", "{keep: 1}", "{reuse: false, maxRequests: 2}"}, planfile.Timeout: {"0s", "1h", "5"}, planfile.PatienceLimit: {"-1s", "5"},
		planfile.Seed: {"-1", "9223372036854775808", "1.5"}, planfile.Levels: {"[]", "[p98<5ms]", "p99<5ms", "[a/p99<5ms]", "[{stage: a}]"},
		planfile.Until: {"[p99]", "p99:5%", "['p99:0%']"}, planfile.AbortOn: {"violated", "[never]"}, planfile.FindLimit: {"1", "maybe"},
		planfile.LimitWithin: {"3", "3x", "2%"}, planfile.LimitTime: {"5", "1s", "5m"}, planfile.Calibrate: {"1", "maybe"}, planfile.Tags: {"[a]", "{le: x}", "{a: 5}", "{a b: x}"},
	}
	path := filepath.Join(t.TempDir(), "plan.yaml")
	for _, member := range planfile.Members() {
		if len(wrong[member]) == 0 {
			t.Errorf("%s is never wrong", member)
		}
		for _, value := range wrong[member] {
			text := "schema: assay.plan/1\n" + member + ": " + value + "\n"
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if said := complaintsOf(t, "--plan", path, "--print-plan"); !strings.HasPrefix(said, "assay: "+path+":2:") {
				t.Errorf("%s: %s: %s", member, value, said)
			}
		}
	}
}
