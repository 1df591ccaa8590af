package driver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/unified-login/assay/internal/redact"
)

// explainStart says what is wrong where the system's error names the program, but something else is missing.
func explainStart(command *exec.Cmd, err error) error {
	if _, missing := os.Stat(command.Dir); command.Dir != "" && missing != nil {
		return missing
	}
	script := command.Path
	if !filepath.IsAbs(script) {
		script = filepath.Join(command.Dir, script)
	}
	info, _ := os.Stat(script) // err says more
	interpreter := interpreterOf(script, info)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%w; install it, or write its path with a slash", err)
	case info != nil && info.IsDir():
		return errors.New("it is a directory; name the program in it")
	case errors.Is(err, fs.ErrNotExist) && interpreter != "":
		return fmt.Errorf("its first line names the interpreter %s, which does not exist; install it, or name another before the script", redact.Excerpt(interpreter))
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; make it executable with chmod +x, or name its interpreter before it", err)
	case errors.Is(err, syscall.ENOEXEC):
		return fmt.Errorf("%w; name its interpreter before it, or in a first line like #!/usr/bin/env node", err)
	default:
		return err
	}
}

// interpreterOf returns the interpreter that the first line of a script names; "" if it names none.
func interpreterOf(script string, info os.FileInfo) string {
	const most = 256 // as Linux reads
	if info == nil || !info.Mode().IsRegular() {
		return ""
	}
	file, err := os.Open(script)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }() // it was only read
	text := make([]byte, most)
	n, _ := io.ReadFull(file, text) // it may be shorter
	first, _, _ := bytes.Cut(text[:n], []byte{'\n'})
	named, isScript := strings.CutPrefix(string(first), "#!")
	if fields := strings.Fields(named); isScript && len(fields) > 0 {
		if strings.HasSuffix(named, "\r") && len(fields) == 1 {
			return fields[0] + "\r" // the line break of Windows counts
		}
		return fields[0]
	}
	return ""
}
