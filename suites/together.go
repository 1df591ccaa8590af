package suites

import (
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/unified-login/assay"
)

// abreast is how many requirements are tried at once at most. Most of them have a few exchanges in two steps, which leave the
// slots of a run empty; with more at once, the progress of the run would stand still for too long.
const abreast = 12

// company maps each entry that is tried beside others to these entries, itself included. They are neighbours in the plan, of one
// stage, except the entries that need the target for themselves.
func (s *Session) company(plan []entry) map[trialKey][]entry {
	if narrowed() {
		return nil // a neighbour may not run at all
	}
	company := map[trialKey][]entry{}
	for _, stage := range []stage{main, aftermath} {
		sociable := slices.DeleteFunc(slices.Clone(plan), func(e entry) bool {
			return e.stage != stage || !e.sociable() || !s.selected[e.requirement.ID]
		})
		for group := range slices.Chunk(sociable, abreast) {
			for _, e := range group {
				company[e.key("")] = group
			}
		}
	}
	return company
}

// sociable reports whether an entry can be tried beside others: its exchanges are those of users of its own, in an order that matters
// to these users alone. A host app is one device, on which calls follow one another.
func (e entry) sociable() bool {
	return (e.stage == main || e.stage == aftermath) && !e.apart && !e.undisturbed && len(e.requirement.On) > 0
}

// narrowed reports whether Ginkgo's own flags choose the specs.
func narrowed() bool {
	suite, _ := ginkgo.GinkgoConfiguration()
	return suite.LabelFilter != "" || len(suite.FocusStrings)+len(suite.SkipStrings)+len(suite.FocusFiles)+len(suite.SkipFiles) > 0
}

// A piece is one entry on one endpoint.
type piece struct {
	entry
	endpoint assay.Endpoint
}

// pieces lists what is tried at once for the spec of an entry on an endpoint.
func (s *Session) pieces(e entry, endpoint assay.Endpoint) []piece {
	if e.apart {
		return []piece{{e, endpoint}}
	}
	group := []entry{e}
	if e.sociable() && s.beside[e.key("")] != nil {
		group = s.beside[e.key("")]
	}
	var all []piece
	for _, e := range group {
		for _, endpoint := range e.on() {
			all = append(all, piece{e, endpoint})
		}
	}
	return all
}
