package secrets

const invalid = 0xff

// sextets has the value of each byte in either base64 alphabet, or invalid.
var sextets = func() (table [256]byte) {
	for i := range table {
		table[i] = invalid
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i)
	}
	table['-'], table['_'] = table['+'], table['/']
	return table
}()

// decodeBase64 appends the decoded bytes of text, which is of either alphabet and without padding. It drops incomplete bytes.
func decodeBase64(out, text []byte) []byte {
	var bits uint32
	have := 0
	for _, c := range text {
		bits = bits<<6 | uint32(sextets[c])
		have += 6
		if have >= 8 {
			have -= 8
			out = append(out, byte(bits>>have))
		}
	}
	return out
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
