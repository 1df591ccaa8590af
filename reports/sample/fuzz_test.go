package sample_test

import (
	"bytes"
	"io"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/badge"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/junit"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
)

// FuzzReports fills reports with one text and one number, and lists with length items. A file that is accepted is rendered as
// text; one that is not is an error of one line.
func FuzzReports(f *testing.F) {
	for i, text := range []string{"", "`", " ` ", "``|`", "\\|", "|\n# x", "<b>]]>&", "\x00\x1b[31m\u202e\xff", "::error::%0A", "javascript:x()", "https://e.example/\"'"} {
		f.Add(text, []float64{0, 5e-324, 1e-9, 1, 1e9, 1e15}[i%6], int64(i*i*i), uint8(i))
	}
	f.Add("x", 1.0, int64(math.MinInt64), uint8(11))
	f.Add("x", -1.0, int64(1e15), uint8(2))
	f.Add("x", math.MaxFloat64, int64(1e15), uint8(3))
	f.Add("x", 1e15, int64(1e15), uint8(2))
	f.Fuzz(func(t *testing.T, text string, number float64, count int64, length uint8) {
		fill := filler{text, number, count, int(length % 12)}
		in := messages.For(messages.Languages()[length%2])
		var load benchmark.Report
		fill.value(reflect.ValueOf(&load).Elem())
		load.Schema = benchmark.SchemaName
		if read, ok := again(t, load, benchmark.WriteJSON, benchmark.ReadJSON); ok {
			renderLoad(t, in, read)
		}
		var report conformance.Report
		fill.value(reflect.ValueOf(&report).Elem())
		report.Schema = conformance.SchemaName
		if read, ok := again(t, report, conformance.WriteJSON, conformance.ReadJSON); ok {
			renderRun(t, in, read)
		}
	})
}

// again writes a report and reads it; false if one of them fails.
func again[R any](t *testing.T, report R, write func(io.Writer, R) error, read func(io.Reader) (R, error)) (R, bool) {
	var file bytes.Buffer
	if write(&file, report) != nil {
		return report, false // JSON has no NaN
	}
	got, err := read(&file)
	if err != nil && (len(err.Error()) > 400 || bytes.ContainsAny([]byte(err.Error()), "\n\x1b\x00")) {
		t.Errorf("an error of %d bytes: %.400q", len(err.Error()), err)
	}
	return got, err == nil
}

func renderLoad(t *testing.T, in messages.Printer, report benchmark.Report) {
	unharmed(t, "benchmark.html", unharmedPage, func(w io.Writer) error { return page.WriteBenchmark(w, in, report, sample.LoadEvidence(report)) })
	unharmed(t, "summary.md", legibleMarkdown, func(w io.Writer) error { return markdown.WriteBenchmark(w, in, report) })
	unharmed(t, "junit.xml", unharmedXML, func(w io.Writer) error { return junit.Write(w, report.Seconds(), junit.Benchmark(report)) })
	unharmed(t, "annotations", unharmedAnnotations, func(w io.Writer) error { return annotations.WriteBenchmark(w, in, report) })
	unharmed(t, "comparison", func(*testing.T, string) {}, func(w io.Writer) error {
		later := report
		later.Started = report.Started.Add(time.Second) // a run is not compared with itself
		c, err := compare.New([]benchmark.Report{report}, []benchmark.Report{later, later}, compare.Options{Tolerance: 0.05})
		if err != nil {
			_, err = io.WriteString(w, err.Error())
			return err
		}
		return console.WriteCompare(w, c)
	})
}

func renderRun(t *testing.T, in messages.Printer, report conformance.Report) {
	unharmed(t, "report.html", unharmedPage, func(w io.Writer) error { return page.WriteConformance(w, in, report, page.Evidence{}) })
	unharmed(t, "summary.md", legibleMarkdown, func(w io.Writer) error { return markdown.WriteConformance(w, in, report) })
	unharmed(t, "junit.xml", unharmedXML, func(w io.Writer) error { return junit.Write(w, report.Seconds, junit.Conformance(report)) })
	unharmed(t, "annotations", unharmedAnnotations, func(w io.Writer) error { return annotations.WriteConformance(w, in, report) })
	unharmed(t, "badge.svg", unharmedXML, func(w io.Writer) error { return badge.WriteConformance(w, in, report) })
	m := matrix.New([]matrix.Source{{File: "a", Report: report}, {File: "b", Report: report}})
	unharmed(t, "matrix.html", unharmedPage, func(w io.Writer) error { return page.WriteMatrix(w, in, m) })
	unharmed(t, "matrix.md", legibleMarkdown, func(w io.Writer) error { return markdown.WriteMatrix(w, in, m) })
}

func unharmed(t *testing.T, name string, check func(*testing.T, string), write func(io.Writer) error) {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	printable(t, out.String())
	check(t, out.String())
	if t.Failed() {
		t.Fatal(name)
	}
}

// legibleMarkdown checks that every row of a table has as many cells as its head, whatever they contain.
func legibleMarkdown(t *testing.T, text string) {
	t.Helper()
	columns := 0
	for line := range bytes.Lines([]byte(text)) {
		cells := bytes.Count(bytes.ReplaceAll(line, []byte(`\|`), nil), []byte("|"))
		switch {
		case line[0] != '|':
			columns = 0
		case columns == 0:
			columns = cells
		case cells != columns:
			t.Errorf("a row of %d bars, want %d: %.200q", cells, columns, line)
		}
	}
}

// A filler fills values: every text, number and count with the same one, every list with length items.
type filler struct {
	text   string
	number float64
	count  int64
	length int
}

func (f filler) value(v reflect.Value) {
	switch v.Interface().(type) { // reports with unknown values are refused
	case assay.Verdict:
		v.SetString(string(assay.Verdicts()[f.length%len(assay.Verdicts())]))
		return
	case assay.Level:
		v.SetString(string(assay.Should))
		return
	case conformance.Outcome:
		v.SetString(string(conformance.Nonconformant))
		return
	case benchmark.Outcome:
		v.SetString(string([]benchmark.Outcome{benchmark.Violated, benchmark.Incorrect, benchmark.Errored}[f.length%3]))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text)
	case reflect.Float64:
		v.SetFloat(f.number)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.count)
	case reflect.Bool:
		v.SetBool(f.length%2 == 0)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.value(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), f.length, f.length))
		for i := range f.length {
			f.value(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		one := reflect.New(v.Type().Elem()).Elem()
		f.value(one)
		v.SetMapIndex(reflect.ValueOf(f.text), one)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.value(v.Field(i))
			}
		}
	}
}
