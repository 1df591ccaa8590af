package console_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestWritePower(t *testing.T) {
	var text strings.Builder
	m := golden.Power()
	if err := console.WritePowerRow(&text, messages.For(messages.English), 1, 5, m.Reference); err != nil {
		t.Fatal(err)
	}
	if err := console.WritePowerRow(&text, messages.For(messages.English), 2, 5, m.Faults[0]); err != nil {
		t.Fatal(err)
	}
	if err := console.WritePower(&text, messages.For(messages.English), m); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"  1/5  the reference ", "  2/5  killed ", " [code.single-use http.allow]\n", "\nFaults: 4, condemned 2", "\n  survivor survived"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
}
