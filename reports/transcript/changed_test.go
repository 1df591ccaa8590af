package transcript

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/unified-login/assay/internal/canary"
	"github.com/unified-login/assay/reports/transcript/secrets"
)

// A secret of any form, changed in any way, is in no record: neither it nor a third of it that a reader could use.
func TestChangedSecretsAreRedacted(t *testing.T) {
	for form, secret := range canary.Secrets() {
		if form == "two" { // it is in every text: it is redacted in the places of secrets only
			continue
		}
		r := NewRedactor([]byte("a key of the test"))
		r.Learn(KindPAT, secret)
		for name, change := range canary.Changes() {
			changed := change(secret)
			for place, text := range map[string]string{
				"text": "refused: " + changed + " is unknown", "JSON": `{"errcode":"401","error":"no ` + strings.Trim(changed, `"`) + `"}`,
				"binary": "\xff\xfe\x00" + changed + "\x00",
			} {
				if name == "halved" {
					changed = secret // without the words between the halves
				}
				if got := r.Text(text); canary.Readable(got, changed, secret) {
					t.Errorf("%s, %s, %s: %.200q became %.200q", form, name, place, text, got)
				}
			}
		}
	}
}

// A part of a secret is enough.
func TestPartsOfChangedSecretsAreRedacted(t *testing.T) {
	const pat = "pat_9f1cJk2Qz77Secret8Valu"
	for name, part := range map[string]string{
		"masked": "pat_9f****Valu", "masked by dots": "pat_9f...Valu", "bullets": "pat_9f1c•••8Valu", "upper, masked": "PAT_9F***8VALU",
		"ends": "pat_9f1 up to t8Valu", "the end first": "t8Valu after pat_9f1", "a half": "9f1cJk2Qz77S", "a half, upper": "9F1CJK2QZ77S",
		"a half, reversed": "S77zQ2kJc1f9", "ROT13": "cng_9s1pWx2Dm77Frperg8Inyh", "hex, grouped": "70:61:74:5f:39:66:31:63:4a:6b:32:51",
		"numbers": "[112,97,116,95,57,102,49,99,74,107,50,81]",
	} {
		r := NewRedactor(nil)
		r.Learn(KindPAT, pat)
		got := r.Text("refused: " + part + " is unknown")
		for at := 0; at+5 <= len(part); at++ {
			if strings.Contains(got, part[at:at+5]) && !strings.Contains(" up to , after ", strings.TrimSpace(part[at:at+5])) {
				t.Errorf("%s: %s became %s", name, part, got)
				break
			}
		}
	}
}

// Encodings of other bases, ciphers without a key, and letters that look like others or have something unseen between them hide no PAT.
func TestEncodedPATsAreRedacted(t *testing.T) {
	const pat = "pat_9f1cJk2Qz77Secret8Valu"
	through := func(change func(rune) string) string {
		var out strings.Builder
		for _, c := range pat {
			out.WriteString(change(c))
		}
		return out.String()
	}
	bold := func(c rune) string {
		if 'a' <= c && c <= 'z' {
			c += 0x1d41a - 'a'
		}
		return string(c)
	}
	for name, encoded := range map[string]string{
		"base 10": "180588793257731126889472654270448005269307819447262566047378549", "base 36": "10drsrjyu2j0xla2fceoak8tmd3yyeyg9oit4biwl", "base 58": "4SbE8JJVuxCgD2h6VkBvLg1p9mJgVpfM9jsz", "base 62": "KfdUh0D5USVM9GsXgcQXbFDSYccAkNvR4Cb",
		"base 32 of Crockford": "3GC5T5YEB665HMMTSJA5X3EDTKCNHQ4SBM71B62V3N", "base 85 of RFC 1924": "aA9;`Ic70qN^3GvdN(&yWn*$>bU0RFY;^", "base 85 of ZeroMQ": "Aa9&}iC70Qn]3gVDn^=YwN/:(Bu0rfy&]", "ASCII 85": "E+*iq3G(!U8o$1ZH8dc]ARfalF?!<0Cio",
		"uuencode": ":<&%T7SEF,6-*:S)1>C<W4V5C<F5T.%9A;'4", "Atbash": "kzg_9u1xQp2Ja77Hvxivg8Ezof", "ROT47": "A2E0h7`4y<a\"Kff$64C6Eg'2=F",
		"full width": through(func(c rune) string { return string(c + 0xfee0) }), "mathematics": through(bold),
		"unseen spaces": through(func(c rune) string { return string(c) + "\u200b" }), "accents": through(func(c rune) string { return string(c) + "\u0301" }),
		"tags": through(func(c rune) string { return string(c + 0xe0000) }), "reading direction": through(func(c rune) string { return "\u202d" + string(c) + "\u202c" }),
		"full width, escaped": through(func(c rune) string { return fmt.Sprintf(`\u%04x`, c+0xfee0) }),
	} {
		r := NewRedactor(nil)
		r.Learn(KindPAT, pat)
		quoted := encoded
		if name != "full width, escaped" {
			quoted = strings.Trim(fmt.Sprintf("%q", encoded), `"`)
		}
		for _, text := range []string{"refused: " + encoded + " is unknown", `{"errcode":"401","error":"no ` + quoted + `"}`} {
			got := r.Text(text)
			if part := encoded[len(encoded)/4 : len(encoded)*3/4]; strings.Contains(got, part) || len(got) > len(text)/2+60 {
				t.Errorf("%s: %s became %s", name, text, got)
			}
		}
	}
}

