package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay/reports/conformance"
)

// answersShown is how many answers are shown for one requirement, and casesNamed how many situations are named for one
// answer.
const (
	answersShown = 8
	casesNamed   = 3
)

// A family has the answers to the situations of one requirement.
type family struct {
	Situation string
	Rows      []answer
	Span      int // rows of the table
	Hidden    int // answers that are not shown
}

// An answer is one that several cases got.
type answer struct {
	Status, Errcode, Error, Cases string

	situations []string
	endpoints  []string
	count      int
}

// families groups the failure modes by requirement and answer, because hundreds of malformed requests get few answers.
func families(modes []conformance.FailureMode) []family {
	var all []family
	for _, mode := range modes {
		name, situation, _ := strings.Cut(mode.Situation, ": ")
		at := slices.IndexFunc(all, func(f family) bool { return f.Situation == name })
		if at < 0 {
			at = len(all)
			all = append(all, family{Situation: name})
		}
		all[at].add(mode, situation)
	}
	for i := range all {
		all[i].finish()
	}
	return all
}

func (f *family) add(mode conformance.FailureMode, situation string) {
	status := fmt.Sprint(mode.Status)
	at := slices.IndexFunc(f.Rows, func(a answer) bool {
		return a.Status == status && a.Errcode == mode.Errcode && a.Error == mode.Error
	})
	if at < 0 {
		at = len(f.Rows)
		f.Rows = append(f.Rows, answer{Status: status, Errcode: mode.Errcode, Error: mode.Error})
	}
	row := &f.Rows[at]
	row.count++
	if situation != "" && !slices.Contains(row.situations, situation) && len(row.situations) <= casesNamed {
		row.situations = append(row.situations, situation)
	}
	if endpoint := string(mode.Endpoint); !slices.Contains(row.endpoints, endpoint) {
		row.endpoints = append(row.endpoints, endpoint)
	}
}

func (f *family) finish() {
	slices.SortStableFunc(f.Rows, func(a, b answer) int { return cmp.Compare(b.count, a.count) })
	if len(f.Rows) > answersShown {
		f.Hidden = len(f.Rows) - answersShown
		f.Rows = f.Rows[:answersShown]
	}
	for i := range f.Rows {
		slices.Sort(f.Rows[i].endpoints)
		f.Rows[i].Cases = f.Rows[i].cases()
	}
	f.Span = len(f.Rows) + min(f.Hidden, 1)
}

// cases names the cases that got the answer, or counts them if there are many.
func (a answer) cases() string {
	where := strings.Join(a.endpoints, ", ")
	switch {
	case len(a.situations) == 0:
		return where
	case len(a.situations) > casesNamed:
		return fmt.Sprintf("%s × %d", where, a.count)
	default:
		return where + ": " + strings.Join(a.situations, "; ")
	}
}
