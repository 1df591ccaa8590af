package assay

import (
	"bytes"
	"encoding/json"
)

// splitObject splits the JSON object that text begins with into the raw values of its members, those of a repeated one
// in their order. Length is that of the object, or 0 when text begins with none or breaks off: the members before the
// break are then still there. Nesting costs neither stack nor time, and what is inside a value is not looked at, so
// that well-formedness is another question.
func splitObject(text []byte) (members map[string][]json.RawMessage, length int) {
	at := afterSpace(text, 0)
	if !startsWith(text, at, '{') {
		return nil, 0
	}
	members = map[string][]json.RawMessage{}
	at = afterSpace(text, at+1)
	for !startsWith(text, at, '}') {
		end := stringEnd(text, at)
		name, isName := memberKey(text, at, end)
		at = afterSpace(text, end)
		if !isName || !startsWith(text, at, ':') {
			return members, 0
		}
		at = afterSpace(text, at+1)
		end, whole := valueEnd(text, at)
		if raw := bytes.TrimRight(text[at:end], " \t\r\n"); whole || startsWith(raw, 0, '{') {
			members[name] = append(members[name], raw)
		}
		if !whole {
			return members, 0
		}
		if at = afterSpace(text, end); startsWith(text, at, ',') {
			at = afterSpace(text, at+1)
		}
	}
	return members, at + 1
}

// memberKey decodes the name between at and end; false when there is none.
func memberKey(text []byte, at, end int) (string, bool) {
	if end == at {
		return "", false
	}
	raw := text[at:end]
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	return Text(raw)
}

// valueEnd returns where the value that begins at ends: after its own closing quote or bracket, or before the comma or
// bracket that follows a number or a word. A value that breaks off ends with text and is not whole.
func valueEnd(text []byte, at int) (end int, whole bool) {
	depth := 0
	for at < len(text) {
		switch text[at] {
		case '"':
			end := stringEnd(text, at)
			if end == at {
				return len(text), false
			}
			if depth == 0 {
				return end, true
			}
			at = end
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at, true
			}
			if depth--; depth == 0 {
				return at + 1, true
			}
		case ',':
			if depth == 0 {
				return at, true
			}
		}
		at++
	}
	return len(text), false
}

// stringEnd returns where the string that begins at ends, after its closing quote; at itself when there is no string or
// it breaks off.
func stringEnd(text []byte, at int) int {
	if !startsWith(text, at, '"') {
		return at
	}
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return at
}

func afterSpace(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n') {
		at++
	}
	return at
}

func startsWith(text []byte, at int, c byte) bool { return at < len(text) && text[at] == c }
