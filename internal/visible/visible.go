// Package visible makes text from a target or a driver safe to print: characters that move the cursor, change colours,
// reverse the writing direction or do not show are written as escapes, and long text is cut with a note.
//
// Start with [Line]; [Cut] is for a caller that writes its own note.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s on one line. Text longer than limit characters is cut, with a note of how many bytes are missing.
func Line(s string, limit int) string {
	text, more := Cut(s, limit, "")
	if more > 0 {
		text += fmt.Sprintf("… (%d bytes more)", more)
	}
	return text
}

// Cut returns the first limit characters of s, escaped except for the control characters in keep, and the number of bytes
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
