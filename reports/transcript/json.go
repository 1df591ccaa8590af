package transcript

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A literal is a string or a number of a JSON text.
type literal struct {
	start, end int // of a string, without the quotes
	number     bool
	depth      int // the number of objects and arrays around it
}

// A lexer reads a JSON object or array once. It skips what is not JSON, and finds the same strings as assay.ReadEnvelope.
// Depth costs it nothing.
type lexer struct {
	text     []byte
	members  names
	literals []literal
	spans    []span // secrets, by the member that they are in
	start    int    // of the object or array
	end      int    // of the object or array, or of text if it is cut
	improper bool   // the text is not valid JSON, so that a secret may be where the lexer does not expect one

	nested int    // the number of open objects and arrays
	kind   string // the next value is a secret of this kind; "" if it is none
	auth   bool   // the next value is that of a member Authorization
	depth  int    // of the object or array that is secret as a whole; 0 outside
	whole  string // its kind
}

// lex reads the JSON object or array at the beginning of text; nil if there is none.
func lex(text []byte, members names) *lexer {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil
	}
	l := &lexer{text: text, members: members, literals: make([]literal, 0, 16), start: len(text) - len(trimmed)}
	l.end = l.next(l.start)
	for l.nested > 0 && l.end < len(text) {
		l.end = l.next(l.end)
	}
	return l
}

// next handles the token at i and returns where the next begins.
func (l *lexer) next(i int) int {
	switch c := l.text[i]; {
	case c == '"':
		return l.string(i + 1)
	case c == '{' || c == '[':
		l.open()
	case c == '}' || c == ']':
		l.nested--
		l.depth = max(l.depth-1, 0)
		l.kind = ""
	case c == ',':
		l.kind, l.auth = "", false
	case c == '-' || isWord(c):
		return l.word(i)
	case c != ':' && c != ' ' && c != '\n' && c != '\t' && c != '\r':
		l.improper = true
	}
	return i + 1
}

func (l *lexer) open() {
	l.nested++
	if l.depth > 0 {
		l.depth++
	} else if l.kind != "" {
		l.depth, l.whole = 1, l.kind
	}
	l.kind, l.auth = "", false
}

// string handles the string that begins at start, after its quote.
func (l *lexer) string(start int) int {
	end := l.closing(start)
	after := min(end+1, len(l.text))
	rest := bytes.TrimLeft(l.text[after:min(len(l.text), after+16)], " \t\r\n")
	l.literals = append(l.literals, literal{start: start, end: end, depth: l.nested})
	if len(rest) > 0 && rest[0] == ':' {
		l.name(l.text[start:end])
		return after
	}
	l.secret(start, end)
	return after
}

// name handles the name of a member. The length rules most names out.
func (l *lexer) name(content []byte) {
	l.kind, l.auth = "", false
	if bytes.IndexByte(content, '\\') >= 0 || len(content) >= len("code") && len(content) <= len("Authorization") {
		value := decode(content)
		l.kind, l.auth = secretMember(value, l.members), strings.EqualFold(value, "Authorization")
	}
}

// closing returns the end of the string that begins at start.
func (l *lexer) closing(start int) int {
	for i := start; i < len(l.text); i++ {
		switch c := l.text[i]; {
		case c == '"':
			return i
		case c < ' ':
			l.improper = true
		case c == '\\':
			i++
			if i < len(l.text) && l.text[i] == 'u' {
				_, size := number(l.text[i-1:], 2, 6)
				l.improper = l.improper || size == 0
			} else if i < len(l.text) && bytes.IndexByte([]byte(`"\/bfnrt`), l.text[i]) < 0 {
				l.improper = true
			}
		}
	}
	l.improper = true
	return len(l.text)
}

// word handles a number, or a word such as null.
func (l *lexer) word(start int) int {
	end := start
	for end < len(l.text) && (isWord(l.text[end]) || l.text[end] == '.' || l.text[end] == '-' || l.text[end] == '+') {
		end++
	}
	switch word := l.text[start:end]; {
	case !json.Valid(word):
		l.improper = true
	case word[0] <= '9':
		l.literals = append(l.literals, literal{start: start, end: end, number: true, depth: l.nested})
		l.secret(start, end)
	}
	return end
}

// secret adds the literal text[start:end] to the spans if its member makes it secret.
func (l *lexer) secret(start, end int) {
	kind := l.kind
	if l.depth > 0 {
		kind = l.whole
	}
	value := l.text[start:end]
	switch {
	case start == end:
	case kind != "":
		decoded := decode(value)
		encoded := len(decoded) != len(value)
		l.spans = append(l.spans, span{start: start, end: end, kind: kind, value: decoded, encoded: encoded})
	case l.auth:
		if from := start + scheme(string(value)); from > start && from < end {
			l.spans = append(l.spans, spanOf(l.text, from, end, KindPAT))
		}
	}
	l.kind, l.auth = "", false
}

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

// decode decodes the escapes of a string's content; an invalid string stays as it is.
func decode(content []byte) string {
	if bytes.IndexByte(content, '\\') < 0 {
		return string(content)
	}
	var value string
	if err := json.Unmarshal(append(append([]byte{'"'}, content...), '"'), &value); err != nil {
		return string(content)
	}
	return value
}
