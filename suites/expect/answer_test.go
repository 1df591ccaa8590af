package expect_test

import (
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

func TestAnswers(t *testing.T) {
	okWithoutIdentity := signIn(`{"errcode":"OK","data":{}}`)
	check(t, map[string]claim{
		"BeAccepted": {expect.BeAccepted(),
			map[string]assay.Exchange{"200": signIn(okLogin), "201": answer(201, okLogin), "a phone": onPhone(signIn(okPhone))},
			map[string]assay.Exchange{"a refusal": refusal(refused), "a number": signIn(`{"errcode":"OK","data":{"openId":7}}`),
				"another errcode": signIn(`{"errcode":"ok","data":{"openId":"o"}}`), "under 401": refusal(okLogin), "429": answer(429, "")}},
		"BeRefused": {expect.BeRefused(),
			map[string]assay.Exchange{"401": refusal(refused), "200 with an errcode": signIn(refused), "403": answer(403, refused),
				"a number for errcode": signIn(`{"errcode":40001,"error":"no"}`), "no errcode": answer(400, `{}`), "text": answer(413, "too large"),
				"no body": answer(431, ""), "null for data": signIn(`{"errcode":"X","data":null}`), "an empty openId": signIn(`{"errcode":"X","data":{"openId":""}}`),
				"500": answer(500, refused), "a redirect": answer(302, ""), "OK without identity": okWithoutIdentity},
			map[string]assay.Exchange{"a sign-in": signIn(okLogin), "503": answer(503, ""), "429": answer(429, ""),
				"an identity without OK": answer(401, okLogin), "an identity with a redirect": answer(302, okLogin), "a reset": silent(assay.BrokenOff)}},
		"GiveNoIdentity": {expect.GiveNoIdentity(),
			map[string]assay.Exchange{"401": refusal(refused), "500": answer(500, ""), "a redirect": answer(302, ""), "a page": answer(404, "<html>"),
				"a reset": silent(assay.BrokenOff)},
			map[string]assay.Exchange{"a sign-in": signIn(okLogin), "an identity with 500": answer(500, okLogin),
				"an identity that broke off": failed(signIn(okLogin), assay.BrokenOff)}},
		"NotBeServerError": {expect.NotBeServerError(),
			map[string]assay.Exchange{"401": refusal(refused), "501": answer(501, ""), "503": answer(503, ""), "a redirect": answer(302, "")},
			map[string]assay.Exchange{"500": answer(500, refused), "502": answer(502, ""), "nothing": silent(assay.BrokenOff)}},
		"NotRedirect": {expect.NotRedirect(),
			map[string]assay.Exchange{"200": signIn(okLogin), "401": refusal(refused), "304": answer(304, "")},
			map[string]assay.Exchange{"302": answer(302, refused), "308": answer(308, ""), "nothing": silent(assay.BrokenOff)}},
		"NotAdmit": {expect.NotAdmit("https://a.example"),
			map[string]assay.Exchange{"no CORS": signIn(okLogin), "every origin": header(signIn(okLogin), "Access-Control-Allow-Origin", "*"),
				"without credentials": header(signIn(okLogin), "Access-Control-Allow-Origin", "https://a.example"),
				"another origin":      admitting("https://b.example")},
			map[string]assay.Exchange{"echoed with credentials": admitting("https://a.example")}},
		"BeRefusedOrCutOff": {expect.BeRefusedOrCutOff(),
			map[string]assay.Exchange{"413": answer(413, ""), "a reset": silent(assay.BrokenOff), "unsolicited": silent(assay.Unsolicited),
				"closed within": failed(answer(400, `{"err`), assay.BrokenOff), "rubbish": silent(assay.NotHTTP),
				"bad gzip": failed(answer(400, ""), assay.BadEncoding)},
			map[string]assay.Exchange{"a sign-in": signIn(okLogin), "a sign-in that broke off": failed(signIn(okLogin), assay.BrokenOff),
				"500": answer(500, ""), "a hang": silent(assay.TimedOut), "never reached": silent(assay.NoConnection),
				"interrupted": silent(assay.Interrupted), "429": answer(429, ""), "503": answer(503, ""), "OK": okWithoutIdentity}},
		"NotFailUnderLoad": {expect.NotFailUnderLoad(),
			map[string]assay.Exchange{"429": answer(429, ""), "503 with Retry-After": header(answer(503, ""), "Retry-After", "1"), "nothing": silent(assay.BrokenOff)},
			map[string]assay.Exchange{"503": answer(503, ""), "500 with Retry-After": header(answer(500, ""), "Retry-After", "1")}},
		"HaveStatus": {expect.HaveStatus(401, 403),
			map[string]assay.Exchange{"401": answer(401, ""), "403": answer(403, "")},
			map[string]assay.Exchange{"200": signIn(refused), "404": answer(404, ""), "nothing": silent(assay.BrokenOff)}},
		"HaveHeader": {expect.HaveHeader("WWW-Authenticate"),
			map[string]assay.Exchange{"there": header(answer(401, ""), "Www-Authenticate", "Bearer")},
			map[string]assay.Exchange{"absent": answer(401, ""), "empty": header(answer(401, ""), "Www-Authenticate", "")}},
		"BeLabelledJSON": {expect.BeLabelledJSON(),
			map[string]assay.Exchange{"plain": signIn(okLogin), "charset": header(signIn(""), "Content-Type", "application/json; charset=utf-8"),
				"in capitals": header(signIn(""), "Content-Type", "Application/JSON;Charset=UTF-8"), "+json": header(signIn(""), "Content-Type", "application/problem+json"),
				"+json with a parameter": header(signIn(""), "Content-Type", `application/vnd.acme+json; v="1"`)},
			map[string]assay.Exchange{"text": header(signIn(""), "Content-Type", "text/plain"), "none": header(signIn(""), "X", ""),
				"not quite": header(signIn(""), "Content-Type", "application/jsonp"), "rubbish": header(signIn(""), "Content-Type", "; ;")}},
		"ForbidStoring": {expect.ForbidStoring(),
			map[string]assay.Exchange{"alone": header(signIn(""), "Cache-Control", "no-store"), "in a list": header(signIn(""), "Cache-Control", "private, No-Store ,max-age=0")},
			map[string]assay.Exchange{"private": header(signIn(""), "Cache-Control", "private"), "none": signIn(""), "no-cache": header(signIn(""), "Cache-Control", "no-cache")}},
		"TravelOverTLS": {expect.TravelOverTLS(),
			map[string]assay.Exchange{"1.2": over("TLS 1.2"), "1.3": over("TLS 1.3")},
			map[string]assay.Exchange{"1.1": over("TLS 1.1"), "none": over("")}},
	})
}

func over(version string) assay.Exchange {
	x := signIn(okLogin)
	x.Response.TLS = version
	return x
}

func TestDescribe(t *testing.T) {
	for want, x := range map[string]assay.Exchange{
		`status 200, errcode "OK", openId "o-1"`:                                 signIn(okLogin),
		`status 401, errcode "PAT_INVALID"`:                                      refusal(refused),
		"status 502, not a JSON object, a fault: status 502":                     answer(502, "<html>"),
		"no answer: no connection":                                               silent(assay.NoConnection),
		"no answer":                                                              silent(assay.NoFailure),
		"status 429, errcode absent, status 429":                                 answer(429, "{}"),
		"status 200, not a JSON object, no valid HTTP answer":                    failed(signIn(""), assay.NotHTTP),
		`status 200, errcode null, openId 7, a fault: openId without errcode OK`: signIn(`{"errcode":null,"data":{"openId":7}}`),
	} {
		if got := expect.Summary(x); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// admitting is a sign-in that scripts of the origin may read with credentials.
func admitting(origin string) assay.Exchange {
	x := header(signIn(okLogin), "Access-Control-Allow-Origin", origin)
	x.Response.Header.Set("Access-Control-Allow-Credentials", "true")
	return x
}

// TestAHalfAnswerIsNoEvidence: what demands an answer does not judge one that broke off, even with an identity; what demands that a
// code gives nobody does.
func TestAHalfAnswerIsNoEvidence(t *testing.T) {
	for _, kind := range []assay.FailureKind{assay.BrokenOff, assay.TimedOut, assay.Interrupted} {
		half := failed(signIn(`{"error":"","errcode":"OK","data":{"openId":"o-1","channel":"fin`), kind)
		for name, matcher := range map[string]expect.Matcher{"AnswerOK": expect.AnswerOK(), "BeExchanged": expect.BeExchanged(), "GiveString": expect.GiveString("unionId")} {
			if !matcher.Undecided(half) {
				t.Errorf("%s judges an answer that is %s", name, kind)
			}
		}
		if matcher := expect.BeRefused(); matcher.Undecided(half) {
			t.Errorf("BeRefused does not judge an identity in an answer that is %s", kind)
		}
	}
}
