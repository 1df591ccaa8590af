// Package remarks says in one way, for every kind of run, what its reader has to know of the servers.
package remarks

import (
	"strings"

	"github.com/unified-login/assay/reports/phrase"
)

// Server says of an API server what changed during a run: how many requests met the end of a connection that was closed without a
// word, and which addresses and certificates it had.
func Server(name string, lost int64, addresses, certificates []string) (notes []phrase.Phrase) {
	if lost > 0 {
		notes = append(notes, phrase.Say(phrase.ClosesUnsaid, name, lost))
	}
	if len(addresses) > 1 {
		notes = append(notes, phrase.Say(phrase.AddressChanged, name, strings.Join(addresses, ", ")))
	}
	if len(certificates) > 1 {
		notes = append(notes, phrase.Say(phrase.CertificateNew, name, strings.Join(certificates, ", ")))
	}
	return notes
}
