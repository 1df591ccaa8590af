package people_test

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"hash/fnv"
	"html"
	"math"
	"math/bits"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/unified-login/assay/internal/people"
)

func TestNearPairs(t *testing.T) {
	alike := map[string]func(a, b string) bool{
		"in case":                 strings.EqualFold,
		"in the case of a UUID":   strings.EqualFold,
		"in a trailing space":     func(a, b string) bool { return a+" " == b },
		"in a leading space":      func(a, b string) bool { return " "+a == b },
		"in leading zeros":        func(a, b string) bool { return strings.TrimLeft(b, "0") == a },
		"in the form of a number": func(a, b string) bool { return numberOf(a) == numberOf(b) },
		"in Unicode form":         func(a, b string) bool { return norm.NFC.String(b) == a },
		"in an accent":            func(a, b string) bool { return strings.HasPrefix(norm.NFD.String(a)[4:], b[4:5]) },
		"in width":                func(a, b string) bool { return norm.NFKC.String(b) == a },
		"in a plus for a space":   func(a, b string) bool { return strings.ReplaceAll(b, "+", " ") == a },
		"in %41 for A":            func(a, b string) bool { return strings.ReplaceAll(b, "%41", "A") == a },
		"in a mark that is not seen": func(a, b string) bool {
			return strings.NewReplacer("\u200b", "", "\u200d", "", "\u200e", "", "\ufeff", "", "\ufe0f", "", "\ufe0e", "", "\u200c", "", "\u2060", "", "\u200f", "", "\u202a", "", "\u2066", "").Replace(b) == a
		},
		"in a hyphen":       func(a, b string) bool { return strings.ReplaceAll(b, "-", "") == a },
		"in a dot":          func(a, b string) bool { return strings.ReplaceAll(b, ".", "") == a },
		"in a ligature":     func(a, b string) bool { return norm.NFKC.String(b) == a },
		"in a sharp s":      func(a, b string) bool { return strings.ReplaceAll(b, "\u00df", "ss") == a },
		"in an HTML escape": func(a, b string) bool { return html.UnescapeString(b) == a },
		"in a backslash":    func(a, b string) bool { return strings.ReplaceAll(b, `\`, "") == a },
		"in a tab":          func(a, b string) bool { return strings.ReplaceAll(b, "\t", "") == a },
		"in a soft hyphen":  func(a, b string) bool { return strings.ReplaceAll(b, "\u00ad", "") == a },
		"in the tag of an e-mail address": func(a, b string) bool {
			return regexp.MustCompile(`\+[a-z]+@`).ReplaceAllString(b, "@") == a
		},
		"in the case of an e-mail address's domain": func(a, b string) bool {
			one, _, _ := strings.Cut(a, "@")
			other, _, _ := strings.Cut(b, "@")
			return one == other && strings.EqualFold(a, b)
		},
		"in a traditional letter":       func(a, b string) bool { return simplified(b) == a },
		"in a letter of the same sound": func(a, b string) bool { return latin(a) == latin(b) },
		"in a per cent sign":            func(a, b string) bool { return strings.ReplaceAll(b, "%", "") == a },
		"in the script of their digits": func(a, b string) bool {
			return strings.Map(func(r rune) rune {
				for zero := r; unicode.IsDigit(r); zero-- {
					if !unicode.IsDigit(zero - 1) {
						return '0' + (r-zero)%10
					}
				}
				return r
			}, b) == a
		},
		"in a letter that looks the same in another script": func(a, b string) bool {
			return strings.NewReplacer("\u0430", "a", "\u0435", "e", "\u043e", "o", "\u0440", "p", "\u0441", "c", "\u0445", "x").Replace(b) == a
		},
		"in a typographic mark": func(a, b string) bool {
			return strings.NewReplacer("\u2019", "'", "\u2013", "-", "\u2011", "-", "\u201c", `"`).Replace(b) == a
		},
		"in a quotation mark":                            func(a, b string) bool { return strings.ReplaceAll(b, `"`, "") == a },
		"in the prefix of a country":                     func(a, b string) bool { return strings.TrimPrefix(b, "+86") == a },
		"in a letter that only case folding makes ASCII": strings.EqualFold,
		"in a symbol of the supplementary planes": func(a, b string) bool {
			return strings.Map(func(r rune) rune {
				if r > 0xffff {
					return -1
				}
				return r
			}, b) == a
		},
		"in an apostrophe":  func(a, b string) bool { return strings.ReplaceAll(b, "'", "") == a },
		"in angle brackets": func(a, b string) bool { return strings.NewReplacer("<", "", ">", "").Replace(b) == a },
		"behind what separates the parts of an address": func(a, b string) bool {
			for _, mark := range "/?#;,:|&=" {
				one, _, cut := strings.Cut(a, string(mark))
				if other, _, _ := strings.Cut(b, string(mark)); !cut || one != other {
					return false
				}
			}
			return true
		},
		"in an underscore for a letter":     func(a, b string) bool { return finds(b, a) },
		"in a per cent sign for letters":    func(a, b string) bool { return finds(b, a) },
		"in a star for letters":             func(a, b string) bool { return finds(strings.Replace(b, "*", "%", 1), a) },
		"behind a NUL":                      sharedUpTo("\x00"),
		"behind a line break":               sharedUpTo("\n"),
		"in a dot that is a step of a path": func(a, b string) bool { return path.Clean(b) == a },
		"after character 64":                sharing(64),
		"after character 128":               sharing(128),
		"after character 255":               sharing(255),
		"in a character of the supplementary planes": func(a, b string) bool {
			return len(a) == len(b) && len(a)-utf8.RuneCountInString(a) == 3 && len(b)-utf8.RuneCountInString(b) == 3
		},
	}
	for _, seed := range []uint64{0, 1, 7, math.MaxUint64} {
		seen := map[string]bool{}
		for _, pair := range people.New(seed).NearPairs() {
			a, b, check := pair.A.UserID, pair.B.UserID, alike[pair.Differ]
			seen[pair.Differ] = true
			if check == nil || a == b || !check(a, b) {
				t.Errorf("seed %d: %s: %q and %q", seed, pair.Differ, a, b)
			}
			if !utf8.ValidString(a) || !utf8.ValidString(b) || strings.Contains(a+b, "\x00") && pair.Differ != "behind a NUL" {
				t.Errorf("seed %d: %s: %q and %q are not text", seed, pair.Differ, a, b)
			}
			if pair.A.Channel != pair.B.Channel || pair.A.Phone == pair.B.Phone {
				t.Errorf("seed %d: %s: they differ in channel, or not in phone", seed, pair.Differ)
			}
		}
		if len(seen) != len(alike) {
			t.Errorf("seed %d: classes %v", seed, seen)
		}
	}
}

func simplified(text string) string {
	return strings.NewReplacer("\u5f35", "\u5f20", "\u570b", "\u56fd", "\u5289", "\u5218", "\u9e97", "\u4e3d").Replace(text)
}

func latin(text string) string {
	return strings.NewReplacer("\u5f20", "zhang", "\u7ae0", "zhang", "\u738b", "wang", "\u6c6a", "wang", "\u4f1f", "wei", "\u73ae", "wei", "\u8bb8", "xu",
		"\u5f90", "xu").Replace(text)
}

func sharedUpTo(mark string) func(a, b string) bool {
	return func(a, b string) bool {
		one, _, cut := strings.Cut(a, mark)
		other, _, _ := strings.Cut(b, mark)
		return cut && one == other
	}
}

func sharing(n int) func(a, b string) bool {
	return func(a, b string) bool { return len(a) == n+1 && len(b) == n+1 && a[:n] == b[:n] }
}

// finds reports whether a database finds text by a pattern.
func finds(pattern, text string) bool {
	wild := strings.NewReplacer("_", ".", "%", ".*").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + wild + "$").MatchString(text)
}

