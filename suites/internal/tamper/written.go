package tamper

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf16"
)

// written says how value can be read from bytes that do not contain it as it is: from its end, in UTF-16, with letters rotated or all bytes
// shifted, and a number as two digits in a byte, in either order; "" if it cannot.
func written(text []byte, value string) string {
	if bytes.Contains(text, []byte(backwards(value))) {
		return ", backwards"
	}
	if bytes.Contains(text, inUTF16LE(value)) {
		return ", in UTF-16"
	}
	if bytes.Contains(text, []byte(rotated(value))) && rotated(value) != value {
		return ", with its letters rotated by 13"
	}
	if shifted(text, value) {
		return ", with one number added to each byte, or combined with it by XOR"
	}
	for _, packed := range packedDigits(value) {
		if bytes.Contains(text, packed) {
			return ", as two digits in a byte"
		}
	}
	return ""
}

func backwards(text string) string {
	letters := []rune(text)
	slices.Reverse(letters)
	return string(letters)
}

// inUTF16LE leaves the last byte out where it is zero, so that text whose bytes are in the other order has it as well.
func inUTF16LE(text string) (raw []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		raw = append(raw, byte(unit), byte(unit>>8))
	}
	return bytes.TrimSuffix(raw, []byte{0})
}

// packedDigits are the digits of a long number in half a byte each, from its first or its second digit on, and with the halves in the
// order of the telephone network.
func packedDigits(value string) (all [][]byte) {
	const enough, fewest = 10, 3 // digits and different ones: five bytes hardly ever occur by chance, but zeros do
	digits := strings.TrimPrefix(value, "+")
	if len(digits) < enough || strings.Trim(digits, "0123456789") != "" || different(digits) < fewest {
		return nil
	}
	for _, some := range []string{digits, digits[1:]} {
		packed, _ := hex.DecodeString(some[:len(some)/2*2]) // digits are hex
		turned := slices.Clone(packed)
		for i, b := range turned {
			turned[i] = b<<4 | b>>4
		}
		all = append(all, packed, turned)
	}
	return all
}

// rotated is a text in ROT13.
func rotated(text string) string {
	const half, all = 13, 26
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+half)%all
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+half)%all
		default:
			return r
		}
	}, text)
}

// shifted reports whether each byte of value is in text, combined with one number. What has few different characters may occur by chance,
// as zeros in front of a number do.
func shifted(text []byte, value string) bool {
	const shortest, fewest = 8, 4
	if len(value) < shortest || different(value) < fewest {
		return false
	}
	for i := range max(0, len(text)-len(value)+1) {
		added, combined := text[i]-value[0], text[i]^value[0]
		sum, xor := true, true
		for j := 0; j < len(value) && (sum || xor); j++ {
			sum, xor = sum && text[i+j]-value[j] == added, xor && text[i+j]^value[j] == combined
		}
		if sum || xor {
			return true
		}
	}
	return false
}

// different counts the different characters of a text.
func different(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}
