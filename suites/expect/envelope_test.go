package expect_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

func TestEnvelopes(t *testing.T) {
	type set = map[string]assay.Exchange
	check(t, map[string]claim{
		"AnswerOK": {expect.AnswerOK(),
			set{"200": signIn(okLogin), "201": answer(201, okLogin), "further members": signIn(`{"more":[1],"errcode":"OK","data":{"openId":"1","new":{}}}`), "no traceid": onPhone(signIn(okPhone))},
			set{"202": answer(202, okLogin), "401": refusal(okLogin), "no data": signIn(`{"errcode":"OK"}`), "null for data": signIn(`{"errcode":"OK","data":null}`),
				"an array for data": signIn(`{"errcode":"OK","data":[]}`), "another errcode": signIn(`{"errcode":"0","data":{}}`),
				"half of one": signIn(`{"errcode":"OK","data":{"openId":"1","accessToken":"e`)}},
		"GiveString": {expect.GiveString("openId"),
			set{"a text": signIn(okLogin), "numeric-looking": signIn(`{"data":{"openId":"2279547539610117"}}`), "Chinese": signIn(`{"data":{"openId":"用户"}}`)},
			set{"empty": signIn(`{"data":{"openId":""}}`), "a number": signIn(`{"data":{"openId":2279547539610117}}`), "null": signIn(`{"data":{"openId":null}}`), "absent": signIn(`{"data":{}}`),
				"in another case": signIn(`{"data":{"openid":"1"}}`)}},
		"GiveStringOrNothing": {expect.GiveStringOrNothing("unionId"),
			set{"a text": signIn(okLogin), "empty": signIn(`{"data":{"unionId":""}}`), "null": signIn(`{"data":{"unionId":null}}`), "absent": signIn(`{"data":{}}`)},
			set{"a number": signIn(`{"data":{"unionId":1}}`), "an object": signIn(`{"data":{"unionId":{}}}`), "false": signIn(`{"data":{"unionId":false}}`)}},
		"SayOK": {expect.SayOK(), set{"OK": signIn(okLogin), "escaped": signIn(`{"errcode":"\u004fK"}`)},
			set{"in small letters": signIn(`{"errcode":"ok"}`), "a number": signIn(`{"errcode":0}`), "absent": signIn(`{}`), "with a space": signIn(`{"errcode":"OK "}`)}},
		"NotSayOK": {expect.NotSayOK(), set{"a refusal": refusal(refused), "no errcode": refusal(`{}`), "text": refusal("no"), "in small letters": refusal(`{"errcode":"ok"}`), "OK in a text": refusal(`{"errcode":"X","error":"not OK"}`)},
			set{"OK": refusal(okLogin), "OK among others": refusal(`{"errcode":"X","errcode":"OK"}`), "OK as the error": refusal(`{"errcode":"X","error":"ok"}`)}},
		"NotSayOKWithErrorStatus": {expect.NotSayOKWithErrorStatus(), set{"200": signIn(okLogin), "a refusal": refusal(refused), "302": answer(302, okLogin)},
			set{"401": refusal(okLogin), "500": answer(500, okLogin)}},
		"CarryErrcode": {expect.CarryErrcode(), set{"a text": refusal(refused), "numeric-looking": refusal(`{"errcode":"40001"}`)},
			set{"a number": refusal(`{"errcode":40001}`), "empty": refusal(`{"errcode":""}`), "null": refusal(`{"errcode":null}`), "absent": refusal(`{}`)}},
		"CarryError": {expect.CarryError(),
			set{"empty on success": signIn(okLogin), "Chinese on refusal": refusal(refused), "English on refusal": refusal(`{"error":"unknown PAT"}`)},
			set{"a text on success": signIn(`{"errcode":"OK","error":"fine","data":{"openId":"1"}}`), "null on success": signIn(`{"error":null,"data":{"openId":"1"}}`),
				"empty on refusal": refusal(`{"error":""}`), "absent on refusal": refusal(`{}`), "an object on refusal": refusal(`{"error":{"message":"x"}}`)}},
		"BeEnvelope": {expect.BeEnvelope(), set{"a refusal": refusal(refused), "a number for errcode": refusal(`{"errcode":1}`)},
			set{"a page": answer(404, "<html>404</html>"), "no errcode": refusal(`{"message":"no"}`), "no body": answer(405, ""), "an array": refusal("[]"), "half": refusal(`{"errcode":"X"`)}},
		"CarryNoIdentity": {expect.CarryNoIdentity(nil, nil),
			set{"a refusal": refusal(refused), "empty texts": refusal(`{"data":{"openId":"","unionId":"","phone":"","accessToken":""}}`), "null": refusal(`{"data":{"openId":null,"phone":null}}`),
				"no data": refusal(`{"data":null}`), "hollow": refusal(`{"phone":{},"openId":[],"unionId":0,"accessToken":false}`), "other members": refusal(`{"phoneNumber":"","appId":"fc1"}`),
				"a page": answer(502, "<html>openId</html>"), "the words in a text": refusal(`{"error":"openId, phone and accessToken are not given"}`), "a value, not a name": refusal(`{"x":["openId","phone"]}`),
				"other fields": withHeader("X-Phone-Model", "x"), "a cookie of another name": withHeader("Set-Cookie", "session=openid"), "an empty cookie": withHeader("Set-Cookie", "openId="),
				"a cookie taken back": withHeader("Set-Cookie", "openId=gone; Max-Age=0"), "a cookie that was over long ago": withHeader("Set-Cookie", "openId=gone; Expires=Thu, 01 Jan 1970 00:00:00 GMT")},
			set{"openId": refusal(okLogin), "unionId": refusal(`{"data":{"unionId":"u"}}`), "a phone at the top": refusal(`{"phone":"133"}`), "a number": refusal(`{"data":{"openId":7}}`),
				"deep inside": refusal(`{"a":[{"b":{"accessToken":"x"}}]}`), "in an array": refusal(`{"phone":["133"]}`), "before an empty one": refusal(`{"data":{"openId":"o","openId":""}}`),
				"after a byte order mark": refusal("\ufeff" + `{"data":{"unionId":"u"}}`), "before the end is cut off": refusal(`{"data":{"unionId":"u"`), "before more": refusal(`{"data":{"unionId":"u"}} x`),
				"with an underscore": refusal(`{"data":{"open_id":"o"}}`), "in small letters": refusal(`{"openid":"o"}`), "in capitals": refusal(`{"data":{"OpenID":"o"}}`), "with a hyphen": refusal(`{"access-token":"o"}`),
				"in a header field": withHeader("X-Open-Id", "o"), "in a field without X": withHeader("Access_token", "o"), "in a cookie": withHeader("Set-Cookie", "open_id=o; Path=/; HttpOnly"),
				"very deep": refusal(strings.Repeat(`{"a":`, 20_000) + `{"phone":"1"}`)}},
		"BeStrictJSON": {expect.BeStrictJSON(),
			set{"a sign-in": signIn(okLogin), "white space around": signIn(" \r\n\t" + okLogin + "\n"), "escapes": signIn(`{"\u0061":"\ud83d\ude00\/","b":[{"a":1},{"a":2}]}`), "Chinese": refusal(refused),
				"empty names": signIn(`{"":1,"a":{"":2}}`), "names as values": signIn(`{"a":"a","b":["a","a","b"]}`)},
			set{"a byte order mark": signIn("\ufeff" + okLogin), "not UTF-8": signIn("{\"a\":\"\xff\"}"), "repeated": signIn(`{"a":1,"a":2}`), "repeated, escaped": signIn(`{"a":1,"\u0061":2}`),
				"repeated deep inside": signIn(`{"a":[[{"b":{"c":1,"c":1}}]]}`), "after an object": signIn(`{"a":{"b":1},"a":2}`), "two objects": signIn("{}{}"), "a bracket after it": signIn("{}}"), "a letter after it": signIn("{} x"),
				"an array": signIn("[]"), "nothing": signIn(""), "a comma too many": signIn(`{"a":1,}`), "half": signIn(`{"a":`), "single quotes": signIn(`{'a':1}`), "NaN": signIn(`{"a":NaN}`),
				"a control character": signIn("{\"a\":\"\x01\"}"), "too deep": signIn(strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000))}},
	})
}

// withHeader is a refusal with a header field.
func withHeader(name, value string) assay.Exchange {
	x := refusal(refused)
	x.Sent, x.Response.Header = time.Now(), http.Header{name: {value}}
	return x
}

func TestMembers(t *testing.T) {
	x := signIn(`{"data":{"unionId":"u","accessToken":"t","channel":"finclip"}}`)
	if got := []string{expect.UnionID(x), expect.AccessToken(x), expect.Channel(x)}; strings.Join(got, " ") != `u t "finclip"` {
		t.Errorf("got %q", got)
	}
	if got := expect.UnionID(silent(assay.NoFailure)) + expect.AccessToken(signIn(`{"data":{"accessToken":7}}`)); got != "" {
		t.Errorf("got %q from nothing", got)
	}
	for body, want := range map[string]bool{`{"a":1}`: true, "\ufeff \n{": true, "<html>": false, "[]": false, "": false} {
		if got := expect.LooksLikeJSON([]byte(body)); got != want {
			t.Errorf("%q looks like JSON: %v", body, got)
		}
	}
}
