package transcript

import (
	"cmp"
	"slices"
)

// A span is a secret's place in a text.
type span struct {
	start, end int
	// kind and value are the secret's; value is as it reads once decoded.
	kind, value string
	// token is what is written instead; worked out from kind and value when empty.
	token string
	// encoded is set where the text holds the secret in another form: escaped, percent-encoded, base64 or hex.
	encoded bool
	// before and after are written around the token, so that a JSON text stays as it was: see fit.
	before, after string
}

// Names say which members of a text are secret wherever they stand.
type names int

const (
	anywhere  names = iota // phone and accessToken
	inRequest              // code as well
	inForm                 // the same, in a body that may be a form
)

const inResponse = anywhere // an answer's member code may be a status

// find returns what is secret in text, in order and free of overlaps. Known is the text's structure, worked out when
// nil; more are spans known besides.
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

// token returns the token of a secret that may have been learnt as another kind. The lock is held.
func (r *Redactor) token(kind, value string) string {
	if token, ok := r.secrets.tokens[value]; ok {
		return token
	}
	return r.hash(kind, value)
}

// merge sorts spans and joins those that overlap; the longer one says what stands there.
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

// plainToken is the replacement in records.
func plainToken(s span) string { return s.before + s.token + s.after }
