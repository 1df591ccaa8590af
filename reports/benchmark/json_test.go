package benchmark

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay/internal/schematest"
)

func reports() map[string]Report {
	floor := ran()
	floor.NoiseFloor = &NoiseFloor{Ceiling: 80000, Response: floor.Response, Service: floor.Service, Lateness: floor.Lateness}
	return map[string]Report{"passed": passed(), "broken": broken(), "searched": searched(), "closed": closed(),
		"unreached": unreached(), "with a floor": Conclude(floor)}
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
		for i := range report.Errors { // JSON carries nothing but UTF-8
			report.Errors[i].Errcode = strings.ReplaceAll(report.Errors[i].Errcode, "\xff\xfe", "\ufffd\ufffd")
		}
		if diff := cmp.Diff(report, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		if diff := cmp.Diff(got, Conclude(got)); diff != "" {
			t.Errorf("%s: read back, it comes to something else: %s", name, diff)
		}
	}
}

func TestTheSchemaRefuses(t *testing.T) {
	schematest.Refuses(t, schematest.Compile(t, Schema()), passed(), map[string]func(map[string]any){
		"another version": func(r map[string]any) { r["schema"] = "assay.benchmark/2" },
		"no outcome":      func(r map[string]any) { delete(r, "outcome") },
		"a new outcome":   func(r map[string]any) { r["outcome"] = "great" },
		"a new shape":     func(r map[string]any) { r["plan"].(map[string]any)["shape"] = "zigzag" },
		"a new mix":       func(r map[string]any) { r["plan"].(map[string]any)["mix"].(map[string]any)["noise"] = 1 },
		"less than none":  func(r map[string]any) { r["exchanges"].(map[string]any)["sent"] = -1 },
		"no percentile":   func(r map[string]any) { delete(r["response"].(map[string]any), "p99") },
		"null for a list": func(r map[string]any) { r["timeline"] = nil },
		"no time":         func(r map[string]any) { r["started"] = "yesterday" },
	})
}

// The schema lets members through that it does not know, so this is what notices one that was forgotten.
func TestTheSchemaNamesEveryMember(t *testing.T) {
	schematest.Members(t, Schema(), map[string]any{
		"properties":                                          Report{},
		"properties suite properties":                         Suite{},
		"properties implementation properties":                begun().Implementation,
		"properties target properties":                        Target{},
		"properties plan properties":                          Plan{},
		"properties throughput properties":                    Throughput{},
		"properties compared items properties":                Compared{},
		"properties distribution properties":                  Distribution{},
		"properties slo items properties":                     Level{},
		"properties timeline items properties":                Second{},
		"properties errors items properties":                  ErrorCount{},
		"properties generator properties":                     Generator{},
		"properties generator properties delay properties":    Delay{},
		"properties generator properties codes properties":    Codes{},
		"properties warmUp properties":                        WarmUp{},
		"properties search properties":                        Search{},
		"properties search properties steps items properties": Step{},
		"properties noiseFloor properties":                    NoiseFloor{},
		"properties requirements items properties":            Requirement{},
		"$defs exchanges properties":                          Exchanges{},
		"$defs endpoint properties":                           EndpointFigures{},
		"$defs times properties":                              Times{},
		"$defs points items properties":                       Point{},
	})
}

func TestReadJSONTellsWhatIsWrong(t *testing.T) {
	var file bytes.Buffer
	if err := WriteJSON(&file, passed()); err != nil {
		t.Fatal(err)
	}
	whole := strings.TrimSpace(file.String())
	for name, test := range map[string]struct{ file, want string }{
		"empty":         {" \n", "benchmark report: the file is empty"},
		"cut off":       {whole[:len(whole)/2], "benchmark report: the file is cut off after"},
		"one byte less": {whole[:len(whole)-1], "benchmark report: the file is cut off after"},
		"no JSON":       {"hello", "benchmark report: invalid JSON at byte 1"},
		"and more":      {whole + "{}", "benchmark report: invalid JSON at byte"},
		"no schema":     {"{}", "benchmark report: it has no member schema"},
		"another kind":  {`{"schema":"assay.conformance/1"}`, `benchmark report: unknown schema "assay.conformance/1"; this version reads assay.benchmark/1`},
		"another":       {`{"schema":"assay.benchmark/2","plan":"x"}`, `benchmark report: unknown schema "assay.benchmark/2"`},
		"a list":        {"[]", "benchmark report: it is a list; expected an object"},
		"no outcome":    {`{"schema":"assay.benchmark/1"}`, `benchmark report: unknown outcome ""`},
		"an outcome":    {strings.Replace(whole, `"outcome": "pass"`, `"outcome": "<b>"`, 1), `benchmark report: unknown outcome "<b>"`},
		"a verdict":     {strings.Replace(whole, `"verdict": "pass"`, `"verdict": "fine"`, 1), `benchmark report: requirement "load.identity": unknown verdict "fine"`},
		"of a step":     {`{"schema":"assay.benchmark/1","outcome":"pass","search":{"steps":[{"outcome":"x"}]}}`, `benchmark report: search: unknown outcome "x"`},
		"a number":      {strings.Replace(whole, `"sent": `, `"sent": -`, 1), "benchmark report: exchanges.sent is -60600; expected a number from 0 to 1e15"},
		"a wrong type":  {`{"schema":"assay.benchmark/1","plan":"x"}`, "benchmark report: plan is a string; expected an object"},
	} {
		_, err := ReadJSON(strings.NewReader(test.file))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, not %q", name, err, test.want)
		}
	}
	if _, err := ReadJSON(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a reader's error is lost: %v", err)
	}
	if _, err := ReadJSON(strings.NewReader(`{"schema":"assay.benchmark/1","outcome":"pass","later":1}`)); err != nil {
		t.Errorf("an unknown member: %v", err)
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
	for _, after := range []int{0, 50, 500} {
		if err := WriteJSON(&failingWriter{after}, passed()); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("JSON after %d: %v", after, err)
		}
	}
}
