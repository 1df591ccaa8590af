package reproduce

import (
	"os/exec"
	"strings"
	"testing"
)

const (
	code  = "hfjyridGUO0hvidlR0KSXjeDWjhqbkzL2qMwF9nD+P35R0gL2vQMOTYfCI6Oz5/8zYDGuSWSFYh6zOQLQbBF23vhBRN6jmKdcqlOO05xBtzRPytZA6Mr/uF/zFmc8yJpKxDi1jAZKw=="
	other = "Elm4ZR1Xtc7P8F6tlQRJnbpy4sIaXqZpkozEY1LCsXEcmTKioc9wj//Q/DVHTNhvdcGAXDPSE88akXLh4Isa0oteEldw+eWMnGYq34Sh2PY4fzlzpECBkRA3pveBIud2STi6M533dg=="
)

// TestDerive: the words make the same text of the same value, and do the same to another one.
func TestDerive(t *testing.T) {
	bare := func(s string) string { return strings.TrimRight(s, "=") }
	for name, change := range map[string]func(string) string{
		"behind":            func(s string) string { return s + `\n` },
		"in front":          func(s string) string { return `\t` + s },
		"both":              func(s string) string { return "'" + s + `$"` + "`" },
		"twice":             func(s string) string { return s + s },
		"bare":              bare,
		"bare and more":     func(s string) string { return bare(s) + "%3D%3D" },
		"padded":            func(s string) string { return s + "=" },
		"inside":            func(s string) string { return s[:20] + `\u0000&/` + s[20:] },
		"shorter":           func(s string) string { return s[:len(s)-1] },
		"half":              func(s string) string { return s[:len(s)/2] },
		"other case":        swap,
		"other alphabet":    strings.NewReplacer("+", "-", "/", "_").Replace,
		"a space":           func(s string) string { return strings.ReplaceAll(s, "+", " ") },
		"percent":           func(s string) string { return strings.ToUpper(each(s, "%")) },
		"JSON escapes":      func(s string) string { return each(s, `\u00`) },
		"escaped escapes":   func(s string) string { return each(s, `\\u00`) },
		"where needed":      strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace,
		"where needed, two": strings.NewReplacer("+", "%252B", "/", "%252F", "=", "%253D").Replace,
		"one encoded":       func(s string) string { return s[:7] + strings.ToUpper(each(s[7:8], "%")) + s[8:] },
		"other bits": func(s string) string {
			last := len(bare(s)) - 1
			return s[:last] + string(paired[strings.IndexByte(alphabet64, s[last])]) + s[last+1:]
		},
		"folded":           func(s string) string { return s[:64] + `\n` + s[64:128] + `\n` + s[128:] },
		"folded and ended": func(s string) string { return s[:64] + `\r\n` + s[64:128] + `\r\n` + s[128:] + `\r\n` },
	} {
		words, ok := derive("CODE", code, change(code))
		if !ok {
			t.Errorf("%s: not derived", name)
			continue
		}
		for _, value := range []string{code, other} {
			got := evaluate(t, words, value)
			escaped := strings.EqualFold(got, change(value)) && !strings.EqualFold(value, change(value)) // hex digits in either case
			if got != change(value) && !escaped {
				t.Errorf("%s: %s\n makes %q\n  not %q", name, words, got, change(value))
			}
		}
	}
}

// TestDeriveAnother: where the new text cannot be the same, it is one of the same kind, and never the value itself.
func TestDeriveAnother(t *testing.T) {
	for name, test := range map[string][2]string{
		"one changed":          {code, code[:30] + "Q" + code[31:]},
		"one changed, behind":  {code, code[:130] + "9" + code[131:]},
		"two neighbours":       {code, code[:50] + "ab" + code[52:]},
		"another, same format": {"AB12cd", "ZY98xw"},
		"another, in hex":      {"ab12cd34", "fe98ba10"},
	} {
		value, text := test[0], test[1]
		words, ok := derive("CODE", value, text)
		if !ok {
			t.Errorf("%s: not derived", name)
			continue
		}
		for _, v := range []string{value, text} {
			if got := evaluate(t, words, v); got == v || len(got) != len(v) {
				t.Errorf("%s: %s makes %q of %q", name, words, got, v)
			}
		}
	}
	for _, text := range []string{"", "%", code[:len(code)-22], "nothing alike, and longer than that"} {
		if words, ok := derive("CODE", code, text); ok {
			t.Errorf("%q: %s", text, words)
		}
	}
	for value, text := range map[string]string{"AB0CD": "ABOCD", "ab1cd": "ablcd"} { // another code may have no such digit
		if words, ok := derive("CODE", value, text); ok {
			t.Errorf("%s as %s: %s", value, text, words)
		}
	}
}

func swap(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ToUpper(string(r)) == string(r) {
			return []rune(strings.ToLower(string(r)))[0]
		}
		return []rune(strings.ToUpper(string(r)))[0]
	}, s)
}

func each(s, prefix string) string {
	var all strings.Builder
	for i := range len(s) {
		all.WriteString(prefix)
		all.WriteString(strings.ToLower(string("0123456789abcdef"[s[i]>>4]) + string("0123456789abcdef"[s[i]&15])))
	}
	return all.String()
}

func evaluate(t *testing.T, words, value string) string {
	t.Helper()
	out, err := exec.Command("sh", "-euc", hexFunction+"; "+bitsFunction+`; CODE=$1; printf %s "`+words+`"`, "sh", value).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", words, err, out)
	}
	return string(out)
}
