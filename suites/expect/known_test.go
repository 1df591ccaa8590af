package expect_test

import (
	"net/http"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

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
	matcher := expect.CarryNoIdentity(known)
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