// numberOf reads a number as lenient parsers do.
func numberOf(text string) float64 {
	if hex, err := strconv.ParseUint(text, 0, 64); err == nil {
		return float64(hex)
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return number
}

// hashCode is that of Java.
func hashCode(text string) (code int32) {
	for _, r := range text {
		code = 31*code + r
	}
	return code
}

func fnv1a(text string) uint32 {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(text)) // a hash never fails
	return sum.Sum32()
}

// lowBytes is the low byte of each letter of a text.
func lowBytes(text string) string {
	var low []byte
	for _, r := range text {
		low = append(low, byte(r))
	}
	return string(low)
}

// question reads text as a database of Latin-1 stores it.
func question(text string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxLatin1 {
			return '?'
		}
		return r
	}, text)
}

// bernstein is the hash of PHP and of many C libraries.
func bernstein(text string) uint32 {
	sum := uint32(5381)
	for i := range len(text) {
		sum = sum*33 + uint32(text[i])
	}
	return sum
}

// murmur3 is the MurmurHash3 of 32 bits with the seed 0, of text whose length is a multiple of four and one more.
func murmur3(text string) uint32 {
	mixed := func(k uint32) uint32 { return bits.RotateLeft32(k*0xcc9e2d51, 15) * 0x1b873593 }
	var sum uint32
	last := len(text) - 1
	for i := 0; i < last; i += 4 {
		sum = bits.RotateLeft32(sum^mixed(binary.LittleEndian.Uint32([]byte(text[i:i+4]))), 13)*5 + 0xe6546b64
	}
	sum ^= mixed(uint32(text[last])) ^ uint32(len(text))
	sum = (sum ^ sum>>16) * 0x85ebca6b
	sum = (sum ^ sum>>13) * 0xc2b2ae35
	return sum ^ sum>>16
}

