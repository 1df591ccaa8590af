package secrets

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/rawjson"
)

// contract are the words that an answer is judged by; they are never redacted.
var contract = map[string]bool{
	"error": true, "errcode": true, "data": true, "traceid": true, "openId": true, "unionId": true, "channel": true,
	"phone": true, "accessToken": true, "appId": true, "code": true, assay.OK: true,
}

// identityDepth is the depth of the identity in an answer, a member of data.
const identityDepth = 2

// fit restricts spans to what may change in a JSON text without a change of its judgement: the inside of strings, whole
// numbers, and what is not JSON. Brackets, commas, colons and quotes stay where they are.
func (l *lexer) fit(spans []span) []span {
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	kept := make([]span, 0, len(spans))
	at := 0
	for _, s := range spans {
		if s.end > l.end { // the text after the JSON value is not judged
			rest := s
			rest.start = max(s.start, l.end)
			kept, s.end = append(kept, rest), l.end
		}
		s.start = max(s.start, l.start)
		for at < len(l.literals) && l.literals[at].end <= s.start {
			at++
		}
		kept = l.pieces(s, l.literals[at:], kept)
	}
	return kept
}

// pieces appends the parts of s that may change. literals end after s begins; nearly always the first one contains s.
func (l *lexer) pieces(s span, literals []literal, kept []span) []span {
	from := s.start
	for _, in := range literals {
		if in.start >= s.end {
			break
		}
		kept = l.garbage(s, from, in.start, kept)
		inside := s
		inside.start, inside.end = max(s.start, in.start), min(s.end, in.end)
		if inside.start < inside.end {
			kept = l.inside(inside, in, kept)
		}
		from = in.end
	}
	return l.garbage(s, from, s.end, kept)
}

// garbage appends the parts of s in text[from:to], outside of literals, that are not JSON.
func (l *lexer) garbage(s span, from, to int, kept []span) []span {
	for from < to {
		if bytes.IndexByte([]byte("{}[],:\" \t\r\n"), l.text[from]) >= 0 {
			from++
			continue
		}
		size := bytes.IndexAny(l.text[from:to], "{}[],:\" \t\r\n")
		if size < 0 {
			size = to - from
		}
		s.start, s.end = from, from+size
		kept = append(kept, s)
		from += size
	}
	return kept
}

// inside appends s, which is within the literal in, widened to whole numbers and whole escapes.
func (l *lexer) inside(s span, in literal, kept []span) []span {
	content := l.text[in.start:in.end]
	switch {
	case in.number:
		s.start, s.end = in.start, in.end
		s.before, s.after = l.number(in)
	case len(content) <= 6*len("accessToken") && contract[rawjson.Decode(content)]:
		return kept
	default:
		if l.hasEscapes(in) {
			start, end := l.wholeEscapes(s.start, s.end, in)
			s.encoded = s.encoded || start != s.start || end != s.end
			s.start, s.end = start, end
		}
		s.before = flaw(l.text[s.start:s.end])
	}
	return append(kept, s)
}

// number returns what to write around the token of a number, which must not become an identity because it becomes a string. A
// number that is not between delimiters is not a value.
func (l *lexer) number(in literal) (before, after string) {
	left := bytes.TrimRight(l.text[:in.start], " \t\r\n")
	right := bytes.TrimLeft(l.text[in.end:], " \t\r\n")
	switch {
	case !bytes.ContainsAny(left[len(left)-1:], ":,[") || len(right) == 0 || !bytes.ContainsAny(right[:1], ",]}"):
		return "", ""
	case in.depth <= identityDepth:
		return `{"number":"`, `"}`
	default:
		return `"`, `"`
	}
}

// hasEscapes reports whether a string has escapes. It keeps the last answer, because a long string may have thousands of spans.
func (l *lexer) hasEscapes(in literal) bool {
	if l.escapes.in != in.start {
		l.escapes.in, l.escapes.at = in.start, in.start
		l.escapes.any = bytes.IndexByte(l.text[in.start:in.end], '\\') >= 0
	}
	return l.escapes.any
}

// wholeEscapes widens text[start:end], which is inside a string, to whole escapes. It goes on from where the escapes of the span
// before were read, because a long string may have thousands of spans. The literal is the one that hasEscapes was last asked about.
func (l *lexer) wholeEscapes(start, end int, in literal) (int, int) {
	text, i := l.text, in.start
	if l.escapes.at <= start {
		i = max(i, l.escapes.at)
	}
	for from := start; i < end; {
		size := 1
		if text[i] == '\\' {
			_, size = backslash(text[i:in.end])
			size = max(size, 2)
		}
		if i <= from {
			l.escapes.at = i
		}
		if i < start && start < i+size {
			start = i
		}
		if i += size; i > end {
			end = min(i, in.end)
		}
	}
	return start, end
}

// flaw returns what keeps an invalid string invalid when content, a part of it, is replaced: a control character, or a byte
// that is not UTF-8.
func flaw(content []byte) string {
	var flaws string
	for _, c := range content {
		if c >= ' ' && c != '\\' {
			continue
		}
		if !json.Valid(slices.Concat([]byte{'"'}, content, []byte{'"'})) {
			flaws = "\x01"
		}
		break
	}
	if !utf8.Valid(content) {
		flaws += "\xff"
	}
	return flaws
}
