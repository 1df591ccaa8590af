// Package rawjson reads JSON in place, without decoding it, and also where it is malformed: an answer is judged by the
// bytes that a client may read.
//
// [Scanner] is the tokenizer. It never fails: a malformed token is marked as bad. Two readers use it: [Split] takes an
// object apart as the most tolerant client does, and [Reader] walks a value as strictly as the grammar. A caller that
// needs every token uses the Scanner itself. None of them recurses.
package rawjson

import (
	"encoding/binary"
	"math/bits"
)

// A Kind says what a token is: its sign for brackets, commas and colons, or one of the constants.
type Kind uint16

// The kinds other than signs.
const (
	End     Kind = 256 // nothing is left
	String  Kind = '"' // from its quote to the closing one, or to the end of the text
	Number  Kind = '0' // a word that begins with a digit or a minus
	Word    Kind = 'a' // true, false, null, and any other word of letters
	Garbage Kind = '?' // one byte that JSON does not have outside of strings
)

// A Token is a piece of a text: text[Start:End] of Kind.
type Token struct {
	Start, End int
	Kind       Kind
	flags      flags
}

type flags byte

const (
	bad flags = 1 << iota
	notPlain
	open
)

// Bad reports whether the grammar forbids the token: a control character or an unknown escape in a string, a string that
// is not closed, a number like 01, a word that is not true, false or null, and garbage.
func (t Token) Bad() bool { return t.flags&bad != 0 }

// Plain reports whether the text is the value: a string without escapes and control characters, or an integer.
func (t Token) Plain() bool { return t.flags&notPlain == 0 }

// Open reports whether the token is a string without a closing quote.
func (t Token) Open() bool { return t.flags&open != 0 }

// Inside returns where the content of a string begins and ends, without its quotes.
func (t Token) Inside() (start, end int) {
	if t.Open() {
		return t.Start + 1, t.End
	}
	return t.Start + 1, t.End - 1
}

// A Scanner splits Text into tokens. Its zero value reads an empty text.
type Scanner struct {
	Text []byte
	At   int // where the next token begins, or the space before it
}

// Peek moves to the next token and returns its first byte, which is the kind of a sign or a string; End when only space
// is left.
func (s *Scanner) Peek() Kind {
	for s.At < len(s.Text) {
		if c := s.Text[s.At]; c > ' ' || !isSpace(c) {
			return Kind(c)
		}
		s.At++
	}
	return End
}

// Next returns the next token, and [End] when only space is left.
func (s *Scanner) Next() Token {
	c, at := s.Peek(), s.At
	switch c {
	case '"':
		return s.string(at)
	case '{', '}', '[', ']', ',', ':':
		s.At++
		return Token{Kind: c, Start: at, End: at + 1}
	case End:
		return Token{Start: at, End: at, Kind: End}
	default:
		return s.word(at)
	}
}

// string takes the string whose quote is at start.
func (s *Scanner) string(start int) Token {
	at := start + 1 + plainLength(s.Text[start+1:])
	if at == len(s.Text) || s.Text[at] != '"' {
		return s.unusual(start, at)
	}
	s.At = at + 1
	return Token{Start: start, End: at + 1, Kind: String}
}

// unusual takes the string whose quote is at start and which is plain up to at. A quote after a backslash never closes
// it.
func (s *Scanner) unusual(start, at int) Token {
	text, token := s.Text, Token{Kind: String, Start: start}
	for {
		at += plainLength(text[at:])
		switch {
		case at >= len(text):
			token.End, s.At = len(text), len(text)
			token.flags |= bad | open
			return token
		case text[at] == '"':
			token.End, s.At = at+1, at+1
			return token
		case text[at] == '\\':
			token.flags |= notPlain
			if !isEscape(text[at:]) {
				token.flags |= bad
			}
			at = min(at+2, len(text))
		default: // a control character
			token.flags |= bad | notPlain
			at++
		}
	}
}

// word takes a number, a word or garbage.
func (s *Scanner) word(start int) Token {
	text, at := s.Text, start+1
	token := Token{Start: start, End: at, Kind: Garbage, flags: bad}
	if text[start] == '-' || isWord(text[start]) {
		for at < len(text) && (isWord(text[at]) || text[at] == '.' || text[at] == '-' || text[at] == '+') {
			at++
		}
		token.End = at
		token.Kind, token.flags = classify(text[start:at])
	}
	s.At = at
	return token
}

// classify distinguishes numbers from words.
func classify(text []byte) (Kind, flags) {
	if text[0] > '9' {
		if string(text) == "true" || string(text) == "false" || string(text) == "null" {
			return Word, 0
		}
		return Word, bad
	}
	valid, integer := number(text)
	switch {
	case !valid:
		return Number, bad | notPlain
	case !integer:
		return Number, notPlain
	default:
		return Number, 0
	}
}

// number reports whether text is a number, and one without fraction and exponent.
func number(text []byte) (valid, integer bool) {
	if text[0] == '-' {
		text = text[1:]
	}
	digits := digitsIn(text)
	if digits == 0 || digits > 1 && text[0] == '0' {
		return false, false
	}
	if text = text[digits:]; len(text) == 0 {
		return true, true
	}
	if text[0] == '.' {
		fraction := digitsIn(text[1:])
		if fraction == 0 {
			return false, false
		}
		text = text[1+fraction:]
	}
	if len(text) > 0 && (text[0] == 'e' || text[0] == 'E') {
		text = text[1:]
		if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
			text = text[1:]
		}
		return len(text) > 0 && digitsIn(text) == len(text), false
	}
	return len(text) == 0, false
}

// digitsIn counts the digits that text begins with.
func digitsIn(text []byte) int {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return n
}

// isEscape reports whether text begins with an escape that JSON knows.
func isEscape(text []byte) bool {
	if len(text) < 2 {
		return false
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		return len(text) >= 6 && isHex(text[2]) && isHex(text[3]) && isHex(text[4]) && isHex(text[5])
	default:
		return false
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

// plainLength is the length of text up to the first quote, backslash or control character. It takes eight bytes at a
// time, because an access token of two kilobytes is most of an answer.
func plainLength(text []byte) int {
	rest := text
	for len(rest) >= 8 {
		if found := special(binary.LittleEndian.Uint64(rest)); found != 0 {
			return len(text) - len(rest) + bits.TrailingZeros64(found)/8
		}
		rest = rest[8:]
	}
	for len(rest) > 0 && rest[0] >= ' ' && rest[0] != '"' && rest[0] != '\\' {
		rest = rest[1:]
	}
	return len(text) - len(rest)
}

// special sets the high bit of the first of eight bytes that is a quote, a backslash or a control character, and perhaps
// of later ones; it is 0 without such a byte. Taking n from a byte sets a high bit that was not set where the byte is less
// than n; a byte is c where it is less than 1 once c is masked out.
func special(eight uint64) uint64 {
	const each, high = 0x0101010101010101, 0x8080808080808080
	quote, backslash := eight^each*'"', eight^each*'\\'
	return ((eight-each*' ')&^eight | (quote-each)&^quote | (backslash-each)&^backslash) & high
}
