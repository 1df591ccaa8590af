package secrets

import (
	"bytes"
	"encoding/hex"
	"unicode/utf16"
	"unicode/utf8"
)

const hiddenDepth = 3 // base64 in base64 in base64

// hidden reports whether decoded text, which is inside another, has a secret that was changed or is encoded once more. exact
// are the secrets that were found in it.
func (x *finder) hidden(text []byte, exact []span, depth int) (span, bool) {
	if len(text) < looseKey || !x.spend(len(text)) {
		return span{}, false
	}
	if len(text)-bytes.Count(text, []byte{0}) < keyBytes { // a long run of one letter may be decoded to nothing else
		return span{}, false
	}
	if looksWide(text) && x.hasWide(text) || x.hasXored(text) {
		return outer(span{}), true
	}
	if plain := x.unpacked(text); plain != nil {
		if s, ok := x.inside(plain, depth); ok {
			return s, true
		}
	}
	if !legible(text) {
		return span{}, false
	}
	for _, s := range x.changed(text, exact) {
		return outer(s), true
	}
	covered := coverage(exact)
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && sextets[text[i]] != invalid {
			i++
		}
		if i-start < keyBytes*4/3 || covered.covers(start, i) {
			continue
		}
		if s, ok := x.inRun(text[start:i], depth); ok {
			return s, true
		}
	}
	if next, changed := (view{text: text}).unescape(); changed {
		return x.inside(next.text, depth)
	}
	return span{}, false
}

// inRun is hidden for a run that may be encoded.
func (x *finder) inRun(run []byte, depth int) (span, bool) {
	var space [256]byte
	for shift := range min(4, len(run)) {
		if decoded := decodeBase64(space[:0], run[shift:]); len(decoded) >= keyBytes {
			if s, ok := x.inside(decoded, depth); ok {
				return s, true
			}
		}
	}
	for shift := range min(8, len(run)) {
		if decoded := decodeBase32(space[:0], run[shift:]); len(decoded) >= keyBytes {
			if s, ok := x.inside(decoded, depth); ok {
				return s, true
			}
		}
	}
	for shift := range min(2, len(run)) {
		digits := run[shift:]
		decoded := append(space[:0], digits[:len(digits)/2]...) // as long as what is decoded
		n, _ := hex.Decode(decoded, digits[:len(digits)/2*2])   // up to what is not hex
		if n >= keyBytes {
			if s, ok := x.inside(decoded[:n], depth); ok {
				return s, true
			}
		}
	}
	return span{}, false
}

// inside is hidden for text of the next depth, where every secret counts.
func (x *finder) inside(text []byte, depth int) (span, bool) {
	if !x.spend(len(text)) {
		return span{}, false
	}
	for _, s := range x.scan(text, nil) {
		return outer(s), true
	}
	if depth == hiddenDepth {
		return span{}, false
	}
	return x.hidden(text, nil, depth+1)
}

// outer is the span of all text around the secret of s.
func outer(s span) span {
	s.encoded, s.changed = true, true
	return s
}

// legible reports whether decoded bytes look like a text, in UTF-8 or in UTF-16.
func legible(text []byte) bool {
	if len(text) > utf8.UTFMax && utf8.Valid(text) {
		return true
	}
	bad, most := 0, len(text)/8
	for _, c := range text {
		if c >= 0x7f || c < ' ' && c != 0 && c != '\n' && c != '\r' && c != '\t' {
			if bad++; bad > most {
				return false
			}
		}
	}
	return true
}

// looksWide reports whether nearly all units of text in UTF-16 are ASCII, Chinese or a half of an emoji.
func looksWide(text []byte) bool {
	for first := range 2 {
		bad, most := 0, len(text)/16
		for i := first; i < len(text) && bad <= most; i += 2 {
			if c := text[i]; c != 0 && c != 0x30 && (c < 0x4e || c > 0x9f) && (c < 0xd8 || c > 0xdf) {
				bad++
			}
		}
		if bad <= most {
			return true
		}
	}
	return false
}

// scanWide searches text in UTF-16 of both orders, if text is not in UTF-8 or has zeros.
func (x *finder) scanWide(v view, found []span) []span {
	if bytes.IndexByte(v.text, 0) < 0 && utf8.Valid(v.text) {
		return found
	}
	for _, low := range []int{0, 1} {
		for shift := range 2 {
			wide := v.wide(low, shift)
			found = wide.adopt(found, x.scan(wide.text, nil), true)
		}
	}
	return found
}

// hasWide reports whether text in UTF-16 of either order has a secret. It is scanWide where the place does not matter, and keeps
// none: what is decoded may be one long run.
func (x *finder) hasWide(text []byte) bool {
	if bytes.IndexByte(text, 0) < 0 && utf8.Valid(text) {
		return false
	}
	for _, low := range []int{0, 1} { // the byte of a unit that counts less
		for shift := range 2 {
			x.widened = x.widened[:0]
			for i := shift; i+1 < len(text); {
				r, size := wideRune(text[i:], low)
				x.widened = utf8.AppendRune(x.widened, r)
				i += size
			}
			if len(x.scan(x.widened, nil)) > 0 {
				return true
			}
		}
	}
	return false
}

// wideRune decodes the character of two or four bytes that text begins with. low is the byte of a unit that counts less, 0 or 1.
func wideRune(text []byte, low int) (r rune, size int) {
	r = rune(text[low]) | rune(text[1-low])<<8
	if utf16.IsSurrogate(r) && len(text) > 3 {
		if pair := utf16.DecodeRune(r, rune(text[2+low])|rune(text[3-low])<<8); pair != utf8.RuneError {
			return pair, 4
		}
	}
	return r, 2
}

// wide decodes UTF-16 from shift on: see wideRune.
func (v view) wide(low, shift int) view {
	next := view{text: make([]byte, 0, len(v.text)), origin: make([]int32, 0, len(v.text)+1), until: make([]int32, 0, len(v.text))}
	for i := shift; i+1 < len(v.text); {
		r, size := wideRune(v.text[i:], low)
		before := len(next.text)
		next.text = utf8.AppendRune(next.text, r)
		for range len(next.text) - before {
			next.origin, next.until = append(next.origin, int32(v.offset(i))), append(next.until, int32(v.behind(i+size-1)))
		}
		i += size
	}
	next.origin = append(next.origin, int32(v.offset(len(v.text))))
	return next
}
