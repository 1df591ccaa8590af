package codes

// Findings are counted of logins as a ledger does.
type findings struct {
	certain   int
	suspected map[Suspicion]int
}

func newFindings() *findings { return &findings{suspected: map[Suspicion]int{}} }

func (t *findings) take(found Finding) {
	if !found.Own {
		t.certain++
	} else if found.Suspicion != 0 {
		t.suspected[found.Suspicion]++
	}
	for _, one := range found.Retracted {
		t.suspected[one.Of]--
	}
}

// wrong is how many answers were another user's.
func (t *findings) wrong(u *Users) int {
	sum := t.certain
	for of, n := range t.suspected {
		if of&u.Proven()[0] != 0 {
			sum += n
		}
	}
	return sum
}
