package visible

import "testing"

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"plain, ünïcode 名前":        "plain, ünïcode 名前",
		"a\nb\tc\rd":               `a\nb\tc\rd`,
		"\x1b[31m\x00\x7f\u009b":   `\x1b[31m\x00\x7f\u009b`,
		"\u202e\u2066\u200b\ufeff": `\u202e\u2066\u200b\ufeff`,
		"\xff\xc3":                 `\xff\xc3`,
		"\U000e0041\U0010ffff":     `\U000e0041\U0010ffff`,
		"0123456789012345678é":     "0123456789012345678é",
		"0123456789012345678éé":    "0123456789012345678é… (2 bytes more)",
	} {
		if got := Line(text, 20); got != want {
			t.Errorf("%q is shown as %q, not %q", text, got, want)
		}
	}
}

func TestCutKeepsWhatItIsTold(t *testing.T) {
	text, more := Cut("a\n\tb\r\x1bcd", 7, "\n\t")
	if text != "a\n\tb"+`\r\x1b`+"c" || more != 1 {
		t.Errorf("%q, %d more", text, more)
	}
}
