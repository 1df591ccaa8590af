package expect

import (
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// Escapes are undone one by one, anywhere in a text: an answer that echoes a secret may be malformed.
var (
	htmlEscape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[a-z]{2,6});`) })
	urlEscape  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`) })
)

// undo replaces the escapes of a text, each of which begins with sign. Most texts have none.
func undo(sign byte, escape *regexp.Regexp, text string, one func(string) string) string {
	if strings.IndexByte(text, sign) < 0 {
		return text
	}
	return escape.ReplaceAllStringFunc(text, one)
}

// unescape undoes the escapes of JSON strings.
func unescape(text string) string {
	at := strings.IndexByte(text, '\\')
	if at < 0 {
		return text
	}
	var plain strings.Builder
	plain.Grow(len(text))
	for ; at >= 0; at = strings.IndexByte(text, '\\') {
		plain.WriteString(text[:at])
		r, size := escaped(text[at:])
		if size > 0 {
			plain.WriteRune(r)
		} else {
			plain.WriteByte('\\')
			size = 1
		}
		text = text[at+size:]
	}
	plain.WriteString(text)
	return plain.String()
}

// escaped reads the escape that text begins with; size is 0 for an escape that JSON does not have, and for a half of a surrogate pair.
func escaped(text string) (r rune, size int) {
	const signs, plain = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if len(text) < 2 {
		return 0, 0
	}
	if at := strings.IndexByte(signs, text[1]); at >= 0 {
		return rune(plain[at]), 2
	}
	if text[1] != 'u' || len(text) < 6 {
		return 0, 0
	}
	unit, err := strconv.ParseUint(text[2:6], 16, 16)
	if err != nil || utf16.IsSurrogate(rune(unit)) {
		return 0, 0
	}
	return rune(unit), 6
}

func fromHTML(escape string) string { return html.UnescapeString(escape) }

func fromURL(escape string) string {
	plain, err := url.PathUnescape(escape)
	if err != nil {
		return escape
	}
	return plain
}
