package engine

import (
	"strconv"
	"strings"

	"github.com/unified-login/assay/reports/phrase"
)

// A Reuse says for how long connections are used. The zero value keeps them for as long as the server does, and resumes sessions of TLS.
type Reuse struct {
	// MaxRequests is how many requests are sent on one connection; 0 is no bound.
	MaxRequests int
	// FullHandshakes makes every handshake of TLS a full one, as that of a client without a session.
	FullHandshakes bool
}

// MostRequests bounds MaxRequests.
const MostRequests = 1_000_000

// ParseReuse reads MaxRequests: reuse=false is 1, reuse=true or an empty text is no bound, and maxRequests=N is N.
func ParseReuse(text string) (maxRequests int, err error) {
	name, value, _ := strings.Cut(text, "=")
	switch name = strings.TrimSpace(name); {
	case text == "":
		return 0, nil
	case name == "reuse":
		kept, err := strconv.ParseBool(strings.TrimSpace(value))
		if err != nil {
			return 0, phrase.Failed(phrase.ReuseForm, strconv.Quote(value))
		}
		if kept {
			return 0, nil
		}
		return 1, nil
	case name == "maxRequests":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 1 || n > MostRequests {
			return 0, phrase.Failed(phrase.MaxRequestsForm, strconv.Quote(value), MostRequests)
		}
		return n, nil
	default:
		return 0, phrase.Failed(phrase.ConnectionsUnknown, strconv.Quote(text))
	}
}

// ReuseText is what [ParseReuse] reads as maxRequests.
func ReuseText(maxRequests int) string {
	switch maxRequests {
	case 0:
		return ""
	case 1:
		return "reuse=false"
	default:
		return "maxRequests=" + strconv.Itoa(maxRequests)
	}
}
