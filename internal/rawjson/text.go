package rawjson

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// Text decodes raw as a JSON string; false when it is anything else, or not UTF-8 and so read differently by different
// clients.
func Text(raw []byte) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' || !utf8.Valid(raw) {
		return "", false
	}
	if last := len(raw) - 1; last > 0 && 1+plainLength(raw[1:]) == last && raw[last] == '"' {
		return string(raw[1:last]), true
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// Decode undoes the escapes in the content of a string, which is what is between its quotes. Content that is not valid
// stays as it is.
func Decode(content []byte) string {
	if bytes.IndexByte(content, '\\') < 0 {
		return string(content)
	}
	var text string
	if err := json.Unmarshal(slices.Concat([]byte{'"'}, content, []byte{'"'}), &text); err != nil {
		return string(content)
	}
	return text
}
