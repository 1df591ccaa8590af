package assay

import (
	_ "embed" // the table is compiled in
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// A Yield is one row of the table of requirements that give way to another, so that one fault makes one accusation.
type Yield struct {
	Root    string `yaml:"root"`    // the requirement that the fault is reported under
	Because string `yaml:"because"` // why the others say nothing new
	// Situations narrow the row to violations of the root in a situation that contains one of them; none means any.
	Situations []string `yaml:"situations"`
	// Only narrows the row to violations of what follows that are all in a situation that contains one of them.
	Only []string `yaml:"only"`
	// Follows are the ids whose violation is a consequence of the root's.
	Follows []string `yaml:"follows"`
	// Routes are the ids, or patterns of ids, that leave an exchange to the root where both could judge it.
	Routes []string `yaml:"routes"`
}

//go:embed yields.yaml
var yieldsYAML []byte

// Yields returns the table, in the order in which roots are considered. The caller must not change it.
func Yields() []Yield { return yields() }

// The table is compiled in, so one that does not parse is a broken build: a panic, which the first test shows.
var yields = sync.OnceValue(func() []Yield {
	var table []Yield
	if err := yaml.UnmarshalWithOptions(yieldsYAML, &table, yaml.Strict()); err != nil {
		panic(fmt.Errorf("table of yields: %w", err))
	}
	return table
})

// Causes reports whether the row applies to a violation of its root in the given situation.
func (y Yield) Causes(situation string) bool { return contains(situation, y.Situations) }

// Covers reports whether the row applies to a violation, in the given situation, of a requirement that follows.
func (y Yield) Covers(situation string) bool { return contains(situation, y.Only) }

func contains(situation string, with []string) bool {
	return len(with) == 0 || slices.ContainsFunc(with, func(s string) bool { return strings.Contains(situation, s) })
}
