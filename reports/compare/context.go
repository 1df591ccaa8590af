package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// noteContext notes what differs around the runs: the tags of the sides, and the machines that the runs were made on. Neither decides
// anything: a tag often names what is compared.
func (c *Comparison) noteContext(a, b []benchmark.Report) {
	var names []string
	for _, run := range slices.Concat(a, b) {
		names = append(names, slices.Collect(maps.Keys(run.Tags))...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if in, other := tagOf(a, name), tagOf(b, name); in != other || strings.Contains(in, ", ") {
			c.Notes = append(c.Notes, phrase.Say(phrase.CompareTag, name, in, other))
		}
	}
	var machines []string
	for _, run := range slices.Concat(a, b) {
		if m := run.Generator.Machine; m != nil && !slices.Contains(machines, m.String()) {
			machines = append(machines, m.String())
		}
	}
	if len(machines) > 1 {
		c.Notes = append(c.Notes, phrase.Say(phrase.CompareMachines, strings.Join(machines, "; ")))
	}
}

// tagOf are the values of a tag in the runs of a side, each once; a dash stands for none.
func tagOf(runs []benchmark.Report, name string) string {
	var values []string
	for _, run := range runs {
		value := run.Tags[name]
		if value == "" {
			value = "—"
		}
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return strings.Join(values, ", ")
}
