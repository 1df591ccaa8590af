package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/reports/phrase"
)

// A keptFile is a file that stays open during a run. It can move to another directory.
type keptFile struct {
	mode os.FileMode

	lost func() error // finds another place for the file, where a write to it fails; it may be nil

	mu   sync.Mutex
	file *os.File
}

// openKept opens a file for reading and writing, and creates it if it does not exist. Anything but a file is refused.
func openKept(path string, mode os.FileMode) (*keptFile, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() { // to open a directory fails
		if kind := files.Kind(info.Mode()); kind != "" {
			return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New(kind)}
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, mode)
	if err != nil {
		return nil, err
	}
	return &keptFile{mode: mode, file: file}, nil
}

// Write implements [io.Writer]. Where it fails, it writes the rest to another place: who buffers what it writes, as the transcript does,
// keeps the error for ever.
func (f *keptFile) Write(text []byte) (int, error) {
	n, err := f.append(text)
	if err == nil || f.lost == nil || f.lost() != nil {
		return n, err
	}
	more, err := f.append(text[n:])
	return n + more, err
}

func (f *keptFile) append(text []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.file.Write(text)
}

// renew begins an empty file in place of that of an earlier run, which keeps its content: it may have another name, as a copy by hard
// links has. A link to a file is followed, and a file that cannot be removed while it is open, as on Windows, is emptied.
func (f *keptFile) renew() error {
	path := f.name()
	if there, err := os.Lstat(path); err != nil || !there.Mode().IsRegular() || f.size() == 0 || os.Remove(path) != nil {
		return f.cut(0)
	}
	fresh, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, f.mode)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_ = f.file.Close() // nothing of it is buffered
	f.file = fresh
	return nil
}

// cut removes everything after size bytes; the next Write appends.
func (f *keptFile) cut(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.file.Truncate(size); err != nil {
		return err
	}
	_, err := f.file.Seek(size, io.SeekStart)
	return err
}

func (f *keptFile) name() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.file.Name()
}

// size is 0 if it is not known.
func (f *keptFile) size() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := f.file.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

func (f *keptFile) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.file.Close()
}

// inPlace reports whether path names the file.
func (f *keptFile) inPlace(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := f.file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(info, there)
}

// move makes path name the file: what it holds is copied there, and what follows is written there. The copy has the same mode.
func (f *keptFile) move(path string) error {
	if f.inPlace(path) {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	another, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_TRUNC, f.mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(another, io.NewSectionReader(f.file, 0, info.Size())); err != nil {
		return errors.Join(phrase.Failed(phrase.At, path, err), another.Close())
	}
	_ = f.file.Close() // its content is in the other
	f.file = another
	return nil
}

// settle makes sure that results can be written. If the output directory was removed during the run, or can no longer be
// written to, they go to a new directory in its place or, failing that, beside it: a finished verdict is not lost. What was
// recorded so far is copied there.
func (r *results) settle() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := probe(r.dir); files.Scarce(err) {
		return outError(r.dir, err) // the directory is as good as any other
	}
	dir, lock, err := r.usable()
	if err != nil {
		return outError(r.dir, err)
	}
	transcript, log := filepath.Join(dir, transcriptFile), filepath.Join(dir, driverLogFile)
	others := func(in func(file *keptFile, path string) error) (err error) {
		for _, file := range r.others {
			err = errors.Join(err, in(file, filepath.Join(dir, filepath.Base(file.name()))))
		}
		return err
	}
	elsewhere := others(func(file *keptFile, path string) error {
		if !file.inPlace(path) {
			return fs.ErrNotExist
		}
		return nil
	})
	if dir == r.dir && r.exchanges.inPlace(transcript) && r.log.file.inPlace(log) && elsewhere == nil {
		return nil
	}
	if lock != r.lock {
		r.lock.release()
		r.lock = lock
	}
	if err := errors.Join(r.exchanges.move(transcript), r.log.file.move(log), others((*keptFile).move)); err != nil {
		return outError(dir, err)
	}
	why := phrase.OutMoved
	if dir == r.dir {
		why = phrase.OutRemoved
	}
	remark(r.stderr, r.in, phrase.Say(why, r.dir, dir))
	r.dir = dir
	return nil
}

// usable returns a directory that files can be created in, and its lock: the run's, a new one in its place, one beside it, or
// one for temporary files.
func (r *results) usable() (string, dirLock, error) {
	err := os.MkdirAll(r.dir, 0o755)
	if err == nil {
		err = probe(r.dir)
	}
	if err == nil {
		if r.lock.held() {
			return r.dir, r.lock, nil
		}
		lock, busy := lockDir(r.dir)
		if busy == nil {
			return r.dir, lock, nil
		}
		err = busy // another run has made the directory again
	}
	for _, parent := range []string{filepath.Dir(filepath.Clean(r.dir)), os.TempDir()} {
		if other, failed := os.MkdirTemp(parent, filepath.Base(r.dir)+"-"); failed == nil {
			lock, _ := lockDir(other) // nobody else knows its name
			return other, lock, nil
		}
	}
	return "", dirLock{}, err
}

// probe creates a file in a directory and removes it.
func probe(dir string) error {
	file, err := os.CreateTemp(dir, ".assay-")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
