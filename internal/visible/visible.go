// Package visible makes what a target or a driver sent fit to be looked at: what would move a cursor, change colours,
// turn the direction of writing or not show at all is written as an escape, and what is too long is cut with a note.
//
// [Line] is for one line, [Cut] for whoever writes the note in words of their own.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s on one line. What is longer than limit characters is cut, and how much is missing is said.
func Line(s string, limit int) string {
	text, more := Cut(s, limit, "")
	if more > 0 {
		text += fmt.Sprintf("… (%d bytes more)", more)
	}
	return text
}

// Cut returns the first limit characters of s, escaped but for the control characters in keep, and how many bytes were
// left out.
func Cut(s string, limit int, keep string) (text string, more int) {
	var out strings.Builder
	shown := 0
	for i := 0; i < len(s); shown++ {
		if shown == limit {
			return out.String(), len(s) - i
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
		case unicode.IsPrint(c) || strings.ContainsRune(keep, c):
			out.WriteRune(c)
		default:
			out.WriteString(escape(c))
		}
		i += size
	}
	return out.String(), 0
}

func escape(c rune) string {
	switch {
	case c == '\n':
		return `\n`
	case c == '\t':
		return `\t`
	case c == '\r':
		return `\r`
	case c < 0x80:
		return fmt.Sprintf(`\x%02x`, c)
	case c <= 0xffff:
		return fmt.Sprintf(`\u%04x`, c)
	default:
		return fmt.Sprintf(`\U%08x`, c)
	}
}
