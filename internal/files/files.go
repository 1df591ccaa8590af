// Package files reads files whose size is bounded.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Open opens a regular file of at most limit bytes to be read. Anything else is refused before it is opened, because to
// open a named pipe waits for its writer, and to read a device may never end. Its errors do not name the file, so that the
// caller chooses how it is named.
func Open(path string, limit int64) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	if err := Refuse(info, limit); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	return file, nil
}

// Read reads a regular file of at most limit bytes. See [Open].
func Read(path string, limit int64) ([]byte, error) {
	file, err := Open(path, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if int64(len(text)) > limit { // it has grown, or its size is not known, as in /proc
		return nil, tooLarge(limit)
	}
	return text, nil
}

// Refuse says why [Open] refuses a file; nil if it does not.
func Refuse(info fs.FileInfo, limit int64) error {
	if kind := Kind(info.Mode()); kind != "" {
		return errors.New(kind)
	}
	if info.Size() > limit {
		return tooLarge(limit)
	}
	return nil
}

// Kind says what a file is that is not a regular one; it is empty for a regular file.
func Kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a directory, not a file"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe, not a file"
	case mode&fs.ModeSocket != 0:
		return "a socket, not a file"
	case mode&fs.ModeDevice != 0:
		return "a device, not a file"
	}
	return "not a regular file"
}

func tooLarge(limit int64) error {
	if limit > 1<<20 {
		return fmt.Errorf("larger than %d MiB", limit>>20)
	}
	return fmt.Errorf("larger than %d KiB", limit>>10)
}

// withoutPath returns the cause of an error of package os, without the name of the file.
func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}
