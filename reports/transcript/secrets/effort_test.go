package secrets

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestAHostileRunIsBounded: one text may cost much, but not each of a run's thousands. Ordinary texts are still searched.
func TestAHostileRunIsBounded(t *testing.T) {
	const secret = "pat_9f1cJk2Qz77Secret8Valu"
	x := New()
	x.Add(KindPAT, secret, "~pat~")
	hostile := []byte(strings.Repeat("MFRGGZDF", 640)) // base32 and base64 of a text at any alignment
	leftOut := func() bool {
		found := x.Find(hostile, Anywhere, nil)
		return len(found) > 0 && found[0].Token == Dropped
	}
	if leftOut() {
		t.Error("the first hostile text was left out")
	}
	once := x.spent.Load()
	if leftOut() || once == 0 || x.spent.Load() != 2*once {
		t.Errorf("one hostile text takes the work of %d, and two of %d", once, x.spent.Load())
	}
	x.spent.Store(runWork + 1)
	if !leftOut() {
		t.Error("after many hostile texts, another one was not left out")
	}
	if work := x.spent.Load() - runWork - 1; work > once/2 {
		t.Errorf("a hostile text that is left out takes the work of %d, and one that is not of %d", work, once)
	}
	for text, want := range map[string]string{
		`{"errcode":"401","error":"no ` + secret + `"}`:                                              `{"errcode":"401","error":"no ~pat~"}`,
		`no ` + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("an ordinary page. ", 100))): "",
		"https://example.com/?next=%2Fa%20b " + strings.Repeat("masked 139****5678 or a word, ", 20): "",
	} {
		got := string(Render([]byte(text), x.Find([]byte(text), Anywhere, nil)))
		if want == "" {
			want = text
		}
		if got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}
