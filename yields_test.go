package assay

import (
	"slices"
	"testing"
)

// TestYieldsAgreeWithTheSet checks the table: its ids are in the set, and a requirement yields to a root at most once a row.
// A root does not follow another: the listing of one fault would depend on the order.
func TestYieldsAgreeWithTheSet(t *testing.T) {
	set := Requirements()
	var derived []string
	for _, row := range Yields() {
		derived = append(derived, row.Follows...)
	}
	for _, row := range Yields() {
		root, known := set.Find(row.Root)
		if !known {
			t.Errorf("root %s is not in %s", row.Root, set.Name)
		}
		if len(row.Follows) > 0 && slices.Contains(derived, row.Root) {
			t.Errorf("root %s follows another root", row.Root)
		}
		if row.Because == "" || len(row.Follows)+len(row.Routes) == 0 {
			t.Errorf("root %s: a row needs because, and follows or routes", row.Root)
		}
		if known && len(row.Follows) > 0 && root.Level != Must {
			t.Errorf("root %s is a %s: its waiver would cover more than its violation says", row.Root, root.Level)
		}
		if !isSet(row.Follows) || !isSet(row.Routes) || slices.ContainsFunc(row.Follows, func(id string) bool { return slices.Contains(row.Routes, id) }) {
			t.Errorf("root %s names a requirement twice", row.Root)
		}
		for _, id := range row.Follows {
			if _, known := set.Find(id); !known {
				t.Errorf("%s follows %s, but is not in %s", id, row.Root, set.Name)
			}
		}
		for _, pattern := range row.Routes {
			if _, err := set.Select(pattern); err != nil {
				t.Errorf("routes of %s: %v", row.Root, err)
			}
		}
	}
}

func TestYieldIsNarrowedBySituations(t *testing.T) {
	anywhere, narrowed := Yield{}, Yield{Situations: []string{"a second time"}, Only: []string{"a second time"}}
	for situation, want := range map[string]bool{"a second time": true, "a second time, API server 2": true, "a third time": false, "": false} {
		if !anywhere.Causes(situation) || !anywhere.Covers(situation) {
			t.Errorf("%q is not in a row without situations", situation)
		}
		if narrowed.Causes(situation) != want || narrowed.Covers(situation) != want {
			t.Errorf("%q: %v and %v", situation, narrowed.Causes(situation), narrowed.Covers(situation))
		}
	}
}
