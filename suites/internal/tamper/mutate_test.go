package tamper

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

const (
	mutatedPAT  = "pat_0123456789abcdef"
	mutatedCode = "1drac2l7+WpTtetZ/F4tA02llZegeLbJ-_SxTYTU="
	mutatedApp  = "fc2183741419665349"
)

func mutated(seed uint64, endpoint assay.Endpoint, i int) client.Request {
	valid := client.Exchange(assay.Code{Kind: endpoint, AppID: mutatedApp, Code: mutatedCode}, mutatedPAT)
	return valid.With(Mutate(seed, endpoint, i).Bend)
}

func bodyOf(r client.Request) []byte {
	if r.Body != nil {
		return r.Body
	}
	return r.Encode()
}

// TestMutationsAreMalformed: not even a lenient platform reads from a mutation which code is to be exchanged, for which
// mini-program and with which PAT.
func TestMutationsAreMalformed(t *testing.T) {
	const each = 2000
	for seed := range uint64(5) {
		for _, endpoint := range assay.Endpoints() {
			for i := range each {
				request := mutated(seed, endpoint, i)
				bearer := request.Header.Get("Authorization") == "Bearer "+mutatedPAT
				if bearer && forgivinglyValid(bodyOf(request)) {
					t.Fatalf("mutation %d of seed %d, %s, is a valid request: %q", i, seed, Mutate(seed, endpoint, i).Name, bodyOf(request))
				}
			}
		}
	}
}

// forgivinglyValid reads a body as the most lenient platform would. It ignores byte order marks, control characters (and so
// UTF-16), invalid bytes, data after the object, the case of names, and characters outside the code's alphabet. An array of
// one text counts as the text.
func forgivinglyValid(body []byte) bool {
	var members map[string]any
	if json.NewDecoder(strings.NewReader(tidied(string(body)))).Decode(&members) != nil {
		return false
	}
	appID, code := "", ""
	for name, value := range members {
		if list, isArray := value.([]any); isArray && len(list) == 1 {
			value = list[0]
		}
		text, _ := value.(string)
		switch strings.ToLower(name) {
		case "appid":
			appID = text
		case "code":
			code = text
		}
	}
	return decodable(appID) == decodable(mutatedApp) && decodable(code) == decodable(mutatedCode)
}

// tidied removes a byte order mark, control characters and invalid UTF-8.
func tidied(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfeff || r == 0xfffd {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// decodable keeps the characters of base64.
func decodable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && inRun(string(r), 0) {
			return r
		}
		return -1
	}, text)
}

// TestForgivinglyValid checks that the lenient reader is lenient; otherwise the test above would prove nothing.
func TestForgivinglyValid(t *testing.T) {
	valid := fmt.Sprintf(`{"appId":%q,"code":%q}`, mutatedApp, mutatedCode)
	for name, body := range map[string][]byte{
		"valid": []byte(valid), "with a byte order mark": []byte("\ufeff" + valid), "followed by more": []byte(valid + "}} x"),
		"in capitals": []byte(strings.Replace(valid, "appId", "APPID", 1)), "in UTF-16": []byte(strings.Join(strings.Split(valid, ""), "\x00") + "\x00"),
		"with control characters": []byte(strings.Replace(valid, ":", ":\x01", 2)), "with rubbish in the code": []byte(strings.Replace(valid, "drac", "d'r&ac", 1)),
		"with a byte that is not text": []byte(strings.Replace(valid, ",", ",\xff", 1)),
	} {
		if !forgivinglyValid(body) {
			t.Errorf("%s is not forgiven", name)
		}
	}
	if forgivinglyValid([]byte(strings.Replace(valid, "drac", "drad", 1))) {
		t.Error("another code counts as the code")
	}
}

// TestMutationsAreDeterministic: the seed reproduces a mutation, and an isolated retry sends the same.
func TestMutationsAreDeterministic(t *testing.T) {
	for i := range 500 {
		one, again := Mutate(7, assay.Login, i), Mutate(7, assay.Login, i)
		valid := client.Exchange(assay.Code{Kind: assay.Login, AppID: mutatedApp, Code: mutatedCode}, mutatedPAT)
		first, second, third := valid.With(one.Bend), valid.With(one.Bend), valid.With(again.Bend)
		if one.Name != again.Name || !bytes.Equal(bodyOf(first), bodyOf(second)) || !bytes.Equal(bodyOf(first), bodyOf(third)) {
			t.Fatalf("mutation %d, %s and %s, is not the same again", i, one.Name, again.Name)
		}
		if diff := cmp.Diff(first.Header, third.Header); diff != "" {
			t.Fatalf("mutation %d: header (-first +third):\n%s", i, diff)
		}
	}
}

// TestMutationsDiffer: by seed, by endpoint and from one another.
func TestMutationsDiffer(t *testing.T) {
	kinds, bodies := map[string]bool{}, map[string]bool{}
	same, sameEndpoint := 0, 0
	for i := range 500 {
		one := mutated(1, assay.Login, i)
		kinds[Mutate(1, assay.Login, i).Name] = true
		bodies[string(bodyOf(one))+one.Header.Get("Authorization")] = true
		if bytes.Equal(bodyOf(one), bodyOf(mutated(2, assay.Login, i))) {
			same++
		}
		if bytes.Equal(bodyOf(one), bodyOf(mutated(1, assay.Phone, i))) {
			sameEndpoint++
		}
	}
	if len(kinds) < 100 || len(bodies) < 150 || same > 250 || sameEndpoint > 250 {
		t.Errorf("%d kinds, %d bodies, %d as with another seed, %d as on the other endpoint", len(kinds), len(bodies), same, sameEndpoint)
	}
}

// TestMutationsOfOddCodes: short, empty and unusual codes are mutated without a panic.
func TestMutationsOfOddCodes(*testing.T) {
	for _, code := range []string{"", "x", "--", "用户", mutatedCode + mutatedCode, `"\`} {
		valid := client.Exchange(assay.Code{Kind: assay.Login, AppID: code, Code: code}, "")
		for i := range 500 {
			bodyOf(valid.With(Mutate(3, assay.Login, i).Bend))
		}
	}
}
