package coding

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func zipped(text string) string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return packed.String()
}

func TestDecoded(t *testing.T) {
	broken := errors.New("the connection broke")
	whole := zipped("an answer")
	for name, test := range map[string]struct {
		encoding string
		body     io.Reader
		want     string
		coding   bool // an [Error] is wanted
		err      error
	}{
		"none":           {"", strings.NewReader("an answer"), "an answer", false, nil},
		"another":        {"br", strings.NewReader("an answer"), "an answer", false, nil},
		"gzip":           {" GZIP ", strings.NewReader(whole), "an answer", false, nil},
		"x-gzip":         {"x-gzip", strings.NewReader(whole), "an answer", false, nil},
		"empty":          {"gzip", strings.NewReader(""), "", false, nil},
		"not gzip":       {"gzip", strings.NewReader("an answer"), "", true, nil},
		"cut off":        {"gzip", strings.NewReader(whole[:len(whole)-9]), "an answer", true, nil},
		"cut off early":  {"gzip", strings.NewReader(whole[:5]), "", true, nil},
		"a wrong sum":    {"gzip", strings.NewReader(whole[:len(whole)-8] + "xxxxxxxx"), "an answer", true, nil},
		"the connection": {"gzip", io.MultiReader(strings.NewReader(whole[:len(whole)-9]), iotest.ErrReader(broken)), "an answer", false, broken},
	} {
		var body []byte
		r, err := Decoded(test.encoding, test.body)
		if err == nil {
			body, err = io.ReadAll(r)
		}
		_, coding := errors.AsType[Error](err)
		if string(body) != test.want || coding != test.coding || !coding && !errors.Is(err, test.err) {
			t.Errorf("%s: %q, %v", name, body, err)
		}
	}
}
