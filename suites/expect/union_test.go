package expect_test

import (
	"encoding/base64"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

func TestUnions(t *testing.T) {
	of := func(unionID string) assay.Exchange {
		return signIn(`{"errcode":"OK","data":{"openId":"o","unionId":"` + unionID + `"}}`)
	}
	none := signIn(`{"errcode":"OK","data":{"openId":"o"}}`)
	token := func(claims string) assay.Exchange {
		return signIn(`{"errcode":"OK","data":{"openId":"o","unionId":"u","accessToken":"e30.` +
			base64.RawURLEncoding.EncodeToString([]byte(claims)) + `.c2ln"}}`)
	}
	for name, test := range map[string]struct {
		matcher   expect.Matcher
		exchanges []assay.Exchange
		holds     bool
	}{
		"one":                     {expect.GiveOneUnionID(), []assay.Exchange{of("u"), of("u")}, true},
		"one and none":            {expect.GiveOneUnionID(), []assay.Exchange{of("u"), none, of("u")}, true},
		"one after none":          {expect.GiveOneUnionID(), []assay.Exchange{none, of("u"), of("v")}, false},
		"two":                     {expect.GiveOneUnionID(), []assay.Exchange{of("u"), of("v")}, false},
		"distinct":                {expect.GiveDistinctUnionIDs(), []assay.Exchange{of("u"), of("v"), none, none}, true},
		"shared":                  {expect.GiveDistinctUnionIDs(), []assay.Exchange{of("u"), of("v"), of("u")}, false},
		"one user":                {expect.GiveOneUser(), []assay.Exchange{token(`{"sub":"1","jti":"a"}`), token(`{"sub":"1","jti":"b"}`)}, true},
		"another subject":         {expect.GiveOneUser(), []assay.Exchange{token(`{"sub":"1"}`), token(`{"sub":"2"}`)}, false},
		"another unionId":         {expect.GiveOneUser(), []assay.Exchange{of("u"), of("v")}, false},
		"no subject, no token":    {expect.GiveOneUser(), []assay.Exchange{token(`{}`), of("u")}, true},
		"a subject and no claims": {expect.GiveOneUser(), []assay.Exchange{token(`{"sub":"1"}`), token(`[`)}, false},
	} {
		if actual, holds := test.matcher.Judge(test.exchanges...); holds != test.holds {
			t.Errorf("%s: holds %v: %s", name, holds, actual)
		}
	}
}

func TestOKWithoutIdentity(t *testing.T) {
	for body, want := range map[string]bool{
		`{"errcode":"OK","data":{"phone":""}}`: true, `{"errcode":"OK","data":{"phone":null}}`: true, `{"errcode":"OK"}`: true,
		`{"errcode":"OK","data":{"phone":"139"}}`: false, `{"errcode":"X","data":{"phone":""}}`: false, `not JSON`: false,
	} {
		if got := expect.OKWithoutIdentity(onPhone(signIn(body))); got != want {
			t.Errorf("%s: %v", body, got)
		}
	}
	if expect.OKWithoutIdentity(answer(400, `{"errcode":"OK"}`)) || expect.OKWithoutIdentity(silent(assay.BrokenOff)) {
		t.Error("an error status, and silence, are not OK")
	}
}
