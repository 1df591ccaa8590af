package tamper

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Spelling is another way to write a code, which some decoder, parser or database reads as the same code.
type Spelling struct {
	// Kind groups the spellings that one cause makes equal: "space", "padding", "alphabet", "escape", "width", "letter", "case", "end", "front",
	// "byte", "longer", "number", "uuid", "base32", "signature" or "tag".
	Kind string
	// Name says what was changed: "with a newline behind it".
	Name string
	Code string
	// Always is set for the ones that services are known to miss; a sample always includes them.
	Always bool
}

// Spellings lists other spellings of a code. Letters and digits are changed only where a decoder gives the same bytes.
// random decides the places within the code. No spelling is the code itself.
func Spellings(random *rand.Rand, code string) []Spelling {
	all := slices.Concat(blanks(random, code), paddings(code), alphabets(random, code), escapes(random, code), widths(code), letters(code), cases(random, code), ends(code), lowBytes(random, code), longer(random, code), readings(code))
	seen := map[string]bool{code: true}
	return slices.DeleteFunc(all, func(s Spelling) bool {
		known := seen[s.Code]
		seen[s.Code] = true
		return known
	})
}

// A blank is text that trimming, a C string or a lenient decoder drops.
type blank struct {
	name, text string
	always     bool // behind the code
	front      bool // and in front of it, always
}

func blankTexts() []blank {
	return []blank{
		{"a space", " ", true, true}, {"a tab", "\t", true, false}, {"a newline", "\n", true, true}, {"a CR LF", "\r\n", true, false},
		{"a NUL", "\x00", true, false}, {"a carriage return", "\r", false, false}, {"a vertical tab", "\v", false, false},
		{"a form feed", "\f", true, false}, {"a control character", "\x1f", true, false}, {"a DEL", "\x7f", false, false},
		{"a no-break space", "\u00a0", true, false}, {"a zero-width space", "\u200b", true, true}, {"a byte order mark", "\ufeff", true, true},
		{"an ideographic space", "\u3000", true, true}, {"a soft hyphen", "\u00ad", false, false}, {"a line separator", "\u2028", false, false},
		{"a zero-width joiner", "\u200d", false, false}, {"a zero-width non-joiner", "\u200c", false, false},
		{"a left-to-right mark", "\u200e", true, false}, {"a variation selector", "\ufe0f", false, false},
		{"a word joiner", "\u2060", false, false}, {"two spaces", "  ", false, false},
	}
}

// blanks puts each blank in front, behind and somewhere inside, and folds the code as PEM and MIME do.
func blanks(random *rand.Rand, code string) []Spelling {
	const line = 64
	var all []Spelling
	add := func(name, text string, always bool) { all = append(all, Spelling{"space", name, text, always}) }
	for _, b := range blankTexts() {
		at := 1 + random.IntN(max(len(code)-1, 1))
		if at > len(code) || code[min(at, len(code)-1)] >= 0x80 {
			at = len(code)
		}
		add("with "+b.name+" behind it", code+b.text, b.always)
		add("with "+b.name+" in front", b.text+code, b.front)
		add(fmt.Sprintf("with %s after character %d", b.name, at), code[:at]+b.text+code[at:], false)
	}
	for _, end := range []string{"\n", "\r\n"} {
		name := map[string]string{"\n": "newlines", "\r\n": "CR LF"}[end]
		var folded []string
		for rest := code; rest != ""; rest = rest[min(line, len(rest)):] {
			folded = append(folded, rest[:min(line, len(rest))])
		}
		add("folded at 64 characters with "+name, strings.Join(folded, end), name == "newlines")
		add("folded at 64 characters with "+name+", the last line ended", strings.Join(folded, end)+end, false)
	}
	return all
}

// paddings change what stands behind the last whole byte of a code in base64.
func paddings(code string) []Spelling {
	bare := strings.TrimRight(code, "=")
	all := []Spelling{
		{"padding", "without padding", bare, true},
		{"padding", "with padding added", code + "=", true},
		{"padding", "with two padding characters added", code + "==", false},
		{"padding", "with four padding characters added", code + "====", false},
		{"padding", "with padding percent-encoded", bare + strings.Repeat("%3D", len(code)-len(bare)), false},
	}
	if missing := (4 - len(bare)%4) % 4; missing < 3 {
		all = append(all, Spelling{"padding", "with the padding completed", bare + strings.Repeat("=", missing), false})
	}
	for i, other := range otherPaddingBits(bare) {
		all = append(all, Spelling{"padding", "with other padding bits", other + code[len(bare):], i == 0},
			Spelling{"padding", "with other padding bits, without padding", other, false})
	}
	return all
}

// alphabet64 is the standard alphabet of base64.
const alphabet64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// otherPaddingBits lists the texts that differ from bare, base64 without padding, only in bits that decode to nothing.
func otherPaddingBits(bare string) []string {
	standard := standardAlphabet().Replace(bare)
	raw, err := base64.RawStdEncoding.DecodeString(standard)
	unused := map[int]int{2: 16, 3: 4}[len(bare)%4] // values that the last character can take
	if err != nil || unused == 0 || len(raw) < 8 || oneCase(bare) {
		return nil
	}
	last := strings.IndexByte(alphabet64, standard[len(standard)-1])
	var others []string
	for bits := range unused {
		c := alphabet64[last-last%unused+bits]
		if c == standard[len(standard)-1] {
			continue
		}
		end := string(c)
		if strings.ContainsAny(bare, "-_") {
			end = urlAlphabet().Replace(end)
		}
		others = append(others, bare[:len(bare)-1]+end)
	}
	return others
}

