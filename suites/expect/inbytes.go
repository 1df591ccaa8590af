package expect

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// inBytes looks for a secret that the text has as the numbers of its bytes: in hex or decimal, with or without something
// between the numbers, as a debugger or a JSON array of bytes shows it.
func inBytes(secret, text string) bool {
	if len(secret) < shortestSecret || len(text) < 2*len(secret) {
		return false
	}
	inHex := strings.ReplaceAll(hexadecimal(text), "0x", "")
	return strings.Contains(inHex, hex.EncodeToString([]byte(secret))) || strings.Contains(decimal(text), byteNumbers(secret))
}

// hexadecimal is a text in small letters without what is put between the bytes of a dump in hex.
func hexadecimal(text string) string {
	plain := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case strings.IndexByte(" ,:-\n%", c) >= 0:
		case c == '\\' && i+1 < len(text) && text[i+1]|0x20 == 'x':
		case c|0x20 == 'x' && i > 0 && text[i-1] == '\\':
		case c >= 'A' && c <= 'Z':
			plain = append(plain, c|0x20)
		default:
			plain = append(plain, c)
		}
	}
	return string(plain)
}

// byteNumbers are the bytes of text as decimal numbers, each between commas.
func byteNumbers(text string) string {
	numbers := []byte{','}
	for i := range len(text) {
		numbers = append(strconv.AppendUint(numbers, uint64(text[i]), 10), ',')
	}
	return string(numbers)
}

// decimal is the numbers in a text, each between commas, with one comma in place of all that stands between two of them.
func decimal(text string) string {
	numbers := append(make([]byte, 0, len(text)+2), ',')
	for i := range len(text) {
		if c := text[i]; c >= '0' && c <= '9' {
			numbers = append(numbers, c)
		} else if numbers[len(numbers)-1] != ',' {
			numbers = append(numbers, ',')
		}
	}
	return string(append(numbers, ','))
}
