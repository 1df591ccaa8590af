package secrets

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync/atomic"
)

const (
	keyBytes   = 6                         // length of a key, and of the shortest secret that is searched for
	pieceBytes = 16                        // length of the shortest piece of a secret that is redacted
	pieceStep  = pieceBytes - keyBytes + 1 // every piece has a whole key that begins at a multiple of this
	headBytes  = 128                       // length of the beginning that distinguishes long secrets
	pieceReach = 128                       // pieces that begin later in a secret are not searched for
	filterBits = 20
)

// An Index searches for thousands of secrets at once, in time that does not depend on their number: it looks up the six
// bytes at a position, and compares the rest only if some secret has the same six. Codes of one platform may begin alike,
// so an entry keeps the lengths of the secrets that begin with its six bytes, and tokens says whether the text of such a
// length is a secret. It is not safe for concurrent changes. Use [New].
type Index struct {
	filter []uint64 // a bit for the hash of every key; it rules out most positions
	places map[uint64]*place
	tokens map[string]string // by secret
	loose  loose             // for secrets that were changed
	spent  atomic.Int64      // the work of all searches
}

// A place says where a key occurs in secrets.
type place struct {
	lengths []int            // of the secrets shorter than a head that begin with the key, the longest first
	heads   map[string][]int // the same of longer ones, by their heads: thousands of tokens may begin with the key
	longest int              // of all of them
	tails   map[tail]bool
	begins  string // the kind of the first of them
	// The first secret longer than a piece that has the key, and the key's offset in it.
	kind, secret string
	offset       int
}

// A tail is how a secret ends, by its length: most texts that begin like a secret do not end like it, and need not be looked up.
type tail struct {
	length int
	key    uint64 // its last six bytes
}

func tailOf(secret []byte) tail { return tail{len(secret), keyAt(secret, len(secret)-keyBytes)} }

// New returns an empty index.
func New() *Index {
	return &Index{filter: make([]uint64, 1<<filterBits/64), places: map[uint64]*place{}, tokens: map[string]string{}, loose: newLoose()}
}

// Add adds a secret of a kind, which is at least [MinSecret] bytes long, and the token that replaces it. A secret keeps its
// first kind.
func (x *Index) Add(kind, secret, token string) {
	if _, known := x.tokens[secret]; known {
		return
	}
	x.tokens[secret] = token
	x.loose.add(kind, secret, token)
	text := []byte(secret)
	first := x.place(keyAt(text, 0))
	if first.begins == "" {
		first.begins = kind
	}
	first.longest = max(first.longest, len(secret))
	if len(secret) < headBytes {
		first.lengths = withLength(first.lengths, len(secret))
	} else {
		if first.heads == nil {
			first.heads = map[string][]int{}
		}
		first.heads[secret[:headBytes]] = withLength(first.heads[secret[:headBytes]], len(secret))
	}
	if first.tails == nil {
		first.tails = map[tail]bool{}
	}
	first.tails[tailOf(text)] = true
	if len(secret) < pieceBytes {
		return
	}
	for at := 0; at+keyBytes <= min(len(secret), pieceReach); at += pieceStep {
		if p := x.place(keyAt(text, at)); p.secret == "" {
			p.kind, p.secret, p.offset = kind, secret, at
		}
	}
}

// withLength adds a length to lengths, the longest first.
func withLength(lengths []int, length int) []int {
	longer := func(a, b int) int { return b - a }
	at, known := slices.BinarySearchFunc(lengths, length, longer)
	if known {
		return lengths
	}
	return slices.Insert(lengths, at, length)
}

func (x *Index) place(key uint64) *place {
	p := x.places[key]
	if p == nil {
		p = &place{}
		x.places[key] = p
		bit := hashOf(key)
		x.filter[bit/64] |= 1 << (bit % 64)
	}
	return p
}

// scan appends to found the secrets, and the pieces of secrets, that are in text without any encoding.
func (x *finder) scan(text []byte, found []span) []span {
	cut := bytes.Contains(text, []byte(ellipsis))
	for i := 0; i+keyBytes <= len(text) && x.work >= 0; i++ {
		key := keyAt(text, i)
		if bit := hashOf(key); x.filter[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		if s, ok := x.at(text, i, key, cut); ok {
			found = append(found, s)
			i = s.end - 1
		}
	}
	return found
}

// ellipsis marks where a text was cut.
const ellipsis = "…"

// at returns the longest secret that begins at i, else the piece of a secret that has its key there. The beginning of a secret
// within which the text was cut counts as the secret; cut says whether the text was cut at all.
func (x *finder) at(text []byte, i int, key uint64, cut bool) (span, bool) {
	p := x.places[key]
	if p == nil {
		return span{}, false
	}
	if i+headBytes <= len(text) && len(p.heads) > 0 {
		if !x.spend(headBytes / 8) { // nearly always no head has its hash
			return span{}, false
		}
		if s, ok := x.whole(text, i, p, p.heads[string(text[i:i+headBytes])]); ok {
			return s, true
		}
	}
	if s, ok := x.whole(text, i, p, p.lengths); ok {
		return s, true
	}
	if cut {
		if end := cutWithin(text, i, p.longest); end > 0 {
			return span{start: i, end: end, kind: p.begins + "-part", value: string(text[i:end])}, true
		}
	}
	if !x.spend(len(p.secret) / 8) { // nearly always most of it
		return span{}, false
	}
	before, after := 0, 0
	for before < i && before < p.offset && text[i-before-1] == p.secret[p.offset-before-1] {
		before++
	}
	for i+after < len(text) && p.offset+after < len(p.secret) && text[i+after] == p.secret[p.offset+after] {
		after++
	}
	if before+after < pieceBytes {
		return span{}, false
	}
	start, end := i-before, i+after
	return span{start: start, end: end, kind: p.kind + "-part", value: string(text[start:end])}, true
}

// whole returns the longest secret that begins at i and has one of the lengths.
func (x *finder) whole(text []byte, i int, p *place, lengths []int) (span, bool) {
	for _, length := range lengths {
		if !x.spend(tailWork) {
			return span{}, false
		}
		if i+length > len(text) || !p.tails[tailOf(text[i:i+length])] || !x.spend(length) {
			continue
		}
		if token, ok := x.tokens[string(text[i:i+length])]; ok {
			return span{start: i, end: i + length, token: token}, true
		}
	}
	return span{}, false
}

// cutWithin returns where the text was cut within a secret that begins at i and is as long as the longest; 0 if it was not cut.
func cutWithin(text []byte, i, longest int) int {
	if longest == 0 {
		return 0
	}
	const slack = 12   // for an escape that was cut too, and is still encoded
	const reach = 1024 // a longer part is found as a piece
	word := text[i:min(len(text), i+min(longest, reach)+slack)]
	at := bytes.Index(word, []byte(ellipsis))
	if at < 0 || bytes.ContainsAny(word[:at], " \t\r\n\"'<>{}") { // these end a secret
		return 0
	}
	return i + at
}

// keyAt returns the six bytes at i as a number; text must have them.
func keyAt(text []byte, i int) uint64 {
	if i+8 <= len(text) {
		return binary.LittleEndian.Uint64(text[i:]) & (1<<(8*keyBytes) - 1)
	}
	rest := text[i : i+keyBytes]
	return uint64(binary.LittleEndian.Uint32(rest)) | uint64(binary.LittleEndian.Uint16(rest[4:]))<<32
}

func hashOf(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> (64 - filterBits) }
