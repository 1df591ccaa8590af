package people

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A class is a form that real host apps give their user ids.
type class int

const (
	longNumber  class = iota // 16 to 19 digits, as of a snowflake
	uuid                     // version 4, in small letters
	hexDigits                // 24 or 32, as of a document database and of a hash
	shortNumber              // 9 to 11 digits
	account                  // an e-mail address or an account name
	token                    // 22 characters of base64url
	prefixed                 // a short prefix and a number
	classes
)

// weights are the shares of the classes, as the upper bounds of their ranges.
type weights struct {
	upTo  [classes]uint64
	total uint64
}

// newWeights varies the usual shares by up to a quarter.
func newWeights(random *rand.Rand) weights {
	usual := [classes]uint64{longNumber: 40, uuid: 15, hexDigits: 15, shortNumber: 10, account: 10, token: 5, prefixed: 5}
	var w weights
	for class, share := range usual {
		w.total += share*3 + random.Uint64N(share*2+1)
		w.upTo[class] = w.total
	}
	return w
}

// without is the weights of the classes that are left; all, where none would be.
func (w weights) without(dropped [classes]bool) (left weights) {
	below := uint64(0)
	for class, upTo := range w.upTo {
		if !dropped[class] {
			left.total += upTo - below
		}
		left.upTo[class], below = left.total, upTo
	}
	if left.total == 0 {
		return w
	}
	return left
}

func (w weights) choose(draw uint64) class {
	at, _ := bits.Mul64(draw, w.total)
	for i, upTo := range w.upTo {
		if at < upTo {
			return class(i)
		}
	}
	return longNumber
}

// Forms returns a person for each form of user ids, whose id has more signs than others of the form, or is longer. Other calls return
// none of them.
func (p *People) Forms() []Person {
	const far, draws = 1 << 40, 512 // beyond the persons of any run; so many that every form occurs
	found := make([]Person, classes)
	for n := range uint64(draws) {
		class := p.weights.choose(p.draw(far + n).class)
		if person := p.At(far + n); wider(person.UserID, found[class].UserID) {
			found[class] = person
		}
	}
	return found
}

// wider reports whether an id has more signs than another, or as many and more characters.
func wider(id, other string) bool {
	few, many := signsIn(other), signsIn(id)
	return many > few || many == few && len(id) > len(other)
}

func signsIn(id string) (signs int) {
	for i := range len(id) {
		if strings.IndexByte("@._-", id[i]) >= 0 {
			signs++
		}
	}
	return signs
}

// Drop leaves out the forms of user ids that a target has not, by their place in [People.Forms]; it keeps all where none would be
// left. It reports how many are left out. It is called before any person is drawn.
func (p *People) Drop(refused []int) int {
	var dropped [classes]bool
	for _, class := range refused {
		dropped[class] = true
	}
	if len(refused) >= int(classes) {
		return 0
	}
	p.weights = p.weights.without(dropped)
	return len(refused)
}

// id returns the id of the n-th person. Ids of few digits are permutations of n, so that none occurs twice; the others are
// drawn from so many that none does.
func (p *People) id(n uint64, d draw) string {
	switch p.weights.choose(d.class) {
	case uuid:
		return uuidOf(d.bytes)
	case hexDigits:
		const short = 12
		if d.form%2 == 0 {
			return hex.EncodeToString(d.bytes[:short])
		}
		return hex.EncodeToString(d.bytes[:])
	case shortNumber:
		return p.number(n, 9+int(d.form%3))
	case account:
		return p.account(n, d.form)
	case token:
		return base64.RawURLEncoding.EncodeToString(d.bytes[:])
	case prefixed:
		prefixes := [...]string{"u", "U", "uid", "m_", "wx", "cust-", "acct_", "A"}
		return prefixes[d.form%uint64(len(prefixes))] + p.number(n, 7+int(d.form>>32%3))
	default:
		least := pow10(15 + int(d.form%4))
		above, _ := bits.Mul64(binary.LittleEndian.Uint64(d.bytes[:]), 9*least)
		return strconv.FormatUint(least+above, 10)
	}
}

func uuidOf(random [16]byte) string {
	random[6] = random[6]&0x0f | 0x40
	random[8] = random[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", random[:4], random[4:6], random[6:8], random[8:10], random[10:])
}

// number returns the n-th number of the given length in digits, in an order that the key decides.
func (p *People) number(n uint64, digits int) string {
	least := pow10(digits - 1)
	return strconv.FormatUint(least+p.permute(n%(9*least), 9*least), 10)
}

// account returns the n-th account name, or an e-mail address at a domain that nobody can own.
func (p *People) account(n, form uint64) string {
	families := [...]string{"wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "hu",
		"zhu", "gao", "lin", "han", "guo", "ma", "luo", "smith", "garcia", "kim", "nguyen", "silva", "khan", "ivanov", "sato",
		"mueller", "rossi", "cohen", "okafor"}
	given := [...]string{"wei", "fang", "na", "min", "jing", "lei", "jun", "yang", "yong", "yan", "jie", "tao", "ming",
		"chao", "xia", "ping", "anna", "ben", "carla", "david", "eva", "felix", "grace", "hugo", "ines", "jonas", "kira",
		"leo", "maria", "noah", "olga", "paul"}
	const all = 1 << 28
	x := p.permute(n%all, all)
	family, name, rest := families[x%32], given[x>>5%32], strconv.FormatUint(x>>10, 10)
	switch form % 4 {
	case 0:
		return name + "." + family + rest + "@example.com"
	case 1:
		return family + "_" + name + rest + "@mail.example"
	case 2:
		return name + family + rest
	default:
		return family + "." + name + "." + rest
	}
}

// permute is a permutation of the numbers below the size, which the key decides: a Feistel network of four rounds over the
// next power of four, repeated until the result is below the size.
func (p *People) permute(n, size uint64) uint64 {
	half := (bits.Len64(size-1) + 1) / 2
	mask := uint64(1)<<half - 1
	for {
		left, right := n>>half, n&mask
		for round := range uint64(4) {
			mixed := (right + binary.LittleEndian.Uint64(p.key[:]) + round<<60) * 0x9e3779b97f4a7c15
			mixed = (mixed ^ mixed>>29 ^ binary.LittleEndian.Uint64(p.key[8:])) * 0xbf58476d1ce4e5b9
			left, right = right, left^mixed>>32&mask
		}
		if n = left<<half | right; n < size {
			return n
		}
	}
}

func pow10(n int) uint64 {
	power := uint64(1)
	for range n {
		power *= 10
	}
	return power
}
