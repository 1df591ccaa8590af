package har

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript"
)

// FuzzHAR writes an exchange with any answer: the archive is JSON, and the PAT is not in it.
func FuzzHAR(f *testing.F) {
	const pat = "pat_0123456789abcdef"
	for i, text := range []string{"", "\x00\xff\x1b[31m", `{"error":"` + pat + `"}`, "a=b&c=%zz", "\u2028\u202e</script>", "\r\nX-A: b"} {
		f.Add("X-Header", text, []byte(text), 200+i*100)
	}
	f.Fuzz(func(t *testing.T, name, value string, body []byte, status int) {
		redactor := transcript.NewRedactor([]byte("a key of the test"))
		redactor.Learn(transcript.KindPAT, pat)
		record := redactor.Exchange(assay.Exchange{
			ID: "x-1", Endpoint: assay.Login,
			Request: assay.Request{Method: http.MethodPost, URL: "https://api.example/" + value,
				Header: http.Header{"Authorization": {"Bearer " + pat}, name: {value}}, Body: body},
			Response: &assay.Response{Status: status, Header: http.Header{name: {value}}, Body: body},
		})
		var file bytes.Buffer
		if err := Write(&file, "1.0", each(record)); err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(&file)
		var read archive
		text := file.String()
		if err := decoder.Decode(&read); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if _, err := decoder.Token(); err != io.EOF || len(read.Log.Entries) != 1 {
			t.Errorf("%d entries; behind them: %v", len(read.Log.Entries), err)
		}
		if bytes.Contains([]byte(text), []byte(pat)) {
			t.Errorf("the PAT is in %s", text)
		}
	})
}
