package codes

import (
	"fmt"
	"testing"
)

func TestRecentCodesAreSeen(t *testing.T) {
	s := newSeen()
	for i := range 3 * keptSeen {
		if s.check(fmt.Sprint(i)) {
			t.Fatalf("%d counts as seen", i)
		}
	}
	for _, i := range []int{3*keptSeen - 1, 2 * keptSeen} {
		if !s.check(fmt.Sprint(i)) {
			t.Errorf("%d is forgotten", i)
		}
	}
	if s.check("0") {
		t.Error("the first code is still known after three times keptSeen")
	}
}
