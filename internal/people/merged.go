package people

import (
	"hash/crc32"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// A MergedPair is two persons with ordinary ids whom a careless platform treats as one, because of how it stores or looks up
// users.
type MergedPair struct {
	How  string // what they have in common, for example "with one phone"
	A, B Person
	// Channelled: the pair needs a channel of its own.
	Channelled bool
}

// MergedPairs returns pairs of new persons: numbers and texts that a number of the machine or a short hash cannot tell apart,
// user and channel that read the same when joined, names of which a careless platform keeps a part, two with one phone, and two
// with none.
func (p *People) MergedPairs() []MergedPair {
	random := p.random()
	pairs := slices.Concat(p.mergedNumbers(random), p.mergedHashes(random), p.mergedJoints(random), p.mergedNames(random))
	phone := p.mergedPair("two users with one phone")
	phone.B.Phone = phone.A.Phone
	none := p.mergedPair("two users without a phone")
	none.A.Phone, none.B.Phone = "", ""
	crossed := p.mergedPair("a user and another whose id is that user's phone")
	crossed.B.UserID = crossed.A.Phone
	return append(pairs, phone, none, crossed)
}

func (p *People) mergedPair(how string) MergedPair {
	a, b := p.Any(), p.Any()
	b.Channel = a.Channel
	return MergedPair{How: how, A: a, B: b}
}

func (p *People) withIDs(how, one, other string) MergedPair {
	pair := p.mergedPair(how)
	pair.A.UserID, pair.B.UserID = one, other
	return pair
}

// mergedNumbers are neighbours among long numbers, and numbers that are equal in 32 bits.
func (p *People) mergedNumbers(random *rand.Rand) (pairs []MergedPair) {
	for _, from := range []uint64{
		9_100_000_000_000_000, // beyond 2^53, from where a double skips numbers
		10_000_000_000_000_000,
		100_000_000_000_000_000,
		1_000_000_000_000_000_000,
		9_300_000_000_000_000_000, // beyond 2^63
	} {
		const step = 2048 // its multiples are doubles, and the numbers after them are not
		number := (from+random.Uint64N(from/20))/step*step + step
		if from > 1<<63 {
			number = (from+random.Uint64N(600_000_000_000_000_000))/step*step + step
		}
		pairs = append(pairs, p.withIDs("numbers of "+strconv.Itoa(len(strconv.FormatUint(from, 10)))+" digits that differ by one",
			strconv.FormatUint(number, 10), strconv.FormatUint(number+1, 10)))
	}
	beyond := strconv.FormatUint(1_000_000_000_000_000_000+random.Uint64N(8_000_000_000_000_000_000), 10)
	pairs = append(pairs, p.withIDs("numbers of 21 digits that differ by one", "1"+beyond+"4", "1"+beyond+"5")) // beyond 2^64
	number := 1_000_000_000 + random.Uint64N(1<<30)
	return append(pairs, p.withIDs("numbers that are equal modulo 2^32",
		strconv.FormatUint(number, 10), strconv.FormatUint(number+(1<<32), 10)))
}

// mergedHashes are ids with one hash of 32 bits, whatever stands in front of them and behind them.
func (p *People) mergedHashes(random *rand.Rand) []MergedPair {
	before, after := letters(random, 4), numeral(random)
	high, low := 'A'+rune(random.IntN(25)), 'b'+rune(random.IntN(20))
	const base = 31 // of the hash code that Java gives a text: one more in a place is 31 less in the next
	java := p.withIDs("ids with one hash code in Java", before+string(high)+string(low)+after, before+string(high+1)+string(low-base)+after)
	one, other := sameCRC(random)
	// What stands behind two texts with one hash does not change that.
	fnv := [][2]string{{"costarring", "liquid"}, {"declinate", "macallums"}, {"altarage", "zinke"}}[random.IntN(3)]
	const djb = 33 // of Bernstein's hash, as base of Java's
	bernstein := p.withIDs("ids with one hash of Bernstein's", before+string(high)+string(low+2)+after, before+string(high+1)+string(low+2-djb)+after)
	md5 := [][2]string{{"100120918", "100898121"}, {"100671993", "101070391"}, {"100295484", "101204700"}, {"101263535", "101325744"}}[random.IntN(4)]
	sha1 := [][2]string{{"100109636", "100116321"}, {"100106642", "100154115"}, {"100160998", "100186133"}, {"100146498", "100213593"}}[random.IntN(4)]
	murmur := [][2]string{{"100045315", "100115490"}, {"100045310", "100115495"}, {"100167477", "100210256"}, {"100167476", "100210257"}}[random.IntN(4)]
	sha256 := [][2]string{{"100018949", "100607698"}, {"100260246", "100789404"}, {"100119364", "101015392"}, {"101307880", "101342404"}}[random.IntN(4)]
	return []MergedPair{java, bernstein, p.withIDs("ids whose MD5 begins with the same 32 bits", md5[0], md5[1]),
		p.withIDs("ids whose SHA-1 begins with the same 32 bits", sha1[0], sha1[1]), p.withIDs("ids with one MurmurHash3 of 32 bits", murmur[0], murmur[1]),
		p.withIDs("ids whose SHA-256 begins with the same 32 bits", sha256[0], sha256[1]), p.withIDs("ids with one CRC-32 and one CRC-32C", one, other),
		p.withIDs("ids with one FNV-1a of 32 bits", fnv[0]+after, fnv[1]+after)}
}

// mergedNames are addresses of one name at two domains, words that programs write where they have no value, names in a script that
// Latin-1 has no letters for, which have the same low bytes, and UUIDs that differ in their first character or behind their 32nd.
func (p *People) mergedNames(random *rand.Rand) []MergedPair {
	name, uuid := letters(random, 5)+"."+letters(random, 5), uuidOf(p.draw(random.Uint64()).bytes)
	name1 := chinese(random, 3)
	name2 := strings.Map(func(r rune) rune { return firstLetter + (r-firstLetter+1<<12)%allLetters }, name1)
	noValues := []string{"null", "undefined", "0", "false", "None"}
	random.Shuffle(len(noValues), func(i, j int) { noValues[i], noValues[j] = noValues[j], noValues[i] })
	return []MergedPair{
		p.withIDs("e-mail addresses of one name at two domains", name+"@example.com", name+"@mail.example"),
		p.withIDs("words that stand for no value", noValues[0], noValues[1]),
		p.withIDs("names in Chinese letters", name1, name2),
		p.withIDs("UUIDs that differ in their last digit", uuid[:len(uuid)-1]+"4", uuid[:len(uuid)-1]+"5"),
		p.withIDs("UUIDs that differ in their first digit", "4"+uuid[1:], "5"+uuid[1:]),
	}
}

// sameCRC returns two numbers of 20 digits with one CRC-32 and one CRC-32C. Equally long texts have one where the CRC of their
// difference, without its constant, is zero; of the 80 bits in which digits differ, some combinations have that.
func sameCRC(random *rand.Rand) (one, other string) {
	var difference flips
	silent := silentFlips()
	for difference == (flips{}) {
		for _, flips := range silent {
			if random.IntN(2) == 1 {
				difference = difference.with(flips)
			}
		}
	}
	a, b := make([]byte, crcDigits), make([]byte, crcDigits)
	for i := range a {
		flip := difference[i]
		digit := 1 + byte(random.IntN(9))
		for ; digit^flip == 0 || digit^flip > 9; digit = 1 + byte(random.IntN(9)) {
		}
		a[i], b[i] = '0'+digit, '0'+digit^flip
	}
	return string(a), string(b)
}

// crcDigits are those of the numbers of sameCRC. They have 80 bits, so that at least 16 of the combinations are independent.
const crcDigits = 20

// flips are the bits of each digit that are changed, four of them at most.
type flips [crcDigits]byte

func (f flips) with(other flips) flips {
	for i := range f {
		f[i] ^= other[i]
	}
	return f
}

// crcs are the CRC-32 and the CRC-32C of a text.
func crcs(text []byte) uint64 {
	return uint64(crc32.ChecksumIEEE(text))<<32 | uint64(crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
}

// silentFlips are independent combinations of flips that leave both sums.
func silentFlips() (silent []flips) {
	type effect struct {
		sum   uint64
		flips flips
	}
	none := crcs(make([]byte, crcDigits))
	var known [64]effect // by the highest bit of the sum
	for bit := range 4 * crcDigits {
		var one flips
		one[bit/4] = 1 << (bit % 4)
		this := effect{crcs(one[:]) ^ none, one}
		for this.sum != 0 {
			first := &known[bits.Len64(this.sum)-1]
			if first.sum == 0 {
				*first = this
				break
			}
			this = effect{this.sum ^ first.sum, this.flips.with(first.flips)}
		}
		if this.sum == 0 {
			silent = append(silent, this.flips)
		}
	}
	return silent
}

// mergedJoints are users and channels that read the same when joined, in either order: by what is usual, and by a sample of
// what is not.
func (p *People) mergedJoints(random *rand.Rand) (pairs []MergedPair) {
	joints := []string{"-", ":", "|", ".", "_", "", "/", "@", "#"}
	rare := []string{",", ";", "&", "+", "~", "::", "--", "__", "$", "=", "*", "!", " "}
	const sampled = 2
	for _, i := range random.Perm(len(rare))[:sampled] {
		joints = append(joints, rare[i])
	}
	for _, joint := range joints {
		how := "user and channel that read the same joined by " + joint
		if joint == "" {
			how = "user and channel that read the same joined"
		}
		middle, last := letters(random, 5), strconv.FormatUint(1e7+random.Uint64N(9e7), 10)
		pair := p.withIDs(how, middle+joint+last, last)
		pair.Channelled = true
		pair.B.Channel = pair.A.Channel + joint + middle
		turned := p.withIDs(how+", the user in front", last+joint+middle, last)
		turned.Channelled = true
		turned.B.Channel = middle + joint + turned.A.Channel
		pairs = append(pairs, pair, turned)
	}
	return pairs
}
