package sample

import (
	"reflect"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// Mark is a word of every hostile text; where it must not be, a text has escaped.
const Mark = "ESCAPED"

// Hostile texts, by the format that each attacks.
const (
	markup = `"'></code></pre></bdi></title></style></script><script>` + Mark + `()</script><img src=//evil.example/` + Mark +
		` onerror=` + Mark + `()>]]>--><!--<b>&amp;&#60;`
	link     = "javascript:" + Mark + "()//https://evil.example"
	terminal = "\x1b[2J\x1b]0;" + Mark + "\a\x1b[31m\r\n\x00\x7f\u009b1m\u202e" + Mark + "\u2066\u200b\ufeff\xff\xfe\ufffe\U000e0041"
	markdown = "\n# " + Mark + "\n``` " + Mark + " ````\n| a | b |\n@" + Mark + " #1 [" + Mark + "](" + link + ") ![x](//evil.example) *" +
		Mark + "* ~~~\n<details>\n"
	workflow = "\n::error::" + Mark + "\n##[error]" + Mark + "\n::set-env name=A::" + Mark + " %0A::warning::" + Mark
)

// Hostile is a run in which every text is hostile, except the words without which a report is refused. One text has ten
// megabytes.
func Hostile() Run {
	run := Nonconformant()
	for i := range run.Report.Requirements { // they share these with the requirement set
		result := &run.Report.Requirements[i]
		result.Profiles, result.Needs = slices.Clone(result.Profiles), slices.Clone(result.Needs)
	}
	spoil := spoiler()
	corrupt(reflect.ValueOf(&run.Report).Elem(), spoil)
	for i := range run.Records {
		corrupt(reflect.ValueOf(&run.Records[i]).Elem(), spoil)
		run.Records[i].ID = []string{run.Records[i].ID, spoil("")}[i%2]
	}
	// Findings name existing exchanges, so that those are shown, and have texts that are too long.
	named := 0
	for i := range run.Report.Requirements {
		for j := range run.Report.Requirements[i].Findings {
			finding := &run.Report.Requirements[i].Findings[j]
			finding.Exchanges = append(finding.Exchanges, run.Records[named].ID, run.Records[named+1].ID)
			finding.Actual += endless()
			named += 2
		}
	}
	run.Report.Schema = conformance.SchemaName
	return run
}

// HostileLoad is a load run in which every text is hostile.
func HostileLoad() benchmark.Report {
	report := Load()
	report.Outcome, report.Reasons = benchmark.Violated, []phrase.Phrase{phrase.Say(phrase.LevelMissed, "", ""), {}, {}, {}, {}, {}}
	report.Notes, report.Error = slices.Clone(report.Reasons), phrase.Plain(" ")
	report.SLO = append(report.SLO, benchmark.Level{}, benchmark.Level{}, benchmark.Level{Needs: 1})
	report.NoiseFloor.Below = []string{"p50", "p99"}
	report.Plan.Stages = []benchmark.PlanStage{{Name: "calm", Shape: "constant", Rate: 5, Duration: 5}}
	report.ByStage = []benchmark.StageFigures{{Name: "calm", Seconds: 5, Response: report.Response}}
	for range 12 {
		report.Errors = append(report.Errors, report.Errors[0])
	}
	for i := range report.Errors {
		report.Errors[i].Exchanges = []string{"x-000001", "x-000002"}
	}
	corrupt(reflect.ValueOf(&report).Elem(), spoiler())
	report.Reasons[0] = phrase.Say(phrase.LevelMissed, endless(), endless())
	report.Errors[1].Reason += endless()
	report.Requirements[0].Reason = phrase.Plain(endless())
	report.SLO[0].Expression += endless()
	report.Command += endless()
	report.ByStage[0].Name += endless()
	report.Generator.Machine.CPU += endless()
	report.Tags["endless"] = endless()
	report.Implementation.Product += endless()
	report.Schema = benchmark.SchemaName
	return report
}

// spoiler puts all hostile texts before a text, beginning with each of them in turn.
func spoiler() func(string) string {
	n := 0
	return func(s string) string {
		n++
		first := []string{link, markup, terminal, markdown, workflow}
		return first[n%len(first)] + markup + terminal + markdown + workflow + s
	}
}

// endless is ten megabytes.
func endless() string { return strings.Repeat(markup, 10<<20/len(markup)) }

// corrupt replaces every string in v, except of the types whose unknown values are refused.
func corrupt(v reflect.Value, spoil func(string) string) {
	switch value := v.Interface().(type) {
	case phrase.Phrase:
		v.Set(reflect.ValueOf(value.Map(spoil)))
		return
	case assay.Verdict, assay.Level, conformance.Outcome, benchmark.Outcome:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(spoil(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			corrupt(v.Elem(), spoil)
		}
	case reflect.Slice:
		for i := range v.Len() {
			corrupt(v.Index(i), spoil)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				corrupt(v.Field(i), spoil)
			}
		}
	case reflect.Map: // headers
		for _, key := range v.MapKeys() {
			values := reflect.New(v.Type().Elem()).Elem()
			values.Set(v.MapIndex(key))
			corrupt(values, spoil)
			v.SetMapIndex(key, reflect.Value{})
			v.SetMapIndex(reflect.ValueOf(spoil(key.String())), values)
		}
	}
}
