package secrets

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxViews limits how often a text is decoded; JSON in a JSON string in a percent-encoded URL takes three.
const maxViews = 4

// A view is a text with its escapes decoded, and the position of each byte in the original.
type view struct {
	text []byte
	// origin has an element more than text, for the end; nil means that the view is the original.
	origin []int32
	until  []int32 // the position behind each byte: what is not seen between two is of neither
}

// offset returns the position of text[i] in the original.
func (v view) offset(i int) int {
	if v.origin == nil {
		return i
	}
	return int(v.origin[i])
}

// behind returns the position behind text[i] in the original.
func (v view) behind(i int) int {
	if v.until == nil {
		return i + 1
	}
	return int(v.until[i])
}

// locate returns the range of text[start:end] in the original. It must not be empty.
func (v view) locate(start, end int) (int, int) {
	for end < len(v.text) && v.offset(end) == v.offset(end-1) {
		end++ // one escape may stand for several bytes
	}
	return v.offset(start), v.behind(end - 1)
}

// search appends to found the learnt secrets in text and, if it has escapes, the secrets that the structure of the decoded
// text shows.
func (x *finder) search(text []byte, found []span, members Place) []span {
	known := coverage(found) // spans of the original's structure need no search for base64
	v := view{text: text}
	for level := 0; ; level++ {
		var scratch []span
		if level > 0 {
			scratch = patterns(v.text, members)
		}
		scratch = x.scan(v.text, scratch)
		found = v.adopt(found, scratch, level > 0)
		found = x.scanRuns(v, found, known)
		found = x.scanWide(v, found)
		found = x.scanLoose(v, found)
		next, changed := v.unescape()
		if !changed || level+1 == maxViews || x.work < 0 {
			return found
		}
		v = next
	}
}

// adopt appends the spans of the view to those of the original.
func (v view) adopt(found, spans []span, encoded bool) []span {
	for _, s := range spans {
		plain := v.text[s.start:s.end]
		s.start, s.end = v.locate(s.start, s.end)
		s.encoded = s.encoded || encoded && s.end-s.start != len(plain)
		found = append(found, s)
	}
	return found
}

// scanRuns searches runs that may be base64, of either alphabet and at any alignment, or hex.
func (x *finder) scanRuns(v view, found []span, known cover) []span {
	text := v.text
	for i := 0; i < len(text); i++ {
		if sextets[text[i]] == invalid {
			continue
		}
		start := i
		for i < len(text) && sextets[text[i]] != invalid {
			i++
		}
		if i-start < keyBytes*4/3 || x.work < 0 || known.covers(v.locate(start, i)) {
			continue
		}
		for shift := range 4 {
			buffer := decodeBase64(x.buffer[:0], text[start+shift:i])
			if bytes.HasPrefix(text[i:], []byte(ellipsis)) {
				buffer = append(buffer, ellipsis...)
			}
			found = x.scanDecoded(v, buffer, start, i, shift, 6, found)
		}
		found = x.scanHex(v, start, i, found)
		found = x.scanBase32(v, start, i, found)
	}
	return found
}

// scanDecoded searches what the digits from start+shift of text[start:end] mean, each of so many bits.
func (x *finder) scanDecoded(v view, decoded []byte, start, end, shift, bits int, found []span) []span {
	x.buffer = decoded
	exact := x.scan(decoded, nil)
	if s, ok := x.hidden(decoded, exact, 1); ok {
		s.start, s.end = start, end
		found = v.adopt(found, []span{s}, true)
	}
	for _, s := range exact {
		s.start, s.end = start+shift+s.start*8/bits, start+shift+(s.end*8+bits-1)/bits
		found = v.adopt(found, []span{encodedSpan(s)}, true)
	}
	return found
}

// scanHex searches the hex digits of text[start:end].
func (x *finder) scanHex(v view, start, end int, found []span) []span {
	for i := start; i < end; i++ {
		from := i
		for i < end && isHex(v.text[i]) {
			i++
		}
		for shift := range 2 {
			size := (i - from - shift) / 2
			if size < keyBytes {
				continue
			}
			decoded := x.buffer[:0]
			decoded = append(decoded, v.text[from:from+size]...)             // as long as what is decoded
			_, _ = hex.Decode(decoded, v.text[from+shift:from+shift+2*size]) // never fails for hex digits
			if bytes.HasPrefix(v.text[i:], []byte(ellipsis)) {
				decoded = append(decoded, ellipsis...)
			}
			found = x.scanDecoded(v, decoded, from, i, shift, 4, found)
		}
	}
	return found
}

func encodedSpan(s span) span {
	s.encoded = true
	return s
}

// A cover is the part of a text that spans cover, for ranges in their order: a copy begins again.
type cover struct {
	spans []span
	end   int // the furthest end of those that begin before the last range
}

func coverage(spans []span) cover {
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return cover{spans: sorted}
}

// covers reports whether one of the spans covers a whole range, which does not begin before the last one.
func (c *cover) covers(start, end int) bool {
	for len(c.spans) > 0 && c.spans[0].start <= start {
		c.end, c.spans = max(c.end, c.spans[0].end), c.spans[1:]
	}
	return end <= c.end
}

