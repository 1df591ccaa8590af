package redact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"no simulator on /opt/drivers/node_modules/v20.11.0/lib/start.mjs:17":                 "",
		"Error [ERR_MODULE_NOT_FOUND]: Cannot find package":                                   "",
		"an-ordinary-but-rather-long-name":                                                    "",
		"1drac2l7scWpTtetZtF4tA02llZegeLbJSxTYTUG6Mmj":                                        "[secret]",
		"token=eyJhbGciOiJSUzI1NiJ9.eyJvd25lciI6ImNvbS5maW5v.WCjVGoF55xeBQLXs7D0g":            "[secret].[secret].[secret]",
		"pat_7q2h4k6m8n0p2r4t6v8x0z is unknown":                                               "[secret] is unknown",
		"user 13800001111 and 212345678901":                                                   "user [secret] and 212345678901",
		"the known one":                                                                       "the [secret]",
		"gave 1drac2l7sc/WpTtetZtF4tA/02llZegeLbJ/x":                                          "gave [secret]",
		"gave Ab1/1drac2l7scWpTtetZtF4tA02llZegeLb":                                           "gave [secret]",
		"/usr/lib/x86_64-linux-gnu/Python3/site-packages":                                     "",
		"phone8613800001111, 0013800001111 and 3133383030303031313131":                        "phone[secret], 0013800001111 and [secret]",
		`pat_7q2h%34k6m8n0p2r4t6v8x0z`:                                                        "[secret]",
		`gave 1drac2l7sc%2FWpTtetZtF4%2BtA02llZegeLbJSx`:                                      "gave [secret]",
		each("%%%02X", "1drac2l7scWpTtetZtF4") + ", " + each("&#%d;", "1drac2l7scWpTtetZtF4"): "[secret], [secret]",
		each(`\u%04x`, "1drac2l7scWpTtetZtF4") + ", " + each(`\\u%04X`, "13800001111"):        "[secret], [secret]",
		each(`\x%02x`, "pat_7q2h4k6m8n0p2r4t6v8x0z") + each("&#x%x;", " "):                    "[secret]",
		each("&#x%04x;", "13800001111") + " " + each("%%%x", "212345678901"):                  "[secret] " + each("%%%x", "212345678901"),
		"ModuleNotFoundError: No module named 'nosuchmodule'":                                 "",
		"UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff":                            "",
		"java.lang.NoClassDefFoundError: com/acme/NoSuchDeviceError":                          "",
		"TypeError [ERR_INVALID_ARG_TYPE]: The \"path\" argument must be a string":            "",
		"ConnectionRefusedError, FileNotFoundError, error=InvalidUserIdError":                 "",
		"TypeError: XMLHttpRequestEventTarget is no constructor":                              "",
		"gave dRacLkScWpTtetZtFtAaLlZegeLbJSx and KjHgFdSaQwErTyUiOp":                         "gave [secret] and [secret]",
		"gave AbCdEfGhIjKlMnOpQrStUv":                                                         "gave [secret]",
		"/a%20path/with%20ordinary%20names/and%20spaces &#300;&#999;":                         "",
	} {
		if want == "" {
			want = text
		}
		if got := Text(text, "", "x", "known one"); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

// Few tokens have no digit, and hardly any of these looks like a name.
func TestTokensOfLettersDoNotLookLikeNames(t *testing.T) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	random := rand.New(rand.NewPCG(1, 2))
	for length, most := range map[int]int{16: 50, 24: 5, 32: 0} {
		names := 0
		for range 10_000 {
			token := make([]byte, length)
			for i := range token {
				token[i] = letters[random.IntN(len(letters))]
			}
			if camelCase.Match(token) {
				names++
			}
		}
		if names > most {
			t.Errorf("%d of 10000 tokens of %d letters look like names", names, length)
		}
	}
}

// each escapes every character of a text.
func each(format, text string) string {
	var escaped strings.Builder
	for _, c := range text {
		fmt.Fprintf(&escaped, format, c)
	}
	return escaped.String()
}

func TestProseIsOneShortLine(t *testing.T) {
	got := Prose("a\r\n\tb\x00\x1b[31mc " + strings.Repeat("é ", 400))
	if !strings.HasPrefix(got, "a b [31mc é é") || len([]rune(got)) != MaxProse+1 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters: %q", len([]rune(got)), got)
	}
	if got := Prose("short"); got != "short" {
		t.Errorf("%q", got)
	}
}

// A long text is cut at the end of a word, before it is examined.
func TestBeginningEndsWithAWholeWord(t *testing.T) {
	const code = "1drac2l7scWpTtetZtF4tA02llZegeLbJSxTYTUG6MmjBA2L3xewOk7IjSqY72ZN"
	for name, test := range map[string]struct{ text, want string }{
		"short":       {"a " + code, "a [secret]"},
		"space":       {"a" + strings.Repeat(" ", maxRead-10) + code, "a …"},
		"punctuation": {strings.Repeat(",", maxRead-10) + code, strings.Repeat(",", MaxProse) + "…"},
		"one word":    {strings.Repeat("é", maxRead), strings.Repeat("é", MaxProse) + "…"},
	} {
		if got := Prose(test.text, code); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	words := strings.Repeat("x", 64<<20)
	if got := len(beginning(words)); got > maxRead+len("…") {
		t.Errorf("%d bytes of %d are examined", got, len(words))
	}
}

func TestExcerptIsQuotedAndShort(t *testing.T) {
	if got := Excerpt(strings.Repeat("\n", 500)); got != `"`+strings.Repeat(`\n`, MaxExcerpt)+`…"` {
		t.Errorf("%s", got)
	}
}

// A driver that fails may print its environment or its configuration: what is called a secret there stays out of the log.
func TestTextHidesWhatIsCalledASecret(t *testing.T) {
	const value = "hunter-two"
	for _, text := range []string{
		"DB_PASSWORD=" + value, "{'HOME': '/root', 'DB_PASSWORD': '" + value + "'}", `{"dbPassword":"` + value + `"}`, `{\"client_secret\": \"` + value + `\"}`,
		"export MY_API_KEY='" + value + "'", "AWS_SECRET_ACCESS_KEY=" + value + "\x00HOME=/root", "password => \"" + value + "\"", "spring.datasource.password=" + value,
		"https://a.example/?access_token=" + value + "&x=1", "SMTP_PASS=" + value, "passphrase: '" + value + "'", "ACME_PAT=" + value,
	} {
		if got := Text(text); strings.Contains(got, value) {
			t.Errorf("%s became %s", text, got)
		}
	}
	for _, text := range []string{
		"invalid token: it expired", "the password is wrong", "TokenError: no token", "HOME=/root", `{"errcode":"401","error":"token is missing"}`, "the secretary: Ann Lee", "token=", "tokens: '1'",
	} {
		if got := Text(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}