// A letter with its accent in one character is one guise, not two: escapes around it may be as many as around other guises.
func TestEscapedAccentsHideNoPAT(t *testing.T) {
	const pat = "pat_9f1cJk2Qz77Secret8Valu"
	var escaped strings.Builder
	for _, c := range pat {
		for _, part := range norm.NFC.String(string(c) + "\u0301") {
			_, _ = fmt.Fprintf(&escaped, `\\u%04x`, part) // a builder takes everything
		}
	}
	r := NewRedactor(nil)
	r.Learn(KindPAT, pat)
	if got := r.Text("refused: " + escaped.String() + " is unknown"); len(got) > escaped.Len()/2 {
		t.Errorf("it became %s", got)
	}
}

// A PAT whose bytes all have the same bits turned over, in base64 or in hex, is found; a few bytes that differ as those of a PAT do stay.
func TestXoredPATsAreRedacted(t *testing.T) {
	const pat = "pat_9f1cJk2Qz77Secret8Valu"
	r := NewRedactor(nil)
	r.Learn(KindPAT, pat)
	for _, turned := range []byte{0x01, 0x20, 0x55, 0xaa, 0xff} {
		xored := []byte(pat)
		for i := range xored {
			xored[i] ^= turned
		}
		for _, encoded := range []string{base64.StdEncoding.EncodeToString(xored), hex.EncodeToString(xored), base64.RawURLEncoding.EncodeToString(xored[8:22])} {
			if got := r.Text("refused: " + encoded + " is unknown"); strings.Contains(got, encoded[len(encoded)/4:len(encoded)*3/4]) {
				t.Errorf("with %#x: it became %s", turned, got)
			}
		}
		few := "refused: " + base64.StdEncoding.EncodeToString(append([]byte("another text "), xored[:10]...)) + " is unknown"
		if got := r.Text(few); got != few {
			t.Errorf("with %#x, a few bytes: it became %s", turned, got)
		}
	}
}

// Text in other scripts, with characters that stand for others, stays.
func TestOtherScriptsStay(t *testing.T) {
	r := NewRedactor(nil)
	r.Learn(KindPAT, "pat_9f1cJk2Qz77Secret8Valu")
	const text = `{"error":"代码无效：ｐａｔ　未知 ﬁn é e\u0301 ½ 한국어 ไทย हिन्दी 👩‍👩‍👧 ™"}`
	if got := r.Text(text); got != text {
		t.Errorf("it became %s", got)
	}
}

