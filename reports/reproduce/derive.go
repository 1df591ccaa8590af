package reproduce

import (
	"fmt"
	"strings"
	"unicode"
)

// derive returns shell words, for use inside double quotes, that make text of the variable name in the way in which text was
// made of value: with something added, removed, changed or encoded. ok is false if it does not see how.
func derive(name, value, text string) (words string, ok bool) {
	if value == "" || text == "" {
		return "", false
	}
	variable := "${" + name + "}"
	ways := []func(variable, name, value, text string) string{
		added, trimmed, encoded, shortened, inserted, oneEncoded, inClass, otherBits, oneChanged, rotated, folded,
	}
	for _, way := range ways {
		if words := way(variable, name, value, text); words != "" {
			return words, true
		}
	}
	return "", false
}

// piped is the variable's value after a command.
func piped(variable, command string) string {
	return `$(printf %s "` + variable + `" | ` + command + ")"
}

// added: text contains the value.
func added(variable, _, value, text string) string {
	if !strings.Contains(text, value) || !printable(text) {
		return ""
	}
	var words []string
	for piece := range strings.SplitSeq(text, value) {
		words = append(words, quoted(piece))
	}
	return strings.Join(words, variable)
}

// trimmed: without padding, or in another of the encodings that change characters of their own.
func trimmed(variable, _, value, text string) string {
	if bare := strings.TrimRight(value, "="); bare != value {
		if text == bare {
			return piped(variable, "tr -d =")
		}
		if tail, more := strings.CutPrefix(text, bare); more && printable(tail) {
			return piped(variable, "tr -d =") + quoted(tail)
		}
	}
	return ""
}

// encoded: every character, or every one that is neither a letter nor a digit, in an escape.
func encoded(variable, _, value, text string) string {
	each := func(format string) string {
		var all strings.Builder
		for i := range len(value) {
			fmt.Fprintf(&all, format, value[i])
		}
		return all.String()
	}
	for _, escape := range []struct{ format, prefix string }{
		{"%%%02x", "%"}, {`\u%04x`, `\\u00`}, {`\\u%04x`, `\\\\u00`},
	} {
		if strings.EqualFold(text, each(escape.format)) {
			return `$(hex "` + variable + `" '` + escape.prefix + `')`
		}
	}
	if text == each("&#%d;") {
		return piped(variable, `od -An -v -tu1 | tr -s ' \n' '\n\n' | sed '/^$/d;s/.*/\&#&;/' | tr -d '\n'`)
	}
	marks := "+/=-_.~:"
	for _, format := range []string{"%%%02X", "%%25%02X"} {
		var all, script strings.Builder
		for i := range len(value) {
			if c := rune(value[i]); unicode.IsLetter(c) || unicode.IsDigit(c) {
				all.WriteByte(value[i])
			} else {
				fmt.Fprintf(&all, format, value[i])
			}
		}
		if all.String() != text || text == value {
			continue
		}
		for i := range len(marks) {
			fmt.Fprintf(&script, "s|[%c]|"+format+"|g;", marks[i], marks[i])
		}
		return piped(variable, "sed '"+script.String()+"'")
	}
	return ""
}

// shortened: the beginning of the value. Without a short end it is not derived: lengths vary, and so does where bytes end in base64.
func shortened(variable, name, value, text string) string {
	switch {
	case !strings.HasPrefix(value, text):
		return ""
	case len(text) == len(value)-1:
		return "${" + name + "%?}"
	case len(text) > len(value)/2:
		return ""
	default:
		return piped(variable, fmt.Sprintf("cut -c 1-%d", len(text)))
	}
}

