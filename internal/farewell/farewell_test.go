package farewell

import (
	"io"
	"testing"
)

func TestWatch(t *testing.T) {
	const hello, data = "\x16\x03\x03\x00\x02hi", "\x17\x03\x03\x00\x04data"
	for name, test := range map[string]struct {
		sent string
		err  error
		cut  bool
	}{
		"a cut":                {hello + data, io.EOF, true},
		"an alert":             {hello + data + "\x15\x03\x03\x00\x02\x01\x00", io.EOF, false},
		"a sealed alert":       {hello + data + "\x17\x03\x03\x00\x13" + "0123456789abcdefghi", io.EOF, false},
		"data after an alert":  {hello + "\x15\x03\x03\x00\x02\x01\x00" + data, io.EOF, true},
		"still open":           {hello + data, nil, false},
		"a reset says so":      {hello + data, io.ErrClosedPipe, false},
		"plain HTTP":           {"HTTP/1.1 200 OK\r\n\r\n", io.EOF, false},
		"nothing":              {"", io.EOF, false},
		"within a record":      {hello + data[:7], io.EOF, true},
		"a tunnel through one": {"HTTP/1.1 200 OK\r\n\r\n" + hello + data, io.EOF, false},
	} {
		for _, size := range []int{1, 3, 1 << 10} {
			var w Watch
			for rest := test.sent; rest != ""; rest = rest[min(size, len(rest)):] {
				w.Read([]byte(rest[:min(size, len(rest))]), nil)
			}
			w.Read(nil, test.err)
			if got := w.Cut(); got != test.cut {
				t.Errorf("%s, %d bytes at a time: cut %t", name, size, got)
			}
		}
	}
}
