package ledger

import "github.com/unified-login/assay/loadgen/codes"

// A Wait says what the code of an exchange went through in the buffer.
type Wait struct {
	// Age is how old it was, in steps of codes.AgeStep from 1 on; 0 if its lifetime is known, and without a code of its own.
	Age int
	// Superseded says which newer code its user had got. While Pending does not know it, it is what is possible.
	Superseded codes.Superseding
	Pending    *codes.Pending // nil where nothing is open
}

// known is the wait without what is known by now.
func (w Wait) known() Wait {
	if w.Pending == nil {
		return w
	}
	if by, known := w.Pending.Ended(); known {
		return Wait{Age: w.Age, Superseded: by}
	}
	return w
}

// waited counts refused exchanges.
func (w *Window) waited(i int, wait Wait, n int64) {
	if w.Waited[i] == nil {
		w.Waited[i] = map[Wait]int64{}
	}
	w.Waited[i][wait] += n
}

// Fold puts together the waits of which all is known by now, since each that is pending is a kind of its own.
func Fold(waits map[Wait]int64) {
	for wait, n := range waits {
		if known := wait.known(); known != wait {
			delete(waits, wait)
			waits[known] += n
		}
	}
}

// An Excuse says which codes a target refuses through no fault of its own. The zero value says none.
type Excuse struct {
	Expiry     int // the age at which codes expire: see codes.Buffer.Expiry; 0 for none
	Supersedes codes.Superseding
	Declared   bool // the target declares that newer codes end older ones
}

// Aged is how many of refused exchanges are excused: the generator had kept their codes too long.
func (e Excuse) Aged(refused map[Wait]int64) (sum int64) {
	for wait, n := range refused {
		wait = wait.known()
		if e.Supersedes > 0 && wait.Superseded >= e.Supersedes || e.Expiry > 0 && wait.Age > e.Expiry { // an exchange has a step more
			sum += n
		}
	}
	return sum
}
