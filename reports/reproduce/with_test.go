package reproduce

import "testing"

// TestWithOthers: a command line selects more requirements, in quotes where the shell needs them.
func TestWithOthers(t *testing.T) {
	for line, want := range map[string]string{
		"assay test --target t.yaml --only token.subject --seed 1":            "assay test --target t.yaml --only 'token.subject,login.*' --seed 1",
		"assay test --only 'limits.recovery,limits.*' --seed 1":               "assay test --only 'limits.recovery,limits.*,login.*' --seed 1",
		"assay test --target 'a b.yaml' --only a.b,c.d --seed 18446744073709": "assay test --target 'a b.yaml' --only 'a.b,c.d,login.*' --seed 18446744073709",
	} {
		if got := With(line, "login.*"); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
	if got := With("assay test --only a.b --seed 1", "c.d"); got != "assay test --only a.b,c.d --seed 1" {
		t.Error(got)
	}
}
