package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(path, []byte(strings.Repeat("x", 2049)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, 2048); err == nil || err.Error() != "larger than 2 KiB" {
		t.Errorf("2049 bytes of at most 2048: %v", err)
	}
	if text, err := Read(path, 2049); err != nil || len(text) != 2049 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if _, err := Read(path+".no", 1); err == nil || strings.Contains(err.Error(), path) {
		t.Errorf("a missing file: %v, want an error that does not name it", err)
	}
}

// TestOnlyRegularFilesAreOpened: nobody writes into the pipe, and the sparse file takes no room on the disk; to read either
// would not end, or not soon.
func TestOnlyRegularFilesAreOpened(t *testing.T) {
	dir := t.TempDir()
	sparse := filepath.Join(dir, "sparse")
	if err := os.WriteFile(sparse, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(sparse, 2<<30); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{dir: "a directory, not a file", sparse: "larger than 2 MiB"}
	others(t, dir, cases)
	for path, want := range cases {
		if _, err := Open(path, 2<<20); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
	}
}
