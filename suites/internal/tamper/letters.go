package tamper

import (
	"math/rand/v2"
	"strings"
)

// widths write a code in characters that Unicode normalization and some collations take for the same, and its digits in those of other
// scripts, which readers of numbers and of hex take for digits.
func widths(code string) []Spelling {
	const fullWidth, arabic = '\uff10', '\u0660'
	wide := strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r - '0' + fullWidth
		}
		return r
	}, code)
	all := []Spelling{
		{"width", "in full-width characters", wide, true},
		{"width", "with its digits full-width", digitsFrom(fullWidth, code), true},
		{"width", "in the letters and digits of formulas", InFormulas(code), true},
	}
	if strings.Trim(code, "0123456789") != "" { // a number has readings of its own
		all = append(all, Spelling{"width", "with its digits in Arabic", digitsFrom(arabic, code), isHex(code)})
	}
	if code[0] > ' ' && code[0] <= '~' {
		runes := []rune(wide)
		all = append(all, Spelling{"width", "with the first character full-width", string(runes[0]) + code[1:], false})
	}
	return append(all, Spelling{"width", "with a combining grapheme joiner behind it", code + "\u034f", false})
}

// digitsFrom writes the digits of ASCII in those of a script, which begin with a zero.
func digitsFrom(zero rune, code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + zero
		}
		return r
	}, code)
}

// isHex reports whether a code is digits of hex, with letters of one case.
func isHex(code string) bool {
	return oneCase(code) && strings.Trim(strings.ToLower(code), "0123456789abcdef") == ""
}

// InFormulas writes letters and digits in the bold ones of mathematics, which compatibility forms make plain, and of which each takes four
// bytes.
func InFormulas(code string) string {
	const capital, small, zero = '\U0001d400', '\U0001d41a', '\U0001d7ce'
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + capital
		case r >= 'a' && r <= 'z':
			return r - 'a' + small
		case r >= '0' && r <= '9':
			return r - '0' + zero
		}
		return r
	}, code)
}

// letters write a letter of a code as another one that normalization of every form, or a comparison without regard to case, takes for it.
func letters(code string) []Spelling {
	const kelvin, long = "\u212a", "\u017f"
	return []Spelling{
		{"letter", "with the sign of kelvins for a letter K", strings.Replace(code, "K", kelvin, 1), true},
		{"letter", "with the sign of kelvins for a letter k", strings.Replace(code, "k", kelvin, 1), oneCase(code)},
		{"letter", "with a long s for a letter s", strings.Replace(code, "s", long, 1), false},
	}
}

// cases change the case of letters: some of them in a code with letters of one case, such as hex and base32, in which it has no meaning;
// and all of them in every code, since a database may look a code up without regard to it.
func cases(random *rand.Rand, code string) []Spelling {
	all := []Spelling{{"case", "with letter case inverted", strings.Map(SwapCase, code), true}}
	if !oneCase(code) {
		return all
	}
	mixed := strings.Map(func(r rune) rune {
		if random.IntN(2) == 0 {
			return SwapCase(r)
		}
		return r
	}, code)
	return append(all, Spelling{"case", "with letters of both cases", mixed, false})
}
