package transcript_test

import (
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript"
)

// The ID of a mini-program stays readable although it is sent in the place of a code; what was a secret before stays one.
func TestPublicTextsAreNotSecrets(t *testing.T) {
	redactor := transcript.NewRedactor(nil)
	redactor.Learn(transcript.KindPhone, "13800000001")
	redactor.Spare("fc2183741419665349", "13800000001")
	redactor.Exchange(assay.Exchange{Code: &assay.Code{Code: "fc2183741419665349", AppID: "fc2183741419665349"}})
	if got := redactor.Text("appId fc2183741419665349"); got != "appId fc2183741419665349" {
		t.Errorf("%q", got)
	}
	if got := redactor.Text("tel 13800000001"); got == "tel 13800000001" {
		t.Errorf("%q", got)
	}
}
