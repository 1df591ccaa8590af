package suites

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// TestForgeries: a JWT is forged to the same claims without a valid signature; any other PAT is left unchanged.
func TestForgeries(t *testing.T) {
	const pat = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiJhY21lIn0.c2lnbmF0dXJlLW9mLWEta2luZA"
	forged := forgeries(pat)
	if len(forged) != 4 {
		t.Fatalf("%d forgeries", len(forged))
	}
	for name, forgery := range forged {
		claims := strings.Split(forgery, ".")[1]
		if forgery == pat || claims != "eyJzdWIiOiJhY21lIn0" || strings.HasSuffix(forgery, "c2lnbmF0dXJlLW9mLWEta2luZA") {
			t.Errorf("%s: %s", name, forgery)
		}
	}
	if none, _ := readToken(forged["'s claims in a JWT with alg none"]); none.algorithm != "none" || len(none.signature) != 0 {
		t.Errorf("alg %q and %d bytes of signature", none.algorithm, len(none.signature))
	}
	for _, opaque := range []string{"pat_5f2c", "a.b.c", "", "PAT.Ab3-x"} {
		if forged := forgeries(opaque); len(forged) != 0 {
			t.Errorf("%q is forged to %v", opaque, forged)
		}
	}
}

// TestCodeLike: an error code in a failing callback is not a login code; a login code in one is.
func TestCodeLike(t *testing.T) {
	fires := func(name, detail string) fired {
		return fired{assay.Callback{Name: name, Detail: json.RawMessage(detail)}}
	}
	twin := fires("success", `{"code":"0123456789abcdef0123456789abcdef"}`)
	for detail, test := range map[string]struct {
		name string
		want bool
	}{
		`{"errMsg":"login:fail no user"}`:                                           {"fail", false},
		`{"code":"10001","errMsg":"login:fail no user"}`:                            {"fail", false},
		`{"code":"10002","errMsg":"getPhoneNumber:fail"}`:                           {"bindgetphonenumber", false},
		`{"code":"fedcba98765432100123456789abcdef","errMsg":"login:fail no user"}`: {"fail", true},
		`{"code":"10001"}`: {"success", true},
		`{"detail":{"code":"fedcba98765432100123456789abcdef"}}`: {"bindgetphonenumber", true},
	} {
		if got := fires(test.name, detail).codeLike(twin); got != test.want {
			t.Errorf("%s %s: %v", test.name, detail, got)
		}
	}
}

// TestReshape: a different text of the same length and kind, and never one of the target's mini-programs.
func TestReshape(t *testing.T) {
	s := (&script{answer: always(accepted)}).session(t)
	s.config.Target.Apps = []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	for _, text := range []string{"fc2183741419665349", sampleCode, "pat_0123456789abcdef", "a", "Z", "550e8400-e29b-41d4-a716-446655440000"} {
		for range 50 {
			other := s.reshape(text)
			if other == text || len(other) != len(text) {
				t.Errorf("%q becomes %q", text, other)
			}
			if strings.Trim(text, "0123456789abcdef-") == "" && strings.Trim(other, "0123456789abcdef-") != "" {
				t.Errorf("%q becomes %q, which is not hex", text, other)
			}
		}
	}
	for range 50 {
		if other := s.reshape("1"); other != "0" && other != "9" && other != "1x" {
			t.Errorf("the app 1 becomes %q", other)
		}
	}
	for _, text := range []string{"", "--", "用户"} {
		if other := s.reshape(text); other == text {
			t.Errorf("%q stays", text)
		}
	}
}