func standardAlphabet() *strings.Replacer { return strings.NewReplacer("-", "+", "_", "/") }
func urlAlphabet() *strings.Replacer      { return strings.NewReplacer("+", "-", "/", "_") }

// alphabets write the two characters in which the alphabets of base64 differ in another way, or put a character between
// that decoders skip.
func alphabets(random *rand.Rand, code string) []Spelling {
	all := []Spelling{
		{"alphabet", "in the other base64 alphabet", strings.NewReplacer("+", "-", "/", "_", "-", "+", "_", "/").Replace(code), true},
		{"alphabet", "with a space for a plus sign", strings.ReplaceAll(code, "+", " "), true},
	}
	for _, one := range []string{"+-", "/_"} {
		if at := strings.IndexAny(code, one); at >= 0 {
			other := strings.Replace(one, string(code[at]), "", 1)
			all = append(all, Spelling{"alphabet", "with the first of " + one + " from the other base64 alphabet", code[:at] + other + code[at+1:], false})
		}
	}
	if _, err := base64.RawStdEncoding.DecodeString(standardAlphabet().Replace(strings.TrimRight(code, "="))); err == nil && !oneCase(code) {
		for _, skipped := range []string{"!", "*", ".", "~", "\\"} {
			at := random.IntN(len(code) + 1)
			all = append(all, Spelling{"alphabet", fmt.Sprintf("with %q, which lenient decoders skip, after character %d", skipped, at),
				code[:at] + skipped + code[at:], false})
		}
		if strings.HasSuffix(code, "=") {
			all = append(all, Spelling{"alphabet", "with text behind the padding", code + "AAAA", false})
		}
	}
	return all
}

// escapes encode characters of a code as URLs, HTML and JSON do.
func escapes(random *rand.Rand, code string) []Spelling {
	each := func(format string) string {
		var text strings.Builder
		for i := range len(code) {
			fmt.Fprintf(&text, format, code[i])
		}
		return text.String()
	}
	marks := func(format string) string {
		var text strings.Builder
		for i := range len(code) {
			if isAlphanumeric(code[i]) {
				text.WriteByte(code[i])
			} else {
				fmt.Fprintf(&text, format, code[i])
			}
		}
		return text.String()
	}
	at := random.IntN(len(code))
	return []Spelling{
		{"escape", "percent-encoded", each("%%%02X"), true},
		{"escape", "percent-encoded in small letters", each("%%%02x"), false},
		{"escape", "percent-encoded where a URL needs it", marks("%%%02X"), false},
		{"escape", "percent-encoded twice where a URL needs it", marks("%%25%02X"), false},
		{"escape", fmt.Sprintf("with character %d percent-encoded", at+1), fmt.Sprintf("%s%%%02X%s", code[:at], code[at], code[at+1:]), true},
		{"escape", "as HTML entities", each("&#%d;"), false},
		{"escape", "with HTML entities for what is neither letter nor digit", marks("&#%d;"), false},
		{"escape", fmt.Sprintf("with an HTML entity for character %d", at+1), fmt.Sprintf("%s&#x%x;%s", code[:at], code[at], code[at+1:]), true},
		{"escape", "with an HTML element inside", code[:at] + "<b></b>" + code[at:], false},
		{"escape", "percent-encoded as UTF-16", each("%%u%04X"), false},
		{"escape", "with JSON escapes inside the string", each(`\u%04x`), false},
		{"escape", "in quotation marks", `"` + code + `"`, true},
		{"escape", "in single quotation marks", "'" + code + "'", false},
	}
}

// ends put a text behind a code that ends where a separator stands, or in front of one that begins behind it.
func ends(code string) (all []Spelling) {
	for _, end := range []struct {
		text   string
		always bool
	}{{"#x", true}, {",x", true}, {"?x", false}, {"&x=1", false}, {";x", false}, {"|x", false}} {
		all = append(all, Spelling{"end", fmt.Sprintf("with %q behind it", end.text), code + end.text, end.always})
	}
	for _, front := range []string{"code=", "Bearer ", "x:"} {
		all = append(all, Spelling{"front", fmt.Sprintf("with %q in front", front), front + code, true})
	}
	return append(all, Spelling{"end", "with a comma and the code itself behind it", code + "," + code, false}) // a name shows no code
}

// lowBytes write characters that have the byte of the code's own in their low byte, which is all that some decoders look at.
func lowBytes(random *rand.Rand, code string) []Spelling {
	const above = 0x100
	every := strings.Map(func(r rune) rune { return r&0xff + above }, code)
	at := random.IntN(len(code))
	one := fmt.Sprintf("%s%c%s", code[:at], rune(code[at])+above, code[at+1:])
	return []Spelling{
		{"byte", "in characters with the same low byte", every, true},
		{"byte", fmt.Sprintf("with the low byte of character %d in another one", at+1), one, false},
	}
}

// longer append bytes to what a code decodes to, for services that read as much as a length inside the code says.
func longer(random *rand.Rand, code string) []Spelling {
	for _, encoding := range encodings() {
		raw, err := encoding.decode(code)
		if err != nil || len(raw) < 16 || encoding.encode(raw) != code || oneCase(code) && encoding.name != "as hex" {
			continue
		}
		further := []byte{byte(random.Uint32()), byte(random.Uint32()), byte(random.Uint32())}
		return []Spelling{
			{"longer", "with further bytes in it", encoding.encode(append(slices.Clone(raw), further...)), true},
			{"longer", "with a further zero byte in it", encoding.encode(append(slices.Clone(raw), 0)), false},
		}
	}
	return nil
}
