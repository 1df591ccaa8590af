package people

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A PhoneRange is a range of phone numbers that are reserved for tests. [ParsePhoneRange] reads one.
type PhoneRange struct {
	plus         bool
	digits       int
	first, count uint64
}

// MinPhones is the least number of reserved phones, so that all users of one requirement have different ones.
const MinPhones = 1000

// The lengths of a phone number; the longest is that of ITU-T E.164.
const minDigits, maxDigits = 5, 15

// ParsePhoneRange reads FIRST-LAST: two numbers of equal length, of 5 to 15 digits, with a plus before both or neither.
func ParsePhoneRange(text string) (PhoneRange, error) {
	first, last, isRange := strings.Cut(text, "-")
	from, fromOK := readNumber(first)
	to, toOK := readNumber(last)
	switch {
	case !isRange || !fromOK || !toOK:
		return PhoneRange{}, errors.New("is not a range of phones; write FIRST-LAST, such as 13900000000-13900009999")
	case from.plus != to.plus || from.digits != to.digits:
		return PhoneRange{}, errors.New("begins and ends with numbers of different form; write both with as many digits, and with a plus before both or neither")
	case to.first < from.first:
		return PhoneRange{}, errors.New("ends before it begins; write the lower number first")
	}
	from.count = to.first - from.first + 1
	return from, nil
}

// readNumber reads one number, as a range of one.
func readNumber(text string) (PhoneRange, bool) {
	digits, plus := strings.CutPrefix(text, "+")
	value, err := strconv.ParseUint(digits, 10, 64)
	sound := err == nil && len(digits) >= minDigits && len(digits) <= maxDigits
	return PhoneRange{plus: plus, digits: len(digits), first: value, count: 1}, sound
}

// Count returns the number of phones in the range.
func (r PhoneRange) Count() uint64 { return r.count }

// Overlaps reports whether two ranges have a number in common.
func (r PhoneRange) Overlaps(other PhoneRange) bool {
	return r.plus == other.plus && r.digits == other.digits && r.first < other.first+other.count && other.first < r.first+r.count
}

// String returns the range as it is written.
func (r PhoneRange) String() string { return r.at(0) + "-" + r.at(r.count-1) }

// at returns the i-th phone.
func (r PhoneRange) at(i uint64) string {
	sign := ""
	if r.plus {
		sign = "+"
	}
	return fmt.Sprintf("%s%0*d", sign, r.digits, r.first+i)
}

// numbers are the phones of a supply of persons. Successive persons have phones that differ widely, and each occurs before
// one repeats.
type numbers struct {
	ranges        []PhoneRange // nil for fictitious ones
	start, stride uint64
	count         uint64
}

// There are 38 prefixes with 10 000 fictitious phones each.
const fictitious = 380_000

func newNumbers(ranges []PhoneRange, random *rand.Rand) numbers {
	all := numbers{ranges: ranges, count: fictitious}
	if len(ranges) > 0 {
		all.count = 0
		for _, r := range ranges {
			all.count += r.count
		}
	}
	const most = 1e9 // enough, and its products do not overflow
	all.count = min(all.count, most)
	all.start = random.Uint64N(all.count)
	for _, prime := range [...]uint64{104_729, 7_919, 1} { // one that does not divide the count reaches every phone
		if all.stride = prime % all.count; all.count%prime != 0 || prime == 1 {
			break
		}
	}
	return all
}

func (all numbers) at(n uint64) string {
	i := (all.start + n%all.count*all.stride) % all.count
	if all.ranges == nil {
		return fictitiousPhone(i)
	}
	for _, r := range all.ranges {
		if i < r.count {
			return r.at(i)
		}
		i -= r.count
	}
	return "" // not reached: i is below the count of all
}

// fictitiousPhone returns the i-th phone. The prefix is that of a mobile network, so that a platform's validation accepts
// the number; the four zeros after it, where real numbers have their district, show that it is invented.
func fictitiousPhone(i uint64) string {
	prefixes := [38]string{
		"130", "131", "132", "133", "134", "135", "136", "137", "138", "139",
		"150", "151", "152", "153", "155", "156", "157", "158", "159",
		"180", "181", "182", "183", "184", "185", "186", "187", "188", "189",
		"190", "191", "192", "193", "195", "196", "197", "198", "199",
	}
	const ten = 10_000
	digits := strconv.FormatUint(ten+i%ten, 10)[1:] // with leading zeros
	return prefixes[i/ten] + "0000" + digits
}
