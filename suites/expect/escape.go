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
	jsonEscape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])`) })
	htmlEscape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[a-z]{2,6});`) })
	urlEscape  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`) })
)

func undo(escape *regexp.Regexp, text string, one func(string) string) string {
	return escape.ReplaceAllStringFunc(text, one)
}

// unescape undoes the escapes of JSON strings.
func unescape(text string) string { return undo(jsonEscape(), text, fromJSON) }

func fromJSON(escape string) string {
	if escape[1] == 'u' {
		unit, err := strconv.ParseUint(escape[2:], 16, 16)
		if err != nil || utf16.IsSurrogate(rune(unit)) {
			return escape
		}
		return string(rune(unit))
	}
	return strings.NewReplacer(`\b`, "\b", `\f`, "\f", `\n`, "\n", `\r`, "\r", `\t`, "\t", `\\`, `\`, `\"`, `"`, `\/`, "/").Replace(escape)
}

func fromHTML(escape string) string { return html.UnescapeString(escape) }

func fromURL(escape string) string {
	plain, err := url.PathUnescape(escape)
	if err != nil {
		return escape
	}
	return plain
}
