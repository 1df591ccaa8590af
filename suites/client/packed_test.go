package client

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
)

// TestAPackedBodyIsSmall: a body of one letter is a five-hundredth when it is packed, so that the limit of a platform lets it through.
func TestAPackedBodyIsSmall(t *testing.T) {
	body := append(bytes.Repeat([]byte("x"), 4<<20), "end"...)
	text := packed(body)
	if most := len(body) / 500; len(text) > most {
		t.Errorf("%d bytes of %d, want %d at most", len(text), len(body), most)
	}
	reader, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(reader); err != nil || !bytes.Equal(got, body) {
		t.Errorf("%d bytes unpacked, %v", len(got), err)
	}
}
