package suites

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"testing"

	"github.com/unified-login/assay"
)

// TestWritings: all forms of a body are the same JSON.
func TestWritings(t *testing.T) {
	const app, code = "fc1", `a+/"\=`
	together, names, each := writings()
	seen := map[string]bool{}
	for _, w := range append(each, together, names) {
		raw := w.write(app, code)
		var body map[string]string
		if err := json.Unmarshal(raw, &body); err != nil || len(body) != 2 || body["appId"] != app || body["code"] != code || seen[string(raw)] {
			t.Errorf("%s: %s, %v", w.name, raw, err)
		}
		seen[string(raw)] = true
	}
}

// TestAFormThatIsNotRead: the finding names the form that is refused, also where only one who finds the name of the member in the text
// refuses it.
func TestAFormThatIsNotRead(t *testing.T) {
	for refused, says := range map[string]string{`\\u0061\\u0070\\u0070\\u0049\\u0064`: "names of its members", `\t`: "white space",
		`"code"\s*:\s*"\\u`: "the code in JSON escapes", "nothing": ""} {
		unread := regexp.MustCompile(refused)
		p := &script{answer: always(accepted), refuse: func(_ *http.Request, body string) string {
			if unread.MatchString(body) {
				return denied
			}
			return ""
		}}
		trial := p.try(t, "code.opaque", (*Trial).otherForms)
		if says == "" {
			if trial.verdict() != assay.Pass {
				t.Errorf("%s: %v", trial.verdict(), trial.findings)
			}
			continue
		}
		text, err := json.Marshal(trial.findings)
		if err != nil || trial.verdict() != assay.Fail || !bytes.Contains(text, []byte(says)) {
			t.Errorf("%q: %s, %s", refused, trial.verdict(), text)
		}
	}
}
