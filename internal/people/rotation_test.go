package people

import "testing"

func TestRotationSpreadsSmallRequestsOverAllUsers(t *testing.T) {
	for _, users := range []int{1, 7, 10} {
		r, seen := NewRotation(Limits{}), map[string]int{}
		for range 10 {
			anyone := r.Next(users, 7)
			for i := range 7 {
				seen[anyone(i).UserID]++
			}
		}
		for id, n := range seen {
			if len(seen) != users || n != 70/users {
				t.Errorf("70 codes for %d users: %d for %s, one of %d users", users, n, id, len(seen))
			}
		}
	}
}

func TestRotationKeepsItsUsers(t *testing.T) {
	r := NewRotation(Limits{})
	first := r.Next(3, 3)(0)
	if again := r.Next(3, 3)(0); again != first {
		t.Errorf("%v, then %v", first, again)
	}
	if far := r.Next(maxKept+5, 1); far(maxKept+2) != r.people.At(maxKept+2) || far(maxKept+5) != first {
		t.Error("users beyond those that are kept change")
	}
}
