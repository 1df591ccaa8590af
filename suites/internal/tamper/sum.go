package tamper

import (
	"hash/crc32"
	"hash/fnv"
	"math/big"
	"strings"
	"unicode"
)

// SameSum lists texts of the same length and characters of the same kind that a comparison by a short sum takes for a text,
// each behind what it has: characters in another order, one hash code in Java, one hash of Bernstein's, one FNV-1a, one CRC-32. Short texts have fewer of them.
func SameSum(text string) map[string]string {
	sums := map[string]string{}
	add := func(has, other string) {
		if other != "" && other != text {
			sums[has] = other
		}
	}
	add("two characters in the middle swapped", swapped(text))
	const java, bernstein = 31, 33
	add("one hash code in Java", sameRolling(text, java))
	add("one hash of Bernstein's", sameRolling(text, bernstein))
	add("one FNV-1a of 32 bits", sameFNV(text))
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

// sameRolling makes one character one more and the next one base less, or the other way round, which a hash that multiplies by base
// does not see.
func sameRolling(text string, base int) string {
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

// sameFNV changes eleven letters and digits so that the FNV-1a of 32 bits stays: it computes the hash forwards over the first five and
// backwards over the others, until both meet.
func sameFNV(text string) string {
	const forwards, backwards = 5, 6
	const start, prime, inverse = 2166136261, 16777619, 899433627 // prime * inverse is 1 in 32 bits
	at := len(text) - forwards - backwards
	if at < 0 || strings.ContainsFunc(text[at:], func(r rune) bool { return r > unicode.MaxASCII || !isAlphanumeric(byte(r)) }) {
		return ""
	}
	before, whole := uint32(start), fnv.New32a()
	_, _ = whole.Write([]byte(text)) // never fails
	for i := range at {
		before = (before ^ uint32(text[i])) * prime
	}
	met := make(map[uint32][forwards]byte, 100_000) // each of five characters is one of ten
	each(text[at:at+forwards], func(middle []byte) bool {
		sum := before
		for i := range len(middle) {
			sum = (sum ^ uint32(middle[i])) * prime
		}
		met[sum] = [forwards]byte(middle)
		return true
	})
	found := ""
	each(text[at+forwards:], func(end []byte) bool {
		sum := whole.Sum32()
		for i := len(end) - 1; i >= 0; i-- {
			sum = sum*inverse ^ uint32(end[i])
		}
		if middle, known := met[sum]; known {
			if other := string(middle[:]) + string(end); other != text[at:] {
				found = text[:at] + other
			}
		}
		return found == ""
	})
	return found
}

// each calls try with texts like text, of which each character is one of ten of its kind, until try says no. try must not keep them.
func each(text string, try func([]byte) bool) {
	const choices = 10
	letters, of := []byte(text), make([]int, len(text))
	for at := 0; at < len(of); {
		for i := range letters {
			letters[i] = firstOfTen(text[i]) + byte(of[i])
		}
		if !try(letters) {
			return
		}
		for at = 0; at < len(of); at++ {
			if of[at]++; of[at] < choices {
				break
			}
			of[at] = 0
		}
	}
}

// firstOfTen is the first of ten digits, or of ten letters of one case in a row, of which c is one.
func firstOfTen(c byte) byte {
	switch {
	case c <= '9':
		return '0'
	case c&31 <= 10:
		return c&^31 + 1 // a
	case c&31 <= 20:
		return c&^31 + 11 // k
	default:
		return c&^31 + 17 // q
	}
}
