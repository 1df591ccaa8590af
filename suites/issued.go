package suites

import (
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/unified-login/assay"
)

// issued are the codes that the driver gave the run for exchanges, and the PATs. A target that refuses one for the second time must not
// be blamed for that. Use [newIssued].
type issued struct {
	seed maphash.Seed

	mu    sync.Mutex
	codes map[uint64]struct{} // their digests
	pats  map[uint64]struct{}
}

func newIssued() *issued {
	return &issued{seed: maphash.MakeSeed(), codes: map[uint64]struct{}{}, pats: map[uint64]struct{}{}}
}

// A repeatedError is the error of a driver that gave a code for the second time.
type repeatedError struct{ *assay.DriverError }

// Unwrap returns the driver's error.
func (e *repeatedError) Unwrap() error { return e.DriverError }

// once remembers codes that an op gave. The error says how many of them were given before.
func (i *issued) once(op assay.Op, codes ...assay.Code) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	repeated := 0
	for _, code := range codes {
		digest := maphash.String(i.seed, code.Code)
		if _, again := i.codes[digest]; again {
			repeated++
		}
		i.codes[digest] = struct{}{}
	}
	if repeated == 0 {
		return nil
	}
	why := fmt.Sprintf("%d of %d codes were returned before; return a new code every time", repeated, len(codes))
	return &repeatedError{&assay.DriverError{Op: op, Why: why}}
}

// onePAT remembers a PAT that the driver gave. The error says that it was given before, or is one of the target file: it may have other
// scopes than were asked for, or be revoked.
func (i *issued) onePAT(pat string, named assay.PATs) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	for name, secret := range named.All() {
		if secret.Reveal() == pat {
			return &assay.DriverError{Op: assay.OpIssuePAT, Why: fmt.Sprintf("the pat is pats.%s of the target file; issue a new one every time", name)}
		}
	}
	digest := maphash.String(i.seed, pat)
	if _, again := i.pats[digest]; again {
		return &assay.DriverError{Op: assay.OpIssuePAT, Why: "the pat was returned before; issue a new one every time"}
	}
	i.pats[digest] = struct{}{}
	return nil
}

// repeats reports whether err says that the driver gave a code for the second time.
func repeats(err error) bool {
	_, ok := errors.AsType[*repeatedError](err)
	return ok
}
