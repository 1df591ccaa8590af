package secrets

import (
	"bytes"
	"strings"

	"github.com/unified-login/assay/internal/rawjson"
)

// A literal is a string or a number of a JSON text.
type literal struct {
	start, end int // of a string, without the quotes
	number     bool
	depth      int // the number of objects and arrays around it
}

// A lexer reads a JSON object or array once, token by token, and skips what is malformed.
type lexer struct {
	text     []byte
	members  Place
	literals []literal
	spans    []span // secrets, by the member that they are in
	start    int    // of the object or array
	end      int    // of the object or array, or of text if it is cut
	improper bool   // the text is malformed, so that a secret may be where the lexer does not expect one

	// The literal in which escapes were last looked for, by its start; where one ended; and whether it has any.
	escapes struct {
		in, at int
		any    bool
	}

	scanner rawjson.Scanner
	nested  int    // the number of open objects and arrays
	kind    string // the next value is a secret of this kind; "" if it is not a secret
	auth    bool   // the next value is that of a member Authorization
	depth   int    // of the object or array that is secret as a whole; 0 outside
	whole   string // its kind
}

// lex reads the JSON object or array at the beginning of text; nil if text begins with anything else.
func lex(text []byte, members Place) *lexer {
	l := &lexer{text: text, members: members, scanner: rawjson.Scanner{Text: text}}
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		l.scanner.At = 3
	}
	if first := l.scanner.Peek(); first != '{' && first != '[' {
		return nil
	}
	l.start, l.literals = l.scanner.At, make([]literal, 0, 16)
	for {
		token := l.scanner.Next()
		l.end = token.End
		if token.Kind == rawjson.End {
			break
		}
		l.improper = l.improper || token.Bad()
		if l.take(token); l.nested <= 0 {
			break
		}
	}
	return l
}

// take handles one token.
func (l *lexer) take(token rawjson.Token) {
	switch token.Kind {
	case rawjson.String:
		l.string(token)
	case rawjson.Number:
		if !token.Bad() {
			l.literals = append(l.literals, literal{start: token.Start, end: token.End, number: true, depth: l.nested})
			l.secret(token.Start, token.End)
		}
	case '{', '[':
		l.open()
	case '}', ']':
		l.nested--
		l.depth = max(l.depth-1, 0)
		l.kind = ""
	case ',':
		l.kind, l.auth = "", false
	}
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

// string handles a string: the name of a member if a colon follows, else a value.
func (l *lexer) string(token rawjson.Token) {
	start, end := token.Inside()
	l.literals = append(l.literals, literal{start: start, end: end, depth: l.nested})
	if l.scanner.Peek() == ':' {
		l.name(l.text[start:end])
		return
	}
	l.secret(start, end)
}

// name handles the name of a member. The length rules most names out.
func (l *lexer) name(content []byte) {
	l.kind, l.auth = "", false
	if bytes.IndexByte(content, '\\') >= 0 || len(content) >= len("code") && len(content) <= len("Authorization") {
		value := rawjson.Decode(content)
		l.kind, l.auth = secretMember(value, l.members), strings.EqualFold(value, "Authorization")
	}
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
		decoded := rawjson.Decode(value)
		encoded := len(decoded) != len(value)
		l.spans = append(l.spans, span{start: start, end: end, kind: kind, value: decoded, encoded: encoded})
	case l.auth:
		if from := start + scheme(string(value)); from > start && from < end {
			l.spans = append(l.spans, spanOf(l.text, from, end, KindPAT))
		}
	}
	l.kind, l.auth = "", false
}
