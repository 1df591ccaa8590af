// Package told has the errors of the contract and of what is below it, which the user sees and which have a key: package
// phrase has their Chinese by it. Start with [Failed].
package told

import (
	"fmt"

	"github.com/unified-login/assay/internal/words"
)

// A Key names a sentence. See package phrase, whose keys these are as well.
type Key string

// An Error is a sentence with its arguments: strings, ints, lists of strings, and errors.
type Error struct {
	Key  Key
	Args []any
}

// Failed is the error of a key. The first error among args is its cause.
func Failed(key Key, args ...any) error { return &Error{key, args} }

// Error implements error, in English.
func (e *Error) Error() string {
	said := make([]any, len(e.Args))
	for i, arg := range e.Args {
		said[i] = arg
		if names, ok := arg.([]string); ok {
			said[i] = words.List(names)
		}
	}
	return fmt.Sprintf(Texts()[e.Key], said...)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	for _, arg := range e.Args {
		if err, ok := arg.(error); ok {
			return err
		}
	}
	return nil
}
