package secrets

import (
	"encoding/binary"
	"sync"
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
