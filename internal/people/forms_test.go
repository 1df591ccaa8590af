package people

import (
	"regexp"
	"slices"
	"testing"
)

// TestForms: there is a person of each form, and a form that is dropped does not occur any more.
func TestForms(t *testing.T) {
	digits := regexp.MustCompile(`^[0-9]+$`)
	for seed := range uint64(20) {
		p := New(seed)
		before := p.At(7)
		forms := p.Forms()
		if len(forms) != int(classes) || p.At(7) != before || slices.ContainsFunc(forms, func(one Person) bool { return one.UserID == "" }) {
			t.Fatalf("seed %d: %v", seed, forms)
		}
		var refused []int
		for i, person := range forms {
			if !digits.MatchString(person.UserID) {
				refused = append(refused, i)
			}
		}
		if len(refused) != int(classes)-2 || p.Drop(refused) != len(refused) {
			t.Fatalf("seed %d: %d of %d refused", seed, len(refused), classes)
		}
		for n := range uint64(500) {
			if id := p.At(n).UserID; !digits.MatchString(id) {
				t.Fatalf("seed %d: the id %q has another form", seed, id)
			}
		}
	}
	all, none := New(1), New(1)
	if none.Drop([]int{0, 1, 2, 3, 4, 5, 6}) != 0 || none.Drop(nil) != 0 || all.At(3) != none.At(3) {
		t.Error("dropping every form, or none, has to change nothing")
	}
}
