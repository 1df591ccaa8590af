package targetfile

import (
	"regexp"
	"strings"
	"testing"
)

var errorLine = regexp.MustCompile(`^file\.yaml:(\d+:\d+: .+| and \d+ more)$`)

// FuzzTarget reads random text after a token and a variable that holds one: nothing panics, every line of an error
// has a place, and none shows the value of the variable.
func FuzzTarget(f *testing.F) {
	for _, text := range []string{
		minimal, "schema: assay.target/1\n", "driver: {exec: [a], http: http://x, pool: p}\n", "declares:\n  codeTTL: 5 minutes\n",
		"a: |\n  x\n", "? x\n: y\n", "- [a, {b: c}]\n", "tls: {ca: *x}\n", "a: \"\\u0041\n", "%YAML 1.2\n---\n", "<<: {a: b}\n",
		"waivers: '${PAT}'\n", "apps: [${PAT}]\nprofiles: 5\n", "implementation: {version: 0x1F, product: .nan}\n",
		"declares: {slo: ['p99<${PAT}', '${PAT}>1', 'errors<0.1%'], rate: '${PAT}/s'}\n",
	} {
		f.Add(minimal, text)
		f.Add("", text)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		text := before + after
		target, err := parseTarget("file.yaml", text, "", environment("PAT", "held-by-a-variable"))
		if err == nil {
			if len(target.APIServers) == 0 || len(target.Apps) == 0 || target.PATs.Valid == "" || len(target.Profiles) == 0 {
				t.Errorf("%q is accepted without a required member: %+v", text, target)
			}
			return
		}
		if strings.Contains(err.Error(), "held-by-a-variable") {
			t.Errorf("%q: %s", text, err)
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !errorLine.MatchString(line) {
				t.Errorf("%q: the line %q", text, line)
			}
		}
	})
}
