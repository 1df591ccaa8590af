package conformance

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	textLimit    = 600     // of what is shown of a text that a target had a hand in, in characters
	commandLimit = 1 << 14 // of a command line, which must be whole to be copied
)

// visible returns s fit for a terminal or an XML file, on one line: what would move the cursor, change colours, turn
// the direction of writing or not show at all is written as an escape, and what is longer than limit characters is cut.
// What target and driver sent passes through here before anybody sees it.
func visible(s string, limit int) string {
	var out strings.Builder
	shown := 0
	for i := 0; i < len(s); shown++ {
		if shown == limit {
			fmt.Fprintf(&out, "… (%d bytes more)", len(s)-i)
			break
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
		case c == '\n':
			out.WriteString(`\n`)
		case c == '\t':
			out.WriteString(`\t`)
		case c == '\r':
			out.WriteString(`\r`)
		case c < 0x80 && !unicode.IsPrint(c):
			fmt.Fprintf(&out, `\x%02x`, c)
		case !unicode.IsPrint(c) && c <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, c)
		case !unicode.IsPrint(c):
			fmt.Fprintf(&out, `\U%08x`, c)
		default:
			out.WriteRune(c)
		}
		i += size
	}
	return out.String()
}
