package identities_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/unified-login/assay/internal/identities"
)

func TestNamed(t *testing.T) {
	for name, want := range map[string]string{"openId": "openId", "open_id": "openId", "OPENID": "openId", "union-id": "unionId",
		"Phone": "phone", "access_token": "accessToken", "token": "", "phones": "", "": "", "open": "", "_": "", "OPEN\tID": ""} {
		if got := identities.Named(name); got != want {
			t.Errorf("%q is read as %q, want %q", name, got, want)
		}
	}
}

func TestInHeader(t *testing.T) {
	sent := time.Unix(1_000_000, 0)
	for _, test := range []struct{ field, value, where, member string }{
		{"X-Open-Id", "o1", "the header field X-Open-Id", "openId"},
		{"Access-Token", "t", "the header field Access-Token", "accessToken"},
		{"X-Phone", "", "", ""},
		{"X-Request-Id", "o1", "", ""},
		{"Set-Cookie", "unionid=u; Path=/", "the cookie unionid", "unionId"},
		{"Set-Cookie", "unionid=; Path=/", "", ""},
		{"Set-Cookie", "unionid=u; Max-Age=0", "", ""},
		{"Set-Cookie", "unionid=u; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "", ""},
		{"Set-Cookie", "session=u", "", ""},
	} {
		where, member := identities.InHeader(http.Header{test.field: {test.value}}, sent)
		if where != test.where || member != test.member {
			t.Errorf("%s: %s is %q, %q", test.field, test.value, where, member)
		}
	}
}
