package secrets

import (
	"bytes"
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

// firstRare is the first character outside the basic plane, and firstRareByte the first byte of those in UTF-8.
const firstRare, firstRareByte = 0x10000, 0xf0

// The kinds of guises; every other value of a kind is the one byte that the character stands for.
const (
	noGuise     = 0
	unseenGuise = 1 // it is not seen between others
	longGuise   = 2 // it stands for several bytes
)

// guises has the kinds of the characters of the basic plane, by which a long text is read without a look at tables of Unicode.
type guises struct {
	kinds  [firstRare]byte
	begins [256]bool // whether an escape, or a character that is a guise, may begin with the byte
}

var guisesOf = sync.OnceValue(func() *guises {
	known := &guises{}
	for _, c := range []byte(`\%&`) {
		known.begins[c] = true
	}
	for c := firstRareByte; c < len(known.begins); c++ {
		known.begins[c] = true
	}
	for r := rune(utf8.RuneSelf); r < firstRare; r++ {
		if known.kinds[r] = kindOf(r); known.kinds[r] != noGuise {
			known.begins[utf8.AppendRune(nil, r)[0]] = true
		}
	}
	return known
})

// kindOf returns the kind of a character that stands for a letter or a digit, as those of full width or of mathematics do, or is not seen
// between others.
func kindOf(r rune) byte {
	stands := standsFor(r)
	switch {
	case unseen(r):
		return unseenGuise
	case len(stands) == 1:
		return stands[0]
	case len(stands) > 1:
		return longGuise
	default:
		return noGuise
	}
}

func (g *guises) kind(r rune) byte {
	if r < firstRare {
		return g.kinds[r]
	}
	return kindOf(r)
}

// next returns the position of the first character of text, from a position on, that is a guise or may begin an escape; the length of a
// text without one.
func (g *guises) next(text []byte, from int) int {
	for i := from; i < len(text); {
		size := 1
		if c := text[i]; g.begins[c] {
			if c < utf8.RuneSelf {
				return i
			}
			var r rune
			if r, size = utf8.DecodeRune(text[i:]); g.kind(r) != noGuise {
				return i
			}
		}
		i += size
	}
	return len(text)
}

func unseen(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me) }

// standsFor is what a character stands for, without what is not seen, if that begins with a letter or a digit of ASCII; nil otherwise.
func standsFor(r rune) []byte {
	stands := norm.NFKD.PropertiesString(string(r)).Decomposition()
	if len(stands) == 0 || stands[0] >= utf8.RuneSelf || folded[stands[0]] == 0 {
		return nil
	}
	return bytes.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, stands)
}

// appendSeen appends what the guise at the beginning of text stands for, and returns the size of the guise; 0 if text begins with none.
func (g *guises) appendSeen(plain, text []byte) ([]byte, int) {
	r, size := utf8.DecodeRune(text)
	switch kind := g.kind(r); {
	case kind == noGuise: // or a byte that begins no character
		return plain, 0
	case firstTag <= r && r <= lastTag:
		return append(plain, byte(r-tagShift)), size
	case kind == unseenGuise:
		return plain, size
	case kind == longGuise:
		return append(plain, standsFor(r)...), size
	default:
		return append(plain, kind), size
	}
}
