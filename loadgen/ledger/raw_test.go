package ledger

import (
	"bytes"
	"strings"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// Raw results are recognized wherever they are cut off, and nothing else is.
func TestIsRaw(t *testing.T) {
	var written bytes.Buffer
	raw := NewRaw(&written)
	for n := range uint64(3) {
		raw.write(&vegeta.Result{Attack: rawArrivals, Seq: n, Code: 200, Timestamp: time.Unix(1, 0), Method: "POST"})
	}
	text := written.String()
	for size := range len(text) + 1 {
		if !IsRaw(strings.NewReader(text[:size])) {
			t.Errorf("cut off after %d bytes, it is not raw", size)
		}
	}
	for _, other := range []string{
		"schema: assay.target/1\napps: [fc2183741419665349]\n", "precious", "\n", `{"schema":"assay.benchmark/1"}`, "目标文件", "\xef\xbb\xbfschema", strings.Repeat("\x00", 100),
		"\x1f\x8b\x08", "PK\x03\x04", "\x7fELF", strings.Repeat("\xff", 100), "\xff\xfes\x00c\x00h\x00e\x00m\x00a\x00",
	} {
		if IsRaw(strings.NewReader(other)) {
			t.Errorf("%q is raw", other)
		}
	}
}
