package codes

import (
	"fmt"
	"testing"
)

func TestTheLastCodesAreKnownForGiven(t *testing.T) {
	g := newSeen()
	for i := range 3 * keptSeen {
		if g.check(fmt.Sprint(i)) {
			t.Fatalf("%d is taken for one that was given before", i)
		}
	}
	for _, i := range []int{3*keptSeen - 1, 2 * keptSeen} {
		if !g.check(fmt.Sprint(i)) {
			t.Errorf("%d is not known any more", i)
		}
	}
	if g.check("0") {
		t.Error("the first one is known, after three times as many as are kept")
	}
}
