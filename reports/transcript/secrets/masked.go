package secrets

import (
	"bytes"
	"unicode/utf8"
)

// masked finds secrets whose middle was replaced: pat_***xyz.
func (x *finder) masked(text []byte) []span {
	var found []span
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) {
			size := maskSize(text, i)
			if size == 0 {
				break
			}
			i += size
		}
		if i-start < 3 {
			continue
		}
		if !x.spend(maskWork) {
			return found
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
	}
	return found
}

func isShown(c byte) bool {
	return folded[c] != 0 && c < utf8.RuneSelf || c == '_' || c == '-' || c == '+' || c == '/' || c == '='
}

// maskWork is the work of looking up what is around a mask.
const maskWork = 32

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
	if !x.spend(2 * len(t.secret)) {
		return "", false
	}
	letters := t.letters()
	return t.kind, bytes.HasPrefix(letters, left) && bytes.HasSuffix(letters, right)
}
