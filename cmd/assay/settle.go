package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// settle makes sure that the results of a run can be written. If the output directory was removed during the run, or can no
// longer be written to, they go to a new directory in its place or, failing that, beside it: a finished verdict is not lost.
// What was recorded so far is copied there. Nothing is added to the transcript after it.
func (r *results) settle() error {
	if err := r.transcript.Flush(); err != nil {
		return outError(r.dir, err)
	}
	dir, err := usable(r.dir)
	if err != nil {
		return outError(r.dir, err)
	}
	if r.exchanges, err = follow(r.exchanges, filepath.Join(dir, transcriptFile), 0o644); err != nil {
		return outError(dir, err)
	}
	if r.log.file, err = follow(r.log.file, filepath.Join(dir, driverLogFile), 0o600); err != nil {
		return outError(dir, err)
	}
	r.dir = dir
	return nil
}

// usable returns a directory that files can be created in: dir, or one beside it, or one for temporary files.
func usable(dir string) (string, error) {
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = probe(dir)
	}
	if err == nil {
		return dir, nil
	}
	for _, parent := range []string{filepath.Dir(filepath.Clean(dir)), os.TempDir()} {
		if other, failed := os.MkdirTemp(parent, filepath.Base(dir)+"-"); failed == nil {
			return other, nil
		}
	}
	return "", err
}

// probe creates a file in a directory and removes it.
func probe(dir string) error {
	file, err := os.CreateTemp(dir, ".assay-")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// follow returns file if path still names it; else a copy of it at path, and file is closed.
func follow(file *os.File, path string, mode os.FileMode) (*os.File, error) {
	info, err := file.Stat()
	if err != nil {
		return file, err
	}
	if there, err := os.Stat(path); err == nil && os.SameFile(info, there) {
		return file, nil
	}
	another, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_TRUNC, mode)
	if err != nil {
		return file, err
	}
	if _, err := io.Copy(another, io.NewSectionReader(file, 0, info.Size())); err != nil {
		return another, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return another, file.Close()
}

// tellMoved says where the results are if they are not in the directory that was asked for.
func (r *results) tellMoved(w io.Writer, asked string) {
	if r.dir != asked {
		_, _ = fmt.Fprintf(w, "assay: --out %s can no longer be written to; the results are in %s\n", asked, r.dir)
	}
}
