package transcript

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
	// before and after are written around the token, to keep a JSON text as valid as it was: see fit.
	before, after string
}

// names say which members of a text are secret.
type names int

const (
	anywhere  names = iota // phone and accessToken
	inRequest              // code as well
	inForm                 // as inRequest, in a body that may be a form
)

const inResponse = anywhere // an answer's member code may be a status

// find returns the secrets in text, in order and without overlaps. known is the structure of text; nil computes it. more are
// further spans.
func (r *Redactor) find(text []byte, members names, known *structure, more ...span) []span {
	if known == nil {
		known = structureOf(text, members)
	}
	found := slices.Concat(known.spans, more)
	r.mu.RLock()
	defer r.mu.RUnlock()
	found = r.secrets.search(text, found, members)
	if len(found) == 0 {
		return nil
	}
	if known.json != nil {
		found = known.json.fit(found)
	}
	found = merge(found)
	for i, s := range found {
		if s.token == "" {
			found[i].token = r.token(s.kind, s.value)
		}
	}
	return found
}

// token returns the token of a secret, which may have been learnt as another kind. The caller holds the lock.
func (r *Redactor) token(kind, value string) string {
	if token, ok := r.secrets.tokens[value]; ok {
		return token
	}
	return r.hash(kind, value)
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

// render writes text with every span replaced.
func render(text []byte, spans []span, replacement func(span) string) []byte {
	out := make([]byte, 0, len(text))
	at := 0
	for _, s := range spans {
		out = append(append(out, text[at:s.start]...), replacement(s)...)
		at = s.end
	}
	return append(out, text[at:]...)
}

// plainToken is the replacement of a span in records.
func plainToken(s span) string { return s.before + s.token + s.after }
