package secrets

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The loose search finds secrets that were changed: in upper case, reversed, in groups, in UTF-16, cut in half. It compares
// only the letters and digits of a text, without their case, and finds pieces of secrets in both directions. A PAT is found
// by shorter pieces than other secrets, because there are few, and each is valid for long.

const (
	looseKey       = 8              // the length of a key, in letters
	loosePiece     = 16             // the shortest piece, in letters
	looseStep      = 9              // every piece has a whole key that begins at a multiple of this
	looseReach     = 128            // pieces that begin later are not searched for
	patPiece       = 10             // the shortest piece of a PAT that has letters and digits
	patWord        = 12             // the shortest piece of a PAT that has only one of them
	endSize        = 6              // the length of the beginning and of the end of a PAT that are searched for together
	looseRead      = 2 * looseReach // the bytes of a secret that pieces are searched for, about
	shortestMasked = 10             // the shortest secret that is recognized by its first and last letters, around a mask
	looseGap       = 32             // the most bytes between two letters of a piece
)

type loose struct {
	filter  []uint64
	anchors map[uint64]anchor // by key
	texts   []looseText
	ends    map[uint64]end    // of PATs, by their first or last letters
	masks   map[uint64]int32  // texts, by the first and the last three letters
	xored   map[uint64]anchor // PATs, by the differences of their bytes
}

// An anchor is a place in one of the texts.
type anchor struct{ text, offset int32 }

// A looseText is a secret, or another form of it.
type looseText struct {
	kind, secret, token string
	reversed            bool
	whole               bool // pieces of it are not searched for
}

// An end is the beginning or the end of a PAT.
type end struct {
	text int32
	last bool
}

func newLoose() loose {
	return loose{
		filter: make([]uint64, 1<<filterBits/64), anchors: map[uint64]anchor{}, ends: map[uint64]end{}, masks: map[uint64]int32{},
		xored: map[uint64]anchor{},
	}
}

// add adds a secret and its other forms.
func (l *loose) add(kind, secret, token string) {
	letters, last := fold(secret[:min(len(secret), looseRead)]), fold(secret[max(0, len(secret)-looseRead):])
	if len(letters) >= shortestMasked && len(last) >= endSize {
		key := maskKey(letters, last)
		if _, known := l.masks[key]; !known {
			l.masks[key] = int32(len(l.texts))
		}
	}
	if kind == KindPAT && len(letters) >= 2*endSize && len(last) >= endSize {
		l.addEnds(letters, last)
	}
	l.addText(looseText{kind: kind, secret: secret, token: token})
	l.addText(looseText{kind: kind, secret: secret, token: token, reversed: true})
	if kind != KindPAT {
		return
	}
	l.addXored(secret, token)
	plain := base64.StdEncoding.EncodeToString([]byte(secret))
	forms := []string{
		rotated(secret), hex.EncodeToString([]byte(secret)), plain, numbers("%d ", secret), numbers("%o ", secret),
		numbers("%08b", secret),
	}
	if latin := latin1(secret); latin != secret {
		forms = append(forms, latin)
	}
	forms = append(forms, inDigits(secret)...)
	for _, form := range forms {
		l.addText(looseText{kind: kind, secret: form, token: token})
		l.addText(looseText{kind: kind, secret: form, token: token, reversed: true})
	}
}

func (l *loose) addEnds(letters, last []byte) {
	at := int32(len(l.texts))
	for _, e := range []struct {
		key  uint64
		last bool
	}{{endKey(letters), false}, {endKey(last[len(last)-endSize:]), true}} {
		if _, known := l.ends[e.key]; !known {
			l.ends[e.key] = end{at, e.last}
			l.mark(e.key)
		}
	}
}

func (l *loose) addText(t looseText) {
	letters := t.beginning()
	if len(letters) < looseKey {
		return
	}
	step, reach := looseStep, looseReach
	switch {
	case t.kind == KindPAT:
		step, reach = 1, len(letters)
	case len(letters) < loosePiece:
		t.whole, reach = true, looseKey
	}
	at := int32(len(l.texts))
	l.texts = append(l.texts, t)
	for offset := 0; offset+looseKey <= min(len(letters), reach); offset += step {
		key := binary.LittleEndian.Uint64(letters[offset:])
		if _, known := l.anchors[key]; !known {
			l.anchors[key] = anchor{at, int32(offset)}
			l.mark(key)
		}
	}
}

func (l *loose) mark(key uint64) {
	bit := hashOf(key)
	l.filter[bit/64] |= 1 << (bit % 64)
}

// beginning is what addText reads of letters: all of a PAT, else about the reach of the search.
func (t looseText) beginning() []byte {
	if t.kind != KindPAT && len(t.secret) > looseRead {
		if t.reversed {
			t.secret = t.secret[len(t.secret)-looseRead:]
		} else {
			t.secret = t.secret[:looseRead]
		}
	}
	return t.letters()
}

// letters are the letters and digits of the text, in its direction.
func (t looseText) letters() []byte {
	if !t.reversed {
		return fold(t.secret)
	}
	backwards := make([]byte, 0, len(t.secret))
	for rest := t.secret; rest != ""; {
		_, size := utf8.DecodeLastRuneInString(rest)
		backwards = append(backwards, rest[len(rest)-size:]...)
		rest = rest[:len(rest)-size]
	}
	return fold(string(backwards))
}

// enough reports whether a piece of the text is long enough to be one of a secret.
func (t looseText) enough(piece []byte, of int) bool {
	switch {
	case len(piece) == of:
		return true
	case t.whole:
		return false
	case t.kind != KindPAT:
		return len(piece) >= loosePiece
	case len(piece) >= patWord:
		return true
	}
	digits := 0
	for _, c := range piece {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return len(piece) >= patPiece && digits > 0 && digits < len(piece)
}

// folded has the letter or digit that a byte is compared as; 0 for every other byte. Bytes beyond ASCII stay.
var folded = func() (table [256]byte) {
	for i := range table {
		c := byte(i)
		switch {
		case 'A' <= c && c <= 'Z':
			table[i] = c + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c >= utf8.RuneSelf:
			table[i] = c
		}
	}
	return table
}()

func fold(text string) []byte {
	letters := make([]byte, 0, len(text))
	for i := range len(text) {
		if c := folded[text[i]]; c != 0 {
			letters = append(letters, c)
		}
	}
	return letters
}

func endKey(letters []byte) uint64 {
	return uint64(binary.LittleEndian.Uint32(letters)) | uint64(binary.LittleEndian.Uint16(letters[4:]))<<32 // with zeros, it is no other key
}

// maskKey is the key of the first three letters of first and the last three of last.
func maskKey(first, last []byte) uint64 {
	var key [looseKey]byte
	copy(key[:], first[:3])
	copy(key[3:], last[len(last)-3:])
	return binary.LittleEndian.Uint64(key[:])
}

// rotated is text in ROT13.
func rotated(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z':
			return 'a' + (c-'a'+13)%26
		case 'A' <= c && c <= 'Z':
			return 'A' + (c-'A'+13)%26
		default:
			return c
		}
	}, text)
}

// numbers writes every byte of text as a number.
func numbers(format, text string) string {
	var out strings.Builder
	for i := range len(text) {
		_, _ = fmt.Fprintf(&out, format, text[i]) // it never fails
	}
	return out.String()
}

// latin1 is text in UTF-8 after a program took it for Latin-1.
func latin1(text string) string {
	var out strings.Builder
	for i := range len(text) {
		out.WriteRune(rune(text[i]))
	}
	return out.String()
}
