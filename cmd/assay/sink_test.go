package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"
)

// The raw results of a pipe whose reader does not read end there, and the run goes on.
func TestASinkDoesNotWaitForEver(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(reader.Close(), writer.Close()) }()
	r := &loadResults{raw: writer, buffer: &buffered{to: bufio.NewWriter(sink{writer, time.Millisecond})}}
	if _, err = r.rawWriter().Write(make([]byte, 1<<20)); !errors.Is(err, errNotRead) {
		t.Errorf("error %v, want %v", err, errNotRead)
	}
	if err := r.flushRaw(); err != nil {
		t.Errorf("%v ends the run", err)
	}
}

// A reader that reads slowly, or a file, gets everything.
func TestASinkGivesASlowReaderEverything(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	want := bytes.Repeat([]byte("an exchange "), 1<<15)
	wrote := make(chan error)
	go func() {
		_, err := sink{writer, time.Minute}.Write(want)
		wrote <- errors.Join(err, writer.Close())
	}()
	var got bytes.Buffer
	_, err = io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{reader}, make([]byte, 1000))
	if err = errors.Join(err, <-wrote); err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%d of %d bytes, error %v", got.Len(), len(want), err)
	}

	path := t.TempDir() + "/raw.bin"
	file, err := openSink(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sink{file, time.Nanosecond}.Write(want)
	if kept, failed := os.ReadFile(path); errors.Join(err, failed, file.Close()) != nil || !bytes.Equal(kept, want) {
		t.Errorf("%d of %d bytes in the file, errors %v and %v", len(kept), len(want), err, failed)
	}
}