// inserted: something between two characters of the value.
func inserted(variable, _, value, text string) string {
	if len(text) <= len(value) {
		return ""
	}
	at := common(value, text)
	between := text[at : at+len(text)-len(value)]
	if value[:at]+between+value[at:] != text || !printable(between) {
		return ""
	}
	escape := strings.NewReplacer(`\`, `\\`, `/`, `\/`, `&`, `\&`, `'`, `'\''`)
	return piped(variable, fmt.Sprintf(`sed 's/^.\{%d\}/&%s/'`, at, escape.Replace(between)))
}

// oneEncoded: one character percent-encoded.
func oneEncoded(variable, _, value, text string) string {
	at := common(value, text)
	if at >= len(value) || !strings.EqualFold(text, fmt.Sprintf("%s%%%02x%s", value[:at], value[at], value[at+1:])) {
		return ""
	}
	return piped(variable, fmt.Sprintf("cut -c 1-%d", at)) + `$(hex "` + piped(variable, fmt.Sprintf("cut -c %d", at+1)) + `" %)` +
		piped(variable, fmt.Sprintf("cut -c %d-", at+2))
}

// inClass: letters in the other case, or in the other alphabet of base64.
func inClass(variable, _, value, text string) string {
	swapped := strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, value)
	switch text {
	case value:
		return ""
	case swapped:
		return piped(variable, "tr 'a-zA-Z' 'A-Za-z'")
	case strings.NewReplacer("+", "-", "/", "_", "-", "+", "_", "/").Replace(value):
		return piped(variable, `tr '+/_\055' '\055_/+'`)
	case strings.ReplaceAll(value, "+", " "):
		return piped(variable, "tr + ' '")
	default:
		return ""
	}
}

// alphabet64 is the alphabet of base64, and paired the same with the last bit of every character flipped.
const (
	alphabet64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	paired     = "BADCFEHGJILKNMPORQTSVUXWZYbadcfehgjilknmporqtsvuxwzy1032547698/+"
)

// otherBits: base64 with other bits behind its last byte, which mean nothing.
func otherBits(variable, _, value, text string) string {
	bare := strings.TrimRight(value, "=")
	unused := map[int]int{2: 16, 3: 4}[len(bare)%4] // values that the last character can take
	if unused == 0 || len(value) != len(text) || common(value, text) != len(bare)-1 || text[len(bare):] != value[len(bare):] {
		return ""
	}
	own, other := strings.IndexByte(alphabet64, value[len(bare)-1]), strings.IndexByte(alphabet64, text[len(bare)-1])
	if own < 0 || other < 0 || own/unused != other/unused {
		return ""
	}
	return `$(bits "` + variable + `")`
}

// oneChanged: one character, or two neighbours as by a flipped bit, of the value. The new value has another character there.
func oneChanged(variable, _, value, text string) string {
	if len(value) != len(text) || value == text {
		return ""
	}
	at, changed := common(value, text), 0
	for i := range len(value) {
		if value[i] != text[i] {
			if changed++; i > at+1 {
				return ""
			}
		}
	}
	if isLookalike(value[at], text[at]) {
		return "" // another code may not have that digit at all
	}
	c := text[at]
	if !isAlphanumeric(c) {
		if c = 'A'; value[at] == c {
			c = 'B'
		}
	}
	other := byte('7')
	switch {
	case c >= '0' && c <= '8', c >= 'a' && c < 'z', c >= 'A' && c < 'Z':
		other = c + 1
	case c == 'z', c == 'Z':
		other = c - 1
	}
	if behind := len(value) - 1 - at; at > len(value)/2 { // from the end, because lengths vary, but not in base64's padding
		behind = max(behind, 3)
		return piped(variable, fmt.Sprintf(`sed -e 's/[^%c]\(.\{%d\}\)$/%c\1/;t' -e 's/.\(.\{%d\}\)$/%c\1/'`, c, behind, c, behind, other))
	}
	return piped(variable, fmt.Sprintf(`sed -e 's/^\(.\{%d\}\)[^%c]/\1%c/;t' -e 's/^\(.\{%d\}\)./\1%c/'`, at, c, c, at, other))
}

// isLookalike reports whether a letter was written for the digit that it stands for in Crockford's base32.
func isLookalike(digit, letter byte) bool {
	switch digit {
	case '0':
		return letter == 'O' || letter == 'o'
	case '1':
		return strings.IndexByte("LlIi", letter) >= 0
	default:
		return false
	}
}

// rotated: another text of the same format.
func rotated(variable, _, value, text string) string {
	if len(value) != len(text) {
		return ""
	}
	for i := range len(value) {
		if classOf(value[i]) != classOf(text[i]) || classOf(value[i]) == 0 && value[i] != text[i] {
			return ""
		}
	}
	if strings.Trim(strings.ToLower(value), "0123456789abcdef-") == "" {
		return piped(variable, "tr 'a-fA-F0-9' 'b-faB-FA1-90'")
	}
	return piped(variable, "tr 'a-zA-Z0-9' 'b-zaB-ZA1-90'")
}

// folded: in lines of 64 characters, as a JSON string has them.
func folded(variable, _, value, text string) string {
	const line = 64
	for _, end := range []string{`\n`, `\r\n`} {
		var lines []string
		for rest := value; rest != ""; rest = rest[min(line, len(rest)):] {
			lines = append(lines, rest[:min(line, len(rest))])
		}
		last, whole := "", strings.Join(lines, end)
		if text == whole+end {
			last, whole = end, text
		}
		if text == whole {
			between := strings.ReplaceAll(end, `\`, `\\`)
			return piped(variable, fmt.Sprintf(`fold -w %d | awk '{printf "%%s%%s", s, $0; s="%s"}'`, line, between)) + quoted(last)
		}
	}
	return ""
}

// common is the length of the common beginning.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func classOf(c byte) byte {
	switch {
	case c >= 'a' && c <= 'z':
		return 'a'
	case c >= 'A' && c <= 'Z':
		return 'A'
	case c >= '0' && c <= '9':
		return '0'
	default:
		return 0
	}
}

func isAlphanumeric(c byte) bool { return classOf(c) != 0 }

// quoted escapes literal text for the inside of double quotes.
func quoted(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(text)
}

func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar })
}