// unescape decodes one level of JSON escapes, percent-encoding and numeric character references, and characters that look like others or
// are not seen; false if there was nothing to decode.
func (v view) unescape() (view, bool) {
	known := guisesOf()
	var next view
	var space [utf8.UTFMax]byte
	changed, from := false, 0 // next has the text up to from
	for at := known.next(v.text, 0); at < len(v.text); at = known.next(v.text, at) {
		plain, size := known.decode(space[:0], v.text[at:])
		if size == 0 {
			at++
			continue
		}
		if !changed {
			changed = true
			next = view{text: make([]byte, 0, len(v.text)), origin: make([]int32, 0, len(v.text)+1), until: make([]int32, 0, len(v.text))}
		}
		next.copy(v, from, at)
		next.text = append(next.text, plain...)
		for range plain {
			next.origin, next.until = append(next.origin, int32(v.offset(at))), append(next.until, int32(v.behind(at+size-1)))
		}
		at += size
		from = at
	}
	if !changed {
		return v, false
	}
	next.copy(v, from, len(v.text))
	next.origin = append(next.origin, int32(v.offset(len(v.text))))
	return next, true
}

// copy appends text[start:end] of another view.
func (v *view) copy(of view, start, end int) {
	v.text = append(v.text, of.text[start:end]...)
	if of.origin != nil {
		v.origin, v.until = append(v.origin, of.origin[start:end]...), append(v.until, of.until[start:end]...)
		return
	}
	for i := start; i < end; i++ {
		v.origin, v.until = append(v.origin, int32(i)), append(v.until, int32(i+1))
	}
}

// decode appends what the escape or the guise at the beginning of text stands for, and returns its size; 0 if text begins with neither.
func (g *guises) decode(plain, text []byte) ([]byte, int) {
	if text[0] >= utf8.RuneSelf {
		return g.appendSeen(plain, text)
	}
	r, size := escape(text)
	switch {
	case size == 0:
		return plain, 0
	case text[0] == '%' || text[1] == 'x': // a byte, perhaps a part of a character
		return append(plain, byte(r)), size
	default:
		return utf8.AppendRune(plain, r), size
	}
}

// escape decodes the escape at the beginning of text; the size is 0 if text does not begin with an escape.
func escape(text []byte) (rune, int) {
	switch text[0] {
	case '%':
		return number(text, 1, 3)
	case '&':
		return reference(text)
	case '\\':
		return backslash(text)
	default:
		return 0, 0
	}
}

func backslash(text []byte) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	switch text[1] {
	case 'U':
		return number(text, 2, 10)
	case 'u':
		if bytes.HasPrefix(text[2:], []byte("{")) {
			return braced(text)
		}
		r, size := number(text, 2, 6)
		if size == 0 || !utf16.IsSurrogate(r) {
			return r, size
		}
		if len(text) > 8 && text[6] == '\\' && text[7] == 'u' {
			if low, size := number(text[6:], 2, 6); size > 0 {
				return utf16.DecodeRune(r, low), 12
			}
		}
		return r, size
	case 'x':
		return number(text, 2, 4)
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case '/', '\\', '"', '\'':
		return rune(text[1]), 2
	default:
		return 0, 0
	}
}

// braced reads an escape such as \u{1f511}.
func braced(text []byte) (rune, int) {
	const most = len(`\u{10ffff}`)
	end := bytes.IndexByte(text[:min(len(text), most)], '}')
	if end < 0 {
		return 0, 0
	}
	r, size := number(text, 3, end)
	if size == 0 {
		return 0, 0
	}
	return r, end + 1
}

// number reads the hex digits text[from:to] of an escape that ends at to.
func number(text []byte, from, to int) (rune, int) {
	if len(text) < to {
		return 0, 0
	}
	n, err := strconv.ParseUint(string(text[from:to]), 16, 32)
	if err != nil {
		return 0, 0
	}
	return rune(n), to
}

// named are the references of HTML to characters that programs escape.
var named = map[string]rune{
	"&amp;": '&', "&lt;": '<', "&gt;": '>', "&quot;": '"', "&apos;": '\'', "&sol;": '/', "&plus;": '+', "&equals;": '=',
	"&bsol;": '\\', "&percnt;": '%', "&nbsp;": ' ',
}

// reference reads a character reference of HTML: &#43;, &#x2b; or &plus;.
func reference(text []byte) (rune, int) {
	end := bytes.IndexByte(text[:min(len(text), 10)], ';')
	if end < 3 || text[1] != '#' {
		if r, known := named[string(text[:end+1])]; known {
			return r, end + 1
		}
		return 0, 0
	}
	n, base := string(text[2:end]), 10
	if n[0] == 'x' || n[0] == 'X' {
		n, base = n[1:], 16
	}
	r, err := strconv.ParseUint(n, base, 21)
	if err != nil {
		return 0, 0
	}
	return rune(r), end + 1
}
