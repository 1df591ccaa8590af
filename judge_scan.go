package assay

import (
	"encoding/binary"
	"unicode/utf8"
)

// A scanner reads JSON from its beginning, and is stricter than the grammar. Its methods take what they are named for,
// with the space before it, and report whether it was there; once one has said false, nothing more is to be read.
type scanner struct {
	text []byte
	at   int
}

// once takes a plain text into to, which has none yet. One that is not UTF-8 is read by no two clients alike.
func (s *scanner) once(to *[]byte) bool {
	text, plain := s.plainText()
	again := *to != nil
	*to = text
	return plain && !again && utf8.Valid(text)
}

// object takes an object whose names are plain; value is called at each value, to take it.
func (s *scanner) object(value func(name []byte) bool) bool {
	return s.list('{', '}', func() bool {
		name, plain := s.plainText()
		return plain && s.sign(':') && value(name)
	})
}

func (s *scanner) list(begin, end byte, item func() bool) bool {
	if !s.sign(begin) {
		return false
	}
	if s.sign(end) {
		return true
	}
	for item() {
		if s.sign(end) {
			return true
		}
		if !s.sign(',') {
			return false
		}
	}
	return false
}

// value takes any value of less than depth levels.
func (s *scanner) value(depth int) bool {
	s.at = afterSpace(s.text, s.at)
	if s.at == len(s.text) || depth == 0 {
		return false
	}
	inside := func() bool { return s.value(depth - 1) }
	switch s.text[s.at] {
	case '"':
		return s.anyText()
	case '{':
		return s.object(func([]byte) bool { return inside() })
	case '[':
		return s.list('[', ']', inside)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		return s.integer()
	}
}

// plainText takes a text without escapes and returns what is between its quotes, which is never nil.
func (s *scanner) plainText() ([]byte, bool) {
	if !s.sign('"') {
		return nil, false
	}
	begin := s.at
	s.at += plainLength(s.text[begin:])
	return s.text[begin:s.at], s.next('"')
}

func (s *scanner) anyText() bool {
	if !s.sign('"') {
		return false
	}
	for {
		s.at += plainLength(s.text[s.at:])
		if s.next('"') {
			return true
		}
		if !s.escape() {
			return false
		}
	}
}

func (s *scanner) escape() bool {
	if !s.next('\\') || s.at == len(s.text) {
		return false
	}
	s.at++
	switch s.text[s.at-1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		begin := s.at
		s.at = min(begin+4, len(s.text)) // and where it breaks off, no quote follows
		return hexadecimal(s.text[begin:s.at])
	default:
		return false
	}
}

// integer takes a number without fraction and exponent.
func (s *scanner) integer() bool {
	s.next('-')
	begin := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at == begin+1 || s.at > begin && s.text[begin] != '0'
}

func (s *scanner) word(word string) bool {
	begin := s.at
	s.at = min(begin+len(word), len(s.text))
	return string(s.text[begin:s.at]) == word
}

// sign takes c.
func (s *scanner) sign(c byte) bool {
	s.at = afterSpace(s.text, s.at)
	return s.next(c)
}

// next takes c where no space may come before it.
func (s *scanner) next(c byte) bool {
	if !startsWith(s.text, s.at, c) {
		return false
	}
	s.at++
	return true
}

// end reports whether nothing but space is left.
func (s *scanner) end() bool { return afterSpace(s.text, s.at) == len(s.text) }

func hexadecimal(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// plainLength is how far text goes on without a quote, a backslash or a control character. It takes eight bytes at a
// time: an access token of two kilobytes is most of an answer.
func plainLength(text []byte) int {
	at := 0
	for len(text)-at >= 8 && !hasSpecial(binary.LittleEndian.Uint64(text[at:])) {
		at += 8
	}
	for at < len(text) && text[at] >= ' ' && text[at] != '"' && text[at] != '\\' {
		at++
	}
	return at
}

// hasSpecial reports whether one of eight bytes is a quote, a backslash or a control character. Taking n from each byte
// sets a high bit that was not set where the byte is less than n; a byte is c where it is less than 1 once c is masked out.
func hasSpecial(eight uint64) bool {
	const each, high = 0x0101010101010101, 0x8080808080808080
	quote, backslash := eight^each*'"', eight^each*'\\'
	return ((eight-each*' ')&^eight|(quote-each)&^quote|(backslash-each)&^backslash)&high != 0
}
