package suites

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// TestForgeries: a JWT is forged to the same claims without a valid signature; any other PAT is left unchanged.
func TestForgeries(t *testing.T) {
	const pat = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiJhY21lIn0.c2lnbmF0dXJlLW9mLWEta2luZA"
	forged := forgeries(pat)
	if len(forged) != 3 {
		t.Fatalf("%d forgeries", len(forged))
	}
	for name, forgery := range forged {
		claims := strings.Split(forgery, ".")[1]
		if forgery == pat || claims != "eyJzdWIiOiJhY21lIn0" || strings.HasSuffix(forgery, "c2lnbmF0dXJlLW9mLWEta2luZA") {
			t.Errorf("%s: %s", name, forgery)
		}
	}
	if none, _ := readToken(forged["a JWT with alg none"]); none.algorithm != "none" || len(none.signature) != 0 {
		t.Errorf("alg %q and %d bytes of signature", none.algorithm, len(none.signature))
	}
	for _, opaque := range []string{"pat_5f2c", "a.b.c", "", "PAT.Ab3-x"} {
		if forged := forgeries(opaque); len(forged) != 0 {
			t.Errorf("%q is forged to %v", opaque, forged)
		}
	}
}

// TestSpellings: every spelling differs from the code, and a lenient decoder reads it as the same code.
func TestSpellings(t *testing.T) {
	for code, want := range map[string][]string{
		"1drac2l7+WpT/tZtF4tA02ll==": {"in the other base64 alphabet", "with a trailing space", "with extra padding", "without padding"},
		"01hx3k9zq7m4":               {"with a trailing space", "with extra padding", "with letter case inverted"},
		"AbC123":                     {"with a trailing space", "with extra padding"},
	} {
		var names []string
		for name, spelling := range spellings(code) {
			names = append(names, name)
			if spelling == code || !strings.EqualFold(strings.Trim(fold(spelling), " ="), strings.Trim(fold(code), " =")) {
				t.Errorf("%s, %s: %s", code, name, spelling)
			}
		}
		if slices.Sort(names); !slices.Equal(names, want) {
			t.Errorf("%s is spelt %q, want %q", code, names, want)
		}
	}
}

// fold maps both base64 alphabets to one.
func fold(code string) string { return strings.NewReplacer("-", "+", "_", "/").Replace(code) }

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

// TestTamperedBase32: in a code of one case a character is changed, not a bit of the code read as base64, which a
// case-insensitive decoder may read as the same code.
func TestTamperedBase32(t *testing.T) {
	const code = "01hx3k9zq7m4v8w2c5d6e7f0g1h2j3k4"
	for i := range tamperings {
		changed := tampered(code, i)
		differ := 0
		for at := range code {
			if changed[at] != code[at] {
				differ++
			}
		}
		if len(changed) != len(code) || differ != 1 || strings.ToLower(changed) != changed {
			t.Errorf("change %d: %s", i, changed)
		}
	}
}
