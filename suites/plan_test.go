package suites

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
)

func planOf(t *testing.T, seed uint64) []entry {
	t.Helper()
	p := &script{answer: always(accepted)}
	config := p.config(t)
	config.Seed = seed
	return begin(t, config).plan()
}

func idsOf(entries []entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.requirement.ID)
	}
	return list
}

// TestPlanIsTheRequirementSet: exactly one entry tries each requirement, except those that a load run judges.
func TestPlanIsTheRequirementSet(t *testing.T) {
	var want []string
	for _, requirement := range assay.Requirements().Requirements {
		if requirement.Chapter() != "load" {
			want = append(want, requirement.ID)
		}
	}
	var entries []entry
	main := map[string]int{}
	for _, e := range planOf(t, 1) {
		if e.alsoMain {
			main[e.requirement.ID]--
		} else {
			entries = append(entries, e)
		}
	}
	got := idsOf(entries)
	for id := range main {
		if !slices.Contains(got, id) {
			t.Errorf("%s is judged from every exchange, and has no entry of another stage", id)
		}
	}
	for _, id := range want {
		if !slices.Contains(got, id) {
			chapter, _, _ := strings.Cut(id, ".")
			t.Errorf("no spec in suites tries %s; add it to the specs of the chapter %s: README says in which file they are", id, chapter)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
}

func TestPlanEntries(t *testing.T) {
	for _, e := range planOf(t, 1) {
		if timed := e.stage == later; timed != (e.prepare != nil && e.delay != nil) || timed == (e.body != nil) {
			t.Errorf("%s: stage %d with prepare %v, delay %v, body %v", e.requirement.ID, e.stage, e.prepare != nil, e.delay != nil, e.body != nil)
		}
		if want := strings.HasPrefix(e.requirement.ID, "host."); want != slices.Equal(e.on(), []assay.Endpoint{""}) {
			t.Errorf("%s is tried on %v", e.requirement.ID, e.on())
		}
		if race := strings.HasPrefix(e.requirement.ID, "code.single-use") || e.requirement.ID == "concurrency.no-crosstalk"; race && !e.once {
			t.Errorf("%s would be retried", e.requirement.ID)
		}
	}
}

// TestPlanOrder: by stage, the longest wait last, and otherwise in the order of the seed.
func TestPlanOrder(t *testing.T) {
	one, again, other := planOf(t, 1), planOf(t, 1), planOf(t, 2)
	if diff := cmp.Diff(idsOf(one), idsOf(again)); diff != "" {
		t.Errorf("one seed, two orders (-first +second):\n%s", diff)
	}
	if slices.Equal(idsOf(one), idsOf(other)) {
		t.Error("two seeds, one order")
	}
	s := (&script{answer: always(accepted)}).session(t)
	for i := 1; i < len(one); i++ {
		before, after := one[i-1], one[i]
		if before.stage > after.stage || after.stage == later && before.stage == later && before.delay(s) > after.delay(s) {
			t.Errorf("%s comes before %s", before.requirement.ID, after.requirement.ID)
		}
	}
	today := slices.DeleteFunc(one, func(e entry) bool { return e.stage == nextDay })
	if last := today[len(today)-1].requirement.ID; last != "limits.recovery" {
		t.Errorf("the last is %s", last)
	}
}

func TestUnknownRequirement(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an entry for a requirement that is not in the set")
		}
	}()
	c := &chapter{set: assay.Requirements()}
	c.requirement("code.no-such", exchangeOne)
}
