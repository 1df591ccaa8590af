package suites

import (
	"slices"
	"testing"
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