func TestMergedPairs(t *testing.T) {
	for _, seed := range []uint64{0, 1, 7, math.MaxUint64} {
		neighbours, joined, hashed, named, phones := 0, 0, 0, 0, 0
		for _, pair := range people.New(seed).MergedPairs() {
			a, b := pair.A, pair.B
			if a.UserID == b.UserID {
				t.Errorf("seed %d: %s: one id, %s", seed, pair.How, a.UserID)
			}
			if (a.Channel != b.Channel) != pair.Channelled {
				t.Errorf("seed %d: %s: channels %s and %s", seed, pair.How, a.Channel, b.Channel)
			}
			switch {
			case strings.Contains(pair.How, "differ by one"):
				neighbours++
				if len(a.UserID) != len(b.UserID) || len(a.UserID) < 16 || numberOf(a.UserID) != numberOf(b.UserID) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "UUID"):
				named++
				if one, other := a.UserID, b.UserID; len(one) != len(other) || one[:len(one)-1] != other[:len(other)-1] && one[1:] != other[1:] {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, one, other)
				}
			case strings.Contains(pair.How, "modulo"):
				one, _ := strconv.ParseUint(a.UserID, 10, 64)
				other, _ := strconv.ParseUint(b.UserID, 10, 64)
				if uint32(one) != uint32(other) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case pair.Channelled:
				joined++
				how, turned := strings.CutSuffix(pair.How, ", the user in front")
				joint := strings.TrimPrefix(strings.TrimPrefix(how, "user and channel that read the same joined"), " by ")
				same := a.Channel+joint+a.UserID == b.Channel+joint+b.UserID
				if turned {
					same = a.UserID+joint+a.Channel == b.UserID+joint+b.Channel
				}
				if !same {
					t.Errorf("seed %d: %s: %+v and %+v", seed, pair.How, a, b)
				}
			case strings.Contains(pair.How, "Bernstein"):
				hashed++
				if bernstein(a.UserID) != bernstein(b.UserID) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "MD5"):
				hashed++
				if one, other := md5.Sum([]byte(a.UserID)), md5.Sum([]byte(b.UserID)); [4]byte(one[:4]) != [4]byte(other[:4]) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "SHA-256"):
				hashed++
				if one, other := sha256.Sum256([]byte(a.UserID)), sha256.Sum256([]byte(b.UserID)); [4]byte(one[:4]) != [4]byte(other[:4]) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "SHA-1"):
				hashed++
				if one, other := sha1.Sum([]byte(a.UserID)), sha1.Sum([]byte(b.UserID)); [4]byte(one[:4]) != [4]byte(other[:4]) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "Murmur"):
				hashed++
				if murmur3(a.UserID) != murmur3(b.UserID) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "CRC"):
				hashed++
				for _, table := range []*crc32.Table{crc32.IEEETable, crc32.MakeTable(crc32.Castagnoli)} {
					if crc32.Checksum([]byte("x"+a.UserID+"y"), table) != crc32.Checksum([]byte("x"+b.UserID+"y"), table) {
						t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
					}
				}
			case strings.Contains(pair.How, "no value"):
				named++
			case strings.Contains(pair.How, "hash"), strings.Contains(pair.How, "FNV"):
				hashed++
				if hashCode("x"+a.UserID+"y") != hashCode("x"+b.UserID+"y") && fnv1a(a.UserID) != fnv1a(b.UserID) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "Chinese"):
				named++
				if low := lowBytes(a.UserID); low != lowBytes(b.UserID) || len([]rune(b.UserID)) != len(low) || question(a.UserID) != question(b.UserID) {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			case strings.Contains(pair.How, "e-mail"):
				named++
				one, _, _ := strings.Cut(a.UserID, "@")
				other, _, _ := strings.Cut(b.UserID, "@")
				if one != other {
					t.Errorf("seed %d: %s: %s and %s", seed, pair.How, a.UserID, b.UserID)
				}
			default:
				phones++
				if a.Phone != b.Phone && b.UserID != a.Phone {
					t.Errorf("seed %d: %s: %+v and %+v", seed, pair.How, a, b)
				}
			}
		}
		if neighbours != 6 || joined != 22 || hashed != 8 || named != 5 || phones != 3 {
			t.Errorf("seed %d: %d neighbours, %d joined, %d by hash, %d by name, %d by phone", seed, neighbours, joined, hashed, named, phones)
		}
	}
}
