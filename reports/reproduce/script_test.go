package reproduce

import (
	"slices"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript"
)

// A code is in escapes wherever it is in a query, whether the recorded one had any or not: the code that the script mints may need them.
func TestACodeInAQueryIsInEscapes(t *testing.T) {
	const inEscapes = `$(hex "${CODE}" %)`
	for code, want := range map[string]transcript.Known{
		"a+b":  {Text: "a%2Bb", Words: inEscapes},
		"ab12": {Text: "code=ab12", Words: "code=" + inEscapes},
	} {
		var w writer
		w.know("CODE", code)
		if !slices.Contains(w.known, want) || !slices.Contains(w.known, transcript.Known{Text: code, Words: "${CODE}"}) {
			t.Errorf("%s: %q", code, w.known)
		}
	}
}

// TestTheCodeThatIsQuoted: a script looks for the code that it sends, whether the driver issued it or nobody did. A secret that it does
// not issue is not written.
func TestTheCodeThatIsQuoted(t *testing.T) {
	redactor := transcript.NewRedactor(nil)
	redactor.Learn(transcript.KindCode, "code-of-somebody-else")
	for code, want := range map[string]string{"issued": "${CODE_2}", "a mock one": "'a mock one'", "code-of-somebody-else": "", "": ""} {
		w := writer{run: Run{Redactor: redactor}, codes: map[string]string{"issued": "CODE_2"}}
		if got := w.sentCode(Step{Exchange: assay.Exchange{Code: &assay.Code{Code: code}}}); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}
