package console_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestWriteLegal(t *testing.T) {
	var text strings.Builder
	m := golden.Legal()
	for i, row := range m.Variations {
		if err := console.WriteLegalRow(&text, messages.For(messages.English), i+1, len(m.Variations), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := console.WriteLegal(&text, messages.For(messages.English), m); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"  1/5  clean ", " clean\n", "  2/5  node/warned ", " warned by http.allow\n", " accused by code.single-use\n", " not judged by 1\n", " not tried\n",
		"\nLegal variations: 5 (4 of the reference, 1 of the Node platform), clean 2, accused 3.", "\n  accused: fail of code.single-use: <accepted>\n",
	} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
}
