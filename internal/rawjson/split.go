package rawjson

import (
	"bytes"
	"encoding/json"
)

// MaxMembers is how many members of an object [Split] keeps whatever their names.
const MaxMembers = 64

// Members are the raw values of an object's members, by name; a repeated member has all its values, in their order.
type Members map[string][]json.RawMessage

// Split takes the JSON object that text begins with apart into its members. length is that of the object, or 0 when text begins
// with none or breaks off: the members before the break, and an object that is cut by it, are still returned.
//
// It reads as the most tolerant client does, and does not look inside values: whether the object is well-formed is
// another question.
//
// After [MaxMembers] members, it keeps only those whose name is wanted; nil wants every name. A text of 128 KiB can have
// 20 000 members, of which its reader needs a dozen.
func Split(text []byte, wanted func(name []byte) bool) (members Members, length int) {
	s := Scanner{Text: text}
	return s.split(wanted, func([]byte) ([]byte, bool) { return s.value() })
}

// SplitInside is [Split], which also takes the objects apart that are values of the member inner: inside has the members of all
// of them.
func SplitInside(text []byte, inner string, wanted func(name []byte) bool) (members, inside Members, length int) {
	s := Scanner{Text: text}
	members, length = s.split(wanted, func(name []byte) (raw []byte, whole bool) {
		if string(name) != inner || s.Peek() != '{' {
			return s.value()
		}
		start := s.At
		fields, size := Split(text[start:], wanted)
		if size > 0 {
			s.At, raw, whole = start+size, text[start:start+size], true
		} else { // malformed: it ends where its brackets do
			raw, whole = s.value()
			fields, _ = Split(raw, wanted)
		}
		if inside == nil {
			inside = fields
			return raw, whole
		}
		for name, values := range fields {
			inside[name] = append(inside[name], values...)
		}
		return raw, whole
	})
	return members, inside, length
}

// split takes the object that the text begins with apart; value takes the value of a member.
func (s *Scanner) split(wanted func(name []byte) bool, value func(name []byte) ([]byte, bool)) (members Members, length int) {
	if s.Next().Kind != '{' {
		return nil, 0
	}
	members = Members{}
	token := s.Next()
	for kept := 0; token.Kind != '}'; {
		name, isName := memberName(s.Text, token)
		if !isName || s.Next().Kind != ':' {
			return members, 0
		}
		raw, whole := value(name)
		needed := kept < MaxMembers || wanted == nil || wanted(name)
		if needed && (whole || len(raw) > 0 && raw[0] == '{') {
			members[string(name)] = append(members[string(name)], raw)
			kept++
		}
		if !whole {
			return members, 0
		}
		if token = s.Next(); token.Kind == ',' {
			token = s.Next()
		}
	}
	return members, token.End
}

// memberName decodes a token that is a member's name; false when it is not a name.
func memberName(text []byte, token Token) ([]byte, bool) {
	if token.Kind != String || token.Open() {
		return nil, false
	}
	raw := text[token.Start:token.End]
	if token.Plain() || bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true
	}
	name, isText := Text(raw)
	return []byte(name), isText
}

// value takes the next value: to its own closing quote or bracket, or to the comma or bracket that follows a number or a
// word. A value that breaks off extends to the end of the text and is not whole.
func (s *Scanner) value() (raw []byte, whole bool) {
	start, depth := -1, 0
	for {
		if depth > 0 {
			s.skipInside()
		}
		token := s.Next()
		if start < 0 {
			start = token.Start
		}
		switch token.Kind {
		case End:
			return trimRight(s.Text[start:]), false
		case String:
			if token.Open() || depth == 0 {
				return trimRight(s.Text[start:token.End]), !token.Open()
			}
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				s.At = token.Start
				return trimRight(s.Text[start:token.Start]), true
			}
			if token.Kind == ',' {
				continue
			}
			if depth--; depth == 0 {
				return s.Text[start:token.End], true
			}
		}
	}
}

// skipInside moves to the next string or bracket: between the brackets of a value nothing else matters.
func (s *Scanner) skipInside() {
	for s.At < len(s.Text) {
		switch s.Text[s.At] {
		case '"', '{', '}', '[', ']':
			return
		}
		s.At++
	}
}

func trimRight(text []byte) []byte { return bytes.TrimRight(text, " \t\r\n") }
