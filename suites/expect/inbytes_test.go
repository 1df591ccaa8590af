package expect_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// TestSecretsAsNumbers: the numbers of a secret's bytes are the secret, in decimal and in hex, however they are separated.
func TestSecretsAsNumbers(t *testing.T) {
	const pat = "pat-8f1c2a6d03be97aa"
	decimal := strings.Trim(strings.Join(strings.Fields(fmt.Sprintf("%d", []byte(pat))), ","), "[]")
	for text, holds := range map[string]bool{
		"[" + decimal + "]":                        false,
		strings.ReplaceAll(decimal, ",", ", "):     false,
		strings.ReplaceAll(decimal, ",", "\n"):     false,
		fmt.Sprintf("%d", []byte("Bearer "+pat)):   false,
		fmt.Sprintf("%x", pat):                     false,
		fmt.Sprintf("% X", pat):                    false,
		fmt.Sprintf("%# x", pat):                   false,
		strings.ReplaceAll(decimal, "112", "113"):  true,
		"1" + decimal:                              true, // 1112 is another number
		strings.Repeat("1,2,3,", 20):               true,
		fmt.Sprintf("%x", strings.ToUpper(pat)):    true,
		"traceid 4fccb7b175cc401690235e4a400bb363": true,
	} {
		body, err := json.Marshal(map[string]string{"errcode": "X", "error": text})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{string(body), `{"errcode":"X","error":"no","bytes":[` + text + `]}`} {
			x := refusal(body)
			x.Request.Header = map[string][]string{"Authorization": {"Bearer " + pat}}
			if actual, ok := expect.BeClean().Judge(x); ok != holds {
				t.Errorf("%s: %v, %s", body, ok, actual)
			}
		}
	}
}

// TestPiecesOfCodes: a long piece of the request's own code is quoted like the whole.
func TestPiecesOfCodes(t *testing.T) {
	const code = "1drac2l7scWpTtetZtF4tA02llZegeLbJSxTYTUG6MmjBA2L3xewOk7IjSqY72ZN"
	for text, holds := range map[string]bool{
		"no such code: " + code:                       false,
		"no code ends in " + code[len(code)-24:]:      false,
		"no code begins with " + code[:20]:            false,
		"in the middle: " + code[9:30]:                false,
		code[:7] + "..." + code[len(code)-7:]:         true,
		"..." + code[10:20] + "... is not valid JSON": true,
		strings.ToLower(code):                         true,
	} {
		x := said(t, text)
		x.Code = &assay.Code{Code: code}
		if actual, ok := expect.NotReflect().Judge(x); ok != holds {
			t.Errorf("%s: %v, %s", text, ok, actual)
		}
	}
}

// TestSecretsInTexts: a text of JSON and a further JWT are read like members; the accessToken is judged by token.no-secrets.
func TestSecretsInTexts(t *testing.T) {
	const jwt = "eyJhbGciOiJub25lIn0.eyJwYXNzd29yZCI6Imh1bnRlcjIhIn0.c2ln" // with the password hunter2!
	for data, holds := range map[string]bool{
		`"profile":"{\"password\":\"hunter2!\"}"`:          false,
		`"a":[{"profile":"{\"idCard\":\"11010119\"}"}]`:    false,
		`"idToken":"` + jwt + `"`:                          false,
		`"accessToken":"` + jwt + `"`:                      true,
		`"profile":"{\"password\":\"\",\"nickname\":1}"`:   true,
		`"profile":"{password: hunter2!}"`:                 true,
		`"profile":"the password is \"hunter2!\" {\"}"`:    true,
		`"profile":"{\"a\":\"{\\\"salt\\\":\\\"x\\\"}\"}"`: false,
	} {
		x := signIn(`{"errcode":"OK","data":{"openId":"o-1",` + data + `}}`)
		if actual, ok := expect.GiveLeastData("").Judge(x); ok != holds {
			t.Errorf("%s: %v, %s", data, ok, actual)
		}
	}
}
