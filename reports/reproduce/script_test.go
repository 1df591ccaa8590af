package reproduce

import (
	"slices"
	"testing"

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
