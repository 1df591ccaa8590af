package conformance

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay/internal/schematest"
	"github.com/unified-login/assay/reports/phrase"
)

func reports() map[string]Report {
	unreachable := begun()
	unreachable.Error = phrase.Say(phrase.NotReached, "https://a.acme.example", "connection refused", phrase.Say(phrase.HintRunning))
	return map[string]Report{
		"conformant": conformant(), "nonconformant": nonconformant(), "incomplete": incomplete(),
		"a code after its end": late(), "error": Conclude(small(), unreachable), "empty": Conclude(small(), Report{Target: Target{APIServers: []string{}, Driver: "none"}}),
	}
}

// late has the replay of a code whose lifetime is over, by the platform's clock.
func late() Report {
	report, left := nonconformant(), -2441.767
	for i, result := range report.Requirements {
		if len(result.Findings) > 0 {
			result.Findings = slices.Clone(result.Findings)
			result.Findings[0].Reuse = &Reuse{FirstUse: "x-000001", After: 2741.8, Left: &left}
			report.Requirements[i] = result
			break
		}
	}
	return report
}

func TestReportsFollowTheSchemaAndComeBack(t *testing.T) {
	schema := schematest.Compile(t, Schema())
	for name, report := range reports() {
		var file bytes.Buffer
		if err := WriteJSON(&file, report); err != nil {
			t.Fatal(err)
		}
		schematest.Follows(t, schema, name, file.Bytes())
		got, err := ReadJSON(&file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(utf8Only(t, report), got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

// utf8Only is report with what is not UTF-8 replaced, which is what JSON can carry.
func utf8Only(t *testing.T, report Report) Report {
	t.Helper()
	for i := range report.Requirements {
		result := &report.Requirements[i]
		result.Reason = result.Reason.Map(func(s string) string { return strings.ReplaceAll(s, "\xff\xfe", "\ufffd\ufffd") })
		for j := range result.Findings {
			result.Findings[j].Actual = strings.ReplaceAll(result.Findings[j].Actual, "\xff\xfe", "\ufffd\ufffd")
		}
	}
	return report
}

func TestTheSchemaRefuses(t *testing.T) {
	schematest.Refuses(t, schematest.Compile(t, Schema()), conformant(), map[string]func(map[string]any){
		"another version": func(r map[string]any) { r["schema"] = "assay.conformance/2" },
		"no outcome":      func(r map[string]any) { delete(r, "outcome") },
		"a new outcome":   func(r map[string]any) { r["outcome"] = "great" },
		"no findings":     func(r map[string]any) { delete(r["requirements"].([]any)[0].(map[string]any), "findings") },
		"a new verdict":   func(r map[string]any) { r["requirements"].([]any)[0].(map[string]any)["verdict"] = "great" },
		"null for a list": func(r map[string]any) { r["failureModes"] = nil },
		"a stranger":      func(r map[string]any) { r["counts"].(map[string]any)["skipped"] = 1 },
		"no time":         func(r map[string]any) { r["started"] = "yesterday" },
	})
}

// The schema lets members through that it does not know, so this is what notices one that was forgotten.
func TestTheSchemaNamesEveryMember(t *testing.T) {
	schematest.Members(t, Schema(), map[string]any{
		"properties":                               Report{},
		"properties suite properties":              Suite{},
		"properties implementation properties":     begun().Implementation,
		"properties target properties":             Target{},
		"properties selection properties":          Selection{},
		"properties profiles items properties":     ProfileResult{},
		"properties failureModes items properties": FailureMode{},
		"properties waivers items properties":      Waiver{},
		"$defs counts properties":                  Counts{},
		"$defs result properties":                  Result{},
		"$defs finding properties":                 Finding{},
	})
}

func TestReadJSONTellsWhatIsWrong(t *testing.T) {
	var file bytes.Buffer
	if err := WriteJSON(&file, conformant()); err != nil {
		t.Fatal(err)
	}
	whole := strings.TrimSpace(file.String())
	for name, test := range map[string]struct{ file, want string }{
		"empty":         {" \n", "conformance report: the file is empty"},
		"cut off":       {whole[:len(whole)/2], "conformance report: the file is cut off after"},
		"one byte less": {whole[:len(whole)-1], "conformance report: the file is cut off after"},
		"no JSON":       {"hello", "conformance report: invalid JSON at byte 1"},
		"and more":      {whole + "{}", "conformance report: invalid JSON at byte"},
		"no schema":     {"{}", "conformance report: it has no member schema"},
		"another":       {`{"schema":"assay.conformance/2","seed":"x"}`, `conformance report: unknown schema "assay.conformance/2"; this version reads assay.conformance/1`},
		"a list":        {"[]", "conformance report: it is a list; expected an object"},
		"an outcome":    {strings.Replace(whole, `"outcome": "conformant"`, `"outcome": "fine"`, 1), `conformance report: unknown outcome "fine"`},
		"a verdict":     {strings.Replace(whole, `"verdict": "pass"`, `"verdict": "<b>"`, 1), `conformance report: requirement "code.opaque": unknown verdict "<b>"`},
		"a level":       {strings.Replace(whole, `"level": "must"`, `"level": ""`, 1), `conformance report: requirement "host.login-code": unknown level ""`},
		"a wrong type":  {`{"schema":"assay.conformance/1","seed":"x"}`, "conformance report: seed is a string; expected a whole number"},
		"a number":      {strings.Replace(whole, `"pass": `, `"pass": -`, 1), "conformance report: profiles.0.counts.pass is -"},
	} {
		_, err := ReadJSON(strings.NewReader(test.file))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, not %q", name, err, test.want)
		}
	}
	if _, err := ReadJSON(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a reader's error is lost: %v", err)
	}
	if _, err := ReadJSON(strings.NewReader(`{"schema":"assay.conformance/1","outcome":"incomplete","later":1}`)); err != nil {
		t.Errorf("an unknown member: %v", err)
	}
}

// TestAnEarlierVersionIsRead: a file without keys, or with keys of a later version, says what its texts say.
func TestAnEarlierVersionIsRead(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"no keys": func(file string) string {
			return regexp.MustCompile(`"(reason|note)Keys?"`).ReplaceAllString(file, `"${1}Gone"`)
		},
		"other keys":   func(file string) string { return strings.ReplaceAll(file, `"key": "`, `"key": "later.`) },
		"no arguments": func(file string) string { return strings.ReplaceAll(file, `"args"`, `"values"`) },
	} {
		var file bytes.Buffer
		if err := WriteJSON(&file, incomplete()); err != nil {
			t.Fatal(err)
		}
		got, err := ReadJSON(strings.NewReader(change(file.String())))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := incomplete()
		if !slices.Equal(phrase.Strings(got.Reasons), phrase.Strings(want.Reasons)) || got.Reasons[0].Key() != "" {
			t.Errorf("%s: %q", name, got.Reasons)
		}
		if result, _ := got.Result("pat.unscoped"); result.Reason != phrase.Plain("the target names no pats.unscoped and the driver does not offer issuePat") {
			t.Errorf("%s: %q", name, result.Reason)
		}
		if diff := cmp.Diff(len(Gaps(want)), len(Gaps(got))); diff != "" {
			t.Errorf("%s: gaps -want +got:\n%s", name, diff)
		}
	}
}

type failingWriter struct{ after int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.after -= len(p); w.after < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestWritersReportErrors(t *testing.T) {
	for _, after := range []int{0, 50, 5000} {
		if err := WriteJSON(&failingWriter{after}, conformant()); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("JSON after %d: %v", after, err)
		}
	}
}
