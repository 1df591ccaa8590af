package secrets

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The tag characters of Unicode repeat ASCII, and are not seen.
const (
	firstTag = 0xe0020
	lastTag  = 0xe007e
	tagShift = 0xe0000
)

// isGuise reports whether a character stands for a letter or a digit, as those of full width or of mathematics do, or is not seen between
// others. A long text asks it of every character.
func isGuise(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return false
	case r < firstRare:
		return guises()[r]
	default:
		return seldom(r)
	}
}

// firstRare is the first character outside the basic plane.
const firstRare = 0x10000

// guises has the answers for the basic plane.
var guises = sync.OnceValue(func() []bool {
	known := make([]bool, firstRare)
	for r := range rune(firstRare) {
		known[r] = seldom(r)
	}
	return known
})

func seldom(r rune) bool { return unseen(r) || standsFor(r) != nil }

func unseen(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me) }

// standsFor is what a character stands for if that begins with a letter or a digit of ASCII; nil otherwise.
func standsFor(r rune) []byte {
	stands := norm.NFKD.PropertiesString(string(r)).Decomposition()
	if len(stands) == 0 || stands[0] >= utf8.RuneSelf || folded[stands[0]] == 0 {
		return nil
	}
	return stands
}

// appendPlain appends what the character at the beginning of text stands for, and returns the size of the character.
func appendPlain(plain, text []byte) ([]byte, int) {
	r, size := utf8.DecodeRune(text)
	switch {
	case r == utf8.RuneError || !isGuise(r): // or a byte that begins none
	case firstTag <= r && r <= lastTag:
		return append(plain, byte(r-tagShift)), size
	case unseen(r):
		return plain, size
	default:
		if stands := standsFor(r); stands != nil {
			return append(plain, stands...), size
		}
	}
	return append(plain, text[:size]...), size
}
