package assay_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
)

// documented returns the guide's sample answer.
func documented(t testing.TB, endpoint assay.Endpoint) []byte {
	t.Helper()
	sample, err := os.ReadFile(filepath.Join("testdata", "documented_"+string(endpoint)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return sample
}

// referenceAnswers returns the reference platform's answers to valid codes, by endpoint.
func referenceAnswers(t testing.TB) map[assay.Endpoint][]byte {
	t.Helper()
	r, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.SetAPIServer("http://platform.example")
	answers := map[assay.Endpoint][]byte{}
	for _, endpoint := range assay.Endpoints() {
		reply, err := r.Host().Ask(t.Context(), assay.HostRequest{Op: assay.OpMint, Kind: endpoint, AppID: reference.Apps()[0], Count: 1, Users: 1})
		if err != nil || len(reply.Codes) != 1 {
			t.Fatalf("mint: %v, %v", reply, err)
		}
		body, err := json.Marshal(map[string]string{"appId": reference.Apps()[0], "code": reply.Codes[0].Code})
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, endpoint.Path(), bytes.NewReader(body))
		request.Header.Set("Authorization", "Bearer "+r.Target("").PATs.Valid.Reveal())
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		r.Handler().ServeHTTP(recorder, request)
		answers[endpoint] = recorder.Body.Bytes()
	}
	return answers
}

// judged returns the oracle's outcome for a complete answer.
func judged(endpoint assay.Endpoint, status int, body []byte) assay.Outcome {
	return assay.Judge(assay.Exchange{Endpoint: endpoint, Response: &assay.Response{Status: status, Body: body}})
}

// checkGlance compares Glance with the oracle on the same answer, and reports whether the answer was plain.
func checkGlance(t *testing.T, endpoint assay.Endpoint, status int, body []byte) bool {
	t.Helper()
	answer, plain := assay.Glance(endpoint, status, body)
	if !plain {
		if answer.Identity != nil || answer.Channel != nil {
			t.Errorf("%s %d %q: not plain, but %+v", endpoint, status, body, answer)
		}
		return false
	}
	outcome := judged(endpoint, status, body)
	if outcome.Result != assay.Accepted || outcome.Identity != string(answer.Identity) {
		t.Errorf("%s %d %q: Glance says identity %q, the oracle %+v", endpoint, status, body, answer.Identity, outcome)
	}
	raw := assay.ReadEnvelope(body).Data("channel")
	if channel, isText := assay.Text(raw); isText != (answer.Channel != nil) || channel != string(answer.Channel) {
		t.Errorf("%s %d %q: Glance says channel %q, the envelope %s", endpoint, status, body, answer.Channel, raw)
	}
	return true
}

func TestGlanceAcceptsRealAnswers(t *testing.T) {
	fromReference := referenceAnswers(t)
	for _, endpoint := range assay.Endpoints() {
		for from, body := range map[string][]byte{"the guide": documented(t, endpoint), "the reference": fromReference[endpoint]} {
			if !checkGlance(t, endpoint, 200, body) {
				t.Errorf("the answer of %s on %s is not plain: %s", from, endpoint, body)
			}
			if !checkGlance(t, endpoint, 201, body) {
				t.Errorf("the answer of %s on %s is not plain with 201", from, endpoint)
			}
		}
	}
}

// TestGlanceSaysThereIsMore: an answer of the contract has no place for another identity, and any other member may be one.
func TestGlanceSaysThereIsMore(t *testing.T) {
	for body, want := range map[string]bool{
		string(documented(t, assay.Login)):                                                            false,
		`{"success":true,"code":200,"error":"no error","errcode":"OK","data":{"openId":"u"}}`:         false,
		`{"errcode":"OK","data":{"openId":"u","phone":"13312345678","nick":"ann"}}`:                   false,
		`{"openId":"12345678","errcode":"OK","data":{"openId":"u"}}`:                                  true,
		`{"errcode":"OK","data":{"openId":"u","n":12345678}}`:                                         true,
		`{"errcode":"OK","data":{"openId":"u"},"previous":{"data":{"error":"","list":["12345678"]}}}`: true,
	} {
		if answer, plain := assay.Glance(assay.Login, 200, []byte(body)); !plain || answer.More != want {
			t.Errorf("%s: %v, plain: %v", body, answer.More, plain)
		}
	}
}

// TestGlanceAccepts has bodies that are plain. openId stands for the endpoint's identity.
func TestGlanceAccepts(t *testing.T) {
	tests := map[string]string{
		"no channel":                `{"errcode":"OK","data":{"openId":"u"}}`,
		"an empty channel":          `{"errcode":"OK","data":{"channel":"","openId":"u"}}`,
		"data first":                `{"data":{"openId":"u","channel":"c"},"errcode":"OK"}`,
		"space":                     " \t\r\n{ \"errcode\" :\n\"OK\" , \"data\" : { \"openId\"\t: \"u\" } } \r\n",
		"Chinese":                   `{"error":"成功","errcode":"OK","data":{"openId":"用户","channel":"渠道"}}`,
		"values of every kind":      `{"a":[],"b":{},"c":true,"d":null,"e":[-1,0,{"errcode":"NO"},[false]],"n":1234567890,"errcode":"OK","data":{"x":{"openId":5},"openId":"u"}}`,
		"escapes in other strings":  `{"error":"\"\\\/\b\f\n\r\t\u00e9\uD83D }","errcode":"OK","data":{"x":"\u0000","openId":"u"}}`,
		"other members twice":       `{"error":"","error":"x","errcode":"OK","data":{"openId":"u","nick":"1","nick":2}}`,
		"the names in other places": `{"openId":1,"channel":2,"x":{"data":{},"errcode":"NO"},"errcode":"OK","data":{"errcode":"NO","data":3,"openId":"u"}}`,
		"eight levels":              `{"errcode":"OK","data":{"openId":"u","x":[[[[[[[1]]]]]]]}}`,
		"invalid UTF-8 elsewhere":   "{\"error\":\"\xff\",\"errcode\":\"OK\",\"data\":{\"openId\":\"u\"}}",
	}
	for name, text := range tests {
		for _, endpoint := range assay.Endpoints() {
			body := []byte(strings.ReplaceAll(text, "openId", endpoint.Identity()))
			if !checkGlance(t, endpoint, 200, body) {
				t.Errorf("%s on %s is not plain: %s", name, endpoint, body)
			}
		}
	}
}

// TestGlanceLeavesToJudge has bodies that are not plain, so that Judge decides. It refuses most of them.
func TestGlanceLeavesToJudge(t *testing.T) {
	const ok = `{"errcode":"OK","data":{"openId":"u"}}`
	tests := map[string][]string{
		"no JSON":         {``, ` `, `null`, `"OK"`, `<html>`, `[` + ok + `]`, `OK`},
		"around":          {"\xef\xbb\xbf" + ok, ok + ok, ok + "x", ok + ",", ok + "\x00", "x" + ok, "\v" + ok, ok + "\u00a0", ok + "}"},
		"errcode":         {`{"errcode":"ok","data":{"openId":"u"}}`, `{"errcode":"OK ","data":{"openId":"u"}}`, `{"errcode":0,"data":{"openId":"u"}}`, `{"data":{"openId":"u"}}`},
		"errcode escaped": {`{"errcode":"\u004fK","data":{"openId":"u"}}`, `{"err\u0063ode":"NO","errcode":"OK","data":{"openId":"u"}}`},
		"errcode twice": {`{"errcode":"OK","errcode":"OK","data":{"openId":"u"}}`, `{"errcode":"OK","data":{"openId":"u"},"errcode":"NO"}`,
			`{"errcode":"","errcode":"OK","data":{"openId":"u"}}`},
		"data": {`{"errcode":"OK"}`, `{"errcode":"OK","data":null}`, `{"errcode":"OK","data":{}}`, `{"errcode":"OK","data":[{"openId":"u"}]}`,
			`{"errcode":"OK","data":"{}"}`, `{"errcode":"OK","openId":"u"}`, `{"errcode":"OK","Data":{"openId":"u"}}`},
		"data twice":       {`{"errcode":"OK","data":{},"data":{"openId":"u"}}`, `{"errcode":"OK","data":{"openId":"u"},"data":{"openId":"v"}}`, `{"errcode":"OK","data":{"openId":"u"},"data":null}`},
		"data escaped":     {`{"errcode":"OK","data":{"openId":"u"},"d\u0061ta":{"openId":"v"}}`},
		"identity":         {`{"errcode":"OK","data":{"openId":""}}`, `{"errcode":"OK","data":{"openId":null}}`, `{"errcode":"OK","data":{"openId":5}}`, `{"errcode":"OK","data":{"openId":["u"]}}`, `{"errcode":"OK","data":{"OPENID":"u"}}`},
		"identity escaped": {`{"errcode":"OK","data":{"openId":"\u0075"}}`, `{"errcode":"OK","data":{"openId":"u\\"}}`, `{"errcode":"OK","data":{"openId":"u","\u006fpenId":"v","\u0070hone":"w"}}`},
		"identity twice":   {`{"errcode":"OK","data":{"openId":"u","openId":"v"}}`, `{"errcode":"OK","data":{"openId":"u","openId":"u"}}`, `{"errcode":"OK","data":{"openId":"","openId":"u"}}`, `{"errcode":"OK","data":{"openId":"u","openId":null}}`},
		"not UTF-8":        {"{\"errcode\":\"OK\",\"data\":{\"openId\":\"u\xff\"}}", "{\"errcode\":\"OK\",\"data\":{\"openId\":\"u\",\"channel\":\"\xc3\"}}"},
		"channel":          {`{"errcode":"OK","data":{"openId":"u","channel":null}}`, `{"errcode":"OK","data":{"openId":"u","channel":1}}`, `{"errcode":"OK","data":{"openId":"u","channel":"\u0063"}}`, `{"errcode":"OK","data":{"openId":"u","channel":"","channel":"c"}}`},
		"unionId":          {`{"errcode":"OK","data":{"openId":"u","unionId":7}}`, `{"errcode":"OK","data":{"openId":"u","unionId":"\u0031"}}`, `{"errcode":"OK","data":{"openId":"u","unionId":"1","unionId":null}}`, `{"errcode":"OK","data":{"openId":"u","accessToken":{}}}`},
		"signs":            {`{"errcode":"OK" "data":{"openId":"u"}}`, `{"errcode":"OK",,"data":{"openId":"u"}}`, `{,"errcode":"OK","data":{"openId":"u"}}`, `{"errcode":"OK","data":{"openId":"u"},}`, `{"errcode":"OK","data":{"openId":"u",}}`, `{"errcode""OK","data":{"openId":"u"}}`, `{errcode:"OK","data":{"openId":"u"}}`, `{'errcode':'OK','data':{'openId':'u'}}`, `{"errcode":"OK","data":{"openId":"u"}/**/}`},
	}
	for name, texts := range tests {
		for _, text := range texts {
			for _, endpoint := range assay.Endpoints() {
				body := []byte(strings.ReplaceAll(text, "openId", endpoint.Identity()))
				if answer, plain := assay.Glance(endpoint, 200, body); plain {
					t.Errorf("%s on %s is plain: %s gives %q", name, endpoint, body, answer.Identity)
				}
			}
		}
	}
}

// TestGlanceChecksEveryValue puts invalid values where Glance reads nothing: one of them makes the body invalid JSON.
func TestGlanceChecksEveryValue(t *testing.T) {
	wrong := []string{
		``, `tru`, `truex`, `nul`, `Null`, `falsy`, `undefined`, `NaN`, `-`, `--1`, `+1`, `01`, `-01`, `1x`, `0x1`, `1_0`, `.5`, `1.`, `1e`, `1 2`,
		`"`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\U0041"`, `"\`, `"\"`, "\"\n\"", "\"\x00\"", "\"12345678\x1f\"", "\"1234567\t12345678\"", `"a"b"`, `[`, `]`, `[1`, `[1,]`,
		`[,1]`, `[1 2]`, `{`, `{1:2}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a" 1}`, `{"a":1]`, `[1}`, `{"a":1 "b":2}`, `'a'`, `//`, `[[]`, "\x7f",
	}
	unusual := []string{`1.5`, `1e3`, `-0.0E+1`, `{"\u0061":1}`, `[[[[[[[[1]]]]]]]]`}
	for i, value := range append(wrong, unusual...) {
		for _, text := range []string{
			`{"errcode":"OK","data":{"openId":"u"},"x":` + value + `}`, `{"errcode":"OK","data":{"x":` + value + `,"openId":"u"}}`,
			`{"x":[` + value + `],"errcode":"OK","data":{"openId":"u"}}`,
		} {
			if value == "" && strings.Contains(text, "[]") {
				continue // an empty list
			}
			if json.Valid([]byte(text)) != (i >= len(wrong)) {
				t.Errorf("encoding/json disagrees about %s", text)
			}
			if _, plain := assay.Glance(assay.Login, 200, []byte(text)); plain {
				t.Errorf("plain: %s", text)
			}
		}
	}
}

func TestGlanceStatus(t *testing.T) {
	body := []byte(`{"errcode":"OK","data":{"openId":"u"}}`)
	for status, want := range map[int]bool{0: false, -200: false, 20: false, 199: false, 200: true, 299: true, 300: false, 401: false, 429: false, 500: false, 2000: false} {
		if plain := checkGlance(t, assay.Login, status, body); plain != want {
			t.Errorf("status %d is plain: %v", status, plain)
		}
	}
}

func TestGlanceRejectsTheOtherEndpointsIdentity(t *testing.T) {
	if _, plain := assay.Glance(assay.Login, 200, documented(t, assay.Phone)); plain {
		t.Error("the phone answer is plain for login")
	}
	if _, plain := assay.Glance(assay.Phone, 200, documented(t, assay.Login)); plain {
		t.Error("the login answer is plain for phone")
	}
}

// TestGlanceOfEveryByte replaces each byte of an answer by every byte, and cuts the answer off at each place.
func TestGlanceOfEveryByte(t *testing.T) {
	const text = `{"error":"é\u00e9","errcode":"OK","data":{"channel":"finclip", "openId":"2279547539610117","x":[-10,true,null,{"y":0}]},"traceid":"t"}`
	if !checkGlance(t, assay.Login, 200, []byte(text)) {
		t.Error("the unchanged answer is not plain")
	}
	for at := range len(text) {
		if _, plain := assay.Glance(assay.Login, 200, []byte(text[:at])); plain {
			t.Errorf("plain: %s", text[:at])
		}
		for c := range 256 {
			checkGlance(t, assay.Login, 200, append(append([]byte(text[:at]), byte(c)), text[at+1:]...))
		}
	}
}

func TestGlanceAllocatesNothing(t *testing.T) {
	for _, endpoint := range assay.Endpoints() {
		body := documented(t, endpoint)
		if allocs := testing.AllocsPerRun(100, func() { assay.Glance(endpoint, 200, body) }); allocs != 0 {
			t.Errorf("%s: %v allocations", endpoint, allocs)
		}
	}
}

// FuzzGlance looks for an answer on which Glance and the oracle disagree.
func FuzzGlance(f *testing.F) {
	for endpoint, body := range referenceAnswers(f) {
		for _, answer := range [][]byte{body, documented(f, endpoint)} {
			f.Add(string(answer), 200, endpoint == assay.Login)
			f.Add(strings.Replace(string(answer), `"data"`, `"data":{},"data"`, 1), 200, endpoint == assay.Login)
			f.Add(string(answer[:len(answer)/2]), 200, endpoint == assay.Login)
		}
	}
	for _, text := range []string{
		`{"errcode":"OK","data":{"openId":"u","channel":"c"}}`, `{"errcode":"OK","data":{"phone":"1","x":[-1,0,{"a":"\u0000"},true,false,null]}}`,
		`{"errcode":"OK","errcode":"NO","data":{"openId":"u","openId":1}}`, `{"error":"\"}\\","errcode":"OK","data":{"openId":"u\u0000"}}x`,
		"\xef\xbb\xbf{\"errcode\":\"OK\",\"data\":{\"openId\":\"\xff\"},\"x\":\"\t\",\"y\":01}", `{"errcode":"OK","data":{"openId":"u"},"x":{"y":[[]]},}`,
	} {
		f.Add(text, 200, true)
		f.Add(text, 404, false)
	}
	f.Fuzz(func(t *testing.T, text string, status int, login bool) {
		endpoint := assay.Phone
		if login {
			endpoint = assay.Login
		}
		checkGlance(t, endpoint, status, []byte(text))
		checkGlance(t, endpoint, 200, []byte(text))
	})
}

func BenchmarkGlance(b *testing.B) {
	answers := referenceAnswers(b)
	for _, endpoint := range assay.Endpoints() {
		b.Run(string(endpoint), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(answers[endpoint])))
			for b.Loop() {
				if _, plain := assay.Glance(endpoint, 200, answers[endpoint]); !plain {
					b.Fatal("not plain")
				}
			}
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	answers := referenceAnswers(b)
	for _, endpoint := range assay.Endpoints() {
		b.Run(string(endpoint), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(answers[endpoint])))
			for b.Loop() {
				if judged(endpoint, 200, answers[endpoint]).Result != assay.Accepted {
					b.Fatal("not accepted")
				}
			}
		})
	}
}
