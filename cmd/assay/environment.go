package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/phrase"
)

// maxRoots is the largest file of certificates that a variable may name: Go reads the whole of it at the first handshake.
const maxRoots = 64 << 20

// refuseNamed refuses a variable that names a file which Go's packages would read without an end: crypto/x509 reads those of
// SSL_CERT_FILE and SSL_CERT_DIR when the first certificate is verified, and package time that of TZ when the first local time is
// written, and neither can be interrupted. A file that does not exist is no trouble to either.
func refuseNamed(env func(string) (string, bool)) error {
	if path, _ := env("SSL_CERT_FILE"); path != "" {
		if err := endless(path, maxRoots); err != nil {
			return phrase.Failed(phrase.CertFileNames, quoted(path), err)
		}
	}
	list, _ := env("SSL_CERT_DIR")
	for _, directory := range filepath.SplitList(list) {
		entries, _ := os.ReadDir(directory) // one that cannot be read has no certificates
		for _, entry := range entries {
			if err := endless(filepath.Join(directory, entry.Name()), maxRoots); err != nil {
				return phrase.Failed(phrase.CertDirNames, quoted(directory), quoted(entry.Name()), err)
			}
		}
	}
	zone, _ := env("TZ")
	if zone = strings.TrimPrefix(zone, ":"); filepath.IsAbs(zone) {
		if err := endless(zone, maxRoots); err != nil {
			return phrase.Failed(phrase.TimeZoneNames, quoted(zone), err)
		}
	}
	return nil
}

// endless is an error where reading a file may not end, or is too much. The null device, which is empty, may be read.
func endless(path string, most int64) error {
	if path == os.DevNull {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return nil // to read it fails at once
	}
	return files.Refuse(info, most)
}

// quoted is a path as an error shows it.
func quoted(path string) string { return fmt.Sprintf("%q", words.Shorten(path, 200)) }
