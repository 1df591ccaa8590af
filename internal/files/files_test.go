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
