package secrets

import (
	"encoding/ascii85"
	"math/big"
	"strings"
)

// Digits of encodings that take a text for one number. The letters of base 62 are compared without their case, so that one order of them
// is enough. Base 32 of this alphabet leaves out letters that are mistaken for digits.
const (
	digits36 = "0123456789abcdefghijklmnopqrstuvwxyz"
	digits32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	digits58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	digits62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Digits of base 85, in the order of their values: those of RFC 1924 and those of ZeroMQ.
const (
	digits85  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
	digitsZ85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
)

// inDigits writes a secret in encodings that have another base than 16, 32 and 64 of RFC 4648, and in ciphers without a key.
func inDigits(secret string) []string {
	if len(secret) > looseReach {
		return nil // as nobody writes numbers of that size
	}
	forms := []string{mirrored(secret), shifted(secret), uuencoded(secret)}
	for _, digits := range []string{"0123456789", digits36, digits32, digits58, digits62} {
		forms = append(forms, inBase(secret, digits))
	}
	packed := make([]byte, ascii85.MaxEncodedLen(len(secret)))
	packed = packed[:ascii85.Encode(packed, []byte(secret))]
	forms = append(forms, string(packed))
	for _, digits := range []string{digits85, digitsZ85} {
		forms = append(forms, strings.Map(func(c rune) rune { return rune(digits[(int(c)-'!')%len(digits)]) }, string(packed)))
	}
	return forms
}

// inBase writes text, as one number, in digits.
func inBase(text, digits string) string {
	number, base, digit := new(big.Int).SetBytes([]byte(text)), big.NewInt(int64(len(digits))), new(big.Int)
	var backwards []byte
	for number.Sign() > 0 {
		number.DivMod(number, base, digit)
		backwards = append(backwards, digits[digit.Int64()])
	}
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	return string(backwards)
}

// mirrored is text with the alphabet backwards.
func mirrored(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z':
			return 'a' + 'z' - c
		case 'A' <= c && c <= 'Z':
			return 'A' + 'Z' - c
		default:
			return c
		}
	}, text)
}

// shifted is text in ROT47.
func shifted(text string) string {
	const first, last, half = '!', '~', 47
	return strings.Map(func(c rune) rune {
		if c < first || c > last {
			return c
		}
		return first + (c-first+half)%(2*half)
	}, text)
}

// uuencoded is text as uuencode writes it, without lengths of lines.
func uuencoded(text string) string {
	var out strings.Builder
	for at := 0; at < len(text); at += 3 {
		var three [3]byte
		copy(three[:], text[at:])
		bits := uint32(three[0])<<16 | uint32(three[1])<<8 | uint32(three[2])
		for shift := 18; shift >= 0; shift -= 6 {
			out.WriteByte(' ' + byte(bits>>shift&0x3f))
		}
	}
	return out.String()
}
