package people_test

import (
	"regexp"
	"slices"
	"strconv"
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

// mobile is a strict validator of Chinese mobile numbers.
var mobile = regexp.MustCompile(`^1(3\d|5[0-35-9]|8\d|9[0-35-9])0000\d{4}$`)

func TestPhonesAreWellFormedAndDistinct(t *testing.T) {
	supply, phones := people.New(7), make([]uint64, 380_000)
	for n := range phones {
		phone := supply.At(uint64(n)).Phone
		if n < 10_000 && !mobile.MatchString(phone) {
			t.Fatalf("person %d: phone %q", n, phone)
		}
		var err error
		if phones[n], err = strconv.ParseUint(phone, 10, 64); err != nil {
			t.Fatalf("person %d: %v", n, err)
		}
	}
	slices.Sort(phones)
	for i, phone := range phones[1:] {
		if phone == phones[i] {
			t.Fatalf("phone %d twice", phone)
		}
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
