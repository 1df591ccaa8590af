package tamper

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf16"
)

// written says how value can be read from bytes that do not contain it as it is: from its end, in UTF-16, and a number as two digits in
// a byte, in either order; "" if it cannot.
func written(text []byte, value string) string {
	if bytes.Contains(text, []byte(backwards(value))) {
		return ", backwards"
	}
	if bytes.Contains(text, inUTF16LE(value)) {
		return ", in UTF-16"
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
	const enough = 10 // digits: five bytes hardly ever occur by chance
	digits := strings.TrimPrefix(value, "+")
	if len(digits) < enough || strings.Trim(digits, "0123456789") != "" {
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
