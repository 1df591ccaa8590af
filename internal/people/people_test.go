package people_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay/internal/people"
)

func TestPeopleAreDeterministic(t *testing.T) {
	a, b := people.New(42), people.New(42)
	for n := range uint64(100) {
		person := a.Any()
		if diff := cmp.Diff(person, b.Any()); diff != "" {
			t.Fatalf("person %d (-a +b):\n%s", n, diff)
		}
		if diff := cmp.Diff(person, b.At(n)); diff != "" {
			t.Fatalf("At(%d) (-Any +At):\n%s", n, diff)
		}
	}
	if one, other := people.New(1).Any(), people.New(2).Any(); one.UserID == other.UserID || one.Phone == other.Phone {
		t.Errorf("two seeds give one person: %+v, %+v", one, other)
	}
}

func TestAnyNeverRepeats(t *testing.T) {
	supply := people.New(9)
	var seen sync.Map
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 500 {
				if id := supply.Any().UserID; id != "" {
					if _, again := seen.LoadOrStore(id, true); again {
						t.Errorf("%s twice", id)
					}
				}
			}
		})
	}
	group.Wait()
}
