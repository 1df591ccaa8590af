//go:build !race

package transcript

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// TestCanaries puts every secret in every encoding in every place of an exchange, and searches the file for it.
func TestCanaries(t *testing.T) {
	for kind, secret := range sampleSecrets() {
		for name, encode := range encodings() {
			t.Run(kind+"/"+name, func(t *testing.T) {
				r := learned(t)
				var file bytes.Buffer
				w := NewWriter(&file, r)
				for place, x := range plant(encode(secret)) {
					x.ID = place
					if err := w.Write(x); err != nil {
						t.Fatal(err)
					}
					assertFree(t, r.Reproduce(x), secret)
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				for line := range bytes.Lines(file.Bytes()) {
					for _, text := range readings(t, line) {
						assertFree(t, text, secret)
					}
				}
			})
		}
	}
}

// plant returns exchanges that each have text in one place.
func plant(text string) map[string]assay.Exchange {
	quoted, _ := json.Marshal(text)
	places := map[string]func(x *assay.Exchange){
		"path":             func(x *assay.Exchange) { x.Request.URL += "/" + text },
		"query":            func(x *assay.Exchange) { x.Request.URL += "?access_token=" + text + "&a=b" },
		"fragment":         func(x *assay.Exchange) { x.Request.URL += "#" + text },
		"userinfo":         func(x *assay.Exchange) { x.Request.URL = "https://" + text + "@host/" },
		"method":           func(x *assay.Exchange) { x.Request.Method = text },
		"request header":   func(x *assay.Exchange) { x.Request.Header.Set("X-Anything", "a "+text) },
		"bearer":           func(x *assay.Exchange) { x.Request.Header.Set("Authorization", "bearer "+text) },
		"basic":            func(x *assay.Exchange) { x.Request.Header.Set("Proxy-Authorization", "Basic "+text) },
		"bare":             func(x *assay.Exchange) { x.Request.Header.Set("Authorization", text) },
		"cookie":           func(x *assay.Exchange) { x.Request.Header.Set("Cookie", "a=b; c="+text) },
		"request member":   func(x *assay.Exchange) { x.Request.Body = []byte(`{"x":"` + text + `"}`) },
		"code":             func(x *assay.Exchange) { x.Request.Body = []byte(`{"code":"` + text + `"}`) },
		"code, marshalled": func(x *assay.Exchange) { x.Request.Body = []byte(`{"code":` + string(quoted) + `}`) },
		"form":             func(x *assay.Exchange) { x.Request.Body = []byte("appId=1&code=" + text) },
		"XML":              func(x *assay.Exchange) { x.Request.Body = []byte("<code>" + text + "</code>") },
		"malformed":        func(x *assay.Exchange) { x.Request.Body = []byte(`{"code":"` + text) },
		"binary":           func(x *assay.Exchange) { x.Request.Body = []byte("\xff\x00" + text + "\xfe") },
		"response header":  func(x *assay.Exchange) { x.Response.Header.Set("X-Debug", text) },
		"location":         func(x *assay.Exchange) { x.Response.Header.Set("Location", "/?code="+text) },
		"set-cookie":       func(x *assay.Exchange) { x.Response.Header.Set("Set-Cookie", "token="+text+"; Path=/") },
		"header name":      func(x *assay.Exchange) { x.Response.Header[text] = []string{"1"} },
		"response member":  func(x *assay.Exchange) { x.Response.Body = []byte(`{"error":"no ` + text + `"}`) },
		"member name":      func(x *assay.Exchange) { x.Response.Body = []byte(`{"` + text + `":1}`) },
		"accessToken":      func(x *assay.Exchange) { x.Response.Body = []byte(`{"data":{"accessToken":"` + text + `"}}`) },
		"phone":            func(x *assay.Exchange) { x.Response.Body = []byte(`{"data":{"phone":"` + text + `"}}`) },
		"page":             func(x *assay.Exchange) { x.Response.Body = []byte("<html>" + text + "</html>") },
		"after":            func(x *assay.Exchange) { x.Response.Body = []byte(`{"error":""} ` + text) },
		"JSON in JSON":     func(x *assay.Exchange) { x.Response.Body = []byte(`{"error":"{\"a\":\"` + text + `\"}"}`) },
		"far back":         func(x *assay.Exchange) { x.Response.Body = []byte(strings.Repeat("z ", BodyLimit/2-9) + text) },
		"failure":          func(x *assay.Exchange) { x.Failure = assay.Failure{Kind: assay.BrokenOff, Text: "reset", Detail: text} },
		"failure, no answer": func(x *assay.Exchange) {
			x.Failure, x.Response = assay.Failure{Kind: assay.NoConnection, Text: text}, nil
		},
		"situation":       func(x *assay.Exchange) { x.Situation = text },
		"user":            func(x *assay.Exchange) { x.Code.UserID, x.Code.Channel = text, text },
		"the code itself": func(x *assay.Exchange) { x.Code.Code, x.Code.Phone = text, text },
	}
	planted := map[string]assay.Exchange{}
	for name, change := range places {
		x := sample()
		change(&x)
		planted[name] = x
	}
	return planted
}

// readings are the decoded strings of a line.
func readings(t testing.TB, text []byte) []string {
	t.Helper()
	var all []string
	var visit func(any)
	visit = func(value any) {
		switch value := value.(type) {
		case string:
			all = append(all, value)
			if decoded, err := base64.StdEncoding.DecodeString(value); err == nil {
				all = append(all, string(decoded))
			}
		case []any:
			for _, element := range value {
				visit(element)
			}
		case map[string]any:
			for name, member := range value {
				visit(name)
				visit(member)
			}
		}
	}
	var line any
	if err := json.Unmarshal(text, &line); err != nil {
		t.Fatal(err)
	}
	visit(line)
	return all
}

// Mutants of a PAT are redacted by their place, learnt or not.
func TestMutantsOfAPAT(t *testing.T) {
	for name, mutant := range map[string]string{
		"shortened": samplePAT[:len(samplePAT)-1], "without its first": samplePAT[1:], "lengthened": samplePAT + "x",
		"doubled": samplePAT + samplePAT, "lower": strings.ToLower(samplePAT), "upper": strings.ToUpper(samplePAT),
		"one changed": samplePAT[:9] + "#" + samplePAT[10:], "with a space": samplePAT[:9] + " " + samplePAT[9:],
	} {
		for _, value := range []string{
			mutant, "Bearer " + mutant, "BEARER\t" + mutant, "Bearer  " + mutant + " ", "Token " + mutant, "Bearer" + mutant,
			"Basic " + base64.StdEncoding.EncodeToString([]byte(":"+mutant)), "Bearer " + mutant + " " + mutant,
		} {
			for _, header := range []string{"Authorization", "Proxy-Authorization", "authorization"} {
				x := sample()
				x.Request.Header = http.Header{header: {value}}
				got := NewRedactor(nil).Exchange(x).Request.Headers[header][0]
				bare := strings.TrimSpace(got[strings.Index(got, "~"):])
				if !tokenPattern.MatchString(bare) || len(bare) != len("~pat-3fa91c0b2e~") {
					t.Errorf("%s: %q became %q", name, value, got)
				}
			}
		}
	}
	for _, value := range []string{"", "Bearer", "Bearer ", "bearer\t", "Basic"} {
		x := sample()
		x.Request.Header.Set("Authorization", value)
		if got := NewRedactor(nil).Exchange(x).Request.Headers.Get("Authorization"); got != value {
			t.Errorf("%q became %q", value, got)
		}
	}
}