// A phone is found by all of its digits; codes and tokens by pieces that are longer than those of a PAT.
func TestOtherChangedSecretsAreRedacted(t *testing.T) {
	r := learned(t)
	r.Learn(KindToken, sampleToken)
	for _, text := range []string{
		"139 1234 5678", "139-1234-5678", "87654321931", "1\u00003\u00009\u00001\u00002\u00003\u00004\u00005\u00006\u00007\u00008", "139****5678",
		strings.ToUpper(sampleCode), strings.ToLower(sampleCode), strings.ToUpper(sampleToken), strings.ToLower(sampleToken)[30:],
	} {
		if got := r.Text("no " + text); canary.Readable(got, text, text) {
			t.Errorf("%s became %s", text, got)
		}
	}
	for _, text := range []string{"1391234567", "2026-11-28 13:39:12.345", "139***1234", "*** secret ***", "1drac2 is how codes begin"} {
		if got := r.Text(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}

// Where a changed secret cannot be removed whole, the text is left out, and the record says so: also where only the beginning
// of the text is recorded.
func TestWhatCannotBeCleanedIsLeftOut(t *testing.T) {
	costly, words := learned(t), learned(t)
	for i := range 1200 { // every code begins and ends alike, and has a length of its own
		costly.Learn(KindCode, strings.Repeat("code", 50)+"!"+strings.Repeat("code", 50+i))
	}
	words.Learn(KindPAT, "unionId-xyz-phone-accessToken") // most of it stays, because an answer is judged by these words
	for name, test := range map[string]struct {
		redactor *Redactor
		text     string
	}{
		"costly":      {costly, `{"error":"` + strings.Repeat("code", 3000) + `"}`},
		"costly, cut": {costly, `{"error":"` + strings.Repeat("code", 3*BodyLimit) + `"}`},
		"words":       {words, `{"data":{"unionId":"xyz","phone":"","accessToken":""},"errcode":"OK"}`},
		"words, cut":  {words, `{"data":{"unionId":"xyz","phone":"","accessToken":""},"errcode":"OK","pad":"` + strings.Repeat("z ", BodyLimit) + `"}`},
	} {
		for _, recorded := range []int64{0, longBytes + 1} {
			test.redactor.long.Store(recorded)
			x := sample()
			x.Response.Body = []byte(test.text)
			x.Response.Header.Set("X-Debug", test.text)
			record := test.redactor.Exchange(x).Response
			if body := record.Body; body.Text != secrets.Dropped || body.Length != len(test.text) || body.Digest == "" {
				t.Errorf("%s, %d bytes recorded: %.200s, length %d, digest %q", name, recorded, body.Text, body.Length, body.Digest)
			}
			if field := strings.TrimSuffix(record.Headers.Get("X-Debug"), "…"); field != secrets.Dropped {
				t.Errorf("%s, %d bytes recorded: the header has %.200s", name, recorded, field)
			}
		}
	}
}

// Thousands of codes that begin alike cost little to tell apart where they do not end alike: nothing is left out.
func TestManyAlikeSecretsAreRedacted(t *testing.T) {
	r := learned(t)
	for i := range 400 {
		r.Learn(KindCode, strings.Repeat("code", 100+i)+"!")
	}
	x := sample()
	x.Response.Body = []byte(`{"error":"` + strings.Repeat("code", 3000) + `"}`)
	body := r.Exchange(x).Response.Body
	if body.Text == secrets.Dropped || body.Cut() || strings.Contains(strings.ReplaceAll(body.Text, "~code-part-", ""), "code") {
		t.Errorf("%.200s, length %d", body.Text, body.Length)
	}
}

// TestWhatIsNotSeenBesideASecret: a character that is not seen is no part of a secret beside it, so that the line that sends it again
// keeps both.
func TestWhatIsNotSeenBesideASecret(t *testing.T) {
	for _, body := range []string{sampleCode + "\u202e", "\u202e" + sampleCode, "\u202e\u0301" + sampleCode + "\u200b.", `\u0041\u202e` + sampleCode + "\u202e"} {
		x := sample()
		x.Code, x.Request.Body = nil, []byte(body)
		r := NewRedactor(nil)
		r.Learn(KindCode, sampleCode)
		got := runShell(t, r.Reproduce(x), map[string]string{"CODE": sampleCode, "PAT": samplePAT})
		if got.Body != body {
			t.Errorf("the body is %q, want %q", got.Body, body)
		}
	}
}
