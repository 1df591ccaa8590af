package people

import "strconv"

// A MergedPair is two persons with ordinary ids whom a careless platform takes for one, because of how it stores or looks up
// users.
type MergedPair struct {
	How  string // what they have in common, for example "with one phone"
	A, B Person
	// Channelled: the pair needs a channel of its own.
	Channelled bool
}

// MergedPairs returns pairs of new persons: neighbours among long numbers, user and channel that read the same when joined,
// two with one phone, and two with none.
func (p *People) MergedPairs() []MergedPair {
	random := p.random()
	var pairs []MergedPair
	pair := func(how string) *MergedPair {
		a, b := p.Any(), p.Any()
		b.Channel = a.Channel
		pairs = append(pairs, MergedPair{How: how, A: a, B: b})
		return &pairs[len(pairs)-1]
	}
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
		neighbours := pair("numbers of " + strconv.Itoa(len(strconv.FormatUint(from, 10))) + " digits that differ by one")
		neighbours.A.UserID, neighbours.B.UserID = strconv.FormatUint(number, 10), strconv.FormatUint(number+1, 10)
	}
	short := pair("numbers that are equal modulo 2^32")
	number := 1_000_000_000 + random.Uint64N(1<<30)
	short.A.UserID, short.B.UserID = strconv.FormatUint(number, 10), strconv.FormatUint(number+(1<<32), 10)
	for _, joint := range []string{"-", ":", "|", ".", "_", ""} {
		how := "user and channel that read the same joined by " + joint
		if joint == "" {
			how = "user and channel that read the same joined"
		}
		joined := pair(how)
		joined.Channelled = true
		middle, last := letters(random, 5), strconv.FormatUint(1e7+random.Uint64N(9e7), 10)
		joined.A.UserID = middle + joint + last
		joined.B.Channel, joined.B.UserID = joined.A.Channel+joint+middle, last
	}
	phone := pair("two users with one phone")
	phone.B.Phone = phone.A.Phone
	none := pair("two users without a phone")
	none.A.Phone, none.B.Phone = "", ""
	return pairs
}
