package assay

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzJudge checks the oracle against its doc comments, and its reading of well-formed bodies against encoding/json.
func FuzzJudge(f *testing.F) {
	for _, text := range []string{
		``, `null`, `{}`, `{"errcode":"OK","data":{"openId":"u"}}`, `{"errcode":"OK","data":{"phone":"1"}}`,
		"\xef\xbb\xbf" + `{"errcode":"OK","errcode":"NO","data":{"openId":"u"},"data":{"openId":1}} x`,
		`{"errcode":"\u004fK","data":{"openId":"u","x":[{"a":"}"}`, `{"a":1e999,"data":[],"errcode":5}`,
		`{"errcode":"OK" "data":{"openId":"u"}}`, `{"data":{"openId":{}},"x":`, `{"errcode":"OK","data":{"openId":"\ud800"}}`,
	} {
		f.Add(text, 200, uint8(NoFailure), false, true)
		f.Add(text, 429, uint8(BrokenOff), true, false)
	}
	f.Fuzz(func(t *testing.T, text string, status int, failure uint8, truncated, login bool) {
		endpoint := Phone
		if login {
			endpoint = Login
		}
		x := Exchange{Endpoint: endpoint, Failure: Failure{Kind: FailureKind(failure)}, Response: &Response{Status: status, Body: []byte(text), Truncated: truncated}}
		got := Judge(x)
		checkOutcome(t, got)
		envelope := ReadEnvelope(x.Response.Body)
		if got.Result == Accepted && (status < 200 || status > 299 || failure != 0 || envelope.Errcode() != OK || !envelope.Object) {
			t.Errorf("accepted: %d %q failure %d", status, text, failure)
		}
		if len(envelope.identities(endpoint)) > 0 && got.Result != Accepted && got.Result != Fault {
			t.Errorf("an identity is %v: %d %q failure %d", got.Result, status, text, failure)
		}
		if got.Result == Refused && (failure != 0 || truncated || envelope.Errcode() == OK || status/100 != 2 && status/100 != 4) {
			t.Errorf("refused: %d %q failure %d", status, text, failure)
		}
		checkAgainstJSON(t, text, envelope)
	})
}

// checkAgainstJSON compares the envelope of text with encoding/json, which reads no incomplete objects and takes the last of
// repeated members.
func checkAgainstJSON(t *testing.T, text string, envelope Envelope) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\xef\xbb\xbf")))
	var members map[string]json.RawMessage
	if err := decoder.Decode(&members); (err == nil && members != nil) != envelope.Object {
		t.Fatalf("Object is %v of %q, encoding/json says %v", envelope.Object, text, err)
	}
	for name, want := range members {
		if got := envelope.Member(name); envelope.Object && string(got) != string(want) && !strings.ContainsRune(name, '�') {
			t.Errorf("member %q of %q is %q, want %q", name, text, got, want)
		}
	}
}
