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
