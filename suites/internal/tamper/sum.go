package tamper

import (
	"hash/crc32"
	"math/big"
)

// SameSum lists texts of the same length and characters of the same kind that a comparison by a short sum takes for a text,
// each behind what it has: characters in another order, one hash code in Java, one CRC-32. Short texts have fewer of them.
func SameSum(text string) map[string]string {
	sums := map[string]string{}
	add := func(has, other string) {
		if other != "" && other != text {
			sums[has] = other
		}
	}
	add("two characters in the middle swapped", swapped(text))
	add("one hash code in Java", sameJavaHash(text))
	add("one CRC-32", sameCRC32(text))
	return sums
}

// swapped swaps the two neighbours nearest to the middle that differ.
func swapped(text string) string {
	letters := []byte(text)
	for at := len(letters) / 2; at > 0; at-- {
		if letters[at] != letters[at-1] && isAlphanumeric(letters[at]) && isAlphanumeric(letters[at-1]) {
			letters[at], letters[at-1] = letters[at-1], letters[at]
			return string(letters)
		}
	}
	return ""
}

// sameJavaHash makes one character one more and the next one 31 less, or the other way round, which Java's hash code does
// not see.
func sameJavaHash(text string) string {
	const base = 31
	for at := 1; at < len(text); at++ {
		for _, step := range []int{1, -1} {
			first, second := int(text[at-1])+step, int(text[at])-step*base
			if isAlphanumeric(byte(first)) && isAlphanumeric(byte(second)) && isAlphanumeric(text[at-1]) && isAlphanumeric(text[at]) {
				return text[:at-1] + string([]byte{byte(first), byte(second)}) + text[at+1:]
			}
		}
	}
	return ""
}

// sameCRC32 flips bits that leave letters letters and digits digits, and whose effects on the CRC-32 cancel each other out.
func sameCRC32(text string) string {
	own := crc32.ChecksumIEEE([]byte(text))
	type effect struct {
		sum  uint32
		bits *big.Int // of the flips that it is the sum of
	}
	var known [32]*effect // by the highest bit of the sum
	flips := freeBits(text)
	for i, flip := range flips {
		this := &effect{crc32.ChecksumIEEE(flipped(text, flip)) ^ own, new(big.Int).SetBit(new(big.Int), i, 1)}
		for bit := 31; bit >= 0 && this.sum != 0; bit-- {
			switch {
			case this.sum>>bit&1 == 0:
			case known[bit] == nil:
				known[bit] = this
				bit = -1
			default:
				this.sum ^= known[bit].sum
				this.bits.Xor(this.bits, known[bit].bits)
			}
		}
		if this.sum == 0 {
			other := []byte(text)
			for j := range flips {
				if this.bits.Bit(j) == 1 {
					other = flipped(string(other), flips[j])
				}
			}
			return string(other)
		}
	}
	return ""
}

// A flip is a bit of one character.
type flip struct {
	at  int
	bit byte
}

func flipped(text string, f flip) []byte {
	letters := []byte(text)
	letters[f.at] ^= f.bit
	return letters
}

// freeBits lists bits of characters any of which can be flipped together: digits stay digits, and letters letters.
func freeBits(text string) (flips []flip) {
	for at := range len(text) {
		for _, bits := range []byte{7, 3, 1} {
			if block := text[at] &^ bits; isAlphanumeric(block) && isAlphanumeric(block|bits) && (block|bits)-block == bits && sameKind(block, block|bits) {
				for bit := byte(1); bit <= bits; bit <<= 1 {
					flips = append(flips, flip{at, bit})
				}
				break
			}
		}
	}
	return flips
}

// sameKind reports whether two characters are both digits, both small letters or both capitals.
func sameKind(a, b byte) bool { return a>>5 == b>>5 && (a <= '9') == (b <= '9') }
