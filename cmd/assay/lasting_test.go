//go:build unix

package main

import (
	"context"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fullPipe returns a lasting writer to a pipe that is full, the reader, and how much fills it.
func fullPipe(t *testing.T) (l *lasting, reader *os.File, size int) {
	t.Helper()
	ends := make([]int, 2)
	if err := syscall.Pipe(ends); err != nil {
		t.Fatal(err)
	}
	if err := syscall.SetNonblock(ends[1], true); err != nil {
		t.Fatal(err)
	}
	for {
		n, err := syscall.Write(ends[1], []byte("x"))
		if err != nil {
			break
		}
		size += n
	}
	if err := syscall.SetNonblock(ends[1], false); err != nil {
		t.Fatal(err)
	}
	reader, writer := os.NewFile(uintptr(ends[0]), "reader"), os.NewFile(uintptr(ends[1]), "writer")
	t.Cleanup(func() { _, _ = reader.Close(), writer.Close() })
	return &lasting{file: writer, patience: time.Millisecond}, reader, size
}

// A reader that does not read delays nobody, and gets everything in order once it reads.
func TestAReaderThatWaits(t *testing.T) {
	l, reader, size := fullPipe(t)
	var want strings.Builder
	for _, text := range []string{"first\n", "second\n", strings.Repeat("third\n", 30000), "last\n"} {
		if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		want.WriteString(text)
	}
	got := make(chan string)
	go func() {
		text := make([]byte, size+want.Len())
		_, _ = io.ReadFull(reader, text)
		got <- string(text[size:])
	}()
	if err := l.settle(t.Context()); err != nil {
		t.Error(err)
	}
	if text := <-got; text != want.String() {
		t.Errorf("%d bytes, want %d", len(text), want.Len())
	}
}

// An interrupt ends the wait for a reader that never reads.
func TestAReaderThatNeverReads(t *testing.T) {
	l, _, _ := fullPipe(t)
	if _, err := l.Write([]byte("text")); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.settle(ctx); err != nil { // it returns
		t.Error(err)
	}
}

// A reader that has gone costs nothing, and a file that cannot be written is an error.
func TestAReaderThatIsGone(t *testing.T) {
	l, reader, _ := fullPipe(t)
	_ = reader.Close()
	for range 2 {
		if n, err := l.Write([]byte("text")); n != 4 || err != nil {
			t.Error(n, err)
		}
	}
	unwritable, err := os.Open(os.DevNull) // for reading
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unwritable.Close() })
	l = &lasting{file: unwritable, patience: time.Minute}
	if _, err := l.Write([]byte("text")); err == nil {
		t.Error("nothing says that the file cannot be written")
	}
}
