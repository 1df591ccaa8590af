package secrets

import "encoding/binary"

// A PAT each byte of which has the same bits turned over keeps the differences between its bytes, whichever bits these are. It is searched
// for where digits are decoded, as such bytes are seldom in a text.

const (
	xoredKey   = 8           // the length of a key, in differences
	xoredPiece = patWord - 1 // the shortest piece, in differences
)

// addXored adds the differences of a PAT.
func (l *loose) addXored(secret, token string) {
	differences := xorDifferences([]byte(secret))
	at := int32(len(l.texts))
	for offset := 0; offset+xoredKey <= len(differences); offset++ {
		key := binary.LittleEndian.Uint64(differences[offset:])
		if _, known := l.xored[key]; !known && varied(differences[offset:offset+xoredKey]) {
			l.xored[key] = anchor{at, int32(offset)}
			l.mark(key)
		}
	}
	l.texts = append(l.texts, looseText{kind: KindPAT, secret: secret, token: token})
}

// xorDifferences are the bits in which each byte differs from the next one.
func xorDifferences(text []byte) []byte {
	var differences []byte
	for i := 1; i < len(text); i++ {
		differences = append(differences, text[i-1]^text[i])
	}
	return differences
}

// varied reports whether differences are of several values: those of a repeated letter are of one.
func varied(differences []byte) bool {
	const fewest = 4
	var seen [256]bool
	values := 0
	for _, d := range differences {
		if !seen[d] {
			seen[d] = true
			values++
		}
	}
	return values >= fewest
}

// hasXored reports whether text has a piece of a PAT with the same bits of each byte turned over.
func (x *finder) hasXored(text []byte) bool {
	var key uint64
	for i := 1; i < len(text) && len(x.loose.xored) > 0; i++ {
		key = key>>8 | uint64(text[i-1]^text[i])<<56
		if i < xoredKey || !x.loose.has(key) {
			continue
		}
		if a, known := x.loose.xored[key]; known && x.isXored(text, i-xoredKey, a) {
			return true
		}
	}
	return false
}

// isXored reports whether the bytes of text from at on differ as those of a PAT do, and are others.
func (x *finder) isXored(text []byte, at int, a anchor) bool {
	secret := x.loose.texts[a.text].secret
	if !x.spend(2 * len(secret)) {
		return false
	}
	offset := int(a.offset)
	turned := text[at] ^ secret[offset]
	if turned == 0 {
		return false
	}
	from, to := 0, 0
	for from < at && from < offset && text[at-from-1]^turned == secret[offset-from-1] {
		from++
	}
	for at+to < len(text) && offset+to < len(secret) && text[at+to]^turned == secret[offset+to] {
		to++
	}
	return from+to > xoredPiece
}
