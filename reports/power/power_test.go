package power_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/power"
)

// sample is a matrix in which everything that can be amiss is amiss once.
func sample() power.Matrix {
	return power.Matrix{
		Schema: power.SchemaName, RequirementSet: "unified-login/1.0", Digest: "sha256:0", Seed: 7, Seconds: 1.5,
		Reference: power.Row{Condemned: []power.Condemnation{{ID: "http.allow", Verdict: assay.Warn, Actual: "a 405 without Allow"}}},
		Faults: []power.Row{
			{Fault: "killed", Breaks: "One | thing.", Trips: []string{"code.single-use"}, Also: []string{"http.allow"},
				Condemned: []power.Condemnation{{ID: "code.single-use", Verdict: assay.Fail, Actual: "<accepted>"}, {ID: "http.allow", Verdict: assay.Warn}}},
			{Fault: "survivor", Trips: []string{"code.single-use"}, Survived: []string{"code.single-use"}},
			{Fault: "accused", Trips: []string{"http.allow"}, Accused: []string{"code.single-use"},
				Condemned: []power.Condemnation{{ID: "code.single-use", Verdict: assay.Fail}, {ID: "http.allow", Verdict: assay.Warn}}},
			{Fault: "untried", Error: "no port"},
		},
		Requirements: []power.Column{
			{ID: "code.single-use", Level: assay.Must, Kills: 1},
			{ID: "http.allow", Level: assay.Should, Kills: 1},
			{ID: "pat.exact", Level: assay.Must},
			{ID: "http.tls", Level: assay.Should, Exempt: "not on loopback"},
		},
	}
}

func TestAmiss(t *testing.T) {
	want := []string{
		"the reference is condemned by http.allow: a 405 without Allow",
		"untried could not be tried: no port",
		"survivor survived code.single-use",
		"accused is condemned by code.single-use, which it does not break",
		"pat.exact condemns nothing",
	}
	if diff := cmp.Diff(want, sample().Amiss()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if sample().Holds() {
		t.Error("it holds all the same")
	}
}

func TestJSONIsReadAgain(t *testing.T) {
	var text bytes.Buffer
	if err := power.WriteJSON(&text, sample()); err != nil {
		t.Fatal(err)
	}
	read, err := power.ReadJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), read, cmpopts.IgnoreUnexported(power.Row{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := power.ReadJSON(strings.NewReader(`{"schema":"assay.power/2"}`)); err == nil || !strings.Contains(err.Error(), "assay.power/2") {
		t.Errorf("another schema: %v", err)
	}
}

func TestRenderings(t *testing.T) {
	for name, test := range map[string]struct {
		render func(*bytes.Buffer) error
		has    []string
		hasNot []string
	}{
		"text": {
			func(b *bytes.Buffer) error { return power.WriteText(b, sample()) },
			[]string{"killed    code.single-use http.allow\n", "survivor survived", "Faults: 4, condemned 2"}, nil,
		},
		"markdown": {
			func(b *bytes.Buffer) error { return power.WriteMarkdown(b, sample()) },
			[]string{"| `killed` | One \\| thing. | code.single-use, http.allow |", "| http.tls | 0 | 0 | not on loopback |"}, nil,
		},
		"html": {
			func(b *bytes.Buffer) error { return power.WriteHTML(b, sample()) },
			[]string{`class="killed"`, `class="also"`, `class="survived"`, `class="accused"`, "&lt;accepted&gt;", "http.tls: not on loopback."},
			[]string{"<script", "src=", "href=", "url(", "://"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			if err := test.render(&text); err != nil {
				t.Fatal(err)
			}
			for _, part := range test.has {
				if !strings.Contains(text.String(), part) {
					t.Errorf("no %q in\n%s", part, &text)
				}
			}
			for _, part := range test.hasNot {
				if strings.Contains(text.String(), part) {
					t.Errorf("%q is in it", part)
				}
			}
		})
	}
}
