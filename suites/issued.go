package suites

import (
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/unified-login/assay"
)

// issued are the codes that the driver gave the run for exchanges. A target that refuses one for the second time must not be blamed
// for that. Use [newIssued].
type issued struct {
	seed maphash.Seed

	mu    sync.Mutex
	codes map[uint64]struct{} // their digests
}

func newIssued() *issued { return &issued{seed: maphash.MakeSeed(), codes: map[uint64]struct{}{}} }

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

// repeats reports whether err says that the driver gave a code for the second time.
func repeats(err error) bool {
	_, ok := errors.AsType[*repeatedError](err)
	return ok
}
