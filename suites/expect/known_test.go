package expect_test

import (
	"net/http"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// TestASupportLine is no user's phone: refusals of several users have the same one.
func TestASupportLine(t *testing.T) {
	of := func(user, body string) assay.Exchange {
		x := refusal(body)
		x.Code = &assay.Code{Kind: x.Endpoint, Code: "used-code-0123456789", AppID: "fc1", UserID: user, Channel: "finclip", Phone: "1331234567" + user}
		return x
	}
	for name, test := range map[string]struct {
		refusals []string // of users 0, 1 and so on
		holds    bool
	}{
		"a line":                {[]string{`{"help":{"phone":"400-000-0000"}}`, `{"help":{"phone":"400-000-0000"}}`, `{"error":"used"}`}, true},
		"two lines":             {[]string{`{"phone":"400-1"}`, `{"phone":4002}`, `{"phone":"400-1"}`, `{"phone":4002}`}, true},
		"a phone of each":       {[]string{`{"phone":"400-1"}`, `{"phone":"400-2"}`}, false},
		"of one":                {[]string{`{"phone":"400-1"}`}, false},
		"a user's":              {[]string{`{"phone":"13312345671"}`, `{"phone":"13312345671"}`}, false},
		"one that was given":    {[]string{`{"phone":"13912345678"}`, `{"phone":"13912345678"}`}, false},
		"masked":                {[]string{`{"phone":"133****4567"}`, `{"phone":"133****4567"}`}, false},
		"where the contract is": {[]string{`{"data":{"phone":"400-1"}}`, `{"data":{"phone":"400-1"}}`}, false},
		"another member":        {[]string{`{"openId":"400-000-0000"}`, `{"openId":"400-000-0000"}`}, false},
	} {
		var refusals []assay.Exchange
		for user, body := range test.refusals {
			refusals = append(refusals, of(string(rune('0'+user)), body))
		}
		given := of("7", `{"errcode":"OK","data":{"phone":"13912345678"}}`)
		given.Endpoint, given.Response.Status = assay.Phone, http.StatusOK
		known := expect.KnownFrom([]assay.Exchange{given})
		matcher, holds := expect.CarryNoIdentity(known, known.SupportLines(refusals)), true
		for _, x := range refusals {
			_, ok := matcher.Judge(x)
			holds = holds && ok
		}
		if holds != test.holds {
			t.Errorf("%s: no identity %v, want %v", name, holds, test.holds)
		}
	}
}

// TestARefusalTellsNoIdentity of the code's user, under any name. Other users' identities are not known to it, and an
// answer may quote the request.
func TestARefusalTellsNoIdentity(t *testing.T) {
	of := func(x assay.Exchange, userID string) assay.Exchange {
		x.Code = &assay.Code{Kind: x.Endpoint, Code: "used-code-0123456789", AppID: "fc1", UserID: userID, Channel: "finclip", Phone: "13312345678"}
		return x
	}
	known := expect.KnownFrom([]assay.Exchange{
		of(signIn(`{"errcode":"OK","data":{"openId":"2279547539610117","unionId":"u","accessToken":"eyJhbGciOi.J9"}}`), "u-1"),
	})
	matcher := expect.CarryNoIdentity(known, nil)
	sent := of(refusal(`{"error":"unknown member 2279547539610117"}`), "u-1")
	sent.Request.Body = []byte(`{"x":"2279547539610117"}`)
	header := of(refusal(`{"error":"used"}`), "u-1")
	header.Response.Header = http.Header{"Set-Cookie": {"who=2279547539610117"}}
	codeless := refusal(`{"error":"2279547539610117"}`)
	codeless.Code = nil
	for name, x := range map[string]assay.Exchange{
		"nothing": of(refusal(`{"error":"used"}`), "u-1"), "another user's": of(refusal(`{"error":"2279547539610117"}`), "u-2"),
		"too short": of(refusal(`{"error":"u is gone"}`), "u-1"), "what was sent": sent, "no code": codeless,
		"of nobody": of(refusal(`{"error":"13312345678"}`), ""),
	} {
		if actual, ok := matcher.Judge(x); !ok {
			t.Errorf("%s: %s", name, actual)
		}
	}
	for name, x := range map[string]assay.Exchange{
		"openId in words": of(refusal(`{"error":"used by 2279547539610117"}`), "u-1"), "escaped": of(refusal(`{"error":"used by \u0032279547539610117"}`), "u-1"),
		"another name": of(refusal(`{"data":{"open_id":"2279547539610117"}}`), "u-1"), "no JSON": of(refusal("<p>2279547539610117</p>"), "u-1"),
		"token": of(refusal(`{"error":"eyJhbGciOi.J9"}`), "u-1"), "phone": of(refusal(`{"error":"133","mobile":"+8613312345678"}`), "u-2"), "in a header": header,
	} {
		if _, ok := matcher.Judge(x); ok {
			t.Errorf("%s is ignored", name)
		}
	}
}
