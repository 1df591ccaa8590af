package secrets

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// scratch is memory for the letters of a text.
type scratch struct {
	letters []byte
	origin  []int32 // the position of each letter in the text
	masks   bool    // the text may have a masked secret
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// read fills s with the letters of text, without those in known, which are in order and apart. A zero is where the text has
// too many other characters between two letters.
func (s *scratch) read(text []byte, known []span) {
	s.letters, s.origin, s.masks = s.letters[:0], s.origin[:0], false
	last := 0
	for i := 0; i < len(text); i++ {
		if len(known) > 0 && i >= known[0].start {
			if i < known[0].end {
				s.letters, s.origin = append(s.letters, 0), append(s.origin, int32(i))
				i = known[0].end
			}
			for len(known) > 0 && known[0].end <= i {
				known = known[1:]
			}
			i-- // the next letter may be in the next span
			continue
		}
		c := folded[text[i]]
		if c == 0 || c == 'x' || c == maskByte {
			s.masks = s.masks || maskSize(text, i) > 0 && i > 0 && (text[i-1] == text[i] || c == maskByte)
		}
		if c == 0 {
			continue
		}
		if i-last > looseGap {
			s.letters, s.origin = append(s.letters, 0), append(s.origin, int32(i))
		}
		s.letters, s.origin = append(s.letters, c), append(s.origin, int32(i))
		last = i
	}
}

// scanLoose appends the secrets that were changed, except where found already covers them.
func (x *finder) scanLoose(v view, found []span) []span {
	if len(v.text) < endSize {
		return found
	}
	changed := x.changed(v.text, merge(v.mine(found)))
	for i := range changed {
		changed[i].changed = true
	}
	return v.adopt(found, changed, true)
}

// mine are spans of the original, in positions of the view.
func (v view) mine(spans []span) []span {
	mine := make([]span, 0, len(spans))
	if v.origin == nil {
		return append(mine, spans...)
	}
	for _, s := range spans {
		s.start, s.end = lowerBound(v.origin, s.start), lowerBound(v.origin, s.end)
		mine = append(mine, s)
	}
	return mine
}

func lowerBound(sorted []int32, value int) int {
	low, high := 0, len(sorted)-1
	for low < high {
		if middle := (low + high) / 2; int(sorted[middle]) < value {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// changed finds changed secrets in text. known are spans, in order and apart, that need no search.
func (x *finder) changed(text []byte, known []span) []span {
	s, _ := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.read(text, known)
	l := &x.loose
	var found []span
	var ends []foundEnd
	for i := 0; i+endSize <= len(s.letters) && x.work >= 0; i++ {
		var key uint64
		if i+looseKey <= len(s.letters) {
			key = binary.LittleEndian.Uint64(s.letters[i:])
		}
		short := endKey(s.letters[i:])
		isKey, isEnd := key != 0 && l.has(key), len(l.ends) > 0 && l.has(short)
		if !isKey && !isEnd {
			continue
		}
		if a, ok := l.anchors[key]; ok && isKey {
			if piece, end, ok := x.extend(s, i, a); ok {
				found = append(found, piece)
				i = end - 1
				continue
			}
		}
		if e, ok := l.ends[short]; ok && isEnd {
			from, to := x.extendEnd(s, i, e)
			ends = append(ends, foundEnd{e, int(s.origin[from]), int(s.origin[to-1]) + 1})
		}
	}
	found = append(found, x.bothEnds(text, ends)...)
	if s.masks {
		found = append(found, x.masked(text)...)
	}
	return found
}

func (l *loose) has(key uint64) bool {
	bit := hashOf(key)
	return l.filter[bit/64]&(1<<(bit%64)) != 0
}

// extend returns the longest piece of the text of a that has the key at s.letters[i], and the letter after it.
func (x *finder) extend(s *scratch, i int, a anchor) (span, int, bool) {
	t := x.loose.texts[a.text]
	if !x.spend(2 * len(t.secret)) {
		return span{}, 0, false
	}
	letters := t.letters()
	from, to, offset := i, i, int(a.offset)
	for from > 0 && i-from < offset && s.letters[from-1] == letters[offset-(i-from)-1] {
		from--
	}
	for to < len(s.letters) && offset+to-i < len(letters) && s.letters[to] == letters[offset+to-i] {
		to++
	}
	piece := s.letters[from:to]
	if !t.enough(piece, len(letters)) {
		return span{}, 0, false
	}
	found := span{start: int(s.origin[from]), end: int(s.origin[to-1]) + 1, kind: t.kind + "-part", value: string(piece)}
	if len(piece) == len(letters) {
		found.token = t.token
	}
	return found, to, true
}

// extendEnd returns the letters of the beginning or the end of a PAT, the last or the first of which are at i.
func (x *finder) extendEnd(s *scratch, i int, e end) (from, to int) {
	t := x.loose.texts[e.text]
	from, to = i, i+endSize
	if !x.spend(2 * len(t.secret)) {
		return from, to
	}
	letters := t.letters()
	if e.last {
		for at := len(letters) - endSize; from > 0 && at > 0 && s.letters[from-1] == letters[at-1]; at-- {
			from--
		}
		return from, to
	}
	for to < len(s.letters) && to-i < len(letters) && s.letters[to] == letters[to-i] {
		to++
	}
	return from, to
}

// A foundEnd is an end of a PAT in a text.
type foundEnd struct {
	end
	start, after int
}

// bothEnds returns the ends of PATs of which the text has the beginning and the end.
func (x *finder) bothEnds(text []byte, ends []foundEnd) []span {
	const first, last = 1, 2
	has := map[int32]int{}
	for _, e := range ends {
		if e.last {
			has[e.text] |= last
		} else {
			has[e.text] |= first
		}
	}
	var found []span
	for _, e := range ends {
		if has[e.text] == first|last {
			found = append(found, span{start: e.start, end: e.after, kind: KindPAT + "-part", value: string(text[e.start:e.after])})
		}
	}
	return found
}

// masked finds secrets whose middle was replaced: pat_***xyz.
func (x *finder) masked(text []byte) []span {
	var found []span
	for i := 0; i < len(text); i++ {
		start, size := i, 0
		for size = maskSize(text, i); size > 0 && i < len(text) && maskSize(text, i) > 0; {
			i += maskSize(text, i)
		}
		if size == 0 || i-start < 3 {
			continue
		}
		from, to := start, i
		for from > 0 && start-from < 64 && isShown(text[from-1]) {
			from--
		}
		for to < len(text) && to-i < 64 && isShown(text[to]) {
			to++
		}
		if kind, ok := x.isMasked(fold(string(text[from:start])), fold(string(text[i:to]))); ok {
			found = append(found, span{start: from, end: to, kind: kind + "-part", value: string(text[from:to])})
		}
		i--
	}
	return found
}

func isShown(c byte) bool {
	return folded[c] != 0 && c < utf8.RuneSelf || c == '_' || c == '-' || c == '+' || c == '/' || c == '='
}

const maskByte = 0xe2 // the first byte of the masks beyond ASCII

// maskSize is the size of the character that hides a part of a secret, if text[i:] begins with one.
func maskSize(text []byte, i int) int {
	switch text[i] {
	case '*', '#', '.', 'x', 'X':
		return 1
	case maskByte:
		for _, mask := range []string{"•", "●", "…"} {
			if bytes.HasPrefix(text[i:], []byte(mask)) {
				return len(mask)
			}
		}
	}
	return 0
}

// isMasked reports whether a secret begins with left and ends with right.
func (x *finder) isMasked(left, right []byte) (kind string, ok bool) {
	if len(left) < 3 || len(right) < 3 {
		return "", false
	}
	at, known := x.loose.masks[maskKey(left, right)]
	if !known {
		return "", false
	}
	t := x.loose.texts[at]
	letters := t.letters()
	return t.kind, bytes.HasPrefix(letters, left) && bytes.HasSuffix(letters, right)
}

const hiddenDepth = 3 // base64 in base64 in base64

// hidden reports whether decoded text, which is inside another, has a secret that was changed or is encoded once more. exact
// are the secrets that were found in it.
func (x *finder) hidden(text []byte, exact []span, depth int) (span, bool) {
	if len(text) < looseKey || !x.spend(len(text)) {
		return span{}, false
	}
	if looksWide(text) {
		for _, s := range x.scanWide(view{text: text}, nil) {
			return outer(s), true
		}
	}
	if !legible(text) {
		return span{}, false
	}
	for _, s := range x.changed(text, exact) {
		return outer(s), true
	}
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && sextets[text[i]] != invalid {
			i++
		}
		if i-start < keyBytes*4/3 || covered(view{text: text}, start, i, exact) {
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
	for shift := range min(4, len(run)) {
		if s, ok := x.inside(decodeBase64(nil, run[shift:]), depth); ok {
			return s, true
		}
	}
	for shift := range min(8, len(run)) {
		if decoded := decodeBase32(nil, run[shift:]); len(decoded) >= keyBytes {
			if s, ok := x.inside(decoded, depth); ok {
				return s, true
			}
		}
	}
	for shift := range min(2, len(run)) {
		digits := run[shift:]
		decoded := make([]byte, len(digits)/2)
		n, _ := hex.Decode(decoded, digits[:len(digits)/2*2]) // up to what is not hex
		if s, ok := x.inside(decoded[:n], depth); ok {
			return s, true
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
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for shift := range 2 {
			wide := v.wide(order, shift)
			found = wide.adopt(found, x.scan(wide.text, nil), true)
		}
	}
	return found
}

// wide decodes UTF-16 from shift on.
func (v view) wide(order binary.ByteOrder, shift int) view {
	var next view
	for i := shift; i+1 < len(v.text); {
		r, size := rune(order.Uint16(v.text[i:])), 2
		if utf16.IsSurrogate(r) && i+3 < len(v.text) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(v.text[i+2:]))); pair != utf8.RuneError {
				r, size = pair, 4
			}
		}
		before := len(next.text)
		next.text = utf8.AppendRune(next.text, r)
		for range len(next.text) - before {
			next.origin = append(next.origin, int32(v.offset(i)))
		}
		i += size
	}
	next.origin = append(next.origin, int32(v.offset(len(v.text))))
	return next
}
