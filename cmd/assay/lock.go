package main

import (
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/unified-login/assay/reports/phrase"
)

// lockFile is in an output directory while a run writes there, and the end of the name of a file beside the raw results.
const lockFile = ".assay.lock"

// A dirLock keeps other runs out of an output directory, or out of one file. The system ends it with the process, however that ends. The zero
// value is for a file system without locks.
type dirLock struct{ lock *flock.Flock }

// lockDir locks a directory. The error is for a directory that another run has locked.
func lockDir(dir string) (dirLock, error) {
	return lockBy(filepath.Join(dir, lockFile), phrase.Failed(phrase.OutTaken, dir))
}

// lockRaw locks the file of the raw results, which may be a link. A pipe or a device is not locked. The error is for a file that
// another run has locked.
func lockRaw(raw *os.File) (dirLock, error) {
	if info, err := raw.Stat(); err != nil || !info.Mode().IsRegular() {
		return dirLock{}, nil
	}
	path := raw.Name()
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return lockBy(path+lockFile, phrase.Failed(phrase.RawTaken, raw.Name()))
}

// lockBy locks what a lock file stands for. The error is busy if another run has locked it.
func lockBy(path string, busy error) (dirLock, error) {
	for {
		lock := flock.New(path)
		switch locked, err := lock.TryLock(); {
		case err != nil:
			return dirLock{}, nil // a file system without locks
		case !locked:
			return dirLock{}, busy
		case inPlace(lock):
			return dirLock{lock}, nil
		}
		_ = lock.Unlock() // the run that held it has removed the file in the meantime
	}
}

// inPlace reports whether the lock's file is still in its directory.
func inPlace(lock *flock.Flock) bool {
	held, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(held, there)
}

// held reports whether the lock still keeps others out: its file may have been removed together with the directory.
func (l dirLock) held() bool { return l.lock != nil && inPlace(l.lock) }

// release removes the file and ends the lock, in this order: nobody else can have locked the file that is removed. A file
// that cannot be removed may stay, as on Windows: it locks nothing.
func (l dirLock) release() {
	if l.held() {
		_ = os.Remove(l.lock.Path())
	}
	if l.lock != nil {
		_ = l.lock.Unlock()
	}
}
