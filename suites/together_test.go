package suites

import (
	"slices"
	"testing"

	"github.com/unified-login/assay"
)

// TestCompany: every requirement is tried in one group at most, with no more others than are allowed, and those that need the
// target or the driver for themselves in none. Requirements that are not selected take no place.
func TestCompany(t *testing.T) {
	p := &script{answer: always(accepted)}
	config := p.config(t)
	config.Skip = []string{"pat.exact"}
	s := begin(t, config)
	plan := s.plan()
	company := s.company(plan)
	for _, e := range plan {
		group := company[e.key("")]
		if e.stage != main && e.stage != aftermath {
			continue
		}
		alone := e.apart || e.undisturbed || len(e.requirement.On) == 0 || e.requirement.ID == "pat.exact"
		if alone != (group == nil) || len(group) > abreast {
			t.Errorf("%s is tried with %q", e.requirement.ID, idsOf(group))
		}
		for _, other := range group {
			if !slices.Equal(idsOf(company[other.key("")]), idsOf(group)) || other.stage != e.stage {
				t.Errorf("%s is tried with %s, and not the other way round", e.requirement.ID, other.requirement.ID)
			}
		}
	}
	if len(company) < abreast {
		t.Errorf("%d requirements are tried together", len(company))
	}
}

// TestPieces: a spec tries its group on every endpoint, but a race or a record of the same requirement only itself.
func TestPieces(t *testing.T) {
	s := begin(t, (&script{answer: always(accepted)}).config(t))
	one, other := s.plan()[0], s.plan()[1]
	one.requirement.On, other.requirement.On = assay.Endpoints(), assay.Endpoints()
	one.stage, one.apart, one.undisturbed = main, false, false
	s.beside = map[trialKey][]entry{one.key(""): {one, other}}
	if got := s.pieces(one, assay.Login); len(got) != 2*len(assay.Endpoints()) || got[0].requirement.ID != one.requirement.ID {
		t.Errorf("%d pieces: %+v", len(got), got)
	}
	judged := one
	judged.stage = record
	if got := s.pieces(judged, assay.Login); len(got) != len(assay.Endpoints()) {
		t.Errorf("%d pieces of a record: %+v", len(got), got)
	}
	one.apart = true
	if got := s.pieces(one, assay.Login); len(got) != 1 || got[0].endpoint != assay.Login {
		t.Errorf("%d pieces of a race: %+v", len(got), got)
	}
}
