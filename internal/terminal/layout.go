package terminal

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Columns is the number of terminal columns of s: none for a combining mark, two for an East Asian wide character.
func Columns(s string) int {
	n := 0
	for _, c := range s {
		n += columnsOf(c)
	}
	return n
}

func columnsOf(c rune) int {
	if unicode.In(c, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// Wrap breaks text into lines of at most limit columns: between words, and within a word only where the word is longer
// than a line. There is at least one line.
func Wrap(text string, limit int) []string {
	limit = max(limit, 2) // a wide character needs two
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		size := Columns(word)
		if used > 0 && used+1+size <= limit {
			line, used = line+" "+word, used+1+size
			continue
		}
		if used > 0 {
			if part := beginning(word, limit-used-1); part != "" {
				line, word = line+" "+part, word[len(part):]
			}
			lines = append(lines, line)
		}
		for size = Columns(word); size > limit; size = Columns(word) {
			part := cmp.Or(beginning(word, limit), Cut(word, limit))
			lines, word = append(lines, part), word[len(part):]
		}
		line, used = word, size
	}
	if used > 0 || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// beginning is the longest beginning of a word that fits limit columns and may end a line: between two characters of which one is wide, and
// not before a mark that ends a part of a sentence. It is empty without one.
func beginning(word string, limit int) string {
	part := Cut(word, max(0, limit))
	for part != "" {
		last, size := utf8.DecodeLastRuneInString(part)
		next, _ := utf8.DecodeRuneInString(word[len(part):])
		if (columnsOf(last) > 1 || columnsOf(next) > 1) && !strings.ContainsRune("，。；：！？、）”", next) && !strings.ContainsRune("（“", last) {
			return part
		}
		part = part[:len(part)-size]
	}
	return ""
}

// Cut returns the beginning of s that fits limit columns.
func Cut(s string, limit int) string {
	used := 0
	for i, c := range s {
		used += columnsOf(c)
		if used > limit {
			return s[:i]
		}
	}
	return s
}
