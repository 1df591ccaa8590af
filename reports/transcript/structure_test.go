package transcript

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The kind with which a value was learnt is in its token everywhere.
func TestALearntKindIsKept(t *testing.T) {
	r := learned(t)
	x := sample()
	x.Code.Code = samplePAT
	x.Request.Header.Set("Authorization", "Bearer "+sampleCode)
	x.Request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(samplePAT)))
	record := r.Exchange(x)
	for what, got := range map[string]string{
		record.Code.Code: r.Text(samplePAT), record.Request.Headers.Get("Authorization"): "Bearer " + r.Text(sampleCode),
		record.Request.Headers.Get("Proxy-Authorization"): "Basic " + r.Text(samplePAT),
	} {
		if what != got {
			t.Errorf("%q, want %q", what, got)
		}
	}
}

// A secret that an answer names is found in the whole answer, and in later texts.
func TestSecretsOfAnswersAreLearnt(t *testing.T) {
	r := NewRedactor(nil)
	x := sample()
	x.Response.Body = []byte(`{"errcode":"OK","data":{"openId":"1","phone":"+86 138 0013 8000","accessToken":"0123456789abcdefXYZ"}}`)
	x.Response.Header = http.Header{"X-Echo": {"0123456789abcdefXYZ 8613800138000"}}
	echo := r.Exchange(x).Response.Headers.Get("X-Echo")
	if !regexp.MustCompile("^~token-.{10}~ ~phone-.{10}~$").MatchString(echo) {
		t.Errorf("the echo is %q", echo)
	}
	x.Response.Body = []byte(`{"data":{"accessToken":"application"}}`)
	x.Response.Header = http.Header{"Content-Type": {"application/json"}}
	if got := r.Exchange(x).Response.Headers.Get("Content-Type"); got != "application/json" {
		t.Errorf("an ordinary word was redacted: %q", got)
	}
}

// A phone may be a token without a digit; it is found in the whole answer, and in later texts.
func TestPhoneTokensAreLearnt(t *testing.T) {
	r := NewRedactor(nil)
	x := sample()
	x.Response.Body = []byte(`{"errcode":"OK","data":{"phone":"Zq-xyzab"},"hint":"is Zq-xyzab yours?"}`)
	x.Response.Header = http.Header{"X-Echo": {"Zq-xyzab"}}
	response := r.Exchange(x).Response
	if echo := response.Headers.Get("X-Echo"); echo != r.token(KindPhone, "Zq-xyzab") || strings.Contains(response.Text, "Zq") {
		t.Errorf("the echo is %q, the body %s", echo, response.Text)
	}
	if got := r.Text("and Zq-xyzab again"); strings.Contains(got, "Zq") {
		t.Errorf("later: %q", got)
	}
	x.Response.Body = []byte(`{"errcode":"OK","data":{"phone":"short"}}`)
	if r.Exchange(x); r.Text("short") != "short" {
		t.Error("an ordinary word was learnt")
	}
	huge := []string{strings.Repeat("x", BodyLimit+1), strings.Repeat("y", BodyLimit+1)}
	x.Response.Body = []byte(`{"errcode":"OK","data":{"phone":"` + huge[0] + `","accessToken":"` + huge[1] + `"}}`)
	r.Exchange(x)
	for _, value := range huge {
		if _, learnt := r.index.Token(value); learnt {
			t.Error("a huge value was learnt")
		}
	}
}

func TestHeadersAndURLs(t *testing.T) {
	r := NewRedactor(nil)
	code, pat := func(s string) string { return r.token(KindCode, s) }, func(s string) string { return r.token(KindPAT, s) }
	cookie := func(s string) string { return r.token(KindCookie, s) }
	for _, test := range []struct{ name, value, want string }{
		{"Location", "/back?code=abc&x=1#access_token=t", "/back?code=" + code("abc") + "&x=1#access_token=" + r.token(KindToken, "t")},
		{"Referer", "https://u:p@host/a@b?phone=1", "https://" + pat("u:p") + "@host/a@b?phone=" + r.token(KindPhone, "1")},
		{"Set-Cookie", "a=b=c; Path=/; Domain=x=y", "a=" + cookie("b=c") + "; Path=/; Domain=x=y"},
		{"Set-Cookie", "a=; Path=/", "a=; Path=/"},
		{"Cookie", "a=b; c=d;e", "a=" + cookie("b") + "; c=" + cookie("d") + ";" + cookie("e")},
		{"Authorization", "ApiKey abc", pat("ApiKey abc")},
		{"Authorization", "Digest abc def", "Digest " + pat("abc def")},
		{"X-Code", "?code=abc", "?code=abc"},
		{"Www-Authenticate", `Bearer realm="x", error="invalid_token"`, `Bearer realm="x", error="invalid_token"`},
	} {
		got := r.headers(http.Header{test.name: {test.value}}).Get(test.name)
		if got != test.want {
			t.Errorf("%s: %s became %q, want %q", test.name, test.value, got, test.want)
		}
	}
	for url, want := range map[string]string{
		"https://u@s:p@host/":     "https://" + pat("u@s:p") + "@host/",
		"http://host/?CODE=a%2Bb": "http://host/?CODE=" + code("a+b"),
		"http://host/a:b@c":       "http://host/a:b@c",
		"http://@host?encode=1":   "http://@host?encode=1",
	} {
		if got := r.url(url); got != want {
			t.Errorf("%s became %q, want %q", url, got, want)
		}
	}
}

func TestStructure(t *testing.T) {
	r := NewRedactor(nil)
	for _, text := range []string{
		`{"data":{"phone":"Zq81-xyz"}}`, `{"PHONE" : "Zq81-xyz"}`, `{"a":[{"accessToken":"Zq81-xyz"}]}`, `{"access_token":"Zq81-xyz"}`,
		`{"ph\u006fne":"Zq81-xyz"}`, `{"phone":["Zq81-xyz",{"n":"Zq81-xyz"}]}`, `{"phone":{"phone":{"x":"Zq81-xyz"}}}`,
		`{"error":"{\"phone\":\"Zq81-xyz\"}"}`, `<script>var x = {"phone":"Zq81-xyz"};</script>`, `{'phone':'Zq81-xyz'}`,
		`<p>6" of {"phone": "Zq81-xyz"}</p>`, `{"phone":"Zq81-xyz`, `{"phone":"Zq81-xyz"`, "\xef\xbb\xbf {\"phone\":\"Zq81-xyz\"}",
		`{"headers":{"authorization":"Bearer Zq81-xyz"}}`, `Authorization: Bearer Zq81-xyz`, `"Authorization":"Basic Zq81-xyz"`,
		`AUTHORIZATION=bearer Zq81-xyz`, `%7B%22phone%22%3A%22Zq81-xyz%22%7D`,
	} {
		if got := r.Text(text); strings.Contains(got, "Zq81") || !strings.Contains(got, "~") {
			t.Errorf("%q became %q", text, got)
		}
	}
	for text, want := range map[string]string{
		`{"phone":13912345678,"x":1}`:    `{"phone":{"number":"` + r.token(KindPhone, "13912345678") + `"},"x":1}`,
		`{"phone":true,"accessToken":1}`: `{"phone":true,"accessToken":{"number":"` + r.token(KindToken, "1") + `"}}`,
		"x " + sampleToken + " y":        "x " + r.token(KindToken, sampleToken) + " y",
		sampleToken + ".more":            r.token(KindToken, sampleToken+".more"),
		"eyJhbGciOiJub25lIn0.e30.":       r.token(KindToken, "eyJhbGciOiJub25lIn0.e30."),
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
