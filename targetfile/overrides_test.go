package targetfile

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
)

func TestOverridesAloneAreATarget(t *testing.T) {
	got, err := Overrides{
		APIServers: []string{"http://localhost:8080/", "http://localhost:8081"}, Apps: []string{"fc1", "fc2"}, PAT: "pat",
		Driver: "exec:node driver.mjs  --quiet", Profiles: []string{"host"},
	}.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := assay.Target{
		APIServers: []string{"http://localhost:8080", "http://localhost:8081"}, Apps: []string{"fc1", "fc2"},
		PATs: assay.PATs{Valid: "pat"}, Driver: assay.DriverConfig{Exec: []string{"node", "driver.mjs", "--quiet"}}, Profiles: []string{"host"},
	}
	if diff := cmp.Diff(revealed(want), revealed(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestOverridesReplace shows that a replaced member need not be valid or present, and that all others are kept.
func TestOverridesReplace(t *testing.T) {
	const file = `schema: assay.target/1
apiServer: ${NOT_SET}
apps: 5
pats: {valid: "${NOT_SET}", unscoped: kept}
driver: {exec: [node], pool: codes.jsonl, seal: file:nowhere}
profiles: [nonsense]
declares: {rate: 5/s}
`
	dir := writeFiles(t, "target.yaml", file, "pat", "from-a-file\n")
	got, err := Overrides{
		APIServers: []string{"http://x"}, Apps: []string{"${A}"}, PAT: assay.Secret("file:" + filepath.Join(dir, "pat")),
		Driver: "pool:codes.jsonl", Profiles: []string{"login"},
	}.Load(filepath.Join(dir, "target.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := assay.Target{
		APIServers: []string{"http://x"}, Apps: []string{"${A}"}, PATs: assay.PATs{Valid: "from-a-file", Unscoped: "kept"},
		Driver: assay.DriverConfig{Pool: "codes.jsonl"}, Profiles: []string{"login"}, Declares: assay.Declarations{Rate: 5}, Dir: dir,
	}
	if diff := cmp.Diff(revealed(want), revealed(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestPATOverrideWithoutPats(t *testing.T) {
	for _, pats := range []string{"", "pats:\n", "pats: {}\n"} {
		dir := writeFiles(t, "t.yaml", "schema: assay.target/1\napiServer: http://x\napps: [a]\n"+pats)
		target, err := Overrides{PAT: "p"}.Load(filepath.Join(dir, "t.yaml"), nil)
		if err != nil || target.PATs.Valid != "p" {
			t.Errorf("%q: %v, %v", pats, target.PATs, err)
		}
	}
}

func TestDriverOverrides(t *testing.T) {
	base := Overrides{APIServers: []string{"http://x"}, Apps: []string{"a"}, PAT: "p"}
	tests := map[string]assay.DriverConfig{
		"":                   {},
		"exec:node":          {Exec: []string{"node"}},
		"exec: node a:b c":   {Exec: []string{"node", "a:b", "c"}},
		"http://x:1/d":       {HTTP: "http://x:1/d"},
		"https://x/d?a=b":    {HTTP: "https://x/d?a=b"},
		"pool:a/codes.jsonl": {Pool: "a/codes.jsonl"},
	}
	for driver, want := range tests {
		overrides := base
		overrides.Driver = driver
		target, err := overrides.Load("", nil)
		if err != nil {
			t.Errorf("%s: %v", driver, err)
		}
		if diff := cmp.Diff(want, target.Driver); diff != "" {
			t.Errorf("%s (-want +got)\n%s", driver, diff)
		}
	}
}

func TestOverridesErrors(t *testing.T) {
	const missing = " is missing; give "
	tests := map[string]struct {
		overrides Overrides
		want      []string
	}{
		"nothing": {Overrides{}, []string{
			"target: apiServer" + missing + "--api-server, or name a target file with --target",
			"target: apps" + missing + "--app, or name a target file with --target",
			"target: pats.valid" + missing + "--pat, or name a target file with --target",
		}},
		"everything wrong": {
			Overrides{
				APIServers: []string{"localhost:80"}, Apps: []string{"a", "a"}, PAT: canary + " x", Driver: "nod " + canary,
				Profiles: []string{"phon"},
			},
			[]string{
				`--api-server: apiServer[0] "localhost:80" does not begin with http:// or https://; write the whole URL`,
				`--app: apps[1] "a" is the same as apps[0]; keep one of the two`,
				"--driver: this is not a driver; write exec:COMMAND ARGS, an http or https URL, or pool:PATH",
				"--pat: pats.valid contains a space or an unprintable character; give the token alone",
				`--profile: profiles[0] "phon" is unknown; did you mean "phone"?`,
			},
		},
		"empty values": {
			Overrides{APIServers: []string{""}, Apps: []string{" "}, PAT: "file:", Driver: "exec: "},
			[]string{
				"--api-server: apiServer[0] is empty; give it a value",
				"--app: apps[0] is empty; give it a value",
				"--driver: driver.exec is an empty list; add an item",
				`--pat: pats.valid names the file "", which cannot be read: no such file or directory; check the path`,
			},
		},
	}
	for name, test := range tests {
		_, err := test.overrides.Load("", nil)
		checkLines(t, name, err, test.want)
	}
}

// checkLines compares an error with the lines wanted; a line may be longer than the one wanted.
func checkLines(t *testing.T, name string, err error, want []string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, want %q", name, want)
		return
	}
	got := strings.Split(err.Error(), "\n")
	if strings.Contains(err.Error(), canary) {
		t.Errorf("%s: a secret is shown: %s", name, err)
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d lines, want %d:\n%s", name, len(got), len(want), err)
		return
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("%s:\n got %s\nwant %s", name, got[i], want[i])
		}
	}
}

// The socket is that of the file's API servers, and so is h2c: requests for another server must not go there.
func TestAPIServerOverridesTheSocket(t *testing.T) {
	dir := writeFiles(t, "t.yaml", "schema: assay.target/1\napiServer: h2c://x\napps: [a]\npats: {valid: p}\ntransport: {unixSocket: /run/s, dnsTTL: 5s}\n")
	for servers, want := range map[string]assay.Transport{
		"": {UnixSocket: "/run/s", PriorKnowledge: true, DNSTTL: 5e9}, "http://y": {DNSTTL: 5e9}, "h2c://y": {PriorKnowledge: true, DNSTTL: 5e9},
	} {
		target, err := Overrides{APIServers: strings.Fields(servers)}.Load(filepath.Join(dir, "t.yaml"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, target.Transport); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", servers, diff)
		}
	}
}
