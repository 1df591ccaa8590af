package suites

import (
	"slices"
	"testing"

	"github.com/unified-login/assay"
)

// TestTextsOfCallbacks: a code or a phone is found in whatever language the text around it is.
func TestTextsOfCallbacks(t *testing.T) {
	for _, said := range []string{
		"login:fail, kept: CODE", "login:fail（code CODE）", "登录失败，上一个code为CODE。", "échec:「CODE」", "previous=[CODE];",
	} {
		texts := fired{{Name: "fail", Detail: []byte(`{"errMsg":"` + said + `","more":[{"errno":1}]}`)}}.texts()
		if !slices.Contains(texts, "CODE") {
			t.Errorf("%q has the words %q", said, texts)
		}
	}
}

// TestWordsOfACallbacksName: "getPhoneNumber" in a message is the name of what failed, and never tried as a code.
func TestWordsOfACallbacksName(t *testing.T) {
	callbacks := fired{{Name: "login.fail"}, {Name: "bindGetPhoneNumber.fail"}}
	for word, want := range map[string]bool{
		"getPhoneNumber": true, "GETPHONENUMBER": true, "bindgetphonenumber": true, "getPhoneNumber2": false, "XQZ7hk2Pk0Lw": false,
	} {
		if got := callbacks.hasInName(word); got != want {
			t.Errorf("%q is part of a callback's name: %v", word, got)
		}
	}
	if (fired)(nil).hasInName("login") {
		t.Error("no callback has a name with a word")
	}
}

// TestSaysError: an event without a code tells an error in any member, in text or a number, and none where it has only whose call it was.
func TestSaysError(t *testing.T) {
	for detail, want := range map[string]bool{
		`{"errMsg":"getPhoneNumber:fail"}`:           true,
		`{"errCode":10001}`:                          true,
		`{"errno":0,"appid":"fc1"}`:                  true,
		`{"detail":{"error":{"reason":"no phone"}}}`: true,
		`{"success":false}`:                          true,
		`"no phone"`:                                 true,
		`{}`:                                         false,
		`{"errMsg":"","appid":"fc1","apiserver":"https://api.example"}`: false,
		`{"code":"","errMsg":null,"appId":"fc1"}`:                       false,
		`not JSON`: false,
	} {
		if got := saysError(assay.Callback{Name: "bindgetphonenumber", Detail: []byte(detail)}); got != want {
			t.Errorf("%s: %v", detail, got)
		}
	}
}
