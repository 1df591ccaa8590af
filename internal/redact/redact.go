// Package redact prepares text from a driver for an error message or a log: shortened, on one line, without secrets.
//
// Start with [Prose] for sentences and [Excerpt] for text where data was expected.
package redact

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/unified-login/assay/internal/words"
)

// How much of a text is shown, in characters.
const (
	MaxExcerpt = 120
	MaxProse   = 300
)

// maxRead is how much of a text is examined, in bytes: a driver may send megabytes in every reply of a run.
const maxRead = 4 << 10

const secret = "[secret]"

// Excerpt quotes up to MaxExcerpt characters of text.
func Excerpt(text string, secrets ...string) string {
	return Quote(text, MaxExcerpt, secrets...)
}

// Quote quotes up to limit characters of text. The secrets, and whatever looks like one, are replaced.
func Quote(text string, limit int, secrets ...string) string {
	return fmt.Sprintf("%q", words.Shorten(Text(beginning(text), secrets...), limit))
}

// Prose returns up to MaxProse characters of text on one line. The secrets, and whatever looks like one, are replaced.
func Prose(text string, secrets ...string) string {
	blank := func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return ' '
	}
	return words.Shorten(strings.Join(strings.Fields(strings.Map(blank, Text(beginning(text), secrets...))), " "), MaxProse)
}

// beginning returns the part that is examined, without the word at its end: a partial secret would not be recognised.
func beginning(text string) string {
	if len(text) <= maxRead {
		return text
	}
	text = text[:maxRead]
	for _, ends := range []string{" \t\r\n", `,;:()"'`} {
		if at := strings.LastIndexAny(text, ends); at >= 0 {
			return text[:at+1] + "…"
		}
	}
	return text + "…"
}

// A character may be escaped as in JSON, a program's string, a URL or HTML.
var (
	escape    = regexp.MustCompile(`\\+u00([0-9a-fA-F]{2})|\\+x([0-9a-fA-F]{2})|%([0-9a-fA-F]{2})|&#x0*([0-9a-fA-F]{2});|&#0*([0-9]{2,3});`)
	tokenLike = regexp.MustCompile(`(?:[0-9A-Za-z+/_=-]|` + escape.String() + `){16,}`)
	number    = regexp.MustCompile(`(?:[0-9]|\\+u003[0-9]|\\+x3[0-9]|%3[0-9]|&#x0*3[0-9];|&#0*(?:4[89]|5[0-7]);){11,}`)
)

// minSecret is the length of the shortest secret that is replaced: a shorter one may be part of ordinary words.
const minSecret = 6

// named matches the value of what is called a secret, as a dump of the environment or of a configuration writes it: NAME=value,
// or in quotes behind a name and a colon.
var named = regexp.MustCompile(`(?i)([0-9a-z_.-]*(?:passw(?:or)?d|passphrase|secret|token|credentials?|api_?key|access_?key|private_?key|_pass|_pwd|_pat|_auth)[0-9a-z_.-]*)` +
	`(?:(\\*["']?\s*(?:=>?|:)\s*\\*["'])([^"'\\]{4,})|(=)([^\s"',;&]{4,}))`)

// Text replaces the secrets, what is called a secret, and whatever looks like a PAT, a code or a phone: a driver may repeat what it
// received or answered long ago, and what its environment has.
func Text(text string, secrets ...string) string {
	for _, known := range secrets {
		if len(known) >= minSecret {
			text = strings.ReplaceAll(text, known, secret)
		}
	}
	text = tokenLike.ReplaceAllStringFunc(text, func(word string) string {
		if looksRandom(unescaped(word)) {
			return secret
		}
		return word
	})
	text = named.ReplaceAllString(text, "$1$2$4"+secret)
	return number.ReplaceAllStringFunc(text, func(digits string) string {
		if looksLikePhone(unescaped(digits)) {
			return secret
		}
		return digits
	})
}

// unescaped replaces the escapes in a word by the characters they stand for.
func unescaped(word string) string {
	return escape.ReplaceAllStringFunc(word, func(escaped string) string {
		groups := escape.FindStringSubmatch(escaped)
		hex, decimal := strings.Join(groups[1:5], ""), groups[5]
		code, err := strconv.ParseUint(hex, 16, 8)
		if decimal != "" {
			code, err = strconv.ParseUint(decimal, 10, 8)
		}
		if err != nil { // above 255, which no token contains
			return escaped
		}
		return string(rune(code))
	})
}

// looksLikePhone reports a Chinese mobile number, with or without its country code, or one in hex.
func looksLikePhone(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' || len(digits) == 13 && digits[:3] == "861" || len(digits) >= 22
}

// looksRandom tells a token from a long word or a path. Base64 may contain slashes: if one part of a word looks like a
// token, the whole word is replaced.
func looksRandom(word string) bool {
	for part := range strings.SplitSeq(word, "/") {
		if len(part) >= 16 && mixed(part) {
			return true
		}
	}
	return alternates(word)
}

// mixed reports digits among letters of both cases, or among letters at a token's length.
func mixed(word string) bool {
	digits := strings.ContainsAny(word, "0123456789")
	upper := strings.ContainsFunc(word, unicode.IsUpper)
	lower := strings.ContainsFunc(word, unicode.IsLower)
	return digits && (upper && lower || (upper || lower) && len(word) >= 24)
}

// camelCase matches a name such as ModuleNotFoundError: every word has a capital and a vowel. A random token of letters
// hardly ever matches.
var camelCase = regexp.MustCompile(`^(?:[^0-9A-Za-z]|[a-z]+|[AEIOUY][a-z]+|[A-Z][a-z]*[aeiouy][a-z]*)+$`)

// alternates reports whether at least every third character changes the class: capital, small letter or digit. Words and
// paths rarely do, except for camel-case names of short words.
func alternates(word string) bool {
	changes, before := 0, 0
	for _, c := range word {
		class := 0
		switch {
		case unicode.IsUpper(c):
			class = 1
		case unicode.IsLower(c):
			class = 2
		case unicode.IsDigit(c):
			class = 3
		}
		if class != 0 && before != 0 && class != before {
			changes++
		}
		before = class
	}
	return changes*3 >= len(word) && !camelCase.MatchString(word)
}
