package expect

import (
	"math"
	"math/big"
	"slices"
	"strings"
)

// VaryingBits is an upper bound of the bits that vary between the codes of one user, of whom somebody may have seen a code: that
// of the user with the most. Codes are in the order of their issue. A user with fewer codes than others says nothing.
func VaryingBits(users ...[]string) float64 {
	most, bits := 0, math.Inf(1)
	for _, codes := range users {
		if own := varyingBits(codes); len(codes) > most || len(codes) == most && own > bits {
			most, bits = len(codes), own
		}
	}
	return bits
}

// varyingBits counts the positions that are not the same in all codes, times the bits of the smallest alphabet that holds their
// characters. The bound is larger than the truth, so that a code with fewer bits can be guessed for certain. Codes of several
// lengths are compared as far as the shortest reaches, and every character beyond it counts.
func varyingBits(codes []string) float64 {
	if len(codes) < 2 {
		return math.Inf(1)
	}
	shortest, longest := len(codes[0]), 0
	for _, code := range codes {
		shortest, longest = min(shortest, len(code)), max(longest, len(code))
	}
	positions := longest - shortest
	var varying strings.Builder
	for i := range longest {
		for _, code := range codes {
			if i < shortest && code[i] == codes[0][i] {
				continue
			}
			if i < shortest {
				positions++
			}
			for _, other := range codes {
				if i < len(other) {
					varying.WriteByte(other[i])
				}
			}
			break
		}
	}
	bits := math.Log2(alphabetOf(varying.String()))
	return float64(positions)*bits - repeatedBits(codes, shortest, bits)
}

// repeatedBits is what varyingBits counts too many in parts that few values take: codes of several workers, each of which has a
// number of its own and a counter, vary in the whole number and can still be guessed.
func repeatedBits(codes []string, shortest int, bits float64) (less float64) {
	const part, share = 4, 4 // a part has so many characters, and a value for so many codes
	for from := 0; from < shortest; {
		end, values := repeated(codes, from, shortest, len(codes)/share)
		if end-from < part {
			from++
			continue
		}
		varying := 0
		for ; from < end; from++ {
			if slices.ContainsFunc(codes, func(code string) bool { return code[from] != codes[0][from] }) {
				varying++
			}
		}
		less += max(0, float64(varying)*bits-math.Log2(float64(values)))
	}
	return less
}

// repeated is the end of the longest part that begins at from and has no more than most values in all codes, and their number.
func repeated(codes []string, from, shortest, most int) (end, values int) {
	type next struct {
		value int
		c     byte
	}
	of := make([]int, len(codes)) // the value that each code has, numbered
	for end = from; end < shortest; end++ {
		longer, number := make([]int, len(codes)), map[next]int{}
		for i, code := range codes {
			key := next{of[i], code[end]}
			if _, seen := number[key]; !seen {
				number[key] = len(number)
			}
			longer[i] = number[key]
		}
		if len(number) > most {
			break
		}
		of, values = longer, len(number)
	}
	return end, values
}

// alphabetOf is the size of the smallest of the usual alphabets that holds the characters of a text.
func alphabetOf(text string) float64 {
	const digits, hex, base36, base64 = 10, 16, 36, 64
	switch lower := strings.ToLower(text); {
	case strings.Trim(text, "0123456789") == "":
		return digits
	case strings.Trim(lower, "0123456789abcdef") == "" && (lower == text || strings.ToUpper(text) == text):
		return hex
	case strings.Trim(lower, "0123456789abcdefghijklmnopqrstuvwxyz") == "" && (lower == text || strings.ToUpper(text) == text):
		return base36
	default:
		return base64
	}
}

// Counts reports whether every code is a number larger than the one before it by less than 2^64, as the codes of a counter
// or a clock are, and the bits of the largest difference. The identifiers that begin with a time and go on with 64 random
// bits or more, such as UUIDs of version 7 and ULIDs, differ by more.
func Counts(codes []string) (bits int, counted bool) {
	before, known := number(codes[0], codes)
	if !known {
		return 0, false
	}
	for _, code := range codes[1:] {
		value, isNumber := number(code, codes)
		if !isNumber {
			return 0, false
		}
		step := new(big.Int).Sub(value, before)
		if step.Sign() <= 0 || step.BitLen() > 64 {
			return 0, false
		}
		bits, before = max(bits, step.BitLen()), value
	}
	return bits, len(codes) > 1
}

// number reads a code, without what is neither a letter nor a digit, in the alphabet of all codes.
func number(code string, all []string) (*big.Int, bool) {
	plain := func(text string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				return r
			}
			return -1
		}, text)
	}
	base := int(alphabetOf(plain(strings.Join(all, ""))))
	if base > 36 {
		base = big.MaxBase
	}
	text := plain(code)
	if base <= 36 {
		text = strings.ToLower(text)
	}
	return new(big.Int).SetString(text, base)
}
