package secrets

// quintets has the value of each byte in the base32 alphabet, in either case, or invalid.
var quintets = func() (table [256]byte) {
	for i := range table {
		table[i] = invalid
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i)
		table[folded[alphabet[i]]] = byte(i)
	}
	return table
}()

// decodeBase32 appends the decoded bytes of the beginning of text that is base32. It drops incomplete bytes.
func decodeBase32(out, text []byte) []byte {
	var bits uint32
	have := 0
	for _, c := range text {
		value := quintets[c]
		if value == invalid {
			break
		}
		bits = bits<<5 | uint32(value)
		have += 5
		if have >= 8 {
			have -= 8
			out = append(out, byte(bits>>have))
		}
	}
	return out
}

// scanBase32 searches the base32 of text[start:end], which is in one case.
func (x *finder) scanBase32(v view, start, end int, found []span) []span {
	for i := start; i < end; i++ {
		from := i
		lower, upper := false, false
		for i < end && quintets[v.text[i]] != invalid {
			lower, upper = lower || v.text[i] >= 'a', upper || v.text[i] >= 'A' && v.text[i] <= 'Z'
			if lower && upper {
				break
			}
			i++
		}
		next := i
		if lower && upper {
			next-- // the run of the other case begins at i
		}
		if i-from < (keyBytes*8+4)/5 {
			i = next
			continue
		}
		for shift := range 8 {
			decoded := decodeBase32(x.buffer[:0], v.text[from+shift:i])
			found = x.scanDecoded(v, decoded, from, i, shift, 5, found)
		}
		i = next
	}
	return found
}
