// Package harm says what the violation of a requirement does to a user or to a service, in English and Chinese.
package harm

import (
	_ "embed" // the table is compiled in
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

// A Harm is what the violation of a requirement does to a user or to a service, in a sentence.
type Harm struct {
	ID      string `yaml:"id"` // of the requirement
	English string `yaml:"en"`
	Chinese string `yaml:"zh"`
	rank    int
}

//go:embed harms.yaml
var harmsYAML []byte

// Of returns the harm of a requirement; false for one whose violation is a matter of form.
func Of(id string) (Harm, bool) {
	harm, known := harms()[id]
	return harm, known
}

// Rank orders requirements by their harm, the worst first: 0 for the worst kind. A requirement without one comes last.
func Rank(id string) int {
	if harm, known := harms()[id]; known {
		return harm.rank
	}
	return len(harms())
}

// The table is compiled in, so one that does not parse is a broken build: a panic, which the first test shows.
var harms = sync.OnceValue(func() map[string]Harm {
	var kinds []struct {
		Kind  string `yaml:"kind"`
		Harms []Harm `yaml:"harms"`
	}
	if err := yaml.UnmarshalWithOptions(harmsYAML, &kinds, yaml.Strict()); err != nil {
		panic(fmt.Errorf("table of harms: %w", err))
	}
	all := map[string]Harm{}
	for rank, kind := range kinds {
		for _, harm := range kind.Harms {
			harm.rank = rank
			all[harm.ID] = harm
		}
	}
	return all
})

// IDs lists the requirements that have a harm, in alphabetical order.
func IDs() []string { return slices.Sorted(maps.Keys(harms())) }
