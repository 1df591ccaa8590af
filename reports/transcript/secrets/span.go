package secrets

import (
	"cmp"
	"slices"
)

// A span is the place of a secret in a text.
type span struct {
	start, end int
	// kind and value are of the secret; value is decoded.
	kind, value string
	// token replaces the secret; if empty, it is computed from kind and value.
	token string
	// encoded is set if the secret is escaped, percent-encoded, in base64 or in hex.
	encoded bool
	// changed is set if the secret was changed in a way that is not an encoding of its bytes: see loose.go.
	changed bool
	// before and after are written around the token, to keep a JSON text as valid as it was: see fit.
	before, after string
}

// merge sorts spans and joins those that overlap; the longer one determines the token.
func merge(spans []span) []span {
	slices.SortStableFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	merged := spans[:0]
	for _, s := range spans {
		if len(merged) == 0 || s.start >= merged[len(merged)-1].end {
			merged = append(merged, s)
			continue
		}
		last := &merged[len(merged)-1]
		start, end := last.start, max(last.end, s.end)
		if s.end-s.start >= last.end-last.start {
			*last = s
		}
		last.start, last.end = start, end
	}
	return merged
}
