// Package remarks says in one way, for every kind of run, what its reader has to know of the servers.
package remarks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
)

// Server says of an API server what changed during a run: how many requests met the end of a connection that was closed without a
// word, and which addresses and certificates it had. It also says how the server was reached.
func Server(name string, lost int64, addresses, certificates []string, way reach.Way) (notes []phrase.Phrase) {
	notes = reached(name, way)
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

// most is how many addresses of a server are named: a name may have hundreds.
const most = 8

func some(addresses []string) string {
	if len(addresses) > most {
		return fmt.Sprintf("%s, … (%d)", strings.Join(addresses[:most], ", "), len(addresses))
	}
	return strings.Join(addresses, ", ")
}

// reached says how a server was reached, as far as that is not plain.
func reached(name string, way reach.Way) (notes []phrase.Phrase) {
	if way.Insecure {
		notes = append(notes, phrase.Say(phrase.AnyCertificate, name))
	}
	if way.Proxy != "" {
		notes = append(notes, phrase.Say(phrase.BehindProxy, name, way.Proxy))
	}
	if way.PriorKnowledge {
		notes = append(notes, phrase.Say(phrase.PriorKnowledge, name))
	}
	if way.Certificate {
		notes = append(notes, phrase.Say(phrase.ShownCertificate, name))
	}
	if len(way.Headers) > 0 {
		notes = append(notes, phrase.Say(phrase.FurtherHeaders, name, strings.Join(way.Headers, ", ")))
	}
	if len(way.Addresses) > 1 {
		notes = append(notes, phrase.Say(phrase.AddressesSpread, name, some(way.Addresses)))
	}
	dead := slices.Sorted(maps.Keys(way.Dead))
	for _, address := range dead[:min(len(dead), most)] {
		notes = append(notes, phrase.Say(phrase.AddressDead, address, name, way.Dead[address]))
	}
	return notes
}
